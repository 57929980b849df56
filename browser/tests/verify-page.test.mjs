// The pages of results and verification in a real browser: over HTTP with the policy of the bundle's pages, and the
// one-file verifier from a disk. `JEBI_DRAW=demo` with `JEBI=target/release/jebi` looks at what `jebi view` serves.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { launch, noBrowser, serve } from "./chromium.mjs";
import { en, ko } from "./texts.mjs";
import { bundleNamed, vectors } from "./vectors.mjs";

const texts = { ko, en };
const { JEBI, JEBI_DRAW: DRAW } = process.env;
const asset = (name) => readFileSync(new URL(`../../publisher/assets/${name}`, import.meta.url));
const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";
const RECEIPT = vectors.find(({ name }) => name === "receipt-the-very-one").input.receipt;
const records = vectors.find(({ name }) => name === "bundle-optimal").expect.records;
const [PLACED, WITHDRAWN, UNPLACED] = ["placed", "withdrawn", "unplaced"].map((wanted) => records.find(({ outcome }) => outcome === wanted).ticket);
const ABSENT = "000G40R-40M30E2-09185H1";
// The one entry of the sample that takes part as the office changed it.
const BY_OFFICE = records.find(({ ticket }) => ticket === "YJE96B8-TEH02E6-9VRMKGA");

const frame = (lang, script, body) =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>x</title><link rel="stylesheet" href="assets/style.css"><script type="module" src="assets/${script}"></script></head><body class="govuk-template__body"><div class="govuk-width-container"><main id="main"><h1>x</h1>${body}</main></div></body></html>`;
const FIND = '<form id="find" hidden><label for="ticket">x</label><input id="ticket"><p id="problem" role="alert" hidden></p><button>x</button></form><section id="result" hidden></section>';

function site() {
  const files = new Map(bundleNamed("bundle-optimal"));
  for (const [lang, end] of [["ko", ".html"], ["en", ".en.html"]]) {
    files.set(`verify${end}`, frame(lang, "verify.js", '<div id="verify"></div>'));
    files.set(`results${end}`, frame(lang, "results.js", FIND));
  }
  for (const name of ["verify.js", "results.js", "verifier.html"]) files.set(`assets/${name}`, asset(name));
  files.set("assets/style.css", readFileSync(new URL("../../pages/assets/style.css", import.meta.url)));
  return files;
}

let browser;
before(async () => {
  if (!noBrowser) browser = await launch();
});
const opened = [];
after(async () => {
  await browser?.close();
  await Promise.all(opened.map((server) => server.close()));
});

/** A server that ends with the tests, whatever becomes of them. */
async function served(files, headers) {
  const server = await serve(files, headers);
  opened.push(server);
  return server;
}

/** A page whose faults and refused loads end the test. */
async function pageOf(options = {}) {
  const page = await browser.newPage({ viewport: { width: 360, height: 800 }, ...options });
  page.setDefaultTimeout(60_000);
  const faults = [];
  page.on("pageerror", (fault) => faults.push(String(fault)));
  page.on("console", (message) => message.type() === "error" && !/404|ERR_|CORS/.test(message.text()) && faults.push(message.text()));
  return { page, faults };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds against WCAG 2.2 AA, in light and dark. */
async function barriers(page) {
  const found = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    // Not as a script element, which the page's policy forbids.
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => globalThis.axe.run("main", { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }));
    found.push(...violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes[0].html}`));
  }
  return found;
}

const states = (page) => page.locator(".jebi-finding").evaluateAll((items) => items.map((item) => item.dataset.state));
const done = (page) => page.locator("#verify [role=status] .jebi-note").waitFor();

