/** The designer of one page: its type, its text and its form, its address, and how visitors see it. */

import { Field, Input, Link as TextLink, makeStyles, MessageBar, MessageBarBody, Select, Tab, TabList, Text, Textarea, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/http";
import { type Detailed, useEntities, useEntity } from "../../api/metadata";
import { body, type Draft, type Row, rowQuery, rows, update } from "../../api/row";
import { may, useSession } from "../../api/session";
import { given } from "../../record/draft";
import { SaveBar } from "../../record/SaveBar";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Copy } from "../design/Copy";
import { LifeCycle } from "../design/LifeCycle";
import type { Found } from "../design/operations";
import { Problems } from "../design/Problems";
import { stage } from "../design/state";
import { Unsaved } from "../../record/Unsaved";
import { VisitorView } from "../design/VisitorView";
import { changed, FORM } from "./model";
import { DESIGN, PageBlocks, usePageCheck } from "./PageBlocks";

const PAGE = "msdyncrm_marketingpage";
const LANDING = 0;

const useStyles = makeStyles({
  grid: { display: "grid", gap: tokens.spacingHorizontalXXL, gridTemplateColumns: "minmax(300px, 1fr) minmax(380px, 1.4fr)", "@media (max-width: 1100px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, minWidth: 0 },
  heading: { margin: 0 },
});

export default function PageDesigner() {
  const { id = "" } = useParams({ strict: false });
  return <Loaded key={id} entity={useEntity(PAGE)} id={id} />;
}

function Loaded({ entity, id }: { entity: Detailed; id: string }) {
  const { data: row } = useSuspenseQuery({ ...rowQuery(entity, id), refetchOnWindowFocus: false });
  return <Designer entity={entity} id={id} row={row} />;
}

function Designer({ entity, id, row }: { entity: Detailed; id: string; row: Row }) {
  const styles = useStyles();
  const { t } = useTranslation("form");
  const client = useQueryClient();
  const session = useSession();
  const entities = useEntities();
  const formEntity = useEntity(FORM);
  const notices = useNotices();
  const [draft, setDraft] = useState<Draft>({});
  const [because, setBecause] = useState("");
  const live = stage(PAGE, row) === "live";
  const locked = !may(session, "Write", PAGE);
  const dirty = Object.keys(draft).length > 0;
  const value = (name: string) => (name in draft ? (draft[name] ?? null) : given(row, entity, name));
  const set = (name: string, to: Draft[string]) => setDraft((it) => changed(it, row, entity, name, to));
  const kind = Number(value("msdyncrm_type") ?? LANDING);
  const forms = useQuery({
    queryKey: ["page", "forms", kind],
    queryFn: ({ signal }) => rows("msdyncrm_marketingforms", { $select: "msdyncrm_name,statuscode", $filter: `msdyncrm_validforpagetype eq ${kind} and statecode eq 0`, $orderby: "msdyncrm_name" }, signal),
  });
  const renew = async () => {
    await client.invalidateQueries({ queryKey: ["row", PAGE, id] });
    void client.invalidateQueries({ queryKey: ["list", PAGE] });
  };
  const saving = useMutation({
    mutationFn: async (draft: Draft) => {
      const before = Object.fromEntries(Object.keys(draft).map((it) => [it, given(row, entity, it)]));
      await update(entity.set, id, body(draft, entity, entities), String(row["@odata.etag"]), because);
      return before;
    },
    onSuccess: async (before) => {
      // First what is stored, then no draft: what is shown between them is the same.
      await renew();
      setDraft({});
      setBecause("");
      notices.done(t("saved"), () => void update(entity.set, id, body(before, entity, entities)).then(renew).then(() => notices.done(t("undone")), notices.failed));
    },
    onError: async (error) => {
      notices.failed(error);
      if (error instanceof ApiError && error.isStale) await renew();
    },
  });
  const navigate = useNavigate();
  const { tab } = useSearch({ strict: false }) as { tab?: string };
  const designing = kind === LANDING && tab === "design";
  const open = (tab: string) => void navigate({ to: ".", search: { tab } as never, replace: true });
  const design = value(DESIGN) as string | null;
  const checked = usePageCheck(entity, id, row["@odata.etag"]);
  const formId = ((it) => (it !== null && typeof it === "object" ? it.id : ""))(value("assent_formid"));
  const form = forms.data?.find((it) => it["msdyncrm_marketingformid"] === formId);
  const address = String(row["msdyncrm_full_page_url"] ?? "");
  const partial = String(value("msdyncrm_partialurl") ?? "");
  const badPartial = partial !== "" && !/^[A-Za-z0-9_-]+$/.test(partial);
  const label = (name: string) => entity.column(name)?.label ?? name;
  const found: Found[] = [
    ...(partial === "" ? [{ place: "msdyncrm_partialurl", text: t("page.noPartial"), warning: false }] : []),
    ...(!formId && !(kind === LANDING && (design || String(value("msdyncrm_content") ?? "").trim())) ? [{ place: "assent_formid", text: t(kind === LANDING ? "page.nothing" : "page.noForm"), warning: false }] : []),
    ...(formId && forms.data && !form ? [{ place: "assent_formid", text: t("page.otherType"), warning: false }] : []),
    ...(design ? checked.filter((it) => it.place.startsWith(DESIGN)) : []),
    ...(form && stage(FORM, form) !== "live" ? [{ place: "assent_formid", text: t("page.formNotLive"), warning: false }] : []),
  ];
  return (
    <Page
      title={String(value("msdyncrm_name") ?? entity.label)}
      above={
        <Text size={200}>
          <Link to={`/list/${PAGE}`}>{entity.plural}</Link> · <Link to={`/record/${PAGE}/${id}`}>{t("record")}</Link>
        </Text>
      }
      commands={<LifeCycle entity={entity} id={id} row={row} dirty={dirty} errors={found.filter((it) => !it.warning).length} />}
    >
      {kind === LANDING && (
        <TabList selectedValue={designing ? "design" : "settings"} onTabSelect={(_, { value }) => open(String(value))}>
          <Tab value="settings">{t("pageBlocks.settings")}</Tab>
          <Tab value="design">{t("pageBlocks.design")}</Tab>
        </TabList>
      )}
      {designing && (
        <PageBlocks
          title={String(value("msdyncrm_name") ?? "")} words={String(value("msdyncrm_content") ?? "")} value={design} found={checked} locked={locked}
          onChange={(it) => set(DESIGN, it)}
        />
      )}
      {!designing && <div className={styles.grid}>
        <div className={styles.column}>
          <Field label={label("msdyncrm_name")} required hint={kind === 1 ? undefined : t("page.nameHint")}>
            <Input value={String(value("msdyncrm_name") ?? "")} maxLength={100} disabled={locked} onChange={(_, { value }) => set("msdyncrm_name", value || null)} />
          </Field>
          <Field label={label("msdyncrm_type")} hint={live ? t("page.liveType") : undefined}>
            <Select value={String(kind)} disabled={locked || live} onChange={(_, { value }) => set("msdyncrm_type", Number(value))}>
              {entity.column("msdyncrm_type")?.options.map((it) => <option key={it.value} value={it.value}>{it.label}</option>)}
            </Select>
          </Field>
          {!design && <Field label={label("msdyncrm_content")} hint={t(kind === 1 ? "page.contentCenter" : kind === 2 ? "page.contentForward" : "page.content")}>
            <Textarea rows={6} resize="vertical" disabled={locked} value={String(value("msdyncrm_content") ?? "")} onChange={(_, { value }) => set("msdyncrm_content", value || null)} />
          </Field>}
          <Field label={label("assent_formid")} hint={t(kind === LANDING ? "page.formOptional" : "page.formHint")}>
            <Select value={formId} disabled={locked} onChange={(_, { value: it }) => {
              const chosen = forms.data?.find((one) => one["msdyncrm_marketingformid"] === it);
              set("assent_formid", chosen ? { entity: FORM, id: it, name: String(chosen["msdyncrm_name"]) } : null);
            }}>
              <option value="">{t("none")}</option>
              {formId && !form && <option value={formId}>…</option>}
              {forms.data?.map((it) => (
                <option key={String(it["msdyncrm_marketingformid"])} value={String(it["msdyncrm_marketingformid"])}>
                  {String(it["msdyncrm_name"])} ({String(it["statuscode@OData.Community.Display.V1.FormattedValue"] ?? "")})
                </option>
              ))}
            </Select>
          </Field>
          {formId && <Text><Link to={`/form/${formId}`}>{t("page.openForm", { name: formEntity.label })}</Link></Text>}
          <Field
            label={label("msdyncrm_partialurl")}
            hint={t("page.partialHint")}
            {...(badPartial ? { validationState: "error" as const, validationMessage: t("page.badPartial") } : {})}
          >
            <Input value={partial} maxLength={100} contentBefore="/p/" disabled={locked} onChange={(_, { value }) => set("msdyncrm_partialurl", value || null)} />
          </Field>
          {kind === LANDING && address && (
            <>
              <Copy label={t("page.address")} text={address} hint={live ? "" : t("page.notLive")} />
              {live && <TextLink href={address} target="_blank" rel="noopener">{t("page.visit")}</TextLink>}
            </>
          )}
          {kind !== LANDING && <MessageBar intent="info" layout="multiline"><MessageBarBody>{t(kind === 1 ? "page.personal" : "page.personalForward")}</MessageBarBody></MessageBar>}
        </div>
        <div className={styles.column}>
          <VisitorView entity={entity} id={id} stamp={row["@odata.etag"]} dirty={dirty} />
        </div>
      </div>}
      <section aria-labelledby="problems">
        <Text as="h2" id="problems" weight="semibold" block className={styles.heading}>{t("problems")}</Text>
        <Problems found={found} nameOf={(place) => (place.includes("#") ? t("pageBlocks.block") : entity.column(place)?.label)} onShow={(place) => open(place.startsWith(DESIGN) ? "design" : "settings")} />
      </section>
      {dirty && !locked && (
        <SaveBar count={Object.keys(draft).length} because={because} onBecause={setBecause} busy={saving.isPending || badPartial} onSave={() => saving.mutate(draft)} onDiscard={() => setDraft({})} />
      )}
      <Unsaved dirty={dirty && !locked} />
    </Page>
  );
}
