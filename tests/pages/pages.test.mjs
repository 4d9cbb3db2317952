// Landing page, confirmation, subscription center and forwarding, as people meet them.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { accessible, open, start, tabTo } from "./world.mjs";

let world;
before(async () => { world = await start(); });
after(() => world?.stop());

const consent = (address) => world.assent("consent", "show", address).split("\n")[0];
const welcome = "assent_emailid/msdyncrm_name eq 'Welcome'";
const form = async (name) => (await world.api("GET", `msdyncrm_marketingforms?$select=msdyncrm_marketingformid&$filter=msdyncrm_name eq '${name}'`)).value[0].msdyncrm_marketingformid;

for (const javaScriptEnabled of [false, true]) {
  const way = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`a visitor says yes by keyboard alone, ${way}`, async () => {
    const address = `visitor.${javaScriptEnabled}@example.org`;
    const page = await open(world, `${world.url}/p/garden-letter`, { javaScriptEnabled });
    if (javaScriptEnabled) assert.deepEqual(await accessible(page), []);
    assert.equal(await page.locator("input:checked:not([value=''])").count(), 0, "nothing is chosen beforehand");
    await tabTo(page, "f-emailaddress1");
    await page.keyboard.type("nowhere");
    await tabTo(page, "BUTTON");
    await page.keyboard.press("Enter");
    // The browser, or the server, says what to mend; then it is mended.
    await page.locator("#f-emailaddress1").focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type(address);
    await tabTo(page, "f-msgdpr_gdprconsent");
    for (let step = 0; step < 4; step += 1) await page.keyboard.press("ArrowDown");
    assert.equal(await page.locator("input[name=msgdpr_gdprconsent]:checked").getAttribute("value"), "587030004");
    await tabTo(page, "BUTTON");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Please check your inbox" }).waitFor();
    assert.equal(consent(address), "none");

    const mailed = await world.link("/confirm/", `assent_to eq '${address}'`);
    await page.goto(mailed);
    if (javaScriptEnabled) assert.deepEqual(await accessible(page), []);
    assert.equal(consent(address), "none", "opening the link is no consent");
    await tabTo(page, "BUTTON");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Confirmed" }).waitFor();
    if (javaScriptEnabled) assert.deepEqual(await accessible(page), []);
    assert.equal(consent(address), "marketing");
    assert.deepEqual(page.errors, []);
    await page.context().close();
  });

  test(`the subscription center shows what is so, ${way}`, async () => {
    const page = await open(world, await world.link("/s/", welcome), { javaScriptEnabled });
    if (javaScriptEnabled) assert.deepEqual(await accessible(page), []);
    const box = page.locator("#f-donotbulkemail");
    const was = await box.isChecked();
    await tabTo(page, "f-donotbulkemail");
    await page.keyboard.press("Space");
    await tabTo(page, "BUTTON");
    await page.keyboard.press("Enter");
    await page.getByRole("status").waitFor();
    assert.equal(await box.isChecked(), !was);
    await page.reload();
    assert.equal(await page.locator("#f-donotbulkemail").isChecked(), !was);
    if (javaScriptEnabled) assert.deepEqual(await accessible(page), []);
    assert.deepEqual(page.errors, []);
    await page.context().close();
  });

  test(`a mail is passed on, and the friend says no, ${way}`, async () => {
    const friend = `friend.${javaScriptEnabled}@example.org`;
    const page = await open(world, await world.link("/w/", welcome), { javaScriptEnabled });
    if (javaScriptEnabled) assert.deepEqual(await accessible(page), []);
    await tabTo(page, "f-friend-1-email");
    await page.keyboard.type(friend);
    await tabTo(page, "BUTTON");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Thank you" }).waitFor();
    const no = await world.link("/n/", "assent_purpose eq 9");
    await page.goto(no);
    if (javaScriptEnabled) assert.deepEqual(await accessible(page), []);
    await tabTo(page, "BUTTON");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "It is noted" }).waitFor();
    await page.context().close();
  });
}

test("what is wrong is said where it is, and nothing typed is lost", async () => {
  const page = await open(world, `${world.url}/p/garden-letter`, { javaScriptEnabled: true });
  await page.locator("#f-firstname").fill("Eve");
  await page.evaluate(() => document.querySelector("form").setAttribute("novalidate", ""));
  await page.locator("form button").click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.locator("#f-firstname").inputValue(), "Eve");
  assert.equal(await page.locator("#f-emailaddress1").getAttribute("aria-invalid"), "true");
  const described = await page.locator("#f-emailaddress1").getAttribute("aria-describedby");
  assert.ok((await page.locator(`[id="${described}"]`).textContent()).length > 5);
  assert.deepEqual(await accessible(page), []);
  await page.context().close();
});

test("320 pixels and twice the size need no scrolling to the side", async () => {
  const pages = [`${world.url}/p/garden-letter`, await world.link("/s/", welcome), await world.link("/w/", welcome), `${world.url}/confirm/none`];
  const widths = [["320 px", 320, "100%"], ["zoom 200 %", 640, "100%"], ["text 200 %", 1280, "200%"]];
  for (const address of pages) {
    const page = await open(world, address);
    for (const [name, width, size] of widths) {
      await page.setViewportSize({ width, height: 640 });
      const [wide, room] = await page.evaluate((it) => {
        document.documentElement.style.fontSize = it;
        return [document.documentElement.scrollWidth, innerWidth];
      }, size);
      assert.equal(room, width);
      assert.ok(wide <= room, `${address.replace(/[\w.-]{40,}/, "…")} at ${name}: ${wide} of ${room}`);
    }
    await page.context().close();
  }
});

