/** The designer of one form: what it asks, how it looks to visitors, where it may be embedded, what was sent. */

import { Button, CounterBadge, makeStyles, MessageBar, MessageBarBody, Tab, TabList, Text, tokens } from "@fluentui/react-components";
import { keepPreviousData, useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/http";
import { type Detailed, useEntities, useEntity } from "../../api/metadata";
import { type Draft, type Row, rowQuery } from "../../api/row";
import { may, useSession } from "../../api/session";
import { SaveBar } from "../../record/SaveBar";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Loading } from "../../shell/state";
import { useSteps, useStepKeys } from "../../shell/steps";
import { LifeCycle } from "../design/LifeCycle";
import { ask, type Found } from "../design/operations";
import { Problems } from "../design/Problems";
import { stage } from "../design/state";
import { Unsaved } from "../../record/Unsaved";
import { VisitorView } from "../design/VisitorView";
import { Elements } from "./Elements";
import { Embedding } from "./Embedding";
import { begin, CONSENT, differences, FORM, KIND, load, save, type Stored } from "./model";
import { Settings } from "./Settings";
import { Submissions } from "./Submissions";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  tabs: { flexGrow: 1 },
  problems: { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: tokens.spacingVerticalM },
  heading: { margin: 0 },
});

export default function FormDesigner() {
  const { id = "" } = useParams({ strict: false });
  return <Loaded key={id} entity={useEntity(FORM)} id={id} />;
}

function Loaded({ entity, id }: { entity: Detailed; id: string }) {
  const { data: row } = useSuspenseQuery({ ...rowQuery(entity, id), refetchOnWindowFocus: false });
  const { data: stored } = useSuspenseQuery({
    queryKey: ["form", id],
    queryFn: ({ signal }) => load(row, id, signal),
    refetchOnWindowFocus: false,
  });
  return <Designer entity={entity} id={id} row={row} stored={{ ...stored, form: row }} />;
}

