import i18n from "i18next";
import { beforeAll, expect, it } from "vitest";
import { remember } from "./labels";
import { finding, permitOf, reasonOf, refusalText } from "./said";
import de from "./text/de.json";

beforeAll(async () => {
  await i18n.init({ lng: "de", ns: ["said"], resources: { de: { said: de } }, interpolation: { escapeValue: false } });
  remember({ name: "contact", set: "contacts", plural: "Kontakte" }, [{ name: "lastname", label: "Nachname" }]);
});

it("says a refusal in the person's language, by the column's own label", () => {
  const error = {
    code: "0x80044331", message: "lastname: has 60 characters; at most 50 fit",
    "@Assent.Code": "too-long", "@Assent.Arguments": { length: "60", most: "50" }, "@Assent.Target": "lastname",
  };
  expect(refusalText(error, "contacts(1)")).toBe("Nachname: Hat 60 Zeichen; höchstens 50 passen.");
  const required = { message: "…", "@Assent.Code": "required", "@Assent.Arguments": { column: "Last name" }, "@Assent.Target": "lastname" };
  expect(refusalText(required, "contacts")).toBe("„Nachname“ ist Pflicht; geben Sie einen Wert ein.");
});

it("names entities and privileges in the person's words", () => {
  const error = { message: "…", "@Assent.Code": "privilege", "@Assent.Arguments": { privilege: "Read", entity: "contact" } };
  expect(refusalText(error)).toBe("Ihre Rollen haben kein Recht „Lesen“ an „Kontakte“.");
});

it("says each thing of several", () => {
  const error = {
    message: "cannot go live: lastname: is empty", "@Assent.Code": "not-ready", "@Assent.Target": "statuscode",
    details: [{ target: "lastname", message: "is empty", "@Assent.Code": "block-empty" }],
  };
  expect(refusalText(error, "contacts")).toBe("Kann nicht live gehen. Nachname: Ist leer.");
});

it("says what it does not know as it came", () => {
  expect(refusalText({ message: "something: new", "@Assent.Code": "from-tomorrow" })).toBe("something: new");
  expect(finding({ place: "a", text: "is odd", code: null }).text).toBe("is odd");
  expect(reasonOf("Another reason")).toBe("Another reason");
});

it("knows reasons and permits by their sentence", () => {
  expect(reasonOf("Contact is inactive")).toBe("Der Kontakt ist inaktiv");
  expect(permitOf("basis consent; consent given marketing, needed subscriptions")).toBe(
    "Grundlage: Einwilligung. Gegebene Stufe: 4 Marketing; nötig: 3 Abonnements.",
  );
});
