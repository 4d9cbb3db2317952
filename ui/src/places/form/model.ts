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

export const begin = (stored: Stored): Work => ({ form: {}, elements: stored.elements, purposes: {} });

export const newElement = (kind: Kind, values: Record<string, Cell>, more: Partial<Element> = {}): Element => ({
  id: crypto.randomUUID(),
  kind,
  field: null,
  list: null,
  values: { assent_pairs: kind === KIND.friends ? 3 : null, assent_required: false, ...values },
  ...more,
});

/** How many things differ. */
export function differences(work: Work, stored: Stored): number {
  const { changed, gone } = compare(work, stored);
  return Object.keys(work.form).length + changed.length + gone.length + Object.keys(work.purposes).length;
}

function compare(work: Work, stored: Stored) {
  const before = new Map(stored.elements.map((it, at) => [it.id, { it, at }]));
  const kept = new Set(work.elements.map((it) => it.id));
  const changed = work.elements
    .map((it, at) => ({ it, at }))
    .filter(({ it, at }) => {
      const old = before.get(it.id);
      return !old || old.at !== at || JSON.stringify(old.it) !== JSON.stringify(it);
    });
  return { changed, gone: stored.elements.filter((it) => !kept.has(it.id)) };
}

/** Writes what differs. Identifiers are known before, so a part that failed is written again without harm. */
export async function save(id: string, work: Work, stored: Stored, form: Detailed, entities: Map<string, Entity>, because: string) {
  const { changed, gone } = compare(work, stored);
  const type = (name: string) => `Microsoft.Dynamics.CRM.${name}`;
  const many = (set: string, name: string, Targets: Record<string, unknown>[]) =>
    Targets.length ? send(`${set}/Microsoft.Dynamics.CRM.${name}`, { body: { Targets } }) : Promise.resolve();
  await many("msdyncrm_marketingformfields", "UpdateMultiple",
    Object.entries(work.purposes).map(([field, assent_purpose]) => ({ "@odata.type": type(FIELD), msdyncrm_marketingformfieldid: field, assent_purpose: assent_purpose || null })));
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
  if (Object.keys(work.form).length > 0) await update(form.set, id, body(work.form, form, entities), String(stored.form["@odata.etag"]), because);
}

/** The form with a column more that differs, or one less. */
export function changed(draft: Draft, row: Row, entity: Detailed, name: string, value: Draft[string]): Draft {
  const { [name]: _, ...rest } = draft;
  return JSON.stringify(value) === JSON.stringify(given(row, entity, name)) ? rest : { ...rest, [name]: value };
}

/** The value of a column of the form as it shall be. */
export const valueOf = (work: Work, stored: Stored, entity: Detailed, name: string): Draft[string] =>
  name in work.form ? (work.form[name] ?? null) : given(stored.form, entity, name);
