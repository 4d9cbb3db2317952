import { expect, test } from "vitest";
import { type Kind, ordered, type Place, read, type Tile, write } from "./definition";
import * as duration from "./duration";
import { endOf, layout } from "./layout";
import { problems, refused, told } from "./problems";
import { add, earlier, free, later, move, rehang, remove, unbranch, without } from "./tree";

/** `id:Kind@parent.outlet`, an outlet being yes, no or a number. */
function tiles(text: string): Tile[] {
  return text.split(" ").map((it) => {
    const [head = "", where] = it.split("@");
    const [id = "", kind] = head.split(":");
    const [parent = "", outlet] = (where ?? "").split(".");
    const branch = outlet !== undefined && /^\d$/.test(outlet) ? Number(outlet) : null;
    const settings = kind === "Splitter" ? { Branches: [{ Percentage: 50 }, { Percentage: 50 }] } : {};
    return {
      id, kind: (kind ?? "Email") as Kind, name: "", settings,
      place: where ? { parent, outlet: outlet === "yes" ? "yesBranch" : outlet === "no" ? "noBranch" : "default", branch } : null,
    };
  });
}
const shown = (all: Tile[]) =>
  ordered(all)
    .map(({ id, place }) => {
      const outlet = place?.outlet === "yesBranch" ? ".yes" : place?.outlet === "noBranch" ? ".no" : place?.branch == null ? "" : `.${place.branch}`;
      return place ? `${id}@${place.parent}${outlet}` : id;
    })
    .join(" ");
const at = (parent: string, outlet: Place["outlet"] = "default", branch: number | null = null): Place => ({ parent, outlet, branch });
const LINE = "s:Segment a@s b@a c@b";
const TREE = "s:Segment a@s t:Trigger@a x@t.yes y@t.no z@y";

test("what is read is written as it was, parents first", () => {
  const text = write(tiles(`y@t.no ${TREE.replace(" y@t.no", "")}`));
  expect(shown(read(text))).toBe("s a@s t@a x@t.yes y@t.no z@y");
  expect(write(read(text))).toBe(text);
  expect(read("")).toEqual([]);
  expect(read('[{"ActivityId":"r","ActivityTypeId":"bpf_root"}]')).toEqual([]);
});

test("a tile is added at an end, between two, and as a first one", () => {
  expect(shown(add(tiles(LINE), "Scheduler", at("c")).tiles)).toBe("s a@s b@a c@b wait1@c");
  expect(shown(add(tiles(LINE), "Email", at("a")).tiles)).toBe("s a@s email1@a b@email1 c@b");
  expect(shown(add(tiles(LINE), "Trigger", at("a")).tiles)).toBe("s a@s trigger1@a b@trigger1.yes c@b");
  expect(shown(add(tiles(LINE), "Segment", null).tiles)).toBe("s a@s b@a c@b segment1");
});

test("what follows a removed tile takes its place, other branches go", () => {
  expect(shown(remove(tiles(LINE), "b"))).toBe("s a@s c@a");
  expect(shown(remove(tiles(TREE), "t"))).toBe("s a@s x@a");
  expect(shown(without(tiles(TREE), "y"))).toBe("s a@s t@a x@t.yes");
  expect(remove(tiles(LINE), "s")).toEqual([]);
});

test("a tile moves alone, or with its branches", () => {
  expect(shown(earlier(tiles(LINE), "c")!)).toBe("s a@s c@a b@c");
  expect(shown(later(tiles(LINE), "a")!)).toBe("s b@s a@b c@a");
  expect(earlier(tiles(LINE), "a")).toBeNull();
  expect(later(tiles(LINE), "c")).toBeNull();
  expect(shown(move(tiles(TREE), "a", at("z")))).toBe("s t@s x@t.yes y@t.no z@y a@z");
  expect(shown(earlier(tiles(TREE), "t")!)).toBe("s t@s x@t.yes a@x y@t.no z@y");
  expect(shown(move(tiles(TREE), "t", at("z")))).toBe(shown(tiles(TREE)));
  expect(shown(rehang(tiles(TREE), "z", at("x")))).toBe("s a@s t@a x@t.yes z@x y@t.no");
  expect(shown(rehang(tiles(TREE), "a", at("z")))).toBe(shown(tiles(TREE)));
  expect(free(tiles(TREE), "y")).toHaveLength(6);
});

test("a branch of a splitter goes with what is on it, the others keep their tiles", () => {
  const split = tiles("s:Segment p:Splitter@s x@p.0 y@p.1");
  const less = unbranch(split, "p", 0);
  expect(shown(less)).toBe("s p@s y@p.0");
  expect(less.find((it) => it.id === "p")?.settings["Branches"]).toEqual([{ Percentage: 100 }]);
});

test("tiles stand in a tree, branches beside each other, free ends too", () => {
  const points = layout(tiles(TREE));
  expect(points.get("s")?.x).toBe(points.get("t")?.x);
  expect(points.get("x")!.x).toBeLessThan(points.get("y")!.x);
  expect(points.get("z")!.y).toBeGreaterThan(points.get("y")!.y);
  expect(points.has(endOf(at("x")))).toBe(true);
});

test("problems name their tile", () => {
  expect(problems([]).map((it) => it.key)).toEqual(["problem.noAudience"]);
  expect(problems(tiles("s:Segment w:Scheduler@s t:Trigger@w p:Splitter@t.yes")).map((it) => `${it.tile} ${it.key}`)).toEqual([
    "s problem.noSegment", "w problem.noDuration", "t problem.noTimeout", "t problem.noRules",
  ]);
  const [first] = told(tiles(LINE), [{ place: "tile b", text: "the e-mail is not live", warning: false }]);
  expect(first).toEqual({ tile: "b", text: "the e-mail is not live", warning: false });
  expect(refused(tiles(LINE), [{ place: "tile a", text: "one; two" }, { place: "tile b", text: "three" }]).map((it) => [it.tile, it.text])).toEqual([["a", "one; two"], ["b", "three"]]);
});

test("times", () => {
  for (const [text, number, unit] of [["P2D", 2, "days"], ["PT4H", 4, "hours"], ["PT5M", 5, "minutes"], ["P5M", 5, "months"], ["P1W", 1, "weeks"]] as const) {
    expect(duration.read(text)).toEqual({ number, unit });
    expect(duration.write(number, unit)).toBe(text);
    expect(duration.isDuration(text)).toBe(true);
  }
  expect(duration.read("P1DT2H")).toBeNull();
  expect(duration.isDuration("P1DT2H")).toBe(true);
  for (const text of ["", "P", "PT", "2 days", "P2D "]) expect(duration.isDuration(text), text).toBe(false);
});
