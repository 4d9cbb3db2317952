import { describe, expect, test } from "vitest";
import { KINDS } from "./medium";
import { beginPage, fresh } from "./templates";
import { type Block, type Design, duplicate, find, layOut, LOOK, move, read, remove, step } from "./model";

const block = (id: string): Block => ({ id, kind: "divider" });
/** Sections as texts: columns by `|`, blocks by letters. */
const design = (...sections: string[]): Design => ({
  version: 1,
  look: LOOK,
  sections: sections.map((it, at) => ({ id: `s${at}`, columns: it.split("|").map((column) => ({ blocks: [...column].map(block) })) })),
});
const shown = (it: Design) => it.sections.map((one) => one.columns.map((column) => column.blocks.map((block) => block.id).join("")).join("|"));

describe("a design", () => {
  test("a block goes to the spot between two others", () => {
    const it = design("abc", "de|");
    expect(shown(move(it, "a", { section: "s0", column: 0, at: 3 }))).toEqual(["bca", "de|"]);
    expect(shown(move(it, "c", { section: "s0", column: 0, at: 0 }))).toEqual(["cab", "de|"]);
    expect(shown(move(it, "b", { section: "s1", column: 1, at: 0 }))).toEqual(["ac", "de|b"]);
    for (const at of [1, 2]) expect(move(it, "b", { section: "s0", column: 0, at })).toBe(it);
    expect(move(it, "x", { section: "s0", column: 0, at: 0 })).toBe(it);
  });
  test("a step goes on through columns and sections, and ends at the ends", () => {
    let it = design("ab", "|c");
    const seen = [];
    for (let at = 0; at < 4; at++) seen.push(shown((it = step(it, "a", 1))).join(" "));
    expect(seen).toEqual(["ba |c", "b a|c", "b |ac", "b |ca"]);
    expect(step(it, "a", 1)).toBe(it);
    expect(shown(step(step(step(it, "a", -1), "a", -1), "a", -1))).toEqual(["ba", "|c"]);
    expect(shown(step(it, "s1", -1))).toEqual(["|ca", "b"]);
    expect(step(it, "s0", -1)).toBe(it);
  });
  test("what is doubled has names of its own, what is removed is gone", () => {
    const { design: it, id } = duplicate(design("ab"), "a");
    expect(find(it, id)?.spot).toEqual({ section: "s0", column: 0, at: 1 });
    const twice = duplicate(design("ab"), "s0").design;
    expect(new Set(twice.sections.flatMap((it) => it.columns[0]!.blocks.map((one) => one.id))).size).toBe(4);
    expect(shown(remove(design("ab", "c"), "a"))).toEqual(["b", "c"]);
    expect(shown(remove(design("ab", "c"), "s0"))).toEqual(["c"]);
  });
  test("fewer columns lose nothing", () => {
    const [section] = design("ab|c|d").sections;
    expect(layOut(section!, 1).columns.map((it) => it.blocks.map((one) => one.id).join(""))).toEqual(["abcd"]);
    expect(layOut(section!, 2).columns.map((it) => it.blocks.map((one) => one.id).join(""))).toEqual(["ab", "cd"]);
    expect(layOut(layOut(section!, 1), 3).columns).toHaveLength(3);
  });
  test("what is no design is none", () => {
    for (const text of [null, "", "{", "[]", "7"]) expect(read(text)).toBeNull();
    expect(read('{"version":1,"sections":[{"columns":[]}]}')).toMatchObject({ look: LOOK });
  });
});

describe("a page", () => {
  const say = (key: string) => key;
  test("begins with what it says already, above its form", () => {
    const { sections } = beginPage("Roses", "One.\n\nTwo.", say);
    const [heading, text, form] = sections[0]!.columns[0]!.blocks;
    expect(heading).toMatchObject({ kind: "heading", level: 1, text: "Roses" });
    expect(text).toMatchObject({ paragraphs: [{ runs: [{ text: "One." }] }, { runs: [{ text: "Two." }] }] });
    expect(form).toMatchObject({ kind: "form" });
  });
  test("has no footer, and a mail has no form", () => {
    expect(KINDS.page).not.toContain("footer");
    expect(KINDS.mail).not.toContain("form");
    for (const kind of new Set([...KINDS.page, ...KINDS.mail])) expect(fresh(kind, say).kind).toBe(kind);
  });
});
