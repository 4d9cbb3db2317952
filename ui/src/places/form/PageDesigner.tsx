/** The designer of one page: its type, its text and its form, its address, and how visitors see it. */

import { Field, Input, Link as TextLink, makeStyles, MessageBar, MessageBarBody, Select, Text, Textarea, tokens } from "@fluentui/react-components";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Detailed, useEntity } from "../../api/metadata";
import { type Row, rowQuery, rows } from "../../api/row";
import { may, useSession } from "../../api/session";
import { useEditing } from "../../record/editing";
import { useTab } from "../../shell/Tabs";
import { Copy } from "../design/Copy";
import { DesignFrame } from "../design/DesignFrame";
import type { Found } from "../design/operations";
import { stage } from "../design/state";
import { VisitorView } from "../design/VisitorView";
import { FORM } from "./model";
import { DESIGN, PageBlocks, usePageCheck } from "./PageBlocks";

const PAGE = "msdyncrm_marketingpage";
const LANDING = 0;

const useStyles = makeStyles({
  grid: { display: "grid", gap: tokens.spacingHorizontalXXL, gridTemplateColumns: "minmax(300px, 1fr) minmax(380px, 1.4fr)", "@media (max-width: 1100px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, minWidth: 0 },
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
  const session = useSession();
  const formEntity = useEntity(FORM);
  const editing = useEditing(entity, id, row);
  const { value, set } = editing;
  const live = stage(PAGE, row) === "live";
  const locked = !may(session, "Write", PAGE);
  const kind = Number(value("msdyncrm_type") ?? LANDING);
  const forms = useQuery({
    queryKey: ["page", "forms", kind],
    queryFn: ({ signal }) => rows("msdyncrm_marketingforms", { $select: "msdyncrm_name,statuscode", $filter: `msdyncrm_validforpagetype eq ${kind} and statecode eq 0`, $orderby: "msdyncrm_name" }, signal),
  });
  const [tab, open] = useTab(["settings", "design"] as const);
  const designing = kind === LANDING && tab === "design";
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
    <DesignFrame
      entity={entity}
      id={id}
      row={row}
      title={String(value("msdyncrm_name") ?? entity.label)}
      editing={editing}
      locked={locked}
      blocked={badPartial}
      {...(kind === LANDING && {
        tabs: [{ value: "settings", label: t("pageBlocks.settings") }, { value: "design", label: t("pageBlocks.design") }] as const, tab: designing ? "design" : "settings", onTab: open,
      })}
      check={{
        found,
        nameOf: (place) => (place.includes("#") ? t("pageBlocks.block") : entity.column(place)?.label),
        onShow: (place) => open(place.startsWith(DESIGN) ? "design" : "settings"),
      }}
    >
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
          <VisitorView entity={entity} id={id} stamp={row["@odata.etag"]} dirty={editing.count > 0} />
        </div>
      </div>}
    </DesignFrame>
  );
}
