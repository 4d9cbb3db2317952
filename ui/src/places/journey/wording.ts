/** What tiles, reasons and facts are called in the person's language. What is not known is said as it came. */

import type { TFunction } from "i18next";
import { moment } from "../../api/row";
import { type Place, rules, shares, type Tile } from "./definition";
import { read } from "./duration";

export const titleOf = (tile: Tile, t: TFunction) => tile.name || t(`kind.${tile.kind}`, { defaultValue: tile.kind });

/** The title, and what the tile does where it has no name of its own. */
export const fullTitle = (tile: Tile, summary: (tile: Tile) => string, t: TFunction) =>
  tile.name || `${titleOf(tile, t)}: ${summary(tile)}`;

export function timeOf(duration: string, t: TFunction): string {
  const it = read(duration);
  return it ? t(`time.${it.unit}`, { count: it.number }) : duration;
}

/** The outlet of a tile; nothing where there is but one. */
export function outletOf(place: Place | null, tiles: Tile[], t: TFunction): string {
  if (!place) return "";
  if (place.outlet === "yesBranch") return t("outlet.yes");
  if (place.outlet === "noBranch") return t("outlet.no");
  const parent = tiles.find((it) => it.id === place.parent);
  return place.branch === null || !parent ? "" : t("outlet.share", { share: shares(parent)[place.branch] ?? 0 });
}

/** What a tile does, in a few words. */
export function summary(tile: Tile, tiles: Tile[], name: (entity: string, id: string) => string, t: TFunction): string {
  const text = (key: string) => String(tile.settings[key] ?? "");
  const item = (entity: string) => (text("ItemId") ? name(entity, text("ItemId")) : t("chooseOne"));
  switch (tile.kind) {
    case "Segment":
      return item("msdyncrm_segment");
    case "MarketingForm":
      return item("msdyncrm_marketingform");
    case "Email":
      return item("msdyncrm_marketingemail");
    case "Scheduler":
      return text("Until") ? t("until", { when: moment(text("Until")) }) : text("Duration") ? timeOf(text("Duration"), t) : t("chooseOne");
    case "Splitter":
      return shares(tile).map((it) => `${it} %`).join(" / ");
    case "Trigger": {
      const all = rules(tile).map((it) => {
        const source = tiles.find((tile) => tile.id === it.Source);
        const mail = source ? (source.settings["ItemId"] ? name("msdyncrm_marketingemail", String(source.settings["ItemId"])) : titleOf(source, t)) : it.Source;
        return `${mail} ${t(`event.${it.Event}`, { defaultValue: it.Event })}`;
      });
      return `${all.join(` ${t(tile.settings["Operator"] === "And" ? "and" : "or")} `) || t("chooseOne")} (${timeOf(text("Timeout"), t)})`;
    }
    case "CreateCrmActivity":
      return text("Subject") || t("chooseOne");
  }
}

/** Rows that tiles name. */
export function referred(tiles: Tile[]): string[] {
  const entity: Partial<Record<Tile["kind"], string>> = { Segment: "msdyncrm_segment", MarketingForm: "msdyncrm_marketingform", Email: "msdyncrm_marketingemail" };
  return tiles.flatMap((it) => (entity[it.kind] && it.settings["ItemId"] ? [`${entity[it.kind]}:${String(it.settings["ItemId"])}`] : []));
}
