/** Where tiles stand when nobody put them elsewhere: a tree from the top down, branches beside each other. */

import { children, isAudience, outlets, type Place, type Tile } from "./definition";
import { tileAt } from "./tree";

export const WIDTH = 240;
export const HEIGHT = 92;
const BESIDE = 56;
const BELOW = 52;

export interface Point {
  x: number;
  y: number;
}

/** Tiles by their identifier, and the free ends by theirs. */
export function layout(tiles: Tile[]): Map<string, Point> {
  const points = new Map<string, Point>();
  let right = 0;
  const put = (id: string, depth: number, below: (() => number)[]): number => {
    const columns = below.map((it) => it());
    const x = columns.length ? (columns[0]! + columns.at(-1)!) / 2 : right;
    if (!columns.length) right += WIDTH + BESIDE;
    points.set(id, { x, y: depth * (HEIGHT + BELOW) });
    return x;
  };
  const place = (tile: Tile, depth: number): number =>
    put(tile.id, depth, outlets(tile).map((it) => () => {
      const next = tileAt(tiles, it);
      return next ? place(next, depth + 1) : put(endOf(it), depth + 1, []);
    }).concat(strays(tiles, tile).map((it) => () => place(it, depth + 1))));
  for (const tile of tiles.filter((it) => isAudience(it) || !it.place)) place(tile, 0);
  return points;
}

/** Tiles on an outlet that the tile above does not have. */
const strays = (tiles: Tile[], tile: Tile) =>
  children(tiles, tile).filter((it) => !outlets(tile).some((place) => tileAt(tiles, place) === it));

/** What a free end is called. */
export const endOf = ({ parent, outlet, branch }: Place) => `end:${parent}:${outlet}:${branch ?? ""}`;
