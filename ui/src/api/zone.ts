/** A moment as the clock of another time zone shows it, beside the clock of whoever reads. */

import i18n from "i18next";

/** Whether the browser knows the zone; it may be older than the server's list. */
export function isZone(zone: string): boolean {
  try {
    return zone !== "" && Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}

const wall = (at: Date, timeZone?: string) =>
  new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short", timeStyle: "short", hourCycle: "h23" }).format(at);

/** The time there, with its day where that is another; `null` where the clock there shows the same as the reader's. */
export function there(at: Date, zone: string, own?: string): string | null {
  if (!isZone(zone) || Number.isNaN(at.getTime())) return null;
  const [theirs, mine] = [wall(at, zone), wall(at, own)];
  if (theirs === mine) return null;
  const sameDay = theirs.slice(0, 10) === mine.slice(0, 10);
  return new Intl.DateTimeFormat(i18n.language, { timeZone: zone, timeStyle: "short", ...(sameDay ? {} : { dateStyle: "medium" as const }) }).format(at);
}

/** The clock of a zone now. */
export const clockOf = (at: Date, zone: string) =>
  new Intl.DateTimeFormat(i18n.language, { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit" }).format(at);

/** How a zone is written. */
export const zoneName = (zone: string) => zone.replaceAll("_", " ");