for (const lang of ["ko", "en"]) {
  const [t, end] = [texts[lang], lang === "ko" ? ".html" : ".en.html"];

  test(`verification with ticket, receipt and hash proves everything (${lang})`, { skip: noBrowser }, async () => {
    const server = await served(site());
    const { page, faults } = await pageOf();
    const { ticket } = JSON.parse(RECEIPT);
    await page.goto(`${server.address}verify${end}#${ticket}`);
    assert.equal(await page.locator("#verify-ticket").inputValue(), ticket);
    await page.locator("#verify-receipt").setInputFiles({ name: "receipt.json", mimeType: "application/json", buffer: Buffer.from(RECEIPT) });
    await page.locator("#verify-hash").fill(vectors.find(({ name }) => name === "bundle-optimal").expect.programme);
    await page.getByRole("button", { name: t("verify-start") }).press("Enter");
    await done(page);
    assert.deepEqual(new Set(await states(page)), new Set(["proved"]));
    assert.ok((await page.locator("#verify [role=status]").innerText()).includes(t("verify-done-proved")));
    await page.getByRole("button", { name: t("verify-more", { megabytes: "1" }) }).click();
    // The site has pages that the vector's manifest does not list; a server cannot be asked for a list.
    await page.getByText(t("verify-files-proved", { files: "12" })).waitFor();
    assert.ok(server.asked.every((url) => !url.toUpperCase().includes(ticket)));
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the screen");
    assert.deepEqual(await barriers(page), []);
    assert.deepEqual(faults, []);
    await page.close();
    await server.close();
  });

  test(`results of those who are placed, unplaced, withdrawn, absent and changed by the office (${lang})`, { skip: noBrowser }, async () => {
    const server = await served(site());
    const { page, faults } = await pageOf();
    const wanted = [[PLACED, t("result-placed")], [UNPLACED, t("result-unplaced")], [WITHDRAWN, t("result-withdrawn")], [ABSENT, t("result-absent")], [BY_OFFICE.ticket, t(`result-${BY_OFFICE.outcome}`)]];
    await page.goto(`${server.address}results${end}`);
    for (const [ticket, heading] of wanted) {
      await page.locator("#ticket").fill(ticket.toLowerCase().replaceAll("-", " "));
      await page.locator("#ticket").press("Enter");
      await page.getByRole("heading", { name: heading }).waitFor();
      const text = await page.locator("#result").innerText();
      assert.ok(text.includes(ticket));
      assert.equal(text.includes(t("explain-changed-by-office")), ticket === BY_OFFICE.ticket);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), heading);
      assert.deepEqual(await barriers(page), [], heading);
    }
    assert.ok(server.asked.every((url) => !url.toUpperCase().includes(PLACED.slice(0, 7))));
    assert.deepEqual([...new Set(server.asked.filter((url) => url.startsWith("/runs/")))], ["/runs/0000.bin"]);
    assert.deepEqual(faults, []);
    await page.close();
    await server.close();
  });
}

test("a ticket with a slip is refused beside its field, and nothing is asked for", { skip: noBrowser }, async () => {
  const server = await served(site());
  const { page } = await pageOf();
  await page.goto(`${server.address}results.en.html`);
  await page.locator("#ticket").fill(`1${PLACED.slice(1)}`);
  const before = server.asked.length;
  await page.locator("#ticket").press("Enter");
  await page.getByText(en("results-check")).waitFor();
  assert.equal(await page.locator("#ticket").getAttribute("aria-invalid"), "true");
  assert.equal(server.asked.length, before);
  await page.close();
});

test("a link that was cut off says what is wrong with its ticket, and the rest of it can be typed", { skip: noBrowser }, async () => {
  const server = await served(site());
  const { page } = await pageOf();
  await page.goto(`${server.address}results.en.html#${PLACED.slice(0, -1)}`);
  await page.getByText(en("results-length")).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "ticket");
  await page.keyboard.press("End");
  await page.keyboard.type(PLACED.slice(-1));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: en("result-placed") }).waitFor();
  assert.equal(await page.locator("#problem").isVisible(), false);
  await page.close();
});

test("the calendar file of a seat is the session's, without the ticket", { skip: noBrowser }, async () => {
  const server = await served(site());
  const { page } = await pageOf({ acceptDownloads: true });
  await page.goto(`${server.address}results.en.html#${PLACED}`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: en("result-calendar") }).click()]);
  const text = readFileSync(await download.path(), "utf8");
  assert.match(download.suggestedFilename(), /^c00\d-\d\.ics$/);
  assert.match(text, /^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/);
  assert.match(text, /DTSTART:2023090\dT\d{6}Z\r\n/);
  assert.ok(!text.includes(PLACED) && !text.includes(PLACED.slice(0, 7)));
  await page.close();
});

