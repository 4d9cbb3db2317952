// The demo, served on a throw-away store, and a browser to look at it.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

const program = process.env.ASSENT || path.join(import.meta.dirname, "../../target/debug/assent");
const browserPath = process.env.CHROMIUM || "/usr/bin/chromium";
if (!fs.existsSync(browserPath)) {
  throw new Error(`there is no browser at ${browserPath}; install Debian's chromium (apt-get install chromium) or name one in CHROMIUM`);
}

// Where a test needs a name for the server, it names the port and the address beforehand.
export const start = async (words = ["--contacts", "40"], { port = 0, base = "" } = {}) => {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), "assent-pages-"));
  const assent = (...words) => execFileSync(program, [...words, "--data", data], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 60_000 });
  assent("demo", "--prepare-only", ...words);
  const token = assent("token", "create", "page tests", "--role", "system-administrator").trim();
  const server = spawn(program, ["demo", "--data", data, "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...(base && { ASSENT__SERVER__BASE_URL: base }) },
  });
  // However the tests end, nothing of them is left.
  const end = () => {
    server.kill("SIGKILL");
    fs.rmSync(data, { recursive: true, force: true });
  };
  process.once("exit", end);
  const url = await new Promise((resolve, reject) => {
    let seen = "";
    const late = setTimeout(() => reject(new Error(`the server does not listen:\n${seen}`)), 60_000);
    server.once("exit", () => clearTimeout(late));
    server.stderr.on("data", (chunk) => {
      seen += chunk;
      const found = seen.match(/listening on (http:\/\/[\w.:]+)/);
      if (!found) return;
      clearTimeout(late);
      resolve(base || found[1]);
    });
    server.on("exit", (code) => reject(new Error(`the server ended with ${code}:\n${seen}`)));
  });
  const api = async (method, address, body) => {
    const answer = await fetch(`${url}/api/data/v9.2/${address}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  };
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  // What a mail holds, by a mark in its address, once there is one.
  const link = async (mark, filter) => {
    for (let round = 0; round < 100; round += 1) {
      const rows = (await api("GET", `assent_outgoingmails?$filter=${encodeURIComponent(filter)}&$orderby=createdon desc`)).value;
      const text = rows.map((it) => `${it.assent_html ?? ""}\n${it.assent_text ?? ""}`).find((it) => it.includes(mark));
      if (text) return url + text.match(new RegExp(`${mark}[A-Za-z0-9_.-]+`))[0];
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`no mail with ${mark} where ${filter}`);
  };
  const stop = async () => {
    await browser.close();
    server.removeAllListeners("exit");
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    const late = setTimeout(() => server.kill("SIGKILL"), 20_000);
    await ended;
    clearTimeout(late);
    process.removeListener("exit", end);
    fs.rmSync(data, { recursive: true });
  };
  return { url, api, link, assent, browser, stop };
};

// The cookies of somebody who signed in by a one-time link: the administrator, or whom an address names.
export const signedIn = async (world, address) => {
  const words = world.assent("user", "link", ...(address ? [address] : [])).split(/\s/);
  const link = new URL(words.find((it) => it.startsWith("http")));
  const page = await open(world, world.url + link.pathname);
  await page.locator("main button").first().click();
  await page.waitForLoadState("networkidle");
  const state = await page.context().storageState();
  await page.context().close();
  return state;
};

// A page in a context of its own; it fails the test when the page logs an error.
export const open = async (world, address, options = {}) => {
  const context = await world.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("console", (it) => it.type() === "error" && !/status of 4\d\d/.test(it.text()) && page.errors.push(it.text()));
  await page.goto(address);
  return page;
};

// Rows for the places that show one.
const ROWS = {
  "/record": ["contacts", "contactid", "contact"],
  "/person": ["assent_participants", "_assent_contactid_value"],
  "/privacy/request": ["assent_datasubjectrequests", "assent_datasubjectrequestid"],
  "/segment": ["msdyncrm_segments", "msdyncrm_segmentid"],
  "/journey": ["msdyncrm_customerjourneys", "msdyncrm_customerjourneyid"],
  "/email": ["msdyncrm_marketingemails", "msdyncrm_marketingemailid"],
  "/form": ["msdyncrm_marketingforms", "msdyncrm_marketingformid"],
  "/page": ["msdyncrm_marketingpages", "msdyncrm_marketingpageid"],
  "/settings/users": ["systemusers", "systemuserid"],
  "/outbox": ["assent_outgoingmails", "assent_outgoingmailid"],
};

// Every place of the application (`ui/src/places.ts`): its pattern, and its address with a row where it needs one.
export const places = async (world, entity = "account") => {
  const source = fs.readFileSync(path.join(import.meta.dirname, "../../ui/src/places.ts"), "utf8");
  const all = [];
  for (const [, pattern] of source.matchAll(/path: "([^"]+)"/g)) {
    const [set, key, of = entity] = ROWS[pattern.split("/$")[0]] ?? [];
    if (pattern.includes("$id") && !set) throw new Error(`no row for ${pattern}; name its set in ROWS`);
    const id = set && (await world.api("GET", `${set}?$top=1&$select=${key}`)).value[0][key];
    all.push({ pattern, place: pattern.replace("$entity", of).replace("$id", id) });
  }
  return all;
};

// No serious finding of axe, with the rules of WCAG 2.2 AA.
export const accessible = async (page) => {
  // Fluent keeps elements in the order of the keyboard that send the focus on at once.
  const found = await new AxeBuilder({ page }).exclude("[data-tabster-dummy]").withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  const serious = found.violations.filter((it) => ["serious", "critical"].includes(it.impact));
  return serious.map((it) => `${it.id}: ${it.nodes.map((node) => node.target).join(" ")}`);
};

// Tabs to the element that the test looks for; fails when the keyboard does not get there, or nobody sees where it is.
export const tabTo = async (page, wanted) => {
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const it = document.activeElement;
      return { id: it.id, tag: it.tagName, seen: getComputedStyle(it).outlineStyle !== "none" };
    });
    if (at.id === wanted || at.tag === wanted) {
      if (!at.seen) throw new Error(`${wanted} has the focus and nobody sees it`);
      return;
    }
  }
  throw new Error(`the keyboard does not get to ${wanted}`);
};
