import { expect, it } from "vitest";
import { daysLeft, todayIn, urgency } from "./days";

it.each([
  ["2026-11-20", -1, "late"],
  ["2026-11-21", 0, "soon"],
  ["2026-11-26", 5, "soon"],
  ["2026-11-27T00:00:00Z", 6, "calm"],
])("counts the days until %s", (on, days, how) => {
  expect(daysLeft(on, "2026-11-21")).toBe(days);
  expect(urgency(days)).toBe(how);
});

it("knows today in a zone, and in none", () => {
  expect(todayIn("Europe/Berlin")).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(todayIn("no zone")).toMatch(/^\d{4}-\d\d-\d\d$/);
});
