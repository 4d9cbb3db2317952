/**
 * The designer of one e-mail: blocks, texts of the envelope, plain text, HTML, and how it looks for somebody. One way
 * back for all of it; what is saved is checked by the server, which makes the HTML.
 */

import { Button, CounterBadge, makeStyles, MessageBar, MessageBarBody, Tab, TabList, Text, tokens } from "@fluentui/react-components";
import { keepPreviousData, useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/http";
import { type Detailed, useEntity } from "../../api/metadata";
import { type Cell, retrieve, type Row, rowQuery, update } from "../../api/row";
import { may, useSession } from "../../api/session";
import { SaveBar } from "../../record/SaveBar";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { useSteps, useStepKeys } from "../../shell/steps";
import { LifeCycle } from "../design/LifeCycle";
import { act, type Found } from "../design/operations";
import { Overtaken } from "../design/Overtaken";
import { Problems } from "../design/Problems";
import { stage } from "../design/state";
import { Unsaved } from "../../record/Unsaved";
import { Begin } from "./Begin";
import { Blocks } from "./Blocks";
import { Envelope } from "./Envelope";
import { Html } from "./Html";
import { Looks } from "./Looks";
import { type Design, read } from "./model";
import { PlainText } from "./PlainText";
import { TestMail } from "./TestMail";

export const ENTITY = "msdyncrm_marketingemail";
const DESIGN = "assent_design";

/** What is worked on: the columns as they shall be, and the design as it is drawn. */
export interface Work {
  design: Design | null;
  values: Record<string, Cell>;
}

export interface Preview {
  Subject: string;
  Html: string;
  Text: string;
  From: string;
  Problems: Found[];
}

/** The columns that are part of the message. */
const COLUMNS = [
  "msdyncrm_name", "msdyncrm_subject", "msdyncrm_previewtext", "msdyncrm_fromname", "msdyncrm_fromemail", "msdyncrm_replytoemail",
  "msdyncrm_messagedesignation", "msdyncrm_email_contenttype", "msdyncrm_email_contentlanguage", "msdyncrm_automaticallygeneratetextpart",
  "msdyncrm_textpart", "msdyncrm_emailbody",
];

const useStyles = makeStyles({
  heading: { margin: 0 },
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  tabs: { flexGrow: 1 },
  problems: { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: tokens.spacingVerticalM },
});

const work = (row: Row): Work => ({
  design: read(row[DESIGN] as string | null),
  values: Object.fromEntries(COLUMNS.map((it) => [it, row[it] ?? null])),
});

/** What differs from the row, as it is written. With a design the HTML is the server's. */
function changes(now: Work, row: Row): Record<string, Cell> {
  const before = work(row);
  const changed = Object.entries(now.values).filter(
    ([name, value]) => (value ?? "") !== (before.values[name] ?? "") && !(now.design && name === "msdyncrm_emailbody"),
  );
  const design = JSON.stringify(now.design) === JSON.stringify(before.design) ? [] : [[DESIGN, now.design && JSON.stringify(now.design)]];
  return Object.fromEntries([...changed, ...design]) as Record<string, Cell>;
}

export default function EmailDesigner() {
  const { id = "" } = useParams({ strict: false });
  return <Loaded key={id} entity={useEntity(ENTITY)} id={id} />;
}

function Loaded({ entity, id }: { entity: Detailed; id: string }) {
  const { data: row } = useSuspenseQuery({ ...rowQuery(entity, id), refetchOnWindowFocus: false });
  return <Designer entity={entity} id={id} row={row} />;
}

function Designer({ entity, id, row }: { entity: Detailed; id: string; row: Row }) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const client = useQueryClient();
  const session = useSession();
  const notices = useNotices();
  const navigate = useNavigate();
  const { tab } = useSearch({ strict: false }) as { tab?: string };
  const history = useSteps(() => work(row));
  const { now, set: change } = history;
  const [because, setBecause] = useState("");
  const [theirs, setTheirs] = useState<Row | null>(null);
  const [selected, setSelected] = useState<string | null>(null);
  useStepKeys(history);

  const draft = changes(now, row);
  const count = Object.keys(draft).length;
  const live = stage(ENTITY, row) === "live";
  const locked = live || !may(session, "Write", ENTITY);
  const confirmation = now.values["msdyncrm_email_contenttype"] === 1;

  // What the server makes of it as it is now, a moment after the last letter.
  const { msdyncrm_name: _, ...sent } = draft;
  const asked = useSettled(useDeferredValue(JSON.stringify(sent)), 500);
  const previewed = useQuery({
    queryKey: ["email", "preview", id, row["@odata.etag"], asked],
    queryFn: ({ signal }) => act<Preview>(entity, id, "assent_PreviewEmail", { Draft: asked }, signal),
    placeholderData: keepPreviousData,
    enabled: may(session, "Write", ENTITY),
  });
  const found = previewed.data?.Problems ?? [];
  const errors = found.filter((it) => !it.warning).length;
  const marked = useMemo(() => new Map(found.filter((it) => it.place.startsWith(`${DESIGN}#`)).map((it) => [it.place.slice(DESIGN.length + 1), it])), [found]);

  const saving = useMutation({
    mutationFn: async (over: Row) => {
      await update(entity.set, id, draft, String(over["@odata.etag"]), because);
    },
    onSuccess: async () => {
      setBecause("");
      setTheirs(null);
      await client.invalidateQueries({ queryKey: ["row", ENTITY, id] });
      void client.invalidateQueries({ queryKey: ["list", ENTITY] });
      notices.done(t("saved"));
    },
    onError: async (error) => {
      if (!(error instanceof ApiError && error.isStale)) return notices.failed(error);
      setTheirs(await retrieve(entity, id));
    },
  });
  const set = (name: string, value: Cell) =>
    change((it) => ({ ...it, values: { ...it.values, [name]: value === "" ? null : value } }), name);
  const setDesign = (to: (design: Design) => Design, about = "") =>
    change((it) => (it.design ? { ...it, design: to(it.design) } : it), about);
  const begin = (design: Design, values: Record<string, Cell>) => {
    change((it) => ({ design, values: { ...it.values, ...values } }));
    setSelected(null);
  };
  /** Who writes the HTML has no design any more; the way back brings it again. */
  const writeHtml = (html: string) => change((it) => ({ design: null, values: { ...it.values, msdyncrm_emailbody: html } }), "html");

  const byHand = now.design === null && Boolean(now.values["msdyncrm_emailbody"]);
  const tabs = ["design", "envelope", "text", "html", "look"];
  const current = tabs.includes(tab ?? "") ? tab! : byHand ? "html" : "design";
  const open = (tab: string) => void navigate({ to: ".", search: { tab } as never, replace: true });
  const nameOf = (place: string): string | undefined => {
    const block = marked.get(place.slice(DESIGN.length + 1));
    if (block && place.includes("#")) return t("block");
    return entity.column(place)?.label;
  };
  const show = (place: string) => {
    if (place.includes("#")) setSelected(place.slice(DESIGN.length + 1));
    open(place.startsWith(DESIGN) ? "design" : place === "msdyncrm_emailbody" ? (byHand ? "html" : "design") : place === "msdyncrm_textpart" ? "text" : "envelope");
  };
  return (
    <Page
      title={String(now.values["msdyncrm_name"] ?? entity.label)}
      above={
        <Text size={200}>
          <Link to={`/list/${ENTITY}`}>{entity.plural}</Link> · <Link to={`/record/${ENTITY}/${id}`}>{t("record")}</Link>
        </Text>
      }
      commands={
        <>
          <Button disabled={!history.undo || locked} onClick={history.undo}>{t("undo")}</Button>
          <Button disabled={!history.redo || locked} onClick={history.redo}>{t("redo")}</Button>
          {may(session, "Write", ENTITY) && <TestMail entity={entity} id={id} dirty={count > 0} />}
          <LifeCycle entity={entity} id={id} row={row} dirty={count > 0} errors={errors} />
        </>
      }
    >
      {live && (
        <MessageBar intent="info" layout="multiline"><MessageBarBody>{t("isLive")}</MessageBarBody></MessageBar>
      )}
      <div className={styles.bar}>
        <TabList className={styles.tabs} selectedValue={current} onTabSelect={(_, { value }) => open(String(value))}>
          {tabs.map((it) => <Tab key={it} value={it}>{t(`tab.${it}`)}</Tab>)}
        </TabList>
        {errors > 0 && <Text><CounterBadge count={errors} color="danger" /> {t("errors", { count: errors })}</Text>}
      </div>
      {current === "design" &&
        (now.design ? (
          <Blocks
            design={now.design}
            sender={String(now.values["msdyncrm_fromname"] ?? "")}
            selected={selected}
            marked={marked}
            locked={locked}
            confirmation={confirmation}
            onSelect={setSelected}
            onChange={setDesign}
          />
        ) : (
          <Begin entity={entity} id={id} replaces={byHand} locked={locked} onBegin={begin} />
        ))}
      {current === "envelope" && <Envelope entity={entity} work={now} locked={locked} found={found} onChange={set} />}
      {current === "text" && <PlainText work={now} made={previewed.data?.Text ?? ""} locked={locked} confirmation={confirmation} onChange={set} />}
      {current === "html" && (
        <Html
          html={now.design ? (previewed.data?.Html ?? "") : String(now.values["msdyncrm_emailbody"] ?? "")}
          shown={previewed.data?.Html ?? ""}
          designed={now.design !== null}
          locked={locked}
          onChange={writeHtml}
        />
      )}
      {current === "look" && <Looks entity={entity} id={id} draft={asked} etag={String(row["@odata.etag"])} />}
      <section className={styles.problems} aria-labelledby="problems">
        <Text as="h2" id="problems" weight="semibold" block className={styles.heading}>{t("problems")}</Text>
        {previewed.error ? <Text role="alert">{String((previewed.error as Error).message)}</Text> : previewed.data && <Problems found={found} nameOf={nameOf} onShow={show} />}
      </section>
      {count > 0 && !locked && (
        <SaveBar
          count={count}
          because={because}
          onBecause={setBecause}
          busy={saving.isPending}
          onSave={() => saving.mutate(row)}
          onDiscard={() => history.set(() => work(row))}
        />
      )}
      {theirs && (
        <Overtaken
          onMine={() => saving.mutate(theirs)}
          onTheirs={() => {
            setTheirs(null);
            history.set(() => work(theirs));
            void client.invalidateQueries({ queryKey: ["row", ENTITY, id] });
          }}
          onCancel={() => setTheirs(null)}
        />
      )}
      <Unsaved dirty={count > 0 && !locked} />
    </Page>
  );
}

/** A value once it has not changed for a while. */
function useSettled<T>(value: T, wait: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (settled === value) return;
    const timer = setTimeout(() => setSettled(value), wait);
    return () => clearTimeout(timer);
  }, [value, settled, wait]);
  return settled;
}
