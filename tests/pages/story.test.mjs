// The story of the README through the screen, as the privacy officer and the marketer meet it; each step says how long it took.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, open, signedIn, start } from "./world.mjs";

// A red pixel, as large as a picture says that it is.
const picture = Buffer.from("R0lGODlhQAHwAIAAAP8AAAAAACwAAAAAQAHwAAACAkwBADs=", "base64");

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

/** What a person does on one page of the application, in the order in which it is done. */
const desk = (page) => ({
  press: (name, within = page) => within.getByRole("button", { name, exact: true }).click(),
  fill: (label, text, within = page) => within.getByRole("textbox", { name: label, exact: true }).fill(text),
  tab: (name) => page.getByRole("tab", { name, exact: true }).click(),
  save: async () => {
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await said(page, "Saved.");
  },
  /** Goes live, and is so. */
  live: async () => {
    await page.getByRole("button", { name: "Go live", exact: true }).click();
    await said(page, "It is live.");
  },
  /** Begins something new from its list. */
  begin: async (list, name) => {
    await page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: list, exact: true }).click();
    await page.getByRole("button", { name: /^New/ }).click();
    await page.getByLabel("Name").fill(name);
    await page.getByRole("button", { name: "Begin designing" }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
  },
});

test("the marketer makes a form, a page, a segment, a mail and a journey, and a person goes through them", { timeout: 300_000 }, async (t) => {
  const page = await app("marketer", "/");
  page.setDefaultTimeout(20_000);
  let broken = false;
  // What follows upon a step that failed would say nothing.
  const step = (name, run) =>
    t.test(name, { skip: broken && "a step before it failed" }, async () => {
      broken = true;
      await run();
      broken = false;
    });
  const { press, fill, tab, save, live, begin } = desk(page);

  await step("a form that asks for consent", async () => {
    await begin("Marketing forms", "Seed letter");
    for (const column of ["emailaddress1", "firstname", "msgdpr_gdprconsent"]) {
      await press("Field");
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Column", { exact: true }).selectOption(column);
      const purpose = dialog.getByLabel("What the answer is used for");
      if (await purpose.isVisible()) await purpose.fill("To send the letter on seeds.");
      await press("Add", dialog);
      await dialog.waitFor({ state: "hidden" });
    }
    await fill("Text by which the form asks", "You may send me the letter on seeds. I can say no at any time.");
    await press("Submit button");
    await save();
    await live();
  });

  await step("a page of blocks with a picture", async () => {
    await begin("Marketing pages", "Letter on seeds");
    await page.getByLabel("Form", { exact: true }).selectOption({ label: "Seed letter (Live)" });
    await tab("Design");
    await press("Make it of blocks");
    await press("Image");
    await press("Choose a picture");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Choose a file").setInputFiles({ name: "red-rose.gif", mimeType: "image/gif", buffer: picture });
    await fill("Words for who does not see it", "A red rose", dialog);
    await press("Add the picture", dialog);
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("group", { name: "Image A red rose" }).waitFor();
    await save();
    await live();
  });

  await step("a segment whose size is estimated", async () => {
    await page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: "Segments", exact: true }).click();
    await page.getByRole("button", { name: /^New/ }).click();
    await fill("Name", "Readers of seeds");
    await press("Condition");
    const field = page.getByRole("combobox", { name: "Field" });
    await field.click();
    await field.fill("Consent given");
    await page.getByRole("option", { name: "Consent given", exact: true }).first().click();
    await page.getByRole("combobox", { name: "Condition", exact: true }).selectOption({ label: "at least" });
    await page.getByRole("combobox", { name: "Value" }).click();
    await page.getByRole("option", { name: "(4) Marketing" }).click();
    await said(page, "Some of them");
    await save();
    await press("Go live");
    await said(page, "The segment is live.");
  });

  await step("a mail with a mistake that the check finds", async () => {
    await begin("Marketing emails", "Seeds of spring");
    await press("Begin with Announcement");
    await page.getByRole("group", { name: /^Heading ./ }).click();
    await fill("Text", "What to sow now");
    await page.getByRole("group", { name: /^Button Read more/ }).click();
    await fill("Link", "nowhere");
    await press("Image");
    await press("Choose a picture");
    await press("red rose", page.getByRole("dialog"));
    await page.getByRole("group", { name: "Image A red rose" }).waitFor();
    await tab("Subject and sender");
    await fill("Subject", "Seeds for {{contact.firstnam}}");
    await said(page, "leads nowhere");
    await said(page, "names contact.firstnam, which does not exist");
    assert.equal(await page.getByRole("button", { name: "Go live" }).isEnabled(), false);
    await fill("Subject", "Seeds for {{contact.firstname}}");
    await tab("Design");
    await page.getByRole("group", { name: /^Button Read more/ }).click();
    await fill("Link", "/p/letter-on-seeds");
    await said(page, "Nothing stands in the way of going live.");
    await save();
    await press("Send me a test");
    await said(page, "A test goes to marketer@example.com.");
    await live();
  });

  await step("a journey, rehearsed and live", async () => {
    await begin("Customer journeys", "Seeds for readers");
    const tiles = page.getByRole("toolbar", { name: "Tiles to add" });
    const panel = page.getByRole("complementary");
    const choose = async (label, name) => {
      await panel.getByRole("combobox", { name: label }).click();
      await panel.getByRole("combobox", { name: label }).fill(name);
      await page.getByRole("option", { name }).first().click();
    };
    await press("Audience: segment", tiles);
    await said(page, "Choose a segment.");
    await choose("Segment", "Readers of seeds");
    await press("E-mail", tiles);
    await said(page, "Choose an e-mail.");
    await choose("E-mail", "Seeds of spring");
    await press("If/then", tiles);
    await press("Rule", panel);
    await panel.getByLabel("What happened").selectOption({ label: "opened" });
    await press("Task", tiles);
    await fill("Subject", "Call the reader", panel);
    await save();
    await tab("Dry run");
    await said(page, "Would get a mail");
    await tab("Design");
    await press("Go live");
    await press("Go live", page.getByRole("dialog").or(page.getByRole("alertdialog")));
    await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
  });

  const address = "reader@example.org";
  const mailed = `assent_to eq '${address}' and assent_emailid/msdyncrm_name eq 'Seeds of spring'`;
  const visit = (where) => open(world, where, { locale: "en-GB" });
  await step("a person signs up on the page and confirms", async () => {
    const visitor = await visit(`${world.url}/p/letter-on-seeds`);
    await visitor.getByRole("heading", { level: 1, name: "Letter on seeds" }).waitFor();
    assert.deepEqual(await accessible(visitor), []);
    const shown = visitor.getByRole("img", { name: "A red rose" });
    assert.ok(await shown.evaluate((it) => it.complete && it.naturalWidth > 0), "the picture is shown");
    await visitor.locator("form").evaluate((it) => (it.noValidate = true));
    await visitor.getByLabel("E-mail").fill("nowhere");
    await visitor.getByRole("button", { name: "Send" }).click();
    await visitor.getByRole("heading", { level: 1, name: "Letter on seeds" }).waitFor();
    await visitor.locator(".issue").first().waitFor();
    assert.ok(await shown.isVisible(), "who made a mistake is still on the page");
    await visitor.getByLabel("E-mail").fill(address);
    await visitor.getByLabel("First name").fill("Ada");
    await visitor.getByRole("radio", { name: /Marketing/ }).check();
    await said(visitor, "You may send me the letter on seeds.");
    await visitor.getByRole("button", { name: "Send" }).click();
    await visitor.getByRole("heading", { name: "Please check your inbox" }).waitFor();
    await visitor.goto(await world.link("/confirm/", `assent_to eq '${address}'`));
    await visitor.locator("main button").first().click();
    await visitor.getByRole("heading", { name: /confirmed|Thank you/i }).waitFor();
    await end(visitor);
  });

  await step("they become a member and get the mail, with its permit", async () => {
    await world.link("/s/", mailed);
    await page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: "Outbox", exact: true }).click();
    await page.getByRole("link", { name: /Seeds for Ada/ }).first().click();
    await page.getByRole("heading", { level: 1, name: /Seeds for Ada/ }).waitFor();
    await said(page, address);
    await said(page, "Level given: 4 marketing; needed: 4 marketing.");
    const [mail] = (await world.api("GET", `assent_outgoingmails?$filter=${encodeURIComponent(mailed)}`)).value;
    assert.ok(mail.assent_html.includes(`src="${world.url}/media/`), "mail programs need the whole address of a picture");
    await page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: "Segments", exact: true }).click();
    await page.getByRole("link", { name: "Readers of seeds" }).click();
    await press("Open designer");
    await tab("Members");
    await said(page, address);
  });

  await step("a picture that is shown is not deleted", async () => {
    await page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: "Pictures", exact: true }).click();
    await press("Delete: red rose");
    const dialog = page.getByRole("alertdialog").or(page.getByRole("dialog"));
    await dialog.getByRole("link", { name: "Marketing email: Seeds of spring" }).waitFor();
    await dialog.getByRole("link", { name: "Marketing page: Letter on seeds" }).waitFor();
    assert.equal(await dialog.getByRole("button", { name: "Delete" }).isEnabled(), false);
    await press("Cancel", dialog);
    await page.getByRole("heading", { level: 1, name: "Pictures" }).waitFor();
    assert.deepEqual(await accessible(page), []);
  });

  await step("who lowers their consent gets none, and the answer says why", async () => {
    const visitor = await visit(await world.link("/s/", mailed));
    await visitor.getByRole("radio", { name: /Consent/ }).first().check();
    await visitor.getByRole("button", { name: "Save" }).first().click();
    await visitor.getByRole("heading", { level: 1 }).waitFor();
    await end(visitor);
    await page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: "Customer journeys", exact: true }).click();
    await page.getByRole("link", { name: "Seeds for readers" }).click();
    await press("Open designer");
    await tab("Why (not)?");
    const who = page.getByRole("combobox", { name: "Contact" });
    await who.click();
    await who.fill(address);
    await page.getByRole("option", { name: /Ada|reader/ }).first().click();
    await said(page, "No: the person does not take part, or was stopped");
    await said(page, "The contact’s consent is below the minimum");
    assert.equal((await world.api("GET", `assent_outgoingmails?$filter=${encodeURIComponent(mailed)}`)).value.length, 1);
  });

  await step("a change of the live journey waits as a draft until it is published", async () => {
    await tab("Design");
    await page.getByRole("button", { name: /^Task/ }).or(page.getByRole("group", { name: /^Task/ })).first().click();
    await fill("Subject", "Write to the reader", page.getByRole("complementary"));
    await press("Save draft");
    await said(page, "The draft is saved.");
    await said(page, "Unpublished draft");
    await press("Publish draft");
    await press("Publish draft", page.getByRole("dialog").or(page.getByRole("alertdialog")));
    await page.getByText("Unpublished draft").waitFor({ state: "hidden" });
    const [journey] = (await world.api("GET", "msdyncrm_customerjourneys?$filter=msdyncrm_name eq 'Seeds for readers'")).value;
    assert.equal(journey.statuscode, 192350001);
    assert.match(journey.msdyncrm_workflowdefinition, /Write to the reader/);
  });
  await end(page);
});
