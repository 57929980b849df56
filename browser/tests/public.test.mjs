// Every kind of page of a real bundle, served as `jebi view` serves it, in a real browser. Needs the bundle of a draw:
// `jebi demo --citizens 2000 --dir demo`, then `JEBI_DRAW=demo npm --prefix browser test`.

import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { launch, noBrowser, serve } from "./chromium.mjs";
import { firstRows, publicPages } from "./public-pages.mjs";

const DRAW = process.env.JEBI_DRAW;
const skip = noBrowser || (DRAW ? false : "JEBI_DRAW names no draw");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// The headers of `jebi view`: what a careful server adds to the pages' own policy.
const HEADERS = {
  "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

let browser, server, files;
before(async () => {
  if (skip) return;
  files = new Map();
  const root = join(DRAW, "bundle");
  for (const name of readdirSync(root, { recursive: true })) if (statSync(join(root, name)).isFile()) files.set(name, readFileSync(join(root, name)));
  [browser, server] = [await launch(), await serve(files, HEADERS)];
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens a page; what it loads from elsewhere, and what the policy stops, ends the test. */
async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 }, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on("request", (request) => {
    const here = request.url().startsWith(server.address) || /^(data|blob):/.test(request.url());
    if (!here) page.faults.push(`asks for ${request.url()}`);
  });
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
  await page.goto(server.address + path);
  return page;
}

/** axe's findings as lines. Run from outside the page's own policy. */
async function findings(page) {
  const session = await page.context().newCDPSession(page);
  const evaluate = (expression) => session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  await evaluate(AXE);
  const { result } = await evaluate("axe.run({ runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'] }).then((r) => r.violations.map((v) => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')))");
  return result.value;
}

for (const lang of ["ko", "en"])
  for (const colorScheme of ["light", "dark"])
    for (const width of [360, 1280])
      test(`axe finds nothing: ${lang}, ${colorScheme}, ${width} px`, { skip }, async () => {
        for (const path of publicPages(lang)) {
          // A thousand rows are one row a thousand times; axe would look at each.
          const few = path.startsWith("runs/");
          if (few) files.set("runs/few.html", firstRows(String(files.get(path))));
          const page = await open(few ? "runs/few.html" : path, { colorScheme, viewport: { width, height: 900 } });
          await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
          assert.deepEqual(await findings(page), [], path);
          assert.deepEqual(page.faults, [], path);
          await page.context().close();
        }
      });

test("nothing is wider than a phone of 320 px, but what scrolls in itself", { skip }, async () => {
  for (const path of [...publicPages("ko"), ...publicPages("en")]) {
    const page = await open(path, { viewport: { width: 320, height: 700 } });
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(beyond <= 0, `${path} is ${beyond} px too wide`);
    await page.context().close();
  }
});

test("what one presses is at least 44 px high, but for links within sentences and on the map", { skip }, async () => {
  for (const path of publicPages("ko").slice(0, 5)) {
    const page = await open(path);
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("main a:not(svg a, p a, dd a, .govuk-back-link), main button, main summary, main input, nav a")]
        .filter((part) => part.offsetParent && !part.closest("li:not(nav li, .jebi-runs li)"))
        .filter((part) => part.getBoundingClientRect().height < 43.5)
        .map((part) => part.outerHTML.slice(0, 80)),
    );
    assert.deepEqual(small, [], path);
    await page.context().close();
  }
});

test("the first page stays under 150 KB on its way", { skip }, async () => {
  const bytes = ["index.html", "assets/style.css"].map((name) => gzipSync(files.get(name)).length);
  assert.ok(bytes[0] + bytes[1] < 150_000, `${bytes}`);
});

test("the page of a run with a thousand entries is small on its way", { skip }, async (t) => {
  const page = files.get("runs/0000.html");
  const packed = gzipSync(page).length;
  t.diagnostic(`runs/0000.html: ${page.length} bytes, ${packed} with gzip, for ${String(page).split("<tr id=").length - 1} entries`);
  assert.ok(packed < 100_000, `${packed}`);
});

test("without scripts a result is read on the page of its run", { skip }, async () => {
  const page = await open("results.html", { javaScriptEnabled: false });
  assert.equal(await page.locator("#find").isVisible(), false, "no form that does nothing");
  const runs = page.locator(".jebi-runs a");
  assert.ok((await runs.count()) > 0);
  const summary = page.locator("main details > summary").first();
  if (await summary.count()) await summary.click();
  await runs.last().click();
  const row = page.locator("tr[id]").nth(5);
  const ticket = await row.getAttribute("id");
  assert.match(await row.innerText(), new RegExp(ticket));
  await page.goto(`${page.url()}#${ticket}`);
  const marked = await page.locator(`[id="${ticket}"]`).evaluate((part) => getComputedStyle(part).outlineStyle);
  assert.equal(marked, "solid", "the line of the address is marked");
  await page.context().close();
});

test("the map's districts lead to pages, and the Tab key passes them by", { skip }, async () => {
  const page = await open("index.html");
  const links = await page.locator(".jebi-map a").evaluateAll((all) => all.map((link) => [link.getAttribute("href"), link.tabIndex]));
  assert.ok(links.length >= 250);
  for (const [href, tab] of links) assert.ok(files.has(href) && tab === -1, href);
  const table = await page.locator("#districts ~ details a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  for (const [href] of links) assert.ok(table.includes(href), `${href} is reached from the table too`);
  await page.context().close();
});

test("the digits of the register are its root", { skip }, async () => {
  const page = await open("index.en.html");
  const digits = await page.locator(".jebi-digits li").allInnerTexts();
  const root = await page.locator("#register ~ p code").first().innerText();
  assert.equal(digits.map((group) => Number(group).toString(16).padStart(4, "0")).join(""), root);
  await page.context().close();
});
