import { describe, expect, it } from "vitest";
import type { Detailed } from "../../api/metadata";
import type { Row } from "../../api/row";
import { overlaid } from "../../record/draft";
import { LIVE } from "../../record/life";
import { type Place, write } from "./definition";
import { changes, DEFINITION, designed, hasDraft, STATE } from "./saved";
import { add } from "./tree";

const entity = { column: (name: string) => ({ name, kind: "String", targets: [] }) } as unknown as Detailed;
const { tiles, id } = add([], "Segment", null);
const below: Place = { parent: id, outlet: "default", branch: null };
const stopped: Row = { statuscode: 1, msdyncrm_name: "Journey", [DEFINITION]: write(tiles), [STATE]: JSON.stringify({ Positions: { [id]: { x: 1, y: 2 } } }) };
const live: Row = { ...stopped, statuscode: LIVE };

describe("a design and its row", () => {
  it.each([stopped, live])("are the same as long as nothing is changed", (row) => {
    expect(changes(designed(row, entity), row, entity)).toEqual({});
  });
  it.each([stopped, live])("are the same again once the changes are written", (row) => {
    const before = designed(row, entity);
    const { tiles } = add(before.tiles, "Email", below);
    const work = { tiles, positions: before.positions, values: { ...before.values, msdyncrm_name: "Another" } };
    const after = overlaid(row, changes(work, row, entity), entity);
    expect(designed(after, entity)).toEqual(work);
    expect(changes(work, after, entity)).toEqual({});
  });
  it("leave alone what is live: its tiles become a draft", () => {
    const { tiles } = add(designed(live, entity).tiles, "Email", below);
    const draft = changes({ ...designed(live, entity), tiles }, live, entity);
    expect(Object.keys(draft)).toEqual([STATE]);
    expect(hasDraft(overlaid(live, draft, entity))).toBe(true);
  });
});
