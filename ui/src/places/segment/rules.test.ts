import { expect, test } from "vitest";
import type { Column } from "../../api/metadata";
import { DID, type Field, INTERACTIONS, LIST, MEMBERSHIPS, type Scope, SEGMENT } from "./fields";
import { parse, print } from "./filter";
import { complete, toGroup, toNode } from "./rules";

const column = (name: string, kind: Column["kind"], format = ""): Field => ({
  name, label: name, group: "", is: "column", column: { name, kind, format, options: [], targets: [] } as unknown as Column,
});
const scope = (fields: Field[], inside: Scope["inside"] = () => undefined): Scope => ({
  label: "", fields: new Map(fields.map((it) => [it.name, it])), inside,
});
const block = (name: string): Field => ({ name, label: name, group: "", is: "block" });
const rows = (name: string, entity: string): Field => ({ name, label: name, group: "", is: "rows", entity });
const TASK = scope([column("subject", "String"), column("statecode", "State")]);
const CONTACT = scope(
  [
    column("lastname", "String"), column("address1_city", "String"), column("msgdpr_gdprconsent", "Picklist"), column("donotemail", "Boolean"),
    column("createdon", "DateTime"), column("birthdate", "DateTime", "DateOnly"), column("numberofchildren", "Integer"),
    column("parentcustomerid", "Customer"), column("parentcustomerid_account/name", "String"), column("colours", "MultiSelectPicklist"),
    rows("Contact_Tasks", "task"), rows(INTERACTIONS, "assent_interaction"), block(DID), block(SEGMENT), block(LIST),
  ],
  (it) => (it === "task" ? TASK : undefined),
);
const ID = "01a2039c-f91a-73ad-a5c4-7ba92065b9bb";

/** What the builder shows is the same filter again. */
function check(text: string, written = text) {
  const group = toGroup(parse(text), CONTACT);
  expect(group, text).not.toBeNull();
  expect(complete(group!, CONTACT), text).toBe(true);
  expect(print(toNode(group!, CONTACT)!)).toBe(written);
  return group!;
}

test("conditions of every type of column", () => {
  check("address1_city eq 'Northfield' and msgdpr_gdprconsent ge 587030003");
  check("msgdpr_gdprconsent in (587030003,587030004) or not (msgdpr_gdprconsent in (587030000))");
  check("donotemail", "donotemail eq true");
  check("birthdate lt 1990-01-01 and createdon ge 2026-01-01T00:00:00Z");
  check("Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=30)");
  check("Microsoft.Dynamics.CRM.OnOrAfter(PropertyName='createdon',PropertyValue='2026-01-31')");
  check("Microsoft.Dynamics.CRM.ThisMonth(PropertyName='createdon')");
  check(`Microsoft.Dynamics.CRM.ContainValues(PropertyName='colours',PropertyValues=["1","2"])`);
  check("numberofchildren gt 2 and lastname ne null and not startswith(lastname,'C')");
  check(`parentcustomerid eq ${ID}`);
  check(`_parentcustomerid_value eq ${ID}`, `parentcustomerid eq ${ID}`);
  check("parentcustomerid_account/name eq 'Example Ltd'");
});

test("groups nest and are turned round", () => {
  const group = check("(lastname eq 'A' or lastname eq 'B') and not (donotemail eq true and numberofchildren eq 0)");
  expect(group.rules).toHaveLength(2);
  check("not (lastname eq 'A' or lastname eq 'B')");
  expect(
    print(toNode({ combinator: "and", not: true, rules: [{ field: "createdon", operator: "Today", value: null }] }, CONTACT)!),
  ).toBe("not (Microsoft.Dynamics.CRM.Today(PropertyName='createdon') and createdon ne null)");
});

test("rows that refer to the contact", () => {
  check("Contact_Tasks/any(t:t/statecode eq 0 and contains(t/subject,'call'))", "Contact_Tasks/any(r:r/statecode eq 0 and contains(r/subject,'call'))");
  check("not Contact_Tasks/any(r:r/statecode eq 0)");
  check("Contact_Tasks/all(r:r/statecode eq 1)");
  check("Contact_Tasks/any()");
});

test("blocks: what somebody did, segments, lists", () => {
  const opened = `${INTERACTIONS}/any(i:i/assent_type eq 'EmailOpened' and Microsoft.Dynamics.CRM.LastXDays(PropertyName='i/assent_occurredon',PropertyValue=30) and i/assent_emailid eq ${ID} and (i/assent_detail eq null or i/assent_detail ne 'machine'))`;
  const group = check(`${opened} and not (lastname eq 'A' or lastname eq 'B')`);
  expect(group.rules[0]).toMatchObject({ field: DID, operator: "did", value: { type: "EmailOpened", number: "30", email: ID } });
  check(`not ${INTERACTIONS}/any(i:i/assent_type eq 'FormSubmitted')`);
  const often = check(
    `${INTERACTIONS}/$count($filter=assent_type eq 'EmailClicked' and Microsoft.Dynamics.CRM.LastXMonths(PropertyName='assent_occurredon',PropertyValue=6) and contains(assent_linkurl,'spring') and (assent_detail eq null or assent_detail ne 'machine')) ge 3`,
  );
  expect(often.rules[0]).toMatchObject({ field: DID, operator: "did", value: { type: "EmailClicked", often: "ge", times: "3", link: "spring" } });
  check(`not (${INTERACTIONS}/$count($filter=assent_type eq 'WebsiteVisited' and assent_pageid eq ${ID}) le 0)`);
  check(`${INTERACTIONS}/$count($filter=assent_type eq 'EmailSendingFailed') eq 1 and lastname eq 'A'`);
  const members = check(`${MEMBERSHIPS}/any(m:m/assent_segmentid eq ${ID}) and not ${MEMBERSHIPS}/any(m:m/assent_segmentid eq ${ID})`);
  expect(members.rules).toMatchObject([{ field: SEGMENT, operator: "isIn" }, { field: SEGMENT, operator: "isNotIn" }]);
  check(`listcontact_association/any(l:l/listid eq ${ID})`);
});

test("what the builder has no shape for stays text", () => {
  for (const text of ["nosuch eq 1", "lastname eq 5", "Contact_Tasks/any(t:t/statecode eq 0 and lastname eq 'A')", "accounts/any(a:a/name eq 'x')", "Contact_Tasks/$count ge 2",
    `${INTERACTIONS}/$count($filter=assent_type eq 'EmailClicked') ge 3`, `${INTERACTIONS}/$count($filter=assent_type eq 'FormSubmitted') gt 3`])
    expect(toGroup(parse(text), CONTACT), text).toBeNull();
});

test("a condition without its value is left out, and told", () => {
  const group = { combinator: "and", rules: [{ field: "lastname", operator: "eq", value: "" }, { field: "donotemail", operator: "eq", value: "true" }] };
  expect(complete(group, CONTACT)).toBe(false);
  expect(print(toNode(group, CONTACT)!)).toBe("donotemail eq true");
});
