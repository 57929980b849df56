// Bundles of every kind, each mechanism with and without kept seats, in a real browser: all their pages, and the results of
// people with a seat of each sort, without one, withdrawn, and of a ticket that nobody has. Needs them on disk:
// `cargo run --release -p publisher --example bundles -- kinds`, then `JEBI_BUNDLES=kinds npm --prefix browser test`.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, noBrowser, serve } from "./chromium.mjs";
import { filesBelow, kindPages, peopleOf } from "./public-pages.mjs";
import { en, ko } from "./texts.mjs";

const BUNDLES = process.env.JEBI_BUNDLES;
const skip = noBrowser || (BUNDLES ? false : "JEBI_BUNDLES names no folder of bundles");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TEXTS = { ko, en };
const KINDS = skip ? [] : readdirSync(BUNDLES).sort();

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** A bundle with its server and the people whose results are looked at. */
async function bundleOf(kind) {
  const files = filesBelow(join(BUNDLES, kind, "bundle"));
  return { files, server: await serve(files), people: peopleOf(files) };
}

async function pageOf(server, options) {
  const context = await browser.newContext({ bypassCSP: false, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on("request", (request) => !request.url().startsWith(server.address) && !/^(data|blob):/.test(request.url()) && page.faults.push(request.url()));
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
  return page;
}

/** axe's findings as lines, with everything unfolded. */
async function barriers(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
  const session = await page.context().newCDPSession(page);
  const evaluate = (expression) => session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  await evaluate(AXE);
  const { result } = await evaluate("axe.run({ runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'] }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')))");
  return result.value;
}

/** A page holds in this width and scheme: no barrier, nothing cut, no key of a text and no unfilled one. */
async function sound(page, what) {
  assert.deepEqual(await barriers(page), [], what);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what} is wider than the screen`);
  const text = await page.locator("body").innerText();
  assert.doesNotMatch(text, /\b(explain|result|index|district|mark|run|verify)-[a-z]+-?[a-z]*\b(?=[^/.]*$)|\{ ?\$|undefined|NaN/m, what);
  assert.deepEqual(page.faults, [], what);
}

const heading = { placed: "result-placed", other: "result-placed", kept: "result-placed", unplaced: "result-unplaced", withdrawn: "result-withdrawn", absent: "result-absent" };

KINDS.forEach((kind, number) => {
  // Each kind in two of the eight looks; all of them are looked at for the demo's bundle too.
  for (const [lang, colorScheme, width] of [["ko", "light", 360], ["en", "dark", 1280], ["ko", "dark", 1280], ["en", "light", 360]].slice(2 * (number % 2)).slice(0, 2))
    test(`${kind}: pages and results, ${lang}, ${colorScheme}, ${width} px`, { skip }, async () => {
      const { files, server, people } = await bundleOf(kind);
      const page = await pageOf(server, { colorScheme, viewport: { width, height: 900 } });
      for (const path of kindPages(files, lang)) {
        await page.goto(server.address + path);
        await sound(page, path);
      }
      for (const [who, ticket] of Object.entries(people)) {
        await page.goto(`${server.address}results${lang === "ko" ? "" : ".en"}.html`);
        await page.locator("#ticket").fill(ticket);
        await page.locator("#ticket").press("Enter");
        await page.getByRole("heading", { name: TEXTS[lang](heading[who]), exact: true }).waitFor();
        await sound(page, who);
      }
      await page.context().close();
      await server.close();
    });
});

test("who has a kept seat is told for whom it was kept, and where numbers hang on it how many are drawn", { skip }, async () => {
  for (const kind of KINDS.filter((name) => name.endsWith("-kept"))) {
    const { server, people } = await bundleOf(kind);
    const page = await pageOf(server, {});
    await page.goto(`${server.address}results.en.html#${people.kept}`);
    await page.getByRole("heading", { name: en("result-placed") }).waitFor();
    const told = await page.locator("#result").innerText();
    assert.match(told, /kept for: (older people|people of Jung-gu)|was kept for others/, kind);
    assert.match(told, /The register has you as living in (Jongno|Jung|Yongsan)-gu/, kind);
    await page.goto(`${server.address}districts/11010.en.html`);
    assert.match(await page.locator("main").innerText(), /kept for older people/, kind);
    await page.goto(`${server.address}index.en.html`);
    assert.match(await page.locator("main").innerText(), /Seats kept for some/, kind);
    await page.context().close();
    await server.close();
  }
});

