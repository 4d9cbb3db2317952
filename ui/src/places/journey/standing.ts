/** How a journey stands: who is at which tile, and what became of its mails, counted by the server. */

import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/http";
import { isLive } from "../../record/life";
import type { Tile } from "./definition";
import { subtree } from "./tree";

interface TileStanding {
  tile: string;
  name: string | null;
  kind: string;
  in_progress: number;
  waiting: number;
  finished: number;
  stopped: Record<string, number>;
  mails: Record<string, number>;
  blocked: Record<string, number>;
}

export interface Standing {
  live: boolean;
  participants: number;
  tiles: TileStanding[];
}

/** What is said of a tile. */
export interface Counts {
  /** Whoever came here at all. */
  reached: number;
  inProgress: number;
  waiting: number;
  finished: number;
  stopped: Record<string, number>;
  mails: Record<string, number>;
  blocked: Record<string, number>;
}

const OFTEN = 10_000;

export const journeyAddress = (id: string) => `msdyncrm_customerjourneys(${id})`;

export const standingQuery = (id: string, status: unknown) =>
  queryOptions({
    queryKey: ["journey", "standing", id],
    queryFn: ({ signal }) => call<Standing>(`${journeyAddress(id)}/Microsoft.Dynamics.CRM.assent_JourneyStanding()`, { signal }),
    refetchInterval: isLive(status) ? OFTEN : false,
  });

export const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, it) => all + it, 0);

const at = (it: TileStanding) => it.in_progress + it.waiting + it.finished + sum(it.stopped);

/** The counts of each tile; a person passed every tile above the one where they stand. */
export function counted(tiles: Tile[], standing: Standing | undefined): Map<string, Counts> {
  const byTile = new Map((standing?.tiles ?? []).map((it) => [it.tile, it]));
  return new Map(
    tiles.map((tile) => {
      const own = byTile.get(tile.id);
      const reached = subtree(tiles, tile.id).reduce((all, it) => all + (byTile.has(it.id) ? at(byTile.get(it.id)!) : 0), 0);
      return [
        tile.id,
        {
          reached, inProgress: own?.in_progress ?? 0, waiting: own?.waiting ?? 0, finished: own?.finished ?? 0, stopped: own?.stopped ?? {},
          mails: own?.mails ?? {}, blocked: own?.blocked ?? {},
        },
      ];
    }),
  );
}

/** People who stand, or wait, at tiles that are not among these: they would fail there. */
export function stranded(tiles: Tile[], standing: Standing | undefined): { tile: string; people: number }[] {
  return (standing?.tiles ?? [])
    .filter((it) => !tiles.some((tile) => tile.id === it.tile))
    .map((it) => ({ tile: it.tile, people: it.in_progress + it.waiting }))
    .filter((it) => it.people > 0);
}