function Designer({ entity, id, row, stored }: { entity: Detailed; id: string; row: Row; stored: Stored }) {
  const styles = useStyles();
  const { t } = useTranslation("form");
  const client = useQueryClient();
  const session = useSession();
  const entities = useEntities();
  const notices = useNotices();
  const navigate = useNavigate();
  const contact = useEntity("contact");
  const { tab } = useSearch({ strict: false }) as { tab?: string };
  const history = useSteps(() => begin(stored, entity));
  const { now, set: change } = history;
  const [because, setBecause] = useState("");
  const [selected, setSelected] = useState<string | null>(null);
  useStepKeys(history);
  const count = differences(now, stored, entity);
  const live = stage(FORM, row) === "live";
  const fixed = !may(session, "Write", FORM);
  // The elements of a live form were checked as they stand; what is around them is checked at each change.
  const locked = live || fixed;
  const check = useQuery({
    queryKey: ["form", id, "check", row["@odata.etag"], stored.elements],
    queryFn: ({ signal }) => ask<{ Problems: Found[] }>(entity, id, "assent_CheckForErrors", {}, signal),
    placeholderData: keepPreviousData,
  });
  const found = check.data?.Problems ?? [];
  const errors = found.filter((it) => !it.warning).length;
  const renew = async () => {
    await client.invalidateQueries({ queryKey: ["row", FORM, id] });
    await client.invalidateQueries({ queryKey: ["form", id] });
    void client.invalidateQueries({ queryKey: ["list", FORM] });
  };
  const saving = useMutation({
    mutationFn: () => save(id, now, stored, entity, entities, because),
    onSuccess: async () => {
      await renew();
      setBecause("");
      notices.done(t("saved"));
    },
    onError: async (error) => {
      notices.failed(error);
      // What was written is seen, what is left is saved once more.
      await renew();
      if (error instanceof ApiError && error.isStale) notices.failed(new Error(t("stale")));
    },
  });
  const fieldOf = (field: string | null) => stored.fields.find((it) => it["msdyncrm_marketingformfieldid"] === field);
  const asksConsent = now.elements.some((it) => it.kind === KIND.list || fieldOf(it.field)?.["msdyncrm_contactmapping"] === CONSENT);
  const set = (name: string, value: Draft[string]) => change((it) => ({ ...it, form: { ...it.form, [name]: value } }), name);
  const value = (name: string) => now.form[name] ?? null;
  const title = String(value("msdyncrm_name") ?? entity.label);
  const tabs = ["design", "settings", "look", "embed", "submissions"];
  const current = tabs.includes(tab ?? "") ? tab! : "design";
  const open = (tab: string) => void navigate({ to: ".", search: { tab } as never, replace: true });
  /** The element that a place of the check means: columns are places, and `list-…` of lists. */
  const elementAt = (place: string) =>
    now.elements.find((it) => {
      const field = fieldOf(it.field);
      return field?.["msdyncrm_contactmapping"] === place || field?.["msdyncrm_leadmapping"] === place || place === `list-${it.list}`;
    });
  const nameOf = (place: string) => {
    const it = elementAt(place);
    if (it) return String(it.values["assent_label"] || contact.column(place)?.label || t("kind.list"));
    return place === "elements" ? undefined : entity.column(place)?.label;
  };
  return (
    <Page
      title={title}
      above={
        <Text size={200}>
          <Link to={`/list/${FORM}`}>{entity.plural}</Link> · <Link to={`/record/${FORM}/${id}`}>{t("record")}</Link>
        </Text>
      }
      commands={
        <>
          <Button disabled={!history.undo || fixed} onClick={history.undo}>{t("undo")}</Button>
          <Button disabled={!history.redo || fixed} onClick={history.redo}>{t("redo")}</Button>
          <LifeCycle entity={entity} id={id} row={row} dirty={count > 0} errors={errors} />
        </>
      }
    >
      {live && <MessageBar intent="info" layout="multiline"><MessageBarBody>{t("isLive")}</MessageBarBody></MessageBar>}
      <div className={styles.bar}>
        <TabList className={styles.tabs} selectedValue={current} onTabSelect={(_, { value }) => open(String(value))}>
          {tabs.map((it) => <Tab key={it} value={it}>{t(`tab.${it}`)}</Tab>)}
        </TabList>
        {errors > 0 && <Text><CounterBadge count={errors} color="danger" /> {t("errors", { count: errors })}</Text>}
      </div>
      <Suspense fallback={<Loading />}>
        {current === "design" && (
          <Elements
            work={now}
            stored={stored}
            kind={Number(value("msdyncrm_validforpagetype") ?? 0)}
            wording={String(value("assent_wording") ?? "")}
            prefills={value("msdyncrm_allowprefill") === true}
            selected={selected}
            locked={locked}
            onSelect={setSelected}
            onChange={change}
            onWording={(it) => set("assent_wording", it || null)}
            onField={() => client.invalidateQueries({ queryKey: ["form", id] })}
          />
        )}
        {current === "settings" && <Settings entity={entity} value={value} locked={fixed} asksConsent={asksConsent} onChange={set} />}
        {current === "look" && <VisitorView entity={entity} id={id} stamp={[row["@odata.etag"], stored.elements]} dirty={count > 0} />}
        {current === "embed" && <Embedding entity={entity} id={id} row={row} value={value} locked={fixed} onChange={set} />}
        {current === "submissions" && <Submissions entity={entity} id={id} title={title} />}
      </Suspense>
      {current !== "submissions" && (
        <section className={styles.problems} aria-labelledby="problems">
          <Text as="h2" id="problems" weight="semibold" block className={styles.heading}>{t("problems")}</Text>
          {count > 0 && <Text size={200} block>{t("checkedSaved")}</Text>}
          {check.data && (
            <Problems
              found={found}
              nameOf={nameOf}
              onShow={(place) => {
                const it = elementAt(place);
                if (it) setSelected(it.id);
                open(it || place === "elements" ? "design" : "settings");
              }}
            />
          )}
        </section>
      )}
      {count > 0 && !fixed && (
        <SaveBar count={count} because={because} onBecause={setBecause} busy={saving.isPending} onSave={() => saving.mutate()} onDiscard={() => change(() => begin(stored, entity))} />
      )}
      <Unsaved dirty={count > 0 && !fixed} />
    </Page>
  );
}