test("a result is read in an order that makes sense without seeing it", { skip }, async () => {
  const { server, people } = await bundleOf(KINDS.find((name) => name === "priority-kept"));
  const page = await pageOf(server, {});
  await page.goto(`${server.address}results.en.html#${people.other}`);
  await page.getByRole("heading", { name: en("result-placed") }).waitFor();
  const order = await page.locator("#result").getByRole("heading").allInnerTexts();
  assert.deepEqual(order, ["result-placed", "result-next", "result-why", "result-number", "result-choices"].map((key) => en(key)));
  const tree = await page.locator("#result").ariaSnapshot();
  assert.match(tree, /heading "You have a seat" \[level=2\][^]*heading "What is next" \[level=3\][^]*button "Add to my calendar"[^]*button "Print"[^]*link "Check my result"/);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), en("result-placed"), "the result is where reading goes on");
  await page.context().close();
  await server.close();
});

test("by keyboard alone: from the top of the page to the result, its calendar file and its check", { skip }, async () => {
  const { server, people } = await bundleOf("serial-kept");
  const page = await pageOf(server, { acceptDownloads: true });
  await page.goto(`${server.address}results.en.html`);
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
  for (let presses = 0; (await focused()) !== "ticket"; presses += 1) {
    assert.ok(presses < 12, "the field is within a dozen presses of the Tab key");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type(people.kept.toLowerCase());
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: en("result-placed") }).waitFor();
  assert.equal(await focused(), en("result-placed"));
  await page.keyboard.press("Tab");
  assert.equal(await focused(), en("result-calendar"));
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  assert.equal(download.suggestedFilename(), "s1-1.ics");
  for (const key of ["result-print", "result-verify"]) {
    await page.keyboard.press("Tab");
    assert.equal(await focused(), en(key));
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(/verify\.en\.html#/);
  assert.equal(await page.locator("#verify-ticket").inputValue(), people.kept);
  await page.context().close();
  await server.close();
});

test("without scripts everybody finds a line, whose sentences the page explains", { skip }, async () => {
  for (const kind of KINDS) {
    const { files, server, people } = await bundleOf(kind);
    const page = await pageOf(server, { javaScriptEnabled: false });
    await page.goto(`${server.address}results.en.html`);
    assert.equal(await page.locator("#find").isVisible(), false, "no form that does nothing");
    const runs = await page.locator(".jebi-runs a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    const { absent, ...here } = people;
    for (const ticket of Object.values(here)) {
      const run = runs.find((path) => String(files.get(path)).includes(`<tr id=${ticket}>`));
      await page.goto(`${server.address}${run}#${ticket}`);
      const marked = page.locator(`[id="${ticket}"]`);
      assert.equal(await marked.evaluate((row) => getComputedStyle(row).outlineStyle), "solid", "the line is marked");
      const explained = await page.locator('section[lang="en"] dt').allTextContents();
      for (const mark of await marked.locator("li i").allTextContents()) assert.ok(explained.includes(mark) || mark === en("index-tier"), mark);
    }
    assert.ok(!runs.some((path) => String(files.get(path)).includes(absent)));
    await page.context().close();
    await server.close();
  }
});

test("on paper a result has no buttons and loses nothing", { skip }, async () => {
  const { server, people } = await bundleOf(KINDS[0]);
  const page = await pageOf(server, {});
  await page.goto(`${server.address}results.html#${people.unplaced}`);
  await page.getByRole("heading", { name: ko("result-unplaced") }).waitFor();
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("#result button:visible").count(), 0);
  assert.equal(await page.locator("#find:visible").count(), 0, "the form is not printed");
  assert.ok((await page.locator("#result").innerText()).includes(people.unplaced));
  await page.context().close();
  await server.close();
});