test("a changed file is named, and nothing after it is said", { skip: noBrowser }, async () => {
  const files = site();
  files.set("sessions.json", Buffer.from(files.get("sessions.json")).fill("x", 100, 101));
  const server = await served(files);
  const { page, faults } = await pageOf();
  await page.goto(`${server.address}verify.en.html#${PLACED}`);
  await page.getByRole("button", { name: en("verify-start") }).click();
  await done(page);
  assert.equal((await states(page)).at(-1), "failed");
  assert.deepEqual(await barriers(page), []);
  assert.ok((await page.locator(".jebi-finding--failed").innerText()).includes("R-MANIFEST-FILE. Place: sessions.json"));
  assert.equal(await page.getByRole("button", { name: en("verify-more", { megabytes: "1" }) }).count(), 0);
  assert.deepEqual(faults, []);
  await page.close();
});

test("by keyboard alone: from the top of the page to the findings", { skip: noBrowser }, async () => {
  const server = await served(site());
  const { page } = await pageOf();
  await page.goto(`${server.address}verify.en.html`);
  for (const id of ["verify-ticket", "verify-receipt", "verify-hash"]) {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), id);
    if (id === "verify-ticket") await page.keyboard.type(PLACED);
  }
  await page.keyboard.press("Enter");
  await done(page);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), en("verify-findings"));
  const list = page.locator("ol.jebi-findings");
  assert.equal(await list.getAttribute("aria-live"), "polite");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), en("verify-more", { megabytes: "1" }));
  await page.close();
});

function onDisk(files) {
  const folder = mkdtempSync(join(tmpdir(), "jebi-verifier-"));
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, "draw", path)), { recursive: true });
    writeFileSync(join(folder, "draw", path), content);
  }
  writeFileSync(join(folder, "verifier.html"), asset("verifier.html"));
  writeFileSync(join(folder, "receipt.json"), RECEIPT);
  return folder;
}

test("the one file opens a bundle from a folder, without any server", { skip: noBrowser }, async () => {
  const folder = onDisk(bundleNamed("bundle-optimal"));
  const { page, faults } = await pageOf({ locale: "en-GB" });
  await page.goto(pathToFileURL(join(folder, "verifier.html")).href);
  await page.locator("#verify-folder").setInputFiles(join(folder, "draw"));
  await page.locator("#verify-receipt").setInputFiles(join(folder, "receipt.json"));
  await page.getByRole("button", { name: en("verify-start") }).click();
  await done(page);
  assert.deepEqual((await states(page)).filter((state) => state !== "proved"), ["open"]);
  await page.getByText(en("verify-receipt-same")).waitFor();
  await page.getByRole("button", { name: en("verify-more", { megabytes: "1" }) }).click();
  await page.getByText(en("verify-files-proved", { files: "12" })).waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.getByRole("button", { name: "한국어" }).click();
  await page.getByRole("heading", { name: ko("verify-alone-title") }).waitFor();
  assert.deepEqual(faults, []);
  await page.close();
  rmSync(folder, { recursive: true });
});

test("the one file finds in a folder what a server could hide: a file that nobody signed", { skip: noBrowser }, async () => {
  const folder = onDisk(new Map([...bundleNamed("bundle-optimal"), ["notes.txt", "x"]]));
  const { page } = await pageOf({ locale: "en-GB" });
  await page.goto(pathToFileURL(join(folder, "verifier.html")).href);
  await page.locator("#verify-folder").setInputFiles(join(folder, "draw"));
  await page.getByRole("button", { name: en("verify-start") }).click();
  await done(page);
  await page.getByRole("button", { name: en("verify-more", { megabytes: "1" }) }).click();
  await page.getByText("R-MANIFEST-FILE. Place: notes.txt").waitFor();
  await page.close();
  rmSync(folder, { recursive: true });
});

test("the one file opens a bundle from an address that allows it, and says so where it does not", { skip: noBrowser }, async () => {
  const folder = onDisk(new Map());
  const [open, closed] = [await served(bundleNamed("bundle-optimal"), { "access-control-allow-origin": "*" }), await served(bundleNamed("bundle-optimal"))];
  const { page, faults } = await pageOf({ locale: "ko-KR" });
  await page.goto(pathToFileURL(join(folder, "verifier.html")).href);
  await page.locator("#verify-address").fill(open.address);
  await page.locator("#verify-ticket").fill(PLACED);
  await page.getByRole("button", { name: ko("verify-start"), exact: true }).click();
  await done(page);
  assert.deepEqual((await states(page)).filter((state) => state !== "proved"), ["open"]);
  await page.locator("#verify-address").fill(closed.address);
  await page.getByRole("button", { name: ko("verify-start"), exact: true }).click();
  await page.getByText(ko("verify-done-unread")).waitFor();
  assert.deepEqual(await states(page), ["unread"]);
  assert.deepEqual(faults, []);
  await page.close();
  rmSync(folder, { recursive: true });
});

