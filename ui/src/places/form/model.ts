/** A form as it is worked on: its elements in order, and the difference from what is stored as one transaction. */

import { queryOptions } from "@tanstack/react-query";
import { type Change, changeSet } from "../../api/batch";
import type { Detailed, Entity } from "../../api/metadata";
import { address, body, type Cell, type Draft, retrieve, type Row, rows } from "../../api/row";
import { given, isSame } from "../../record/draft";
import type { Way } from "../../record/working";
import type { Stored as StoredRow } from "../../record/writing";

export const FORM = "msdyncrm_marketingform";
export const ELEMENT = "assent_formelement";
export const FIELD = "msdyncrm_marketingformfield";
export const CONSENT = "msgdpr_gdprconsent";

/** The kinds of element, by the numbers that the column has. */
export const KIND = { field: 1, list: 2, bulk: 3, submit: 4, text: 5, remember: 6, friends: 7, reset: 8, captcha: 9, image: 10, divider: 11 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];
export const wordOf = (kind: number) => Object.entries(KIND).find(([, it]) => it === kind)?.[0] ?? "text";

/** Which kinds each type of form may have (`msdyncrm_validforpagetype`). */
const EVERYWHERE: Kind[] = [KIND.text, KIND.image, KIND.divider, KIND.submit];
export const ALLOWED: Record<number, Kind[]> = {
  0: [KIND.field, KIND.list, KIND.bulk, KIND.remember, KIND.reset, KIND.captcha, ...EVERYWHERE],
  1: [KIND.field, KIND.list, KIND.bulk, KIND.remember, ...EVERYWHERE],
  2: [KIND.friends, KIND.reset, ...EVERYWHERE],
};
/** Kinds of which a form has one at most. */
export const ONCE: Kind[] = [KIND.bulk, KIND.submit, KIND.remember, KIND.friends, KIND.reset, KIND.captcha];

const TEXTS = ["assent_label", "assent_placeholder", "assent_requiredmessage", "assent_default", "assent_text"] as const;
const FLAGS = ["assent_hidden", "assent_prefill", "assent_required", "assent_asksname"] as const;
const NUMBERS = ["assent_maxlength", "assent_pairs"] as const;

export interface Element {
  id: string;
  kind: Kind;
  field: string | null;
  list: string | null;
  values: Record<string, Cell>;
}

/** The columns of the form that are worked on. */
export const SETTINGS: { name: string; columns: string[]; landing?: boolean }[] = [
  { name: "form", columns: ["msdyncrm_name", "msdyncrm_validforpagetype", "msdyncrm_purpose", "assent_language"] },
  { name: "answer", landing: true, columns: ["msdyncrm_entityupdatebehavioronsubmit", "msdyncrm_contactmatchingstrategy", "msdyncrm_leadmatchingstrategy", "msdyncrm_alwaysgenerateleads", "msdyncrm_allowprefill", "msdyncrm_keepsuccessfulsubmissions"] },
  { name: "consent", columns: ["assent_wording"] },
  { name: "after", columns: ["msdyncrm_confirmationmessage", "msdyncrm_errormessage", "msdyncrm_limitexceededmessage", "msdyncrm_redirecturl"] },
  { name: "optin", columns: ["msdyncrm_enabledoubleoptin", "msdyncrm_doubleoptinmessage", "msdyncrm_doubleoptincontentsettings", "msdyncrm_doubleoptinthankyouformat", "msdyncrm_doubleoptinthankyoupage", "msdyncrm_doubleoptinthankyouurl"] },
];
const COLUMNS = [...SETTINGS.flatMap((it) => it.columns), "assent_embeddomains"];

export interface Work {
  form: Draft;
  elements: Element[];
  /** What fields are used for, by their identifiers; a field is shared by forms. */
  purposes: Record<string, string>;
}

/** What the elements are chosen from. */
export interface Stored {
  fields: Row[];
  lists: Row[];
}

/**
 * A form with its elements as one row: beside its columns stand the elements, the versions they were read in, and what
 * each field is used for. So who changed what is told as of every other row.
 */
export const ELEMENTS = "elements";
const VERSIONS = "versions";
const PURPOSE = "purpose of ";

async function load(id: string, signal?: AbortSignal): Promise<{ row: Row; stored: Stored }> {
  const [form, elements, fields, lists] = await Promise.all([
    retrieve({ set: "msdyncrm_marketingforms" }, id, signal),
    rows("assent_formelements", { $filter: `_assent_formid_value eq ${id}`, $orderby: "assent_order,createdon" }, signal),
    rows("msdyncrm_marketingformfields", { $filter: "statecode eq 0", $orderby: "msdyncrm_name" }, signal),
    rows("lists", { $select: "listname,msdyncrm_issubscription", $filter: "msdyncrm_issubscription eq true", $orderby: "listname" }, signal),
  ]);
  const versions = [...elements.map((it) => [it["assent_formelementid"], it["@odata.etag"]]), ...fields.map((it) => [it["msdyncrm_marketingformfieldid"], it["@odata.etag"]])];
  const row: Row = {
    ...form,
    [ELEMENTS]: JSON.stringify(elements.map(element)),
    [VERSIONS]: JSON.stringify(Object.fromEntries(versions)),
    ...Object.fromEntries(fields.map((it) => [PURPOSE + String(it["msdyncrm_marketingformfieldid"]), it["assent_purpose"] ?? null])),
  };
  return { row, stored: { fields, lists } };
}

