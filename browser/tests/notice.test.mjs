// The pages between the freeze and the result, of a real draw in a real browser: am I in, is it what my receipt says, and what a damaged or dishonest
// server cannot make them say. Needs a draw: `jebi demo --citizens 2000 --dir demo`, then `JEBI_DRAW=demo npm --prefix browser test`.

import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { against } from "../verify/frozen.mjs";
import { spell } from "../verify/ticket.mjs";
import { launch, noBrowser, serve } from "./chromium.mjs";

const DRAW = process.env.JEBI_DRAW;
const skip = noBrowser || (DRAW ? false : "JEBI_DRAW names no draw");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const HEADERS = { "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'none'" };

let browser, server, files, mine;
before(async () => {
  if (skip) return;
  files = filesOf(join(DRAW, "notice"));
  mine = JSON.parse(receipt("first-choice"));
  [browser, server] = [await launch(), await serve(files, HEADERS)];
});
after(async () => {
  await browser?.close();
  await server?.close();
});

function filesOf(root) {
  const found = new Map();
  for (const name of readdirSync(root, { recursive: true })) if (statSync(join(root, name)).isFile()) found.set(name, readFileSync(join(root, name)));
  return found;
}

function receipt(name) {
  return readFileSync(join(DRAW, `receipts/${name}.json`), "utf8");
}

function file(content) {
  return { name: "receipt.json", mimeType: "application/json", buffer: Buffer.from(content) };
}

async function open(path, { at = server, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
  page.on("request", (request) => !request.url().startsWith(at.address) && !request.url().startsWith("data:") && page.faults.push(`asks for ${request.url()}`));
  await page.goto(at.address + path);
  return page;
}

/** @param {string} content of a receipt's file, or none */
async function ask(page, ticket, content) {
  await page.evaluate(() => document.querySelector("#result").replaceChildren());
  await page.fill("#ticket", ticket);
  if (content !== undefined) await page.setInputFiles("#receipt", file(content));
  await page.click("#find button");
  await page.waitForSelector("#result h2, #result [role=alert]");
}

test("the link of a receipt says that one is in, and the server does not learn who asked", { skip }, async () => {
  const page = await open(`results.en.html#${mine.ticket}`);
  await page.waitForSelector("#computed");
  assert.equal(await page.locator("#result h2").textContent(), "You are in");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "You are in");
  const asked = server.asked.filter((url) => url.includes("leaves/"));
  assert.equal(asked.length, 1, "one run of a thousand");
  assert.ok(server.asked.every((url) => !url.includes(mine.ticket.slice(0, 7))));
  const computed = await page.locator("#computed li").allTextContents();
  await page.goto(`${server.address}index.en.html`);
  assert.deepEqual(await page.locator(".jebi-digits li").allTextContents(), computed, "the number that newspapers printed");
  const root = JSON.parse(files.get("frozen.json")).register_root;
  assert.equal(computed.map((group) => Number(group).toString(16).padStart(4, "0")).join(""), root);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a receipt is compared; one that was altered, or that is another's, is not believed", { skip }, async () => {
  const page = await open("results.en.html");
  await ask(page, "", receipt("first-choice"));
  assert.match(await page.locator("#result").innerText(), /You are in[^]*the register has exactly what it says/, "the ticket stands in the file");
  await ask(page, JSON.parse(receipt("unplaced")).ticket);
  assert.match(await page.locator("#result").innerText(), new RegExp(`This receipt is for ticket ${mine.ticket}`));
  const altered = { ...mine, blinding: mine.blinding.replace(/^../, (pair) => (pair === "00" ? "01" : "00")) };
  await ask(page, mine.ticket, JSON.stringify(altered));
  assert.match(await page.locator("#result .jebi-note--warn").last().innerText(), /R-RECEIPT-PATH/);
  await ask(page, mine.ticket, "no receipt");
  assert.match(await page.locator("#result .jebi-note--warn").last().innerText(), /contradict each other, or the receipt is not genuine/);
  await page.context().close();
});

test("who withdrew is told so, and a ticket that nobody has is not in", { skip }, async () => {
  const page = await open("results.html");
  await ask(page, JSON.parse(receipt("withdrawn")).ticket, receipt("withdrawn"));
  assert.match(await page.locator("#result").innerText(), /철회된 신청입니다[^]*명부에 똑같은 내용이 있습니다/);
  await ask(page, spell(new Uint8Array(12)));
  assert.match(await page.locator("#result").innerText(), /명부에 없는 추첨표입니다/);
  await page.fill("#ticket", "123");
  await page.click("#find button");
  await page.waitForSelector("#problem:not([hidden])");
  assert.match(await page.locator("#problem").innerText(), /21자리/);
  assert.equal(await page.getAttribute("#ticket", "aria-invalid"), "true");
  await page.context().close();
});

