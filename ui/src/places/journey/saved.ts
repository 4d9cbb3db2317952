/**
 * What is kept of a design: the definition, where tiles stand, and, beside a journey that is live, the draft that is
 * not published yet. The draft is in the designer's own column, so the running journey does not see it.
 */

import type { Detailed } from "../../api/metadata";
import type { Draft, Row } from "../../api/row";
import { LIVE } from "../../record/life";
import { given } from "../../record/draft";
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

export const COLUMNS = [
  "msdyncrm_name", "msgdpr_requiredconsent", "msdyncrm_description", "msdyncrm_startdatetime", "msdyncrm_enddatetime", "msdyncrm_contentsettingsid",
  "msdyncrm_suppressionsegmentid",
];

function kept(row: Row): Kept {
  try {
    return (JSON.parse(String(row["msdyncrm_customerjourneydesignerstate"] ?? "null")) as Kept | null) ?? {};
  } catch {
    // Another designer wrote it for itself.
    return {};
  }
}

const DEFINITION = "msdyncrm_workflowdefinition";

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

/** The columns that keep the tiles; what is live keeps them as a draft. */
export function columns({ tiles, positions }: Design, row: Row): Record<string, unknown> {
  const known = Object.fromEntries(Object.entries(positions).filter(([id]) => tiles.some((it) => it.id === id)));
  const state = (it: Kept) => ({ msdyncrm_customerjourneydesignerstate: JSON.stringify(it) });
  if (row["statuscode"] !== LIVE) return { [DEFINITION]: write(tiles), ...state({ Positions: known }) };
  const isDraft = write(tiles) !== write(running(row));
  return state({ Positions: known, ...(isDraft ? { Draft: JSON.parse(write(tiles)) as unknown[] } : {}) });
}
