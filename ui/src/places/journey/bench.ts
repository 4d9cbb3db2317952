/** What the drawing and the outline of a journey share: the tiles, what is known of each, and what can be done. */

import type { Kind, Place, Tile } from "./definition";
import type { Point } from "./layout";
import type { Problem } from "./problems";
import type { Counts } from "./standing";

export interface Bench {
  tiles: Tile[];
  /** Where somebody put a tile; the others stand where the tree has them. */
  positions: Record<string, Point>;
  selected: string | null;
  locked: boolean;
  counts: Map<string, Counts>;
  problems: Map<string, Problem[]>;
  /** What a tile does, in words. */
  summary(tile: Tile): string;
  select(id: string | null): void;
  add(kind: Kind, place: Place | null, at?: Point): void;
  remove(id: string): void;
  earlier(id: string): void;
  later(id: string): void;
  rehang(id: string, place: Place): void;
  put(positions: Record<string, Point>): void;
}