test("leaves that were changed, dropped or put under another root prove nothing", { skip }, async () => {
  const path = [...files.keys()].find((name) => name.startsWith("leaves/"));
  const flipped = Buffer.from(files.get(path));
  flipped[49] ^= 1;
  const frozen = JSON.parse(files.get("frozen.json"));
  const other = JSON.stringify({ ...frozen, register_root: "0".repeat(64) });
  const ticket = frozen.runs[0].first;
  for (const [changed, rule] of [[[path, flipped], "R-FREEZE-ROOT: leaves/0000.bin"], [[path, flipped.subarray(50)], "R-REGISTER-RUN"], [["frozen.json", other], "R-FREEZE-ROOT: frozen.json"]]) {
    const lying = await serve(new Map([...files, changed]), HEADERS);
    const page = await open(`results.en.html#${ticket}`, { at: lying });
    await page.waitForSelector("#result [role=alert]");
    assert.match(await page.locator("#result").innerText(), new RegExp(`do not fit together[^]*${rule}`));
    assert.equal(await page.locator("#result h2").count(), 0);
    await page.context().close();
    await lying.close();
  }
});

test("a receipt that is older than the list is told apart from one that the list contradicts", { skip: false }, () => {
  const entry = { revision: 2, leaf: Uint8Array.of(1, 2) };
  const bytes = Uint8Array.of(1, 2);
  assert.equal(against({ entry }, { revision: 2, bytes }), "same");
  assert.equal(against({ entry }, { revision: 3, bytes: Uint8Array.of(9) }), "later");
  for (const [leaf, rule] of [[null, /OMITTED/], [{ revision: 1, bytes }, /OLDER/], [{ revision: 2, bytes: Uint8Array.of(1, 3) }, /LEAF/]]) {
    assert.throws(() => against({ entry }, leaf), rule);
  }
});

test("without scripts the run opens as a page with one's line marked", { skip }, async () => {
  const page = await open("index.en.html", { javaScriptEnabled: false });
  await page.locator("main a.govuk-button").click();
  assert.equal(await page.locator("#find").isVisible(), false, "no form that does nothing");
  const runs = await page.locator(".jebi-runs a").evaluateAll((all) => all.map((link) => [link.dataset.first, link.getAttribute("href")]));
  const [, run] = runs.filter(([first]) => first <= mine.ticket).at(-1);
  await page.locator(`.jebi-runs a[href="${run}"]`).click();
  await page.goto(`${page.url()}#${mine.ticket}`);
  const row = page.locator(`[id="${mine.ticket}"]`);
  assert.match(await row.innerText(), /takes part/);
  assert.equal(await row.evaluate((part) => getComputedStyle(part).outlineStyle), "solid");
  await page.context().close();
});

test("by keyboard alone, and in the order in which a screen reader hears it", { skip }, async () => {
  const page = await open("index.en.html", { viewport: { width: 1280, height: 800 } });
  const until = async (selector) => {
    for (let steps = 0; steps < 40; steps++) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`no way to ${selector} by Tab`);
  };
  await until("main a.govuk-button");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#find:not([hidden])");
  await until("#ticket");
  await page.keyboard.type(mine.ticket.replaceAll("-", " ").toLowerCase());
  await page.keyboard.press("Enter");
  await page.waitForSelector("#computed");
  const tree = await page.locator("main").ariaSnapshot();
  const order = ['heading "Check that I am in" [level=1]', 'textbox "Your ticket"', 'button "Check"', 'heading "You are in" [level=2]', "This ticket is in the frozen list", 'heading "Or look for your ticket" [level=2]'];
  const places = order.map((words) => tree.indexOf(words));
  assert.ok(places.every((at) => at >= 0), tree);
  assert.deepEqual(places, [...places].sort((a, b) => a - b), tree);
  await page.context().close();
});

const STATES = [
  ["index", async () => {}],
  ["results", async () => {}],
  ["results", async (page) => ask(page, "", receipt("first-choice"))],
  ["results", async (page) => ask(page, spell(new Uint8Array(12)), receipt("first-choice"))],
];

for (const lang of ["ko", "en"]) {
  test(`axe finds nothing, nothing is cut, everything is large enough to press, ${lang}`, { skip }, async () => {
    for (const [name, reach] of [...STATES, ["runs/0001", async () => {}]]) {
      const page = await open(name.startsWith("runs/") || lang === "ko" ? `${name}.html` : `${name}.${lang}.html`);
      await reach(page);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        for (const width of [320, 360, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          const where = `${name} ${colorScheme} ${width}`;
          assert.deepEqual(await faultsOf(page), [], where);
          const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(beyond <= 0, `${where}: ${beyond} px too wide`);
        }
      }
      const small = await page.evaluate(() =>
        [...document.querySelectorAll("main .button, main button, main summary, main input, main .jebi-runs a, nav a")]
          .filter((part) => part.offsetParent && part.getBoundingClientRect().height < 43.5)
          .map((part) => part.outerHTML.slice(0, 80)),
      );
      assert.deepEqual(small, [], name);
      assert.deepEqual(page.faults, [], name);
      await page.context().close();
    }
  });
}

/** axe's findings as lines. Run from outside the page's own policy; of a run's thousand lines five are looked at. */
async function faultsOf(page) {
  await page.evaluate(() => [...document.querySelectorAll(".jebi-run tbody tr")].slice(5).forEach((row) => row.remove()));
  const session = await page.context().newCDPSession(page);
  const evaluate = (expression) => session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  await evaluate(AXE);
  const { result } = await evaluate("axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map((n) => n.html).join(' | ')))");
  return result.value;
}
