/** What keeps a journey from going live, as far as it shows in the definition; the server knows the rest. */

import { isAudience, outlets, rules, shares, type Tile } from "./definition";
import { isDuration } from "./duration";
import { above, tileAt } from "./tree";

export interface Problem {
  tile: string | null;
  /** The key of its text, or the server's words. */
  key?: string;
  text?: string;
  warning: boolean;
}

export function problems(tiles: Tile[]): Problem[] {
  const found: Problem[] = [];
  if (!tiles.some(isAudience)) found.push({ tile: null, key: "problem.noAudience", warning: false });
  for (const tile of tiles) {
    const wrong = (key: string, warning = false) => found.push({ tile: tile.id, key: `problem.${key}`, warning });
    const text = (name: string) => String(tile.settings[name] ?? "");
    if (!isAudience(tile) && !tile.place) wrong("loose");
    if (isAudience(tile) && !tileAt(tiles, outlets(tile)[0]!)) wrong("nothingFollows");
    switch (tile.kind) {
      case "Segment": case "MarketingForm": case "Email":
        if (!text("ItemId")) wrong(`no${tile.kind}`);
        break;
      case "Scheduler":
        if (!isDuration(text("Duration")) && !text("Until")) wrong("noDuration");
        break;
      case "Splitter":
        if (shares(tile).length < 2) wrong("noBranches");
        else if (shares(tile).some((it) => !Number.isInteger(it) || it < 0) || shares(tile).reduce((sum, it) => sum + it, 0) !== 100) wrong("shares");
        break;
      case "Trigger": {
        if (!isDuration(text("Timeout"))) wrong("noTimeout");
        const upstream = new Set(above(tiles, tile.id).map((it) => it.id));
        if (rules(tile).length === 0) wrong("noRules");
        else if (rules(tile).some((it) => !it.Event || !upstream.has(it.Source))) wrong("rules");
        break;
      }
      case "CreateCrmActivity":
        if (!text("Subject").trim()) wrong("noSubject");
        if (text("DueIn") && !isDuration(text("DueIn"))) wrong("noDuration");
        break;
      default:
        wrong("unknownKind");
    }
  }
  return found;
}

/** What the server found: its place is a column, or `tile ID (name)`. */
export function told(tiles: Tile[], found: { place: string; text: string; warning: boolean }[]): Problem[] {
  return found.map(({ place, text, warning }) => {
    const tile = tiles.find((it) => place === `tile ${it.id}` || place === `tile ${it.id} (${it.name})`);
    return { tile: tile?.id ?? null, text: tile ? text : `${place}: ${text}`, warning };
  });
}

/** What the server refused, thing by thing. */
export const refused = (tiles: Tile[], details: { place: string; text: string }[]): Problem[] =>
  told(tiles, details.map((it) => ({ ...it, warning: false })));