/** A form with all that it is made of; what renews the row renews it. */
export const wholeQuery = (id: string) =>
  queryOptions({ queryKey: ["row", FORM, id, "whole"], queryFn: ({ signal }) => load(id, signal), refetchOnWindowFocus: false });

/** How it is read anew and written. */
export const storedForm = (id: string, form: Detailed, entities: Map<string, Entity>): StoredRow => ({
  read: async () => (await load(id)).row,
  write: (draft, on, because) => changeSet(changesOf(id, draft, on, form, entities, because)),
});

const element = (row: Row): Element => ({
  id: String(row["assent_formelementid"]),
  kind: row["assent_kind"] as Kind,
  field: (row["_assent_fieldid_value"] as string | null) ?? null,
  list: (row["_assent_listid_value"] as string | null) ?? null,
  values: Object.fromEntries([...TEXTS, ...FLAGS, ...NUMBERS].map((it) => [it, row[it] ?? null])),
});

/** An element with every value, as the server gives one that is stored. */
export function newElement(kind: Kind, values: Record<string, Cell>, more: Partial<Element> = {}): Element {
  const empty = Object.fromEntries([...TEXTS.map((it) => [it, null]), ...FLAGS.map((it) => [it, false]), ...NUMBERS.map((it) => [it, null])]);
  return { id: crypto.randomUUID(), kind, field: null, list: null, ...more, values: { ...empty, assent_pairs: 3, ...values } };
}

const elementsOf = (row: Row) => JSON.parse(String(row[ELEMENTS] ?? "[]")) as Element[];

/** How a form is worked on. */
export const way = (form: Detailed): Way<Work> => ({
  begin: (row) => ({
    form: Object.fromEntries(COLUMNS.map((it) => [it, given(row, form, it)])),
    elements: elementsOf(row),
    purposes: Object.fromEntries(Object.entries(row).filter(([name]) => name.startsWith(PURPOSE)).map(([name, text]) => [name.slice(PURPOSE.length), String(text ?? "")])),
  }),
  columns: (work, row) => {
    const elements = JSON.stringify(work.elements);
    const purposes = Object.entries(work.purposes).map(([id, text]): [string, Cell] => [PURPOSE + id, text || null]);
    return Object.fromEntries([
      ...[...Object.entries(work.form), ...purposes].filter(([name, value]) => !isSame(value, given(row, form, name))),
      ...(elements === row[ELEMENTS] ? [] : [[ELEMENTS, elements]]),
    ]) as Draft;
  },
});

/** What the purposes of fields are called, where somebody has to choose between two. */
export const namedPurposes = (stored: Stored, purpose: string): Record<string, string> =>
  Object.fromEntries(stored.fields.map((it) => [PURPOSE + String(it["msdyncrm_marketingformfieldid"]), `${purpose}: ${String(it["msdyncrm_name"] ?? "")}`]));

/** What writes a draft of a form with its elements, in one transaction, over the versions that were read. */
export function changesOf(id: string, draft: Draft, on: Row, form: Detailed, entities: Map<string, Entity>, because: string): Change[] {
  const etags = JSON.parse(String(on[VERSIONS] ?? "{}")) as Record<string, string>;
  const why = because ? { "@Assent.Justification": because } : {};
  const columns = Object.fromEntries(Object.entries(draft).filter(([name]) => name !== ELEMENTS && !name.startsWith(PURPOSE)));
  const purposes = Object.entries(draft).filter(([name]) => name.startsWith(PURPOSE)).map(([name, text]) => ({ field: name.slice(PURPOSE.length), text }));
  const before = new Map(elementsOf(on).map((it, at) => [it.id, JSON.stringify([it, at])]));
  const elements = ELEMENTS in draft ? (JSON.parse(String(draft[ELEMENTS])) as Element[]) : elementsOf(on);
  const kept = new Set(elements.map((it) => it.id));
  const at = (element: string) => `assent_formelements(${element})`;
  return [
    ...purposes.map(({ field, text }): Change => ({ method: "PATCH", path: `msdyncrm_marketingformfields(${field})`, etag: etags[field], body: { assent_purpose: text, ...why } })),
    ...[...before.keys()].filter((it) => !kept.has(it)).map((it): Change => ({ method: "DELETE", path: at(it), etag: etags[it] })),
    ...elements.flatMap((it, order): Change[] =>
      before.get(it.id) === JSON.stringify([it, order]) ? [] : [{ method: "PATCH", path: at(it.id), etag: etags[it.id], body: { ...stored(it, order, id), ...why } }],
    ),
    ...(Object.keys(columns).length > 0
      ? [{ method: "PATCH" as const, path: address(form, id), etag: String(on["@odata.etag"]), body: { ...body(columns, form, entities), ...why } }]
      : []),
  ];
}

/** An element as it is written. Its identifier is known before, so writing it again does no harm. */
const stored = (it: Element, order: number, form: string) => ({
  assent_kind: it.kind,
  assent_order: order,
  "assent_formid@odata.bind": `/msdyncrm_marketingforms(${form})`,
  ...(it.field ? { "assent_fieldid@odata.bind": `/msdyncrm_marketingformfields(${it.field})` } : {}),
  ...(it.list ? { "assent_listid@odata.bind": `/lists(${it.list})` } : {}),
  ...it.values,
});
