import { expect, test } from "vitest";
import { parse, print, Unreadable } from "./filter";

/** What is written is read again as the same tree. */
function check(text: string, written = text) {
  const tree = parse(text);
  expect(print(tree)).toBe(written);
  expect(parse(written)).toEqual(tree);
}

test("conditions of every kind are written as they were read", () => {
  check("address1_city eq 'Northfield' and msgdpr_gdprconsent ge 587030003");
  check("lastname eq 'O''Bryan'");
  check("msgdpr_gdprconsent in (587030003,587030004)");
  check("startswith(lastname,'C') or contains(emailaddress1,'example')");
  check("birthdate lt 1990-01-01 and createdon ge 2026-01-01T00:00:00Z");
  check("Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=30)");
  check("Microsoft.Dynamics.CRM.Today(PropertyName='createdon')");
  check(`Microsoft.Dynamics.CRM.ContainValues(PropertyName='colours',PropertyValues=["1","2"])`);
  check("parentcustomerid_account/name eq 'Example Ltd'");
  check("Contact_Tasks/any(t:t/statecode eq 0 and t/subject ne null)");
  check("Contact_Tasks/any()");
  check("lists/any(l:l/listid eq 01a2039c-f91a-73ad-a5c4-7ba92065b9bb)");
  check("donotemail");
  check("Contact_Tasks/$count ge 3");
  check("Contact_Tasks/$count($filter=statecode eq 0 or contains(subject,'a')) lt 2 and donotemail");
});

test("brackets stand where they are needed", () => {
  check("(a eq 1 or b eq 2) and c eq 3");
  check("a eq 1 or b eq 2 and c eq 3");
  check("((a eq 1)) and (b eq 2 and c eq 3)", "a eq 1 and (b eq 2 and c eq 3)".replace("(", "(").replace(")", ")"));
  check("not (donotbulkemail eq true)");
  check("not contains(firstname,'a')");
  check("not Contact_Tasks/any(t:t/statecode eq 0)");
});

test("what leaves the grammar is refused with its place", () => {
  const refused = (text: string, at: number) => {
    try {
      parse(text);
      expect.unreachable(text);
    } catch (error) {
      expect(error).toBeInstanceOf(Unreadable);
      expect((error as Unreadable).at).toBe(at);
    }
  };
  refused("createdon eq", 12);
  refused("a eq 1 and", 10);
  refused("a eq 'x", 5);
  refused("a eq @p", 5);
  refused("length(a) eq 1", 7);
  refused("(a eq 1", 7);
  refused("a/$count", 8);
  refused("a/$count eq 'x'", 12);
  refused("a/$count($top=1) eq 1", 9);
});
