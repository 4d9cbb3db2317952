/** The definition of a journey as it is kept: tiles, each below another; the first ones are audiences. */

export type Kind = "Segment" | "MarketingForm" | "Email" | "Scheduler" | "Trigger" | "Splitter" | "CreateCrmActivity";

export const AUDIENCES: Kind[] = ["Segment", "MarketingForm"];
export const STEPS: Kind[] = ["Email", "Scheduler", "Trigger", "Splitter", "CreateCrmActivity"];

export type Settings = Record<string, unknown>;

/** Where a tile hangs: the tile above, and which of its outlets. */
export interface Place {
  parent: string;
  outlet: Outlet;
  /** The branch of a splitter, from 0. */
  branch: number | null;
}

export type Outlet = "default" | "yesBranch" | "noBranch";

export interface Tile {
  id: string;
  kind: Kind;
  name: string;
  /** None for an audience, and for a tile that hangs nowhere. */
  place: Place | null;
  settings: Settings;
}

export interface Rule {
  Source: string;
  Event: string;
  Link?: string;
}

/* The shape of the wire. */
interface Activity {
  ActivityId: string;
  ActivityTypeId: string;
  Name?: string | null;
  ParentActivityId?: string | null;
  ParentRelationshipType?: Outlet;
  ParentBranchId?: number | null;
  EntityTarget?: string | null;
  Properties?: { Items?: Settings[] };
}

/** Reads a definition. The header that other designers write first is no tile. */
export function read(text: string): Tile[] {
  if (!text.trim()) return [];
  const activities = JSON.parse(text) as Activity[];
  if (!Array.isArray(activities)) throw new Error("a definition is a list of tiles");
  return activities
    .filter((it) => it.ActivityTypeId !== "bpf_root")
    .map((it) => ({
      id: it.ActivityId,
      kind: it.ActivityTypeId as Kind,
      name: it.Name ?? "",
      place: it.ParentActivityId
        ? { parent: it.ParentActivityId, outlet: it.ParentRelationshipType ?? "default", branch: it.ParentBranchId ?? null }
        : null,
      settings: it.Properties?.Items?.[0] ?? {},
    }));
}

/** Writes a definition: whoever hangs below another stands behind it. */
export function write(tiles: Tile[]): string {
  const all = ordered(tiles).map((it): Activity => ({
    ActivityId: it.id,
    ActivityTypeId: it.kind,
    ...(it.name ? { Name: it.name } : {}),
    ParentActivityId: it.place?.parent ?? null,
    ParentRelationshipType: it.place?.outlet ?? "default",
    ...(it.place?.branch == null ? {} : { ParentBranchId: it.place.branch }),
    EntityTarget: "contact",
    Properties: { Items: [it.settings] },
  }));
  return JSON.stringify(all);
}

/** Parents first, each followed by what is below it. */
export function ordered(tiles: Tile[]): Tile[] {
  const below = (it: Tile): Tile[] => [it, ...children(tiles, it).flatMap(below)];
  return tiles.filter((it) => !it.place || !tiles.some((above) => above.id === it.place?.parent)).flatMap(below);
}

/** What hangs below a tile, in the order of its outlets. */
export function children(tiles: Tile[], tile: Tile): Tile[] {
  const places = outlets(tile);
  const at = (it: Tile) => {
    const place = places.findIndex((place) => same(place, it.place));
    return place < 0 ? places.length : place;
  };
  return tiles.filter((it) => it.place?.parent === tile.id).sort((one, other) => at(one) - at(other));
}

export const same = (one: Place | null, other: Place | null) =>
  one?.parent === other?.parent && one?.outlet === other?.outlet && (one?.branch ?? null) === (other?.branch ?? null);

/** The places below a tile. */
export function outlets(tile: Tile): Place[] {
  const place = (outlet: Outlet, branch: number | null = null): Place => ({ parent: tile.id, outlet, branch });
  if (tile.kind === "Trigger") return [place("yesBranch"), place("noBranch")];
  if (tile.kind === "Splitter") return shares(tile).map((_, at) => place("default", at));
  return [place("default")];
}

/** The percentages of a splitter. */
export const shares = (tile: Tile): number[] =>
  ((tile.settings["Branches"] as { Percentage: number }[] | undefined) ?? []).map((it) => Number(it.Percentage));

export const rules = (tile: Tile): Rule[] => (tile.settings["Rules"] as Rule[] | undefined) ?? [];

export const isAudience = (tile: Pick<Tile, "kind">) => AUDIENCES.includes(tile.kind);

/** The settings that a tile begins with. */
export function begun(kind: Kind): Settings {
  switch (kind) {
    case "Scheduler":
      return { Duration: "P1D" };
    case "Splitter":
      return { Branches: [{ Percentage: 50 }, { Percentage: 50 }] };
    case "Trigger":
      return { Timeout: "P3D", Operator: "Or", Rules: [] };
    case "CreateCrmActivity":
      return { Type: "task", Subject: "" };
    default:
      return {};
  }
}
