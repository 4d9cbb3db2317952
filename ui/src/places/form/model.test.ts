import { describe, expect, it } from "vitest";
import type { Detailed } from "../../api/metadata";
import type { Row } from "../../api/row";
import { changesOf, ELEMENTS, KIND, newElement, way } from "./model";

const entity = { name: "msdyncrm_marketingform", set: "msdyncrm_marketingforms", column: (name: string) => ({ name, kind: "String", targets: [] }) } as unknown as Detailed;
const text = (id: string, label: string) => newElement(KIND.text, { assent_label: label }, { id });
const [first, second] = [text("1", "First"), text("2", "Second")];
const row: Row = {
  "@odata.etag": 'W/"5"', msdyncrm_name: "Form", [ELEMENTS]: JSON.stringify([first, second]), versions: JSON.stringify({ 1: 'W/"1"', 2: 'W/"2"', f: 'W/"3"' }), "purpose of f": null,
};
const { begin, columns } = way(entity);
const written = (work: ReturnType<typeof begin>) =>
  changesOf("form", columns(work, row), row, entity, new Map(), "").map((it) => `${it.method} ${it.path} ${it.etag ?? "-"}`);

describe("a form as one row", () => {
  it("changes nothing where nothing was changed", () => {
    expect(columns(begin(row), row)).toEqual({});
    expect(written(begin(row))).toEqual([]);
  });
  it("writes what differs over the versions that were read", () => {
    const work = begin(row);
    work.form["msdyncrm_name"] = "Another";
    work.purposes["f"] = "To write";
    work.elements = [text("3", "New"), { ...first! }];
    expect(written(work)).toEqual([
      'PATCH msdyncrm_marketingformfields(f) W/"3"',
      'DELETE assent_formelements(2) W/"2"',
      "PATCH assent_formelements(3) -",
      'PATCH assent_formelements(1) W/"1"',
      'PATCH msdyncrm_marketingforms(form) W/"5"',
    ]);
  });
});