test("pages speak German and French", async () => {
  const forms = await Promise.all(["Garden letter", "Default Subscription Center Form", "Send it to a friend"].map(form));
  const speak = (language) => Promise.all(forms.map((id) => world.api("PATCH", `msdyncrm_marketingforms(${id})`, { assent_language: language })));
  const center = await world.link("/s/", welcome), friend = await world.link("/w/", welcome);
  for (const [language, missing, copies] of [["de", "Nicht gefunden", "Kopie"], ["fr", "Introuvable", "copie"]]) {
    await speak(language);
    const page = await open(world, friend, { locale: language });
    assert.match(await page.locator("main").textContent(), new RegExp(copies));
    for (const address of [`${world.url}/p/garden-letter`, center]) {
      await page.goto(address);
      assert.equal(await page.getAttribute("html", "lang"), language);
    }
    assert.deepEqual(await accessible(page), []);
    await page.goto(`${world.url}/confirm/none`);
    assert.equal(await page.locator("h1").textContent(), missing);
    await page.context().close();
  }
  await speak("en");
});

test("a form is embedded where it may be and nowhere else", async () => {
  const id = await form("Garden letter");
  const sites = [];
  const host = async (body) => {
    const server = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end(`<!doctype html><html lang="en"><title>Shop</title><main><h1>Shop</h1>${body}</main>`));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    sites.push(server);
    return `http://127.0.0.1:${server.address().port}`;
  };
  const shop = await host(`<script src="${world.url}/embed/${id}.js" data-title="Letters"></script>`);
  const plain = await host(`<iframe title="Letters" src="${world.url}/e/${id}" width="400" height="600"></iframe>`);
  const stranger = await host(`<iframe title="Letters" src="${world.url}/e/${id}" width="400" height="600"></iframe>`);
  await world.api("PATCH", `msdyncrm_marketingforms(${id})`, { assent_embeddomains: `${shop}\n${plain}` });
  try {
    for (const [site, javaScriptEnabled] of [[shop, true], [plain, false]]) {
      const page = await open(world, site, { javaScriptEnabled });
      const frame = page.frameLocator("iframe[title=Letters]");
      await frame.locator("#f-emailaddress1").fill(`shopper.${javaScriptEnabled}@example.org`);
      if (javaScriptEnabled) {
        assert.deepEqual(await accessible(page), []);
        await page.waitForFunction(() => parseInt(document.querySelector("iframe").style.height, 10) > 300);
      }
      await frame.locator("form button").click();
      await frame.getByRole("heading", { name: "Thank you" }).waitFor();
      await page.context().close();
    }
    const sent = await world.api("GET", `msdyncrm_marketingformsubmissions?$filter=startswith(assent_email,'shopper.true')`);
    assert.equal(sent.value[0].msdyncrm_pageurl, shop);
    const page = await open(world, stranger);
    await page.waitForTimeout(300);
    assert.equal(await page.frames()[1].locator("form").count(), 0, "a stranger's site does not get the form");
    await page.context().close();
  } finally {
    for (const server of sites) server.close();
  }
});

test("colours that are chosen can be read", async () => {
  const [settings] = (await world.api("GET", "msdyncrm_marketingpageconfigurations")).value;
  const address = `msdyncrm_marketingpageconfigurations(${settings.msdyncrm_marketingpageconfigurationid})`;
  const look = { assent_textcolor: "#222222", assent_backgroundcolor: "#fff8e7", assent_accentcolor: "#7a3e00", assent_fontstack: "Georgia, serif" };
  await assert.rejects(world.api("PATCH", address, { ...look, assent_accentcolor: "#f0c000" }), /contrast of 1\.\d/);
  await world.api("PATCH", address, { ...look, assent_captcha: true, msdyncrm_privacybannertext: "What we do with this" });
  const page = await open(world, `${world.url}/p/garden-letter`);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 248, 231)");
  assert.deepEqual(await accessible(page), []);
  await page.locator("#f-emailaddress1").fill("asked@example.org");
  const numbers = "zero one two three four five six seven eight nine".split(" ");
  const question = await page.locator("label[for=f-answer]").textContent();
  const [first, second] = question.match(/What is (\w+) plus (\w+)/).slice(1).map((it) => numbers.indexOf(it));
  await page.locator("#f-answer").fill(String(first + second + 1));
  await page.locator("form button").click();
  await page.getByRole("alert").waitFor();
  const again = (await page.locator("label[for=f-answer]").textContent()).match(/What is (\w+) plus (\w+)/).slice(1).map((it) => numbers.indexOf(it));
  await page.locator("#f-answer").fill(String(again[0] + again[1]));
  await page.locator("form button").click();
  await page.getByRole("heading", { name: "Thank you" }).waitFor();
  await page.context().close();
});
