// `make pictures`: writes docs/pictures, the pages of the demo as they are, so that pictures in the documents never rot.
import fs from "node:fs";
import path from "node:path";
import { open, signedIn, start } from "./world.mjs";

const folder = path.join(import.meta.dirname, "../../docs/pictures");
const world = await start(["--contacts", "500"]);
const state = await signedIn(world);
const first = async (set, key, options = "") => (await world.api("GET", `${set}?$top=1&$select=${key}${options}`)).value[0][key];

const person = await first("assent_participants", "_assent_contactid_value");
// A mail as it looks when somebody has just begun it.
await world.api("POST", "msdyncrm_marketingemails", { msdyncrm_name: "Autumn letter", msdyncrm_subject: "What to plant in October" });
const draft = await first("msdyncrm_marketingemails", "msdyncrm_marketingemailid", "&$filter=msdyncrm_name eq 'Autumn letter'");

const PAGES = {
  home: "/",
  list: "/list/contact",
  record: `/record/contact/${person}`,
  person: `/person/${person}`,
  insights: `/person/${person}?tab=insights`,
  board: "/privacy/board",
  request: `/privacy/request/${await first("assent_datasubjectrequests", "assent_datasubjectrequestid")}`,
  "consent-over-time": "/privacy/consent",
  inventory: "/privacy/inventory",
  segment: `/segment/${await first("msdyncrm_segments", "msdyncrm_segmentid")}`,
  journey: `/journey/${await first("msdyncrm_customerjourneys", "msdyncrm_customerjourneyid")}`,
  email: `/email/${draft}`,
  form: `/form/${await first("msdyncrm_marketingforms", "msdyncrm_marketingformid")}`,
  pictures: "/pictures",
  outbox: "/outbox",
  roles: "/settings/roles",
  audit: "/settings/audit",
  auditing: "/settings/auditing",
  jobs: "/settings/jobs",
  import: "/import",
  customiser: "/forms/contact",
  columns: "/entities/contact",
};

fs.mkdirSync(folder, { recursive: true });
const page = await open(world, `${world.url}/app/`, { storageState: state, locale: "en-GB", reducedMotion: "reduce" });
for (const [name, place] of Object.entries(PAGES)) {
  await page.goto(`${world.url}/app${place}`);
  await page.waitForLoadState("networkidle");
  if (name === "email") await page.getByRole("button", { name: /^Begin with/ }).nth(1).click();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  console.log(`${name}.png`);
}
await world.stop();
if (page.errors.length) throw new Error(page.errors.join("\n"));
