import { describe, expect, it } from "vitest";
import type { Layout } from "../../record/layout";
import { addSection, find, moveSection, put, removeSection, step, without } from "./arrange";

const layout = (text: string): Layout => ({
  tabs: text.split("|").map((tab) => ({
    label: {},
    sections: tab.split("/").map((it) => ({ label: {}, columns: it.split(" ").filter(Boolean) })),
  })),
});
const text = ({ tabs }: Layout) => tabs.map((it) => it.sections.map((it) => it.columns.join(" ")).join("/")).join("|");

describe("a layout", () => {
  it.each([
    // down and up in one section, over its ends, and into another tab
    ["a b c/d|e", "a", true, "b a c/d|e"],
    ["a b c/d|e", "c", true, "a b/c d|e"],
    ["a b c/d|e", "d", true, "a b c/|d e"],
    ["a b c/d|e", "e", true, "a b c/d|e"],
    ["a b c/d|e", "b", false, "b a c/d|e"],
    ["a b c/d|e", "d", false, "a b c d/|e"],
    ["a b c/d|e", "a", false, "a b c/d|e"],
    ["a/|e", "e", false, "a/e|"],
  ])("%s: %s goes down %s: %s", (before, column, down, after) => {
    expect(text(step(layout(before), column, down))).toBe(after);
  });

  it.each([
    ["a b c/d", "x", 0, 1, "a x b c/d"],
    ["a b c/d", "a", 0, 3, "b c a/d"],
    ["a b c/d", "c", 0, 0, "c a b/d"],
    ["a b c/d", "a", 1, 1, "b c/d a"],
  ])("%s: %s put into %s at %s: %s", (before, column, section, at, after) => {
    expect(text(put(layout(before), column, { tab: 0, section, at }))).toBe(after);
  });

  it("loses and finds columns and sections", () => {
    expect(find(layout("a/b|c"), "c")).toEqual({ tab: 1, section: 0, at: 0 });
    expect(text(without(layout("a b/c"), "b"))).toBe("a/c");
    expect(text(removeSection(addSection(layout("a/b"), 0), 0, 0))).toBe("b/");
    expect(text(moveSection(layout("a/b"), 0, 0, true))).toBe("b/a");
    expect(text(moveSection(layout("a/b"), 0, 0, false))).toBe("a/b");
  });
});
