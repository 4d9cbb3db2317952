// The application in the browser, as the people who work with it meet it.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { accessible, open, places, signedIn, start } from "./world.mjs";

let world;
let state;
before(async () => {
  world = await start();
  state = await signedIn(world);
});
after(() => world?.stop());

const app = (address, options = {}) => open(world, `${world.url}/app${address}`, { storageState: state, locale: "en-GB", ...options });
const end = async (page) => {
  assert.deepEqual(page.errors, []);
  await page.context().close();
};
const first = async (set, options) => (await world.api("GET", `${set}?$top=1&${options}`)).value[0];
// A note is on the page, and once more where screen readers hear it.
const said = (page, text) => page.getByText(text).first().waitFor();
const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

test("a list is searched, ordered, narrowed and kept as a view", async () => {
  const page = await app("/list/contact");
  await heading(page, "Contacts");
  const rows = page.getByRole("row");
  await page.getByText("40 rows").waitFor();
  await page.getByRole("button", { name: "E-mail" }).click();
  await page.waitForURL(/sort=emailaddress1/);
  await page.getByRole("columnheader", { name: "E-mail" }).and(page.locator("[aria-sort=ascending]")).waitFor();
  await page.getByLabel("Search this list").fill("person1@");
  await page.getByText("1 row", { exact: true }).waitFor();
  assert.match(await rows.nth(1).innerText(), /person1@example\.org/);
  // The address says it all: a colleague sees the same.
  assert.match(page.url(), /q=person1/);
  await page.getByRole("button", { name: "This view" }).click();
  await page.getByRole("menuitem", { name: "Save as my view" }).click();
  await page.getByLabel("Name").fill("By address");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await said(page, "View saved.");
  assert.equal((await world.api("GET", "userqueries?$select=name")).value[0].name, "By address");
  await end(page);
});

test("the grid goes by keyboard, and opens a record", async () => {
  const page = await app("/list/contact");
  await page.getByText("40 rows").waitFor();
  await page.getByRole("grid").focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowUp"]) await page.keyboard.press(key);
  const name = (await page.locator("#row-1").innerText()).split("\n")[0];
  await page.keyboard.press("Enter");
  await heading(page, name);
  await end(page);
});

test("a record is changed with a reason, taken back, and its history tells", async () => {
  const { contactid: id } = await first("contacts", "$select=contactid&$orderby=emailaddress1");
  const page = await app(`/record/contact/${id}`);
  const title = page.getByLabel("Job title");
  await title.fill("Gardener");
  await said(page, "1 unsaved change");
  await page.getByLabel("Reason of the change").fill("told us");
  await page.keyboard.press("Control+s");
  await said(page, "Saved.");
  assert.equal((await world.api("GET", `contacts(${id})?$select=jobtitle`)).jobtitle, "Gardener");
  await page.getByRole("button", { name: "Undo" }).click();
  await said(page, "Undone.");
  assert.equal((await world.api("GET", `contacts(${id})?$select=jobtitle`)).jobtitle, null);
  await page.getByRole("tab", { name: "Audit history" }).click();
  await page.getByLabel("Filter on").selectOption("Job title");
  await page.getByRole("cell", { name: "told us" }).waitFor();
  assert.equal(await page.getByRole("row").count(), 3, "a head and two changes");
  await end(page);
});

test("whoever wants no motion has the same time to read a note and to undo", async () => {
  const { contactid: id } = await first("contacts", "$select=contactid&$orderby=emailaddress1");
  const page = await app(`/record/contact/${id}`, { reducedMotion: "reduce" });
  await page.getByLabel("Job title").fill("Florist");
  await page.getByRole("button", { name: "Save" }).click();
  await said(page, "Saved.");
  const time = await page.locator("[data-timer-status]").evaluate((it) => getComputedStyle(it).animationDuration);
  assert.equal(time, "10s");
  await page.getByRole("button", { name: "Undo" }).click();
  await said(page, "Undone.");
  await end(page);
});

