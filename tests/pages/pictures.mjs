// `make pictures`: writes docs/pictures, every place of the application as it is in the demo, so that pictures in the
// documents never rot. A picture is called by its place: /privacy/request/$id is privacy-request.png.
import fs from "node:fs";
import path from "node:path";
import { open, places, signedIn, start } from "./world.mjs";

const folder = path.join(import.meta.dirname, "../../docs/pictures");
const world = await start(["--contacts", "500"]);
const state = await signedIn(world);
// A mail as it looks when somebody has just begun it.
await world.api("POST", "msdyncrm_marketingemails", { msdyncrm_name: "Autumn letter", msdyncrm_subject: "What to plant in October" });
const begun = (await world.api("GET", "msdyncrm_marketingemails?$select=msdyncrm_marketingemailid&$filter=msdyncrm_name eq 'Autumn letter'")).value[0];

// Without what stands for a row; where that is a list's name too, it is one of its rows.
const taken = new Set();
const called = (pattern) => {
  const plain = pattern.split("/").filter((it) => it && !it.startsWith("$")).join("-") || "home";
  const name = taken.has(plain) ? `${plain}-one` : plain;
  taken.add(name);
  return name;
};

fs.rmSync(folder, { recursive: true, force: true });
fs.mkdirSync(folder, { recursive: true });
const page = await open(world, `${world.url}/app/`, { storageState: state, locale: "en-GB", reducedMotion: "reduce" });
const take = async (name, place, before) => {
  await page.goto(`${world.url}/app${place}`);
  await page.waitForLoadState("networkidle");
  await before?.();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  console.log(`${name}.png`);
};
const all = await places(world, "contact");
for (const { pattern, place } of all) {
  const name = called(pattern);
  if (name === "email") {
    await take(name, `/email/${begun.msdyncrm_marketingemailid}`, () => page.getByRole("button", { name: /^Begin with/ }).nth(1).click());
  } else await take(name, place);
}
const { place } = all.find((it) => it.pattern === "/person/$id");
await take("person-insights", `${place}?tab=insights`);
await world.stop();
if (page.errors.length) throw new Error(page.errors.join("\n"));
