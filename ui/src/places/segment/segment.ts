/** What a segment is, by its type; the type is fixed when it is made. */

import type { Row } from "../../api/row";

export const DYNAMIC = 192_350_000;
export const STATIC = 192_350_001;

export const isStatic = (row: Row) => row["msdyncrm_segmenttype"] === STATIC;
