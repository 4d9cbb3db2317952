/**
 * The designer of one e-mail: blocks, texts of the envelope, plain text, HTML, and how it looks for somebody. One way
 * back for all of it; what is saved is checked by the server, which makes the HTML.
 */

import { keepPreviousData, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Detailed, useEntity } from "../../api/metadata";
import { type Cell, type Draft, type Row, rowQuery } from "../../api/row";
import { may, useSession } from "../../api/session";
import { useWorking, type Way } from "../../record/working";
import { useRowStored } from "../../record/writing";
import { useSettled } from "../../shell/settled";
import { useTab } from "../../shell/Tabs";
import { DesignFrame } from "../design/DesignFrame";
import { act, type Found } from "../design/operations";
import { stage } from "../design/state";
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

const TABS = ["design", "envelope", "text", "html", "look"] as const;

const work = (row: Row): Work => ({
  design: read(row[DESIGN] as string | null),
  values: Object.fromEntries(COLUMNS.map((it) => [it, row[it] ?? null])),
});

/** What differs from the row, as it is written. With a design the HTML is the server's. */
function columns(now: Work, row: Row): Draft {
  const before = work(row);
  const changed = Object.entries(now.values).filter(
    ([name, value]) => (value ?? "") !== (before.values[name] ?? "") && !(now.design && name === "msdyncrm_emailbody"),
  );
  const design: [string, Cell][] = JSON.stringify(now.design) === JSON.stringify(before.design) ? [] : [[DESIGN, now.design && JSON.stringify(now.design)]];
  return Object.fromEntries([...changed, ...design]);
}

const WAY: Way<Work> = { begin: work, columns };

export default function EmailDesigner() {
  const { id = "" } = useParams({ strict: false });
  return <Loaded key={id} entity={useEntity(ENTITY)} id={id} />;
}

function Loaded({ entity, id }: { entity: Detailed; id: string }) {
  const { data: row } = useSuspenseQuery({ ...rowQuery(entity, id), refetchOnWindowFocus: false });
  return <Designer entity={entity} id={id} row={row} />;
}

function Designer({ entity, id, row }: { entity: Detailed; id: string; row: Row }) {
  const { t } = useTranslation("email");
  const session = useSession();
  const editing = useWorking({ entity, id, row, way: WAY, stored: useRowStored(entity, id) });
  const { steps, draft } = editing;
  const { now, set: change } = steps;
  const [selected, setSelected] = useState<string | null>(null);
  const mayChange = may(session, "Write", ENTITY);
  const locked = stage(ENTITY, row) === "live" || !mayChange;
  const confirmation = now.values["msdyncrm_email_contenttype"] === 1;

  // What the server makes of it as it is now, a moment after the last letter.
  const { msdyncrm_name: _, ...sent } = draft;
  const asked = useSettled(JSON.stringify(sent), 500);
  const previewed = useQuery({
    queryKey: ["email", "preview", id, row["@odata.etag"], asked],
    queryFn: ({ signal }) => act<Preview>(entity, id, "assent_PreviewEmail", { Draft: asked }, signal),
    placeholderData: keepPreviousData,
    enabled: mayChange,
  });
  const found = previewed.data?.Problems ?? [];
  const marked = useMemo(() => new Map(found.filter((it) => it.place.startsWith(`${DESIGN}#`)).map((it) => [it.place.slice(DESIGN.length + 1), it])), [found]);

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
  const [tab, open] = useTab(TABS, byHand ? "html" : "design");
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
    <DesignFrame
      entity={entity}
      id={id}
      row={row}
      title={String(now.values["msdyncrm_name"] ?? entity.label)}
      editing={editing}
      steps={steps}
      locked={locked}
      live={t("isLive")}
      named={{ [DESIGN]: t("tab.design") }}
      whole={[DESIGN]}
      commands={mayChange && <TestMail entity={entity} id={id} dirty={editing.count > 0} />}
      tabs={TABS.map((it) => ({ value: it, label: t(`tab.${it}`) }))}
      tab={tab}
      onTab={open}
      check={{ found: previewed.data?.Problems, error: previewed.error, retry: () => void previewed.refetch(), nameOf, onShow: show }}
    >
      {tab === "design" &&
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
      {tab === "envelope" && <Envelope entity={entity} work={now} locked={locked} found={found} onChange={set} />}
      {tab === "text" && <PlainText work={now} made={previewed.data?.Text ?? ""} locked={locked} confirmation={confirmation} onChange={set} />}
      {tab === "html" && (
        <Html
          html={now.design ? (previewed.data?.Html ?? "") : String(now.values["msdyncrm_emailbody"] ?? "")}
          shown={previewed.data?.Html ?? ""}
          designed={now.design !== null}
          locked={locked}
          onChange={writeHtml}
        />
      )}
      {tab === "look" && <Looks entity={entity} id={id} draft={asked} etag={String(row["@odata.etag"])} />}
    </DesignFrame>
  );
}
