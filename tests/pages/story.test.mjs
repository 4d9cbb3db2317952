// The story of the README through the screen, as the privacy officer and the marketer meet it; each step says how long it took.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, signedIn, start } from "./world.mjs";

let world;
const states = {};
before(async () => {
  world = await start(["--contacts", "60"]);
  for (const role of ["privacy-officer", "marketer"]) {
    const address = `${role}@example.com`;
    world.assent("user", "create", address, "--first-name", "Test", "--last-name", role, "--role", role);
    states[role] = await signedIn(world, address);
  }
});
after(() => world?.stop());

const app = (role, place) => open(world, `${world.url}/app${place}`, { storageState: states[role], locale: "en-GB" });
const end = async (page) => {
  assert.deepEqual(page.errors, []);
  await page.context().close();
};
const said = (page, text) => page.getByText(text).first().waitFor();

/** Notes a request of somebody, and goes through its steps until it is approved. */
const approved = async (page, type, address) => {
  await page.getByRole("button", { name: "New request" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: type }).check();
  await dialog.getByLabel("Mail address of the person").fill(address);
  await dialog.getByRole("button", { name: "Note the request" }).click();
  await page.getByRole("heading", { level: 1, name: new RegExp(`^${type}`) }).waitFor();
  await page.getByRole("button", { name: "Note the check" }).click();
  await said(page, "Check noted.");
  await page.getByRole("button", { name: "Make the plan" }).click();
  await said(page, "Plan made.");
  await page.getByLabel("Honour: approve the plan").check();
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await said(page, "Approved.");
};

test("the officer answers a request for access", async () => {
  const page = await app("privacy-officer", "/privacy/board");
  await approved(page, "Access", "person20@example.org");
  await page.getByRole("button", { name: "Write the package" }).click();
  await said(page, "Carried out, and a read proved it.");
  await page.getByRole("button", { name: "Save the package" }).first().waitFor();
  await end(page);
});

test("the officer erases a person, and the proof's signature fits", async () => {
  const page = await app("privacy-officer", "/privacy/board");
  await approved(page, "Erasure", "person21@example.org");
  await page.getByRole("button", { name: "Erase now" }).first().click();
  const dialog = page.getByRole("alertdialog").or(page.getByRole("dialog"));
  const label = await dialog.getByText(/^Type .* to confirm$/).innerText();
  await dialog.getByRole("textbox").fill(label.replace(/^Type | to confirm$/g, ""));
  await dialog.getByRole("button", { name: "Erase now" }).click();
  await said(page, "Carried out, and a read proved it.");
  await said(page, "Signature fits");
  const rows = await world.api("GET", "contacts?$filter=emailaddress1 eq 'person21@example.org'");
  assert.deepEqual(rows.value, []);
  // Nobody of that address is found any more, and the search says so.
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "Search everything" }).pressSequentially("person21@example.org");
  await said(page, "Nothing found");
  await end(page);
});

test("the marketer sees whom a journey would write to, and why not", async () => {
  const page = await app("marketer", "/list/msdyncrm_customerjourney");
  await page.getByRole("link", { name: "Welcome to the garden" }).click();
  await page.getByRole("button", { name: "Open designer" }).click();
  await page.getByRole("heading", { level: 1, name: "Welcome to the garden" }).waitFor();
  await page.getByRole("tab", { name: "Dry run" }).click();
  await said(page, "In the audience");
  await page.getByRole("tab", { name: "Participants" }).click();
  await page.getByRole("tab", { name: "Results" }).click();
  await end(page);
});

test("the marketer is offered nothing of the officer's", async () => {
  const page = await app("marketer", "/");
  await page.getByRole("navigation", { name: "Areas" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Board" }).count(), 0);
  assert.equal(await page.getByRole("link", { name: "Users and teams" }).count(), 0);
  await end(page);
});
