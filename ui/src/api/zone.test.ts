import i18n from "i18next";
import { beforeAll, expect, test } from "vitest";
import { isZone, there } from "./zone";

beforeAll(() => i18n.init({ lng: "en-GB" }));

const at = (text: string, zone: string) => there(new Date(text), zone, "Europe/Berlin");

test("the clock there, through both changes of summer time", () => {
  expect(at("2026-02-01T12:00:00Z", "America/New_York")).toBe("07:00");
  // America changes three weeks before Europe, and Europe a week before America.
  expect(at("2026-03-15T12:00:00Z", "America/New_York")).toBe("08:00");
  expect(at("2026-10-28T12:00:00Z", "America/New_York")).toBe("08:00");
  expect(at("2026-03-29T00:59:00Z", "Europe/London")).toBe("00:59");
  expect(at("2026-03-29T01:00:00Z", "Europe/London")).toBe("02:00");
  expect(at("2026-07-01T12:00:00Z", "Asia/Kathmandu")).toBe("17:45");
});

test("another day is told with its day, and the same clock is not told at all", () => {
  expect(at("2026-03-01T12:30:00Z", "Pacific/Auckland")).toMatch(/2 Mar 2026.*01:30/);
  expect(at("2026-07-01T12:00:00Z", "Europe/Paris")).toBeNull();
  expect(at("2026-07-01T12:00:00Z", "Middle/Earth")).toBeNull();
  expect(at("", "Asia/Tokyo")).toBeNull();
  expect([isZone(""), isZone("Asia/Tokyo"), isZone("nowhere")]).toEqual([false, true, false]);
});
