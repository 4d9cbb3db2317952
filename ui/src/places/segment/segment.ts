/** What a segment is: its columns as they are worked on, and what follows from its type, which is fixed when it is made. */

import type { Draft, Row } from "../../api/row";
import type { Way } from "../../record/working";

export const DYNAMIC = 192_350_000;
export const STATIC = 192_350_001;

export const isStatic = (row: Row) => row["msdyncrm_segmenttype"] === STATIC;

export interface Segment {
  name: string;
  description: string;
  type: number;
  query: string;
}

/** The columns of it that change. */
export const written = ({ name, description, query }: Segment): Draft => ({
  msdyncrm_segmentname: name.trim(), msdyncrm_description: description || null, msdyncrm_segmentquery: query || null,
});

export const WAY: Way<Segment> = {
  begin: (row) => ({
    name: String(row["msdyncrm_segmentname"] ?? ""),
    description: String(row["msdyncrm_description"] ?? ""),
    type: Number(row["msdyncrm_segmenttype"] ?? DYNAMIC),
    query: String(row["msdyncrm_segmentquery"] ?? ""),
  }),
  columns: (segment, row) => Object.fromEntries(Object.entries(written(segment)).filter(([name, value]) => value !== (row[name] ?? null))),
};
