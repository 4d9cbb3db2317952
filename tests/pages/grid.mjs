// `node grid.mjs`: how smoothly a list of a million rows scrolls. Rows come from here, so that the browser alone is measured;
// beside it the same page with a hundred rows, as what is possible.
import { open, signedIn, start } from "./world.mjs";

const ROWS = 1_000_000;
const FRAMES = 300;

const world = await start();
const state = await signedIn(world);

const measure = async (total) => {
  const page = await open(world, "about:blank", { storageState: state });
  await page.route(/assent_CountRows/, (route) => route.fulfill({ json: { Count: total } }));
  await page.route(/contacts\?fetchXml/, (route) => {
    const text = decodeURIComponent(route.request().url());
    const number = Number(/page="(\d+)"/.exec(text)?.[1] ?? 1);
    const value = Array.from({ length: Math.min(100, total - (number - 1) * 100) }, (_, at) => ({
      contactid: `00000000-0000-0000-0000-${String(number * 100 + at).padStart(12, "0")}`,
      fullname: `Row ${(number - 1) * 100 + at}`, emailaddress1: `row${at}@example.org`, telephone1: "1234", msgdpr_gdprconsent: 587030001,
    }));
    return route.fulfill({ json: { value } });
  });
  await page.goto(`${world.url}/app/list/contact`);
  await page.getByText("Row 0", { exact: true }).waitFor();
  const frames = await page.evaluate(async (frames) => {
    const grid = document.querySelector('[role="grid"]');
    const way = (grid.scrollHeight - grid.clientHeight) / frames;
    const took = [];
    let before = performance.now();
    for (let at = 0; at < frames; at += 1) {
      grid.scrollTop += way;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      took.push(now - before);
      before = now;
    }
    return took.sort((one, other) => one - other);
  }, FRAMES);
  await page.getByText(`Row ${total - 1}`, { exact: true }).waitFor();
  await page.context().close();
  const at = (share) => frames[Math.floor(frames.length * share)].toFixed(1);
  return { total, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
};

for (const total of [100, ROWS]) {
  const { p50, p95, p99 } = await measure(total);
  console.log(`${total} rows: ${FRAMES} frames from the first row to the last; ms of a frame p50 ${p50}, p95 ${p95}, p99 ${p99}`);
}
await world.stop();
