/** A form as it is worked on: its elements in order, and the difference from what is stored as few requests. */

import { send } from "../../api/http";
import type { Detailed, Entity } from "../../api/metadata";
import { body, type Cell, type Draft, type Row, rows, update } from "../../api/row";
import { given } from "../../record/draft";

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

export interface Stored {
  form: Row;
  elements: Element[];
  fields: Row[];
  lists: Row[];
}

export async function load(form: Row, id: string, signal: AbortSignal): Promise<Stored> {
  const [elements, fields, lists] = await Promise.all([
    rows("assent_formelements", { $filter: `_assent_formid_value eq ${id}`, $orderby: "assent_order,createdon" }, signal),
    rows("msdyncrm_marketingformfields", { $filter: "statecode eq 0", $orderby: "msdyncrm_name" }, signal),
    rows("lists", { $select: "listname,msdyncrm_issubscription", $filter: "msdyncrm_issubscription eq true", $orderby: "listname" }, signal),
  ]);
  return { form, elements: elements.map(element), fields, lists };
}

const element = (row: Row): Element => ({
  id: String(row["assent_formelementid"]),
  kind: row["assent_kind"] as Kind,
  field: (row["_assent_fieldid_value"] as string | null) ?? null,
  list: (row["_assent_listid_value"] as string | null) ?? null,
  values: Object.fromEntries([...TEXTS, ...FLAGS, ...NUMBERS].map((it) => [it, row[it] ?? null])),
});

export const begin = (stored: Stored, form: Detailed): Work => ({
  form: Object.fromEntries(COLUMNS.map((it) => [it, given(stored.form, form, it)])),
  elements: stored.elements,
  purposes: {},
});

/** An element with every value, as the server gives one that is stored. */
export function newElement(kind: Kind, values: Record<string, Cell>, more: Partial<Element> = {}): Element {
  const empty = Object.fromEntries([...TEXTS.map((it) => [it, null]), ...FLAGS.map((it) => [it, false]), ...NUMBERS.map((it) => [it, null])]);
  return { id: crypto.randomUUID(), kind, field: null, list: null, ...more, values: { ...empty, assent_pairs: 3, ...values } };
}

/** How many things differ. */
export function differences(work: Work, stored: Stored, form: Detailed): number {
  const { changed, gone, columns, purposes } = compare(work, stored, form);
  return Object.keys(columns).length + changed.length + gone.length + purposes.length;
}

function compare(work: Work, stored: Stored, form: Detailed) {
  const before = new Map(stored.elements.map((it, at) => [it.id, { it, at }]));
  const kept = new Set(work.elements.map((it) => it.id));
  const changed = work.elements
    .map((it, at) => ({ it, at }))
    .filter(({ it, at }) => {
      const old = before.get(it.id);
      return !old || old.at !== at || JSON.stringify(old.it) !== JSON.stringify(it);
    });
  return {
    changed,
    gone: stored.elements.filter((it) => !kept.has(it.id)),
    columns: Object.fromEntries(Object.entries(work.form).filter(([name, value]) => identity(value) !== identity(given(stored.form, form, name)))),
    purposes: Object.entries(work.purposes).filter(([id, text]) => text !== (stored.fields.find((it) => it["msdyncrm_marketingformfieldid"] === id)?.["assent_purpose"] ?? "")),
  };
}

const identity = (it: Draft[string]) => (it !== null && typeof it === "object" ? it.id : it);

/** Writes what differs. Identifiers are known before, so a part that failed is written again without harm. */
export async function save(id: string, work: Work, stored: Stored, form: Detailed, entities: Map<string, Entity>, because: string) {
  const { changed, gone, columns, purposes } = compare(work, stored, form);
  const type = (name: string) => `Microsoft.Dynamics.CRM.${name}`;
  const many = (set: string, name: string, Targets: Record<string, unknown>[]) =>
    Targets.length ? send(`${set}/Microsoft.Dynamics.CRM.${name}`, { body: { Targets } }) : Promise.resolve();
  await many("msdyncrm_marketingformfields", "UpdateMultiple",
    purposes.map(([field, assent_purpose]) => ({ "@odata.type": type(FIELD), msdyncrm_marketingformfieldid: field, assent_purpose: assent_purpose || null })));
  await many("assent_formelements", "DeleteMultiple", gone.map((it) => ({ "@odata.type": type(ELEMENT), assent_formelementid: it.id })));
  await many("assent_formelements", "UpsertMultiple", changed.map(({ it, at }) => ({
    "@odata.type": type(ELEMENT),
    assent_formelementid: it.id,
    assent_kind: it.kind,
    assent_order: at,
    "assent_formid@odata.bind": `/msdyncrm_marketingforms(${id})`,
    ...(it.field ? { "assent_fieldid@odata.bind": `/msdyncrm_marketingformfields(${it.field})` } : {}),
    ...(it.list ? { "assent_listid@odata.bind": `/lists(${it.list})` } : {}),
    ...it.values,
  })));
  if (Object.keys(columns).length > 0) await update(form.set, id, body(columns, form, entities), String(stored.form["@odata.etag"]), because);
}

/** A draft with a column more that differs, or one less. */
export function changed(draft: Draft, row: Row, entity: Detailed, name: string, value: Draft[string]): Draft {
  const { [name]: _, ...rest } = draft;
  return JSON.stringify(value) === JSON.stringify(given(row, entity, name)) ? rest : { ...rest, [name]: value };
}