/** Why nothing can be looked at over `jebi view`; false if it can. */
function noView() {
  if (!DRAW || !JEBI) return "JEBI_DRAW and JEBI are not set";
  const page = join(DRAW, "bundle", "verify.en.html");
  return existsSync(page) && readFileSync(page, "utf8").includes("assets/verify.js") ? false : "the bundle has no page that runs verify.js";
}

test("the one file, opened from another site, reads a bundle that any site may read", { skip: noBrowser }, async () => {
  const elsewhere = await served(new Map([["verifier.html", asset("verifier.html")]]));
  const bundle = await served(new Map(bundleNamed("bundle-optimal")), { "access-control-allow-origin": "*" });
  const { page, faults } = await pageOf({ locale: "en-GB" });
  await page.goto(`${elsewhere.address}verifier.html`);
  await page.locator("#verify-address").fill(bundle.address);
  await page.locator("#verify-ticket").fill(PLACED);
  await page.getByRole("button", { name: en("verify-start") }).click();
  await done(page);
  assert.deepEqual((await states(page)).filter((state) => state !== "proved"), ["open"]);
  assert.ok(bundle.asked.every((url) => !url.toUpperCase().includes(PLACED)));
  assert.deepEqual(faults, []);
  await page.close();
});

test("the one file on a disk reads what `jebi view` serves", { skip: noBrowser || noView() }, async () => {
  const folder = onDisk(new Map());
  const view = spawn(JEBI, ["view", join(DRAW, "bundle")], { stdio: ["ignore", "pipe", "ignore"] });
  const address = await new Promise((found) => view.stdout.on("data", (data) => found(/http:\S+/.exec(data)?.[0])));
  const { page, faults } = await pageOf({ locale: "en-GB" });
  await page.goto(pathToFileURL(join(folder, "verifier.html")).href);
  await page.locator("#verify-address").fill(address);
  await page.locator("#verify-receipt").setInputFiles(join(DRAW, "receipts", "first-choice.json"));
  await page.getByRole("button", { name: en("verify-start") }).click();
  await done(page);
  assert.deepEqual((await states(page)).filter((state) => state !== "proved"), ["open"]);
  assert.deepEqual(faults, []);
  await page.close();
  view.kill("SIGINT");
  rmSync(folder, { recursive: true });
});

test("over `jebi view` everybody of a demo finds and proves a result", { skip: noBrowser || noView() }, async () => {
  const view = spawn(JEBI, ["view", join(DRAW, "bundle")], { stdio: ["ignore", "pipe", "ignore"] });
  const address = await new Promise((found) => view.stdout.on("data", (data) => found(/http:\S+/.exec(data)?.[0])));
  const { page, faults } = await pageOf({ locale: "en-GB" });
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  for (const [file, heading] of [["first-choice", "result-placed"], ["unplaced", "result-unplaced"], ["withdrawn", "result-withdrawn"]]) {
    const receipt = join(DRAW, "receipts", `${file}.json`);
    const { ticket } = JSON.parse(readFileSync(receipt, "utf8"));
    await page.goto(`${address}results.en.html#${ticket}`);
    await page.reload();
    await page.getByRole("heading", { name: headings[heading] }).waitFor();
    await page.getByRole("link", { name: en("result-verify") }).click();
    await page.locator("#verify-receipt").setInputFiles(receipt);
    await page.getByRole("button", { name: en("verify-start") }).click();
    await done(page);
    assert.deepEqual((await states(page)).filter((state) => state !== "proved"), ["open"], file);
    assert.ok(asked.every((url) => !new URL(url).pathname.includes(ticket) && !new URL(url).search));
  }
  assert.deepEqual(faults, []);
  await page.close();
  view.kill("SIGINT");
});

const headings = { "result-placed": en("result-placed"), "result-unplaced": en("result-unplaced"), "result-withdrawn": en("result-withdrawn") };
