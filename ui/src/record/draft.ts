/** What a person changed on a row, beside what somebody else changed meanwhile. */

import { type Detailed, isLookup } from "../api/metadata";
import { cell, type Draft, reference, type Row } from "../api/row";

/** Columns that two people changed differently. */
export interface Clash {
  columns: string[];
  base: Row;
  theirs: Row;
}

/** What a row has in a column, as a draft says it. */
export function given(row: Row, entity: Detailed, name: string): Draft[string] {
  const column = entity.column(name);
  if (!column) return null;
  return isLookup(column) ? reference(row, column) : cell(row, column);
}

const same = (one: Draft[string], other: Draft[string]) => identity(one) === identity(other);
const identity = (it: Draft[string]) => (it !== null && typeof it === "object" ? it.id : it);

/** The columns of a draft that have another value by now than they had, and not the wanted one. */
export const clashes = (draft: Draft, base: Row, theirs: Row, entity: Detailed): string[] =>
  Object.keys(draft).filter((it) => {
    const now = given(theirs, entity, it);
    return !same(now, given(base, entity, it)) && !same(now, draft[it] ?? null);
  });

/** The draft without what the row has by now. */
export const settled = (draft: Draft, theirs: Row, entity: Detailed): Draft =>
  Object.fromEntries(Object.entries(draft).filter(([name, value]) => !same(given(theirs, entity, name), value)));
