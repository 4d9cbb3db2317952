/**
 * What is kept of a design: the definition, where tiles stand, and, beside a journey that is live, the draft that is
 * not published yet. The draft is in the designer's own column, so the running journey does not see it.
 */

import type { Detailed } from "../../api/metadata";
import type { Draft, Row } from "../../api/row";
import { LIVE } from "../../record/life";
import { given, isSame } from "../../record/draft";
import { read, type Tile, write } from "./definition";
import type { Point } from "./layout";

export interface Design {
  tiles: Tile[];
  positions: Record<string, Point>;
  /** The journey's own columns. */
  values: Draft;
}

interface Kept {
  Positions?: Record<string, Point>;
  Draft?: unknown[] | null;
}

export const DEFINITION = "msdyncrm_workflowdefinition";
export const STATE = "msdyncrm_customerjourneydesignerstate";

const COLUMNS = [
  "msdyncrm_name", "msgdpr_requiredconsent", "msdyncrm_description", "msdyncrm_startdatetime", "msdyncrm_enddatetime", "msdyncrm_contentsettingsid",
  "msdyncrm_suppressionsegmentid",
];

function kept(row: Row): Kept {
  try {
    return (JSON.parse(String(row[STATE] ?? "null")) as Kept | null) ?? {};
  } catch {
    // Another designer wrote it for itself.
    return {};
  }
}

/** What runs, or would. */
export const running = (row: Row): Tile[] => read(String(row[DEFINITION] ?? ""));

export const hasDraft = (row: Row) => row["statuscode"] === LIVE && Boolean(kept(row).Draft);

export function designed(row: Row, entity: Detailed): Design {
  const { Positions, Draft } = kept(row);
  return {
    tiles: hasDraft(row) ? read(JSON.stringify(Draft)) : running(row),
    positions: Positions ?? {},
    values: Object.fromEntries(COLUMNS.map((it) => [it, given(row, entity, it)])),
  };
}

/** The columns that differ from a row; the tiles of what is live are kept as a draft. */
export function changes({ tiles, positions, values }: Design, row: Row, entity: Detailed): Draft {
  const known = Object.fromEntries(Object.entries(positions).filter(([id]) => tiles.some((it) => it.id === id)));
  const before = designed(row, entity);
  const own = Object.entries(values).filter(([name, value]) => !isSame(value, given(row, entity, name)));
  if (write(tiles) === write(before.tiles) && JSON.stringify(known) === JSON.stringify(before.positions)) return Object.fromEntries(own);
  const differs = write(tiles) !== write(running(row));
  const isDraft = row["statuscode"] === LIVE && differs;
  const state: Kept = { Positions: known, ...(isDraft ? { Draft: JSON.parse(write(tiles)) as unknown[] } : {}) };
  return { ...Object.fromEntries(own), [STATE]: JSON.stringify(state), ...(differs && !isDraft ? { [DEFINITION]: write(tiles) } : {}) };
}
