// The designers, when two people work on the same thing, or the connection breaks.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, signedIn, start } from "./world.mjs";

let world;
let state;
before(async () => {
  world = await start();
  state = await signedIn(world);
});
after(() => world?.stop());

const app = (address) => open(world, `${world.url}/app${address}`, { storageState: state, locale: "en-GB" });
const end = async (page) => {
  assert.deepEqual(page.errors, []);
  await page.context().close();
};
const said = (page, text) => page.getByText(text).first().waitFor();
// A row with an identifier of ours.
const make = async (set, body) => {
  const id = crypto.randomUUID();
  await world.api("PATCH", `${set}(${id})`, body);
  return id;
};
const save = (page) => page.getByRole("region", { name: "Unsaved changes" }).getByRole("button", { name: "Save" }).click();

test("an e-mail: what others changed elsewhere stands, and the same column is asked about", async () => {
  const id = await make("msdyncrm_marketingemails", { msdyncrm_name: "Letter", msdyncrm_subject: "Before", msdyncrm_emailbody: "<p>Hello</p>" });
  const row = () => world.api("GET", `msdyncrm_marketingemails(${id})?$select=msdyncrm_subject,msdyncrm_previewtext,msdyncrm_fromname`);
  const page = await app(`/email/${id}?tab=envelope`);
  const subject = page.getByLabel("Subject", { exact: false }).first();
  await subject.fill("Mine");
  await world.api("PATCH", `msdyncrm_marketingemails(${id})`, { msdyncrm_previewtext: "Theirs" });
  // What is not saved outlasts a reload, and still knows what it began with.
  page.on("dialog", (it) => it.accept());
  await page.reload();
  await said(page, "1 unsaved change");
  await save(page);
  await said(page, "Saved.");
  assert.deepEqual([(await row()).msdyncrm_subject, (await row()).msdyncrm_previewtext], ["Mine", "Theirs"]);
  await page.getByRole("region", { name: "Unsaved changes" }).waitFor({ state: "detached" });
  await subject.fill("Mine again");
  await world.api("PATCH", `msdyncrm_marketingemails(${id})`, { msdyncrm_subject: "Theirs again", msdyncrm_fromname: "Them" });
  await save(page);
  const dialog = page.getByRole("alertdialog");
  await dialog.getByText("Theirs, saved already: Theirs again").waitFor();
  assert.equal(await dialog.getByRole("radiogroup").count(), 1);
  assert.equal((await row()).msdyncrm_subject, "Theirs again", "nothing is written before the question is answered");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("region", { name: "Unsaved changes" }).waitFor({ state: "detached" });
  assert.equal(await subject.inputValue(), "Theirs again");
  assert.equal((await row()).msdyncrm_fromname, "Them");
  await end(page);
});

test("a form: its elements are saved all or none, and nobody's are lost", async () => {
  const id = await make("msdyncrm_marketingforms", { msdyncrm_name: "Form", msdyncrm_validforpagetype: 0 });
  const element = (text, order) =>
    make("assent_formelements", { assent_kind: 5, assent_order: order, assent_label: text, assent_text: text, "assent_formid@odata.bind": `/msdyncrm_marketingforms(${id})` });
  await element("First", 0);
  const second = await element("Second", 1);
  const texts = async () => (await world.api("GET", `assent_formelements?$filter=_assent_formid_value eq ${id}&$orderby=assent_order`)).value.map((it) => it.assent_text);
  const page = await app(`/form/${id}`);
  const change = async (from, to) => {
    await page.getByRole("list", { name: "The form" }).getByText(from, { exact: true }).click();
    await page.getByRole("textbox", { name: "Text", exact: true }).fill(to);
  };
  await change("First", "My first");
  await world.api("PATCH", `msdyncrm_marketingforms(${id})`, { assent_wording: "Theirs" });
  // A connection that breaks loses nothing.
  await page.route("**/$batch", (it) => it.abort());
  await save(page);
  await said(page, "The server cannot be reached.");
  assert.deepEqual(await texts(), ["First", "Second"]);
  await page.unroute("**/$batch");
  assert.deepEqual(page.errors.splice(0), ["Failed to load resource: net::ERR_FAILED"]);
  await save(page);
  await said(page, "Saved.");
  assert.deepEqual(await texts(), ["My first", "Second"]);
  await page.getByRole("region", { name: "Unsaved changes" }).waitFor({ state: "detached" });
  await change("Second", "My second");
  await world.api("PATCH", `assent_formelements(${second})`, { assent_text: "Their second" });
  await save(page);
  const dialog = page.getByRole("alertdialog");
  await dialog.getByRole("group", { name: "Elements" }).waitFor();
  assert.deepEqual(await texts(), ["My first", "Their second"]);
  await dialog.getByLabel("Mine", { exact: true }).check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("region", { name: "Unsaved changes" }).waitFor({ state: "detached" });
  assert.deepEqual(await texts(), ["My first", "My second"]);
  await end(page);
});

