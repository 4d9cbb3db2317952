import { describe, expect, it } from "vitest";
import type { Detailed } from "../api/metadata";
import type { Reference, Row } from "../api/row";
import { clashes, overlaid, settled } from "./draft";
import { changed, since } from "./editing";
import { NONE } from "./kept";

const columns = [{ name: "nickname", kind: "String", targets: [] }, { name: "jobtitle", kind: "String", targets: [] }, { name: "parent", kind: "Lookup", targets: ["account"] }];
const entity = { column: (name: string) => columns.find((it) => it.name === name) } as unknown as Detailed;
const row: Row = { nickname: "Ann", jobtitle: null, _parent_value: null };
const company: Reference = { entity: "account", id: "1", name: "One" };

describe("what a person changed", () => {
  it("is nothing again once it is what was there", () => {
    const edits = changed(NONE, row, entity, "nickname", "Anna");
    expect(edits).toEqual({ draft: { nickname: "Anna" }, base: { nickname: "Ann" } });
    expect(changed(edits, row, entity, "nickname", "Ann")).toEqual(NONE);
  });
  it("keeps what was there when it began, whatever the row has by now", () => {
    const edits = changed(NONE, row, entity, "nickname", "Anna");
    expect(changed(edits, { ...row, nickname: "Theirs" }, entity, "nickname", "Annie").base).toEqual({ nickname: "Ann" });
  });
  it("stays when it was typed while the rest was saved", () => {
    const fresh = { ...row, nickname: "Anna" };
    expect(since({ draft: { nickname: "Anna" }, base: { nickname: "Ann" } }, { nickname: "Anna" }, fresh, entity)).toEqual(NONE);
    expect(since({ draft: { nickname: "Annie" }, base: { nickname: "Ann" } }, { nickname: "Anna" }, fresh, entity)).toEqual({ draft: { nickname: "Annie" }, base: { nickname: "Anna" } });
  });
});

describe("what somebody else changed meanwhile", () => {
  const draft = { nickname: "Anna", parent: company };
  const base = { nickname: "Ann", parent: null };
  it("is asked about where both changed the same, and differently", () => {
    expect(clashes(draft, base, { ...row, jobtitle: "Theirs" }, entity)).toEqual([]);
    expect(clashes(draft, base, { ...row, nickname: "Anna" }, entity)).toEqual([]);
    expect(clashes(draft, base, { ...row, nickname: "Theirs" }, entity)).toEqual(["nickname"]);
    expect(clashes(draft, base, { ...row, _parent_value: "2" }, entity)).toEqual(["parent"]);
  });
  it("is not written once more where both wanted the same", () => {
    expect(settled(draft, { ...row, nickname: "Anna" }, entity)).toEqual({ parent: company });
  });
  it("is seen through a draft as it will be", () => {
    const over = overlaid(row, draft, entity);
    expect(over).toMatchObject({ nickname: "Anna", jobtitle: null, _parent_value: "1" });
    expect(settled(draft, over, entity)).toEqual({});
  });
});
