/** Changes of the tiles of a journey: each gives new tiles, and what was whole stays whole. */

import { begun, children, isAudience, type Kind, ordered, outlets, type Place, rules, same, type Settings, shares, type Tile } from "./definition";

export const tileAt = (tiles: Tile[], place: Place) => tiles.find((it) => same(it.place, place));
export const tileOf = (tiles: Tile[], id: string | null) => tiles.find((it) => it.id === id);

/** The tile and everything below it. */
export function subtree(tiles: Tile[], id: string): Tile[] {
  const tile = tileOf(tiles, id);
  return tile ? [tile, ...children(tiles, tile).flatMap((it) => subtree(tiles, it.id))] : [];
}

/** The tiles above one, the nearest first. */
export function above(tiles: Tile[], id: string): Tile[] {
  const parent = tileOf(tiles, tileOf(tiles, id)?.place?.parent ?? null);
  return parent ? [parent, ...above(tiles, parent.id)] : [];
}

/** A new tile at a place, above what hangs there; without a place it begins a pipeline. */
export function add(tiles: Tile[], kind: Kind, place: Place | null): { tiles: Tile[]; id: string } {
  const id = fresh(tiles, kind);
  const tile: Tile = { id, kind, name: "", place, settings: begun(kind) };
  return { tiles: hung(tiles, tile, [tile], place), id };
}

function fresh(tiles: Tile[], kind: Kind): string {
  const base = kind.toLowerCase().replace("createcrmactivity", "task").replace("marketingform", "form").replace("scheduler", "wait");
  for (let number = 1; ; number++) if (!tiles.some((it) => it.id === `${base}${number}`)) return `${base}${number}`;
}

/** Hangs a tile with what is below it at a place; what hung there follows at the end of its first way. */
function hung(tiles: Tile[], top: Tile, all: Tile[], place: Place | null): Tile[] {
  const others = tiles.filter((it) => !all.includes(it));
  const displaced = place && tileAt(others, place);
  const placed = [...others, { ...top, place }, ...all.filter((it) => it !== top)];
  if (!displaced) return ordered(placed);
  let end = top;
  for (let next = tileAt(all, outlets(end)[0]!); next; next = tileAt(all, outlets(end)[0]!)) end = next;
  return ordered(placed.map((it) => (it === displaced ? { ...it, place: outlets(end)[0]! } : it)));
}

/** Takes a tile away. What follows on its first outlet takes its place; other branches go with it. */
export function remove(tiles: Tile[], id: string): Tile[] {
  const tile = tileOf(tiles, id);
  if (!tile) return tiles;
  if (isAudience(tile)) return cleaned(without(tiles, id));
  const [first] = outlets(tile);
  const kept = first ? tileAt(tiles, first) : undefined;
  const gone = new Set(subtree(tiles, id).map((it) => it.id));
  for (const it of kept ? subtree(tiles, kept.id) : []) gone.delete(it.id);
  return cleaned(ordered(tiles.filter((it) => !gone.has(it.id)).map((it) => (it === kept ? { ...it, place: tile.place } : it))));
}

/** Takes a tile away with everything below it. */
export function without(tiles: Tile[], id: string): Tile[] {
  const gone = new Set(subtree(tiles, id).map((it) => it.id));
  return cleaned(tiles.filter((it) => !gone.has(it.id)));
}

/** Conditions ask for no tile that is gone. */
const cleaned = (tiles: Tile[]) =>
  tiles.map((it) => {
    if (it.kind !== "Trigger" || rules(it).every((rule) => !rule.Source || tileOf(tiles, rule.Source))) return it;
    return { ...it, settings: { ...it.settings, Rules: rules(it).filter((rule) => tileOf(tiles, rule.Source)) } };
  });

/** Moves a tile: alone where one way leads on, with everything below it where several do. */
export function move(tiles: Tile[], id: string, place: Place): Tile[] {
  const tile = tileOf(tiles, id);
  if (!tile || isAudience(tile) || place.parent === id || same(tile.place, place)) return tiles;
  if (outlets(tile).length > 1) {
    const all = subtree(tiles, id);
    if (all.some((it) => it.id === place.parent)) return tiles;
    return hung(tiles, tile, all, place);
  }
  const lifted = tiles
    .filter((it) => it !== tile)
    .map((it) => (it.place?.parent === id ? { ...it, place: tile.place } : it));
  return hung(lifted, tile, [tile], place);
}

/** One step towards the audience: before the tile above. */
export function earlier(tiles: Tile[], id: string): Tile[] | null {
  const parent = above(tiles, id)[0];
  return parent?.place ? move(tiles, id, parent.place) : null;
}

/** One step on: behind the tile below. */
export function later(tiles: Tile[], id: string): Tile[] | null {
  const tile = tileOf(tiles, id);
  if (!tile || isAudience(tile) || outlets(tile).length > 1) return null;
  const next = tileAt(tiles, outlets(tile)[0]!);
  return next ? move(tiles, id, outlets(next)[0]!) : null;
}

/** Hangs a tile with everything below it on an outlet, as a line that is drawn says. */
export function rehang(tiles: Tile[], id: string, place: Place): Tile[] {
  const tile = tileOf(tiles, id);
  if (!tile || isAudience(tile) || subtree(tiles, id).some((it) => it.id === place.parent)) return tiles;
  return hung(tiles, tile, subtree(tiles, id), place);
}

export const renamed = (tiles: Tile[], id: string, name: string) => tiles.map((it) => (it.id === id ? { ...it, name } : it));

export function set(tiles: Tile[], id: string, settings: Settings): Tile[] {
  return tiles.map((it) => {
    if (it.id !== id) return it;
    // A setting without a value is no setting.
    const kept = Object.entries({ ...it.settings, ...settings }).filter(([, value]) => value !== undefined && value !== null);
    return { ...it, settings: Object.fromEntries(kept) };
  });
}

/** Takes a branch of a splitter away with what is on it; its share goes to the first one. */
export function unbranch(tiles: Tile[], id: string, branch: number): Tile[] {
  const tile = tileOf(tiles, id);
  if (!tile) return tiles;
  const top = tileAt(tiles, { parent: id, outlet: "default", branch });
  const all = shares(tile);
  const rest = all.filter((_, at) => at !== branch).map((it, at) => (at === 0 ? it + (all[branch] ?? 0) : it));
  return set(top ? without(tiles, top.id) : tiles, id, { Branches: rest.map((it) => ({ Percentage: it })) }).map((it) =>
    it.place?.parent === id && (it.place.branch ?? 0) > branch ? { ...it, place: { ...it.place, branch: it.place.branch! - 1 } } : it,
  );
}

/** Every place where a tile could hang that it does not hang at. */
export function free(tiles: Tile[], id: string): Place[] {
  const tile = tileOf(tiles, id);
  if (!tile) return [];
  const own = outlets(tile).length > 1 ? subtree(tiles, id) : [tile];
  return ordered(tiles).filter((it) => !own.includes(it)).flatMap(outlets);
}
