// Prints how long one's own check takes in Chromium with its processor slowed down four times, as an old telephone's.
//
//     JEBI_DRAW=demo npm --prefix browser run bench          the bundle of a demo draw; without it a small vector's

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { launch, serve } from "../tests/chromium.mjs";
import { bundleNamed, sourceOf } from "../tests/vectors.mjs";
import { openBundle } from "./bundle.mjs";
import { spell } from "./ticket.mjs";

const THROTTLE = 4;
const RUNS = 5;
const { JEBI_DRAW: DRAW } = process.env;

const files = DRAW ? filesIn(join(DRAW, "bundle")) : bundleNamed("bundle-two-runs");
const ticket = await someTicket(files);
files.set("bench.html", `<!doctype html><html lang="en"><meta charset="utf-8"><script type="module" src="bench.js"></script>`);
files.set("bench.js", await bundled());
const server = await serve(files);
const browser = await launch();
const page = await browser.newPage();
const session = await page.context().newCDPSession(page);
await session.send("Emulation.setCPUThrottlingRate", { rate: THROTTLE });

const times = [];
for (let run = 0; run < RUNS; run += 1) {
  await page.goto(`${server.address}bench.html`);
  await page.waitForFunction(() => globalThis.check);
  times.push(await page.evaluate((text) => globalThis.check(text), ticket));
}
await browser.close();
await server.close();

const steps = Object.keys(times[0]);
const median = (name) => times.map((each) => each[name]).sort((a, b) => a - b)[RUNS >> 1];
console.log(`${DRAW ?? "bundle-two-runs"}, ${files.get("runs/0000.bin").length} bytes in run 0; Chromium slowed down ${THROTTLE} times; medians of ${RUNS} fresh pages in ms`);
for (const name of steps) console.log(`${name.padEnd(12)} ${median(name).toFixed(0).padStart(6)}`);
const all = steps.reduce((sum, name) => sum + median(name), 0);
console.log(`${"all".padEnd(12)} ${all.toFixed(0).padStart(6)}`);
console.log(`${"but beacon".padEnd(12)} ${(all - median("beacon")).toFixed(0).padStart(6)}`);

function filesIn(folder) {
  const paths = readdirSync(folder, { recursive: true }).map((path) => join(folder, path)).filter((path) => statSync(path).isFile());
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path)]));
}

async function someTicket(of) {
  const bundle = await openBundle(sourceOf(of));
  await bundle.openLog();
  await bundle.openRuns();
  const { entries, records } = await bundle.openRun(0);
  return spell(entries[records.findIndex(({ outcome }) => outcome === "placed")].ticket);
}

async function bundled() {
  const { build } = await import("esbuild");
  const entry = `
    import { openBundle } from "./bundle.mjs";
    import { addressSource } from "./source.mjs";
    import { parse } from "./ticket.mjs";
    globalThis.check = async (text) => {
      const times = {};
      const timed = async (name, run) => { const start = performance.now(); const found = await run(); times[name] = performance.now() - start; return found; };
      const bundle = await timed("programme", () => openBundle(addressSource("")));
      await timed("log", () => bundle.openLog());
      await timed("witnesses", () => bundle.checkWitnesses());
      await timed("beacon", () => bundle.checkBeacon());
      await timed("seed", () => bundle.checkSeed());
      await timed("result", () => bundle.checkResult());
      await timed("runs", () => bundle.openRuns());
      await timed("mine", () => bundle.mine(parse(text)));
      return times;
    };`;
  const stdin = { contents: entry, resolveDir: new URL(".", import.meta.url).pathname };
  const { outputFiles } = await build({ stdin, bundle: true, format: "esm", minify: true, target: "es2022", write: false });
  return outputFiles[0].text;
}