test("two people change one record: each column is settled", async () => {
  const { contactid: id } = await first("contacts", "$select=contactid&$orderby=emailaddress1 desc");
  const page = await app(`/record/contact/${id}`);
  await page.getByLabel("Nickname").fill("Mine");
  await page.getByLabel("Job title").fill("Mine too");
  await world.api("PATCH", `contacts(${id})`, { nickname: "Theirs", salutation: "Dr" });
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByText("Theirs, saved already: Theirs").waitFor();
  assert.equal(await dialog.getByRole("radiogroup").count(), 1, "only what both changed is asked");
  await dialog.getByLabel("Mine: Mine").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await said(page, "Saved.");
  const row = await world.api("GET", `contacts(${id})?$select=nickname,jobtitle,salutation`);
  assert.deepEqual([row.nickname, row.jobtitle, row.salutation], ["Mine", "Mine too", "Dr"]);
  await end(page);
});

test("unsaved changes are not lost by going elsewhere", async () => {
  const { contactid: id } = await first("contacts", "$select=contactid");
  const page = await app(`/record/contact/${id}`);
  await page.getByLabel("Nickname").fill("Draft");
  page.on("dialog", (it) => it.accept());
  await page.reload();
  await page.getByText("1 unsaved change").first().waitFor();
  await page.getByRole("link", { name: "Leads" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Stay" }).click();
  assert.equal(await page.getByLabel("Nickname").inputValue(), "Draft");
  await page.getByRole("link", { name: "Leads" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
  await heading(page, "Leads");
  await end(page);
});

test("rows are chosen and changed; a number that is no longer so changes nothing", async () => {
  const page = await app('/list/contact?sort=emailaddress1');
  await page.getByText("40 rows").waitFor();
  for (const at of [0, 1]) await page.locator(`#row-${at}`).getByRole("checkbox").check();
  await page.getByRole("button", { name: "Choose all 40" }).click();
  await page.getByRole("button", { name: "Change", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Column").selectOption("Nickname");
  await dialog.getByLabel("Nickname", { exact: true }).fill("All");
  const { contactid } = await world.api("GET", "contacts?$top=1&$select=contactid").then((it) => it.value[0]);
  await world.api("PATCH", `contacts(${contactid})`, { statecode: 1 });
  await dialog.getByRole("button", { name: "Change" }).click();
  await said(page, "40 rows were confirmed, the query has 39");
  await world.api("PATCH", `contacts(${contactid})`, { statecode: 0 });
  await dialog.getByRole("button", { name: "Change" }).click();
  await said(page, "40 rows changed.");
  assert.equal((await world.api("GET", "contacts?$filter=nickname eq 'All'&$count=true&$top=1"))["@odata.count"], 40);
  await end(page);
});

test("an entity of one's own has its list, page and search at once", async () => {
  const page = await app("/entities");
  await page.getByRole("button", { name: "New entity" }).click();
  await page.getByLabel("Name of one").fill("Allotment");
  await page.getByLabel("Name of several").fill("Allotments");
  await page.getByRole("button", { name: "Save" }).click();
  await heading(page, "Allotments");
  await page.getByRole("button", { name: "New column" }).click();
  await page.getByLabel("Label").fill("Soil");
  await page.getByLabel("Type").selectOption("Choice");
  await page.getByLabel("Options").fill("Clay\nSand");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("cell", { name: "new_soil" }).waitFor();
  await page.getByRole("link", { name: "Allotments" }).click();
  await page.getByText("No Allotments yet").waitFor();
  await page.getByRole("button", { name: "New: Allotment" }).click();
  await page.getByLabel("Name").fill("Plot 7");
  const contact = page.getByRole("combobox", { name: "Contact" });
  await contact.pressSequentially("nobody of this name");
  await page.getByText("Nothing found").waitFor();
  for (let letter = 0; letter < 19; letter += 1) await contact.press("Backspace");
  await page.getByRole("option", { name: /^[A-Z]\w+ [A-Z]\w+$/ }).first().click();
  await page.getByRole("button", { name: "Save" }).click();
  await heading(page, "Plot 7");
  await page.keyboard.press("/");
  await page.keyboard.type("Plot 7");
  await page.getByRole("option", { name: /Plot 7/ }).waitFor();
  await end(page);
});

test("a double click on Save makes one row", async () => {
  const page = await app("/new/task");
  await page.getByRole("textbox", { name: "Subject" }).fill("Once");
  await page.getByRole("button", { name: "Save" }).dblclick();
  await heading(page, "Once");
  assert.equal((await world.api("GET", "tasks?$filter=subject eq 'Once'")).value.length, 1);
  await end(page);
});

test("a row is made where a lookup needs it", async () => {
  const page = await app("/new/account");
  await page.getByLabel("Account name").fill("Nursery");
  const contact = page.getByRole("combobox", { name: "Primary contact" });
  await contact.pressSequentially("Thorn");
  await page.getByRole("option", { name: "New: Contact" }).click();
  const dialog = page.getByRole("dialog");
  assert.equal(await dialog.getByLabel("Last name").inputValue(), "Thorn");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Save" }).click();
  await heading(page, "Nursery");
  const [row] = (await world.api("GET", "accounts?$filter=name eq 'Nursery'&$expand=primarycontactid($select=lastname)")).value;
  assert.equal(row.primarycontactid.lastname, "Thorn");
  await end(page);
});

test("a column goes onto the form of contacts and is set on one (seed 000)", async () => {
  await world.api("POST", "assent_EnableSolution", { Name: "embedded_intelligence", AcceptPrivacyStatement: true });
  const page = await app("/forms/contact");
  await page.getByRole("button", { name: "Put “GDPR Optout” on the form" }).click();
  await page.getByRole("button", { name: "Publish" }).click();
  await said(page, "Published.");
  const { contactid: id } = await first("contacts", "$select=contactid");
  await page.goto(`${world.url}/app/record/contact/${id}`);
  await page.getByLabel("GDPR Optout").check();
  await page.getByRole("button", { name: "Save" }).click();
  await said(page, "Saved.");
  assert.equal((await world.api("GET", `contacts(${id})?$select=msdyn_gdproptout`)).msdyn_gdproptout, true);
  await page.goto(`${world.url}/app/forms/contact`);
  await page.getByRole("button", { name: "Back to the product's form" }).click();
  await said(page, "The product's form is back.");
  await end(page);
});

test("a person's page tells everything, and why a mail came or not", async () => {
  const participant = await first("assent_participants", "$select=_assent_contactid_value");
  const page = await app(`/person/${participant._assent_contactid_value}`);
  await page.getByRole("tab", { name: "Everything that happened" }).waitFor();
  await page.getByText("Welcome to the garden").first().waitFor();
  await page.getByLabel("Choose a journey or an e-mail").selectOption("Welcome to the garden");
  await page.getByText("Yes, this person may get it").first().waitFor();
  await page.getByRole("cell", { name: "Consent given" }).waitFor();
  await end(page);
});

test("insights tell what happened and what may not be told, and the clock where the person is", async () => {
  const participant = await first("assent_participants", "$select=_assent_contactid_value");
  const id = participant._assent_contactid_value;
  await world.api("PATCH", `contacts(${id})`, { assent_timezone: "asia/tokyo", msgdpr_donottrack: false });
  const page = await app(`/person/${id}`);
  await page.getByText(/There it is .* \(Asia\/Tokyo\)/).waitFor();
  await page.getByRole("tab", { name: "Insights" }).click();
  await page.getByRole("heading", { name: "What may be recorded of this person" }).waitFor();
  for (const part of ["E-mails", "Page visits", "Forms", "Subscriptions", "Journeys", "Consent"]) {
    await page.getByRole("tab", { name: part, exact: true }).click();
    await page.getByRole("table").or(page.getByText(/yet$|recorded$|submitted$|left$|logged$/)).first().waitFor();
  }
  await page.getByRole("tab", { name: "E-mails", exact: true }).click();
  await page.getByText("E-mail opened").first().waitFor();
  await world.api("PATCH", `contacts(${id})`, { msgdpr_donottrack: true });
  await page.goto(`${world.url}/app/record/contact/${id}?tab=insights`);
  await page.getByText("Opens, clicks and visits are not shown").waitFor();
  await page.getByText("The person does not allow tracking.").first().waitFor();
  await page.getByRole("tab", { name: "E-mails", exact: true }).click();
  await page.getByText("E-mail withheld").first().waitFor();
  assert.equal(await page.getByText("E-mail opened").count(), 0);
  await world.api("PATCH", `contacts(${id})`, { msgdpr_donottrack: false });
  await end(page);
});

test("a segment asks how often somebody did something", async () => {
  const page = await app("/new/msdyncrm_segment");
  await page.getByRole("button", { name: "Condition", exact: true }).first().click();
  const field = page.getByRole("combobox", { name: "Field" }).first();
  await field.click();
  await field.fill("Did some");
  await page.getByRole("option", { name: /Did something/ }).click();
  await page.getByLabel("What", { exact: true }).selectOption("EmailOpened");
  await page.getByLabel("How often").selectOption("le");
  await page.getByLabel("Times").fill("0");
  await page.getByText("has opened an e-mail at most 0 times in the last 30 days").waitFor();
  await page.getByRole("tab", { name: "Text" }).click();
  assert.match(await page.getByRole("textbox", { name: "Filter" }).inputValue(), /\/\$count\(\$filter=assent_type eq 'EmailOpened'.*\) le 0$/);
  await end(page);
});

test("somebody is put on a list, and taken off again", async () => {
  const { contactid: id } = await first("contacts", "$select=contactid&$orderby=emailaddress1");
  const page = await app(`/record/contact/${id}?tab=lists`);
  await page.getByLabel("Garden letter").click();
  await said(page, "On the list.");
  const members = async () => (await world.api("GET", `assent_listmembers?$filter=_assent_contactid_value eq ${id}`)).value.length;
  assert.equal(await members(), 1);
  await page.getByRole("button", { name: "Undo" }).click();
  await said(page, "Taken off the list.");
  assert.equal(await members(), 0);
  await end(page);
});

test("auditing is switched on, a change is in the audit, and deleting older entries asks first", async () => {
  const page = await app("/settings/auditing");
  const on = page.getByRole("switch", { name: "Start auditing" });
  await on.click();
  await said(page, "Saved.");
  assert.ok(await on.isChecked());
  await page.getByLabel("Find an entity").fill("contact");
  const contacts = page.getByRole("switch", { name: "Audit Contact", exact: true });
  await contacts.click();
  await said(page, "Is audited from now on.");
  assert.ok(await contacts.isChecked());

  const { contactid: id } = await first("contacts", "$select=contactid&$orderby=emailaddress1");
  await page.goto(`${world.url}/app/record/contact/${id}`);
  await page.getByLabel("Job title").fill("Orchardist");
  await page.getByRole("button", { name: "Save" }).click();
  await said(page, "Saved.");
  await page.goto(`${world.url}/app/list/audit`);
  await heading(page, "Audit");
  const filter = `objecttypecode eq 'contact' and _objectid_value eq ${id}`;
  const entries = async () => (await world.api("GET", `audits?$filter=${encodeURIComponent(filter)}`)).value;
  assert.deepEqual((await entries()).map((it) => [it.action, it.assent_columns.includes("jobtitle")]), [[2, true]]);
  await page.getByRole("row").filter({ hasText: "Update" }).filter({ hasText: "Contact" }).first().waitFor();
  assert.equal(await page.getByRole("button", { name: /^New:/ }).count(), 0, "the product alone writes the audit");
  await page.goto(`${world.url}/app/list/asyncoperation`);
  await heading(page, "System jobs");
  assert.equal(await page.getByRole("button", { name: /^New:/ }).count(), 0, "the product alone writes jobs");

  await page.goto(`${world.url}/app/settings/auditing`);
  const kept = async () => (await world.api("GET", "organizations?$select=auditretentionperiodv2")).value[0].auditretentionperiodv2;
  const days = page.getByLabel("Keep for so many days");
  for (const none of ["0", "1.5", "365001", ""]) {
    await days.fill(none);
    await days.press("Tab");
    await page.getByText("A whole number from 1 to 365,000.").waitFor();
  }
  assert.equal(await kept(), 30, "what is no number of days is not sent");
  const saving = page.waitForResponse((it) => it.request().method() === "PATCH" && it.url().includes("/organizations("));
  await days.fill("90");
  await days.press("Tab");
  assert.equal((await saving).status(), 204);
  assert.equal(await kept(), 90);
  const asked = () => page.getByRole("alertdialog");
  const calls = [];
  page.on("request", (it) => it.url().endsWith("/DeleteAuditData") && calls.push(it.url()));
  await page.getByLabel("Entries from before").fill("2020-01-31");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await asked().getByText(/31 Jan 2020/).waitFor();
  await asked().getByRole("button", { name: "Cancel" }).click();
  await asked().waitFor({ state: "hidden" });
  await page.waitForFunction(() => document.activeElement?.textContent === "Delete");
  assert.equal(calls.length, 0, "nothing was asked of the server");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await asked().getByRole("button", { name: "Delete", exact: true }).click();
  await said(page, "0 entries deleted.");
  assert.equal((await entries()).length, 1);
  await end(page);
});

for (const colorScheme of ["light", "dark"]) {
  test(`every place, without an error of its own or a serious finding of axe, ${colorScheme}`, async () => {
    const page = await app("/", { colorScheme, reducedMotion: "reduce" });
    const findings = [];
    for (const { place } of await places(world)) {
      await page.goto(`${world.url}/app${place}`);
      await page.waitForLoadState("networkidle");
      if (!(await page.getByRole("heading", { level: 1 }).count())) findings.push(`${place}: no heading`);
      // axe waits for ever for a frame in which no script may run; what is asked of it is a title.
      const untitled = await page.evaluate(() => [...document.querySelectorAll("iframe")].filter((it) => (it.remove(), !it.title)).length);
      if (untitled) findings.push(`${place}: a frame without a title`);
      findings.push(...(await accessible(page)).map((it) => `${place}: ${it}`), ...page.errors.splice(0).map((it) => `${place}: ${it}`));
    }
    assert.deepEqual(findings, []);
    await end(page);
  });
}

test("German and French, at 200 % and narrow", async () => {
  const page = await app("/list/contact", { locale: "de-DE", viewport: { width: 640, height: 800 } });
  await page.getByText(/^\d+ Zeilen$/).waitFor();
  await page.goto(`${world.url}/app/`);
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${wide} points stand out at the side`);
  await end(page);
  const french = await app("/list/contact", { locale: "fr-FR" });
  await french.getByText(/^\d+ lignes$/).waitFor();
  await end(french);
});

test("the first page is light", () => {
  const dist = path.join(import.meta.dirname, "../../ui/dist");
  const html = fs.readFileSync(path.join(dist, "index.html"), "utf8");
  const eager = [...html.matchAll(/\/assets\/app\/([\w.-]+\.js)/g)].map((it) => it[1]);
  const bytes = eager.reduce((sum, it) => sum + fs.statSync(path.join(dist, `${it}.br`)).size, 0);
  assert.ok(bytes > 0 && bytes < 300_000, `${bytes} bytes`);
});

test("without a session the application leads to the sign-in page and back", async () => {
  const page = await open(world, `${world.url}/app/list/contact`);
  await page.waitForURL(/\/signin\?next=%2Fapp%2Flist%2Fcontact/);
  await end(page);
});
