/** The designer of one form: what it asks, how it looks to visitors, where it may be embedded, what was sent. */

import { keepPreviousData, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Detailed, useEntities, useEntity } from "../../api/metadata";
import type { Draft, Row } from "../../api/row";
import { may, useSession } from "../../api/session";
import { useWorking } from "../../record/working";
import { useTab } from "../../shell/Tabs";
import { DesignFrame } from "../design/DesignFrame";
import { ask, type Found } from "../design/operations";
import { stage } from "../design/state";
import { VisitorView } from "../design/VisitorView";
import { Elements } from "./Elements";
import { Embedding } from "./Embedding";
import { CONSENT, ELEMENTS, FORM, KIND, namedPurposes, type Stored, storedForm, way, wholeQuery } from "./model";
import { Settings } from "./Settings";
import { Submissions } from "./Submissions";

const TABS = ["design", "settings", "look", "embed", "submissions"] as const;

export default function FormDesigner() {
  const { id = "" } = useParams({ strict: false });
  return <Loaded key={id} entity={useEntity(FORM)} id={id} />;
}

function Loaded({ entity, id }: { entity: Detailed; id: string }) {
  const { data } = useSuspenseQuery(wholeQuery(id));
  return <Designer entity={entity} id={id} row={data.row} stored={data.stored} />;
}

function Designer({ entity, id, row, stored }: { entity: Detailed; id: string; row: Row; stored: Stored }) {
  const { t } = useTranslation("form");
  const client = useQueryClient();
  const session = useSession();
  const entities = useEntities();
  const contact = useEntity("contact");
  const [tab, open] = useTab(TABS);
  const formWay = useMemo(() => way(entity), [entity]);
  const editing = useWorking({ entity, id, row, way: formWay, stored: storedForm(id, entity, entities) });
  const { steps } = editing;
  const { now, set: change } = steps;
  const [selected, setSelected] = useState<string | null>(null);
  const fixed = !may(session, "Write", FORM);
  // The elements of a live form were checked as they stand; what is around them is checked at each change.
  const locked = stage(FORM, row) === "live" || fixed;
  const dirty = editing.count > 0;
  const check = useQuery({
    queryKey: ["form", id, "check", row["@odata.etag"], row[ELEMENTS]],
    queryFn: ({ signal }) => ask<{ Problems: Found[] }>(entity, id, "assent_CheckForErrors", {}, signal),
    placeholderData: keepPreviousData,
  });
  const fieldOf = (field: string | null) => stored.fields.find((it) => it["msdyncrm_marketingformfieldid"] === field);
  const asksConsent = now.elements.some((it) => it.kind === KIND.list || fieldOf(it.field)?.["msdyncrm_contactmapping"] === CONSENT);
  const set = (name: string, value: Draft[string]) => change((it) => ({ ...it, form: { ...it.form, [name]: value } }), name);
  const value = (name: string) => now.form[name] ?? null;
  const title = String(value("msdyncrm_name") ?? entity.label);
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
    <DesignFrame
      entity={entity}
      id={id}
      row={row}
      title={title}
      editing={editing}
      steps={steps}
      locked={fixed}
      live={t("isLive")}
      named={{ [ELEMENTS]: t("tab.design"), ...namedPurposes(stored, t("purpose")) }}
      whole={[ELEMENTS]}
      tabs={TABS.map((it) => ({ value: it, label: t(`tab.${it}`) }))}
      tab={tab}
      onTab={open}
      check={tab !== "submissions" && {
        found: check.data?.Problems,
        error: check.error,
        retry: () => void check.refetch(),
        note: dirty ? t("checkedSaved") : undefined,
        nameOf,
        onShow: (place) => {
          const it = elementAt(place);
          if (it) setSelected(it.id);
          open(it || place === "elements" ? "design" : "settings");
        },
      }}
    >
      {tab === "design" && (
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
            onField={() => client.invalidateQueries({ queryKey: ["row", FORM, id] })}
          />
        )}
      {tab === "settings" && <Settings entity={entity} value={value} locked={fixed} asksConsent={asksConsent} onChange={set} />}
      {tab === "look" && <VisitorView entity={entity} id={id} stamp={[row["@odata.etag"], row[ELEMENTS]]} dirty={dirty} />}
      {tab === "embed" && <Embedding entity={entity} id={id} row={row} value={value} locked={fixed} onChange={set} />}
      {tab === "submissions" && <Submissions entity={entity} id={id} title={title} />}
    </DesignFrame>
  );
}
