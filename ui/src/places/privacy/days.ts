/** Days between dates, as the clocks of a request count them: in the time zone of the organisation. */

/** Red when late, amber in the last days (`spec/data-subject-requests.md` 2.3 no. 4). */
export type Urgency = "late" | "soon" | "calm";

const SOON = 5;

/** The calendar day it is now in a time zone, as YYYY-MM-DD. */
export function todayIn(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());
  } catch {
    return new Date().toISOString().slice(0, 10);
  }
}

/** How many days are left until the end of a day; negative when it is over. */
export const daysLeft = (on: string, today: string) =>
  Math.round((Date.parse(on.slice(0, 10)) - Date.parse(today)) / 86_400_000);

export const urgency = (days: number): Urgency => (days < 0 ? "late" : days <= SOON ? "soon" : "calm");
