/** What a person changed on a row, beside what somebody else changed meanwhile. */

import { type Detailed, isLookup } from "../api/metadata";
import { cell, type Draft, reference, referring, type Row } from "../api/row";

/** Columns that two people changed differently. */
export interface Clash {
  columns: string[];
  draft: Draft;
  /** What was in the columns of the draft before both. */
  base: Draft;
  theirs: Row;
}

/** What a row has in a column, as a draft says it. What is beside the columns stands under its own name. */
export function given(row: Row, entity: Detailed, name: string): Draft[string] {
  const column = entity.column(name);
  if (!column) return row[name] ?? null;
  return isLookup(column) ? reference(row, column) : cell(row, column);
}

export const isSame = (one: Draft[string], other: Draft[string]) => identity(one) === identity(other);
const identity = (it: Draft[string]) => (it !== null && typeof it === "object" ? it.id : it);

/** What a row has in the columns of a draft. */
export const beneath = (draft: Draft, row: Row, entity: Detailed): Draft =>
  Object.fromEntries(Object.keys(draft).map((it) => [it, given(row, entity, it)]));

/** The columns of a draft that have another value by now than they had, and not the wanted one. */
export const clashes = (draft: Draft, base: Draft, theirs: Row, entity: Detailed): string[] =>
  Object.keys(draft).filter((it) => {
    const now = given(theirs, entity, it);
    return !isSame(now, base[it] ?? null) && !isSame(now, draft[it] ?? null);
  });

/** The draft without what the row has by now. */
export const settled = (draft: Draft, theirs: Row, entity: Detailed): Draft =>
  Object.fromEntries(Object.entries(draft).filter(([name, value]) => !isSame(given(theirs, entity, name), value)));

/** The row as it is once the draft is written. */
export const overlaid = (row: Row, draft: Draft, entity: Detailed): Row =>
  Object.entries(draft).reduce<Row>((over, [name, value]) => {
    const column = entity.column(name);
    if (column && isLookup(column)) return { ...over, ...referring(column, value !== null && typeof value === "object" ? value : null) };
    return { ...over, [name]: value as Row[string] };
  }, row);
