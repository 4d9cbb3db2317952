import { expect, test } from "vitest";
import { favourite, type Insights, months, series, told, total } from "./insight";

const insights = (allowed: boolean): Insights => ({
  since: "2025-11-01", zone: "UTC", behaviour: { allowed, fact: "", reason: "" }, conclusions: { allowed, fact: "", reason: "" },
  tracked: ["EmailOpened", "EmailClicked", "WebsiteVisited"], withheld: 0, more: false, hours: [],
  counts: [
    { month: "2025-11-01", kind: "EmailSent", count: 2 },
    { month: "2026-01-01", kind: "EmailSent", count: 1 },
    { month: "2026-01-01", kind: "EmailForwarded", count: 4 },
  ],
});

test("no month is left out, over the turn of a year", () => {
  expect(months("2025-11-01", "2026-02-14")).toEqual(["2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01"]);
  expect(months("2026-02-01", "2026-02-01")).toEqual(["2026-02-01"]);
  const all = months("2025-11-01", "2026-01-01");
  expect(series(insights(true), ["EmailSent", "EmailForwarded"], all)).toEqual([[2, 0, 1], [0, 0, 4]]);
  expect(total(insights(true), ["EmailSent", "EmailForwarded"])).toBe(7);
});

test("what may not be counted is not even told as nothing", () => {
  expect(told("mail", insights(true))).toEqual(["EmailSent", "EmailOpened", "EmailClicked", "EmailForwarded", "EmailBlocked", "EmailSendingFailed"]);
  expect(told("mail", insights(false))).toEqual(["EmailSent", "EmailForwarded", "EmailBlocked", "EmailSendingFailed"]);
  expect(told("pages", insights(false))).toEqual([]);
});

test("the hours in which most was opened may go over midnight", () => {
  const hours = Array.from({ length: 24 }, () => 0);
  expect(favourite([])).toBeNull();
  expect(favourite(hours)).toBeNull();
  expect(favourite(hours.with(9, 6))).toEqual({ from: 8, to: 11, count: 6 });
  hours[23] = 2;
  hours[0] = 3;
  hours[12] = 4;
  expect(favourite(hours)).toEqual({ from: 23, to: 2, count: 5 });
});