test("a page: a lookup and a text that two people changed", async () => {
  const form = await make("msdyncrm_marketingforms", { msdyncrm_name: "Other form", msdyncrm_validforpagetype: 0 });
  const id = await make("msdyncrm_marketingpages", { msdyncrm_name: "Page", msdyncrm_type: 0 });
  const page = await app(`/page/${id}`);
  await page.getByLabel("Form", { exact: false }).last().selectOption({ label: "Other form (Draft)" });
  await page.getByLabel("Content").fill("Mine");
  await world.api("PATCH", `msdyncrm_marketingpages(${id})`, { msdyncrm_content: "Theirs", msdyncrm_partialurl: "theirs" });
  await save(page);
  const dialog = page.getByRole("alertdialog");
  await dialog.getByLabel("Mine: Mine").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await said(page, "Saved.");
  const row = await world.api("GET", `msdyncrm_marketingpages(${id})`);
  assert.deepEqual([row.msdyncrm_content, row.msdyncrm_partialurl, row._assent_formid_value], ["Mine", "theirs", form]);
  await end(page);
});

test("a segment: what is not saved stays from tab to tab, and what others changed stands", async () => {
  const id = await make("msdyncrm_segments", { msdyncrm_segmentname: "Segment", msdyncrm_segmenttype: 192350000 });
  const page = await app(`/segment/${id}`);
  await page.getByLabel("Name").fill("Mine");
  await page.getByRole("tab", { name: "Members" }).click();
  await page.getByRole("region", { name: "Unsaved changes" }).waitFor();
  await page.getByRole("tab", { name: "Definition" }).click();
  await world.api("PATCH", `msdyncrm_segments(${id})`, { msdyncrm_description: "Theirs" });
  await save(page);
  await said(page, "Saved.");
  const row = await world.api("GET", `msdyncrm_segments(${id})`);
  assert.deepEqual([row.msdyncrm_segmentname, row.msdyncrm_description], ["Mine", "Theirs"]);
  assert.equal(await page.getByLabel("Description").inputValue(), "Theirs");
  await end(page);
});

test("a journey: the tiles are asked about, and leaving asks first", async () => {
  const id = await make("msdyncrm_customerjourneys", { msdyncrm_name: "Journey", msgdpr_requiredconsent: 587030004, msdyncrm_workflowdefinition: "[]" });
  const read = () => world.api("GET", `msdyncrm_customerjourneys(${id})`);
  const page = await app(`/journey/${id}`);
  await page.getByLabel("Name").fill("Mine");
  await page.getByRole("link", { name: "Leads" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Stay" }).click();
  await world.api("PATCH", `msdyncrm_customerjourneys(${id})`, { msdyncrm_name: "Theirs", msdyncrm_description: "Theirs" });
  await save(page);
  const dialog = page.getByRole("alertdialog");
  await dialog.getByLabel("Mine: Mine").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await said(page, "Saved.");
  assert.deepEqual([(await read()).msdyncrm_name, (await read()).msdyncrm_description], ["Mine", "Theirs"]);
  await end(page);
});
