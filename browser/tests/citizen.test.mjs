// The citizen's way in a real Chromium: with scripts, without, by keyboard alone, and what may go wrong on it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { launch, openPhone } from "./chromium.mjs";
import { ADD, startIntake } from "./intake.mjs";

/** Most that one choice may take from the first page to the receipt, typing apart. */
const SCREENS = 5;
const TAPS = 12;

/** @type {Awaited<ReturnType<typeof startIntake>>} */
let intake;
/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
  [intake, browser] = await Promise.all([startIntake("priority"), launch()]);
});

after(async () => {
  await browser?.close();
  intake?.stop();
});

/** @param {import("playwright-core").BrowserContextOptions} [options] */
const phone = (options) => openPhone(browser, options);

/** Counts what a person does and sees. @param {import("playwright-core").Page} page */
function counting(page) {
  let taps = 0;
  const screens = new Set();
  const look = async () => screens.add(await page.locator("h1").first().textContent());
  return {
    async tap(/** @type {string} */ selector) {
      await look();
      await page.locator(selector).first().tap();
      taps++;
    },
    /** A closed list: one tap opens it, one chooses. */
    async select(/** @type {string} */ selector, /** @type {string} */ value) {
      await page.selectOption(selector, value);
      taps += 2;
    },
    async type(/** @type {string} */ selector, /** @type {string} */ text) {
      await this.tap(selector);
      await page.keyboard.type(text);
    },
    async end() {
      await look();
      return { taps, screens: screens.size };
    },
  };
}

/** @param {import("playwright-core").Page} page */
async function ticketOf(page) {
  await page.waitForSelector("#ticket");
  return (await page.locator("#ticket span").allTextContents()).join("-");
}

test("with scripts: from the first page to the receipt in few screens and taps", async () => {
  const [page, person] = [await phone(), intake.person()];
  const count = counting(page);
  await page.goto(`${intake.address}/`);
  await count.tap("a.govuk-button");
  await page.waitForSelector(ADD);
  await count.tap(ADD);
  await count.tap("#go");
  await count.type("#access-code", person.code);
  await count.type("#birth-date", person.born);
  await count.tap("#send");
  await page.waitForSelector("#ticket");
  const { taps, screens } = await count.end();
  console.log(`with scripts: ${screens} screens, ${taps} taps`);
  assert.ok(screens <= SCREENS && taps <= TAPS, `${screens} screens, ${taps} taps`);
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H1", "the answer is what is read next");
  assert.equal(await page.evaluate(() => localStorage.length), 0, "what was sent is no draft any more");
  assert.match((await page.locator("#result-link").getAttribute("href")) ?? "", /results\.html#[0-9A-Z]{7}-[0-9A-Z]{7}-[0-9A-Z]{7}$/);
  await page.context().close();
});

test("without scripts: the whole way, and change and withdraw", async () => {
  const [page, person] = [await phone({ javaScriptEnabled: false }), intake.person()];
  const count = counting(page);
  await page.goto(`${intake.address}/?lang=en`);
  await count.tap("a.govuk-button");
  await count.select("#district", "11010");
  await count.tap('button[formaction="/choose#places"]');
  await count.tap('button[name="add"]');
  await count.tap('button[formaction="/check"]');
  await count.type("#access-code", person.code);
  await count.type("#birth-date", person.born);
  await count.tap("#send");
  await page.waitForSelector("#ticket");
  const { taps, screens } = await count.end();
  console.log(`without scripts: ${screens} screens, ${taps} taps`);
  assert.ok(screens <= SCREENS && taps <= TAPS, `${screens} screens, ${taps} taps`);
  const ticket = await ticketOf(page);
  const key = (await page.locator("#change-key span").allTextContents()).join(" ");

  await page.goto(`${intake.address}/change?lang=en`);
  await signIn(page, person);
  assert.equal(await ticketOf(page), ticket);
  await page.getByRole("link", { name: "Change my choices" }).click();
  await page.locator('button[formaction="/check"]').click();
  await page.locator("form details:has(input) summary").click();
  await page.fill("#change-key", key);
  await signIn(page, person);
  await page.waitForSelector("#ticket");
  const next = (await page.locator("#change-key span").allTextContents()).join(" ");
  assert.notEqual(next, key);
  await page.goto(`${intake.address}/withdraw?lang=en`);
  await page.fill("#change-key", next);
  await signIn(page, person);
  await page.waitForSelector("#ticket");
  assert.equal(await page.locator("h1").textContent(), "Your registration is withdrawn");
  await page.context().close();
});

/** @param {import("playwright-core").Page} page @param {{ code: string, born: string }} person */
async function signIn(page, { code, born }) {
  await page.fill("#access-code", code);
  await page.fill("#birth-date", born);
  await page.click("#send");
}

test("by keyboard alone, ranking included, with the focus where one left it", async () => {
  const [page, person] = [await phone({ viewport: { width: 1280, height: 800 } }), intake.person()];
  const focused = (/** @type {string} */ selector) => page.evaluate((wanted) => document.activeElement?.matches(wanted), selector);
  const go = async (/** @type {string} */ selector) => {
    for (let steps = 0; steps < 150; steps++) {
      if (await focused(selector)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`no way to ${selector} by Tab`);
  };
  await page.goto(`${intake.address}/?lang=en`);
  await page.keyboard.press("Tab");
  assert.ok(await focused(".govuk-skip-link"), "the first stop skips the navigation");
  await go("a.govuk-button");
  await page.keyboard.press("Enter");
  await page.waitForSelector(ADD);
  await go('[data-name="site.c001"]');
  await page.keyboard.press("Enter");
  assert.ok(await focused('[data-name="site.c001"]'), "what was pressed keeps the focus");
  await go('[data-name="site.c002"]');
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#said").textContent(), "Added as choice 2: 국립중앙의료원 D동, any time");
  await page.locator("#mine-title").focus();
  await go('#mine > li:nth-child(2) [data-do="up"]');
  await page.keyboard.press("Enter");
  assert.match((await page.locator("#said").textContent()) ?? "", /^Now choice 1: 국립중앙의료원/);
  assert.ok(await focused('#mine > li:first-child [data-do="down"]'), "the focus moves with what was moved");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#mine > li").count(), 1);
  assert.ok(await focused('#mine > li:first-child [data-do="remove"]'), "after removing, the next one");
  await go("#go");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#access-code");
  await go("#access-code");
  await page.keyboard.type(person.code);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.born);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#ticket");
  await page.context().close();
});

test("a reload loses nothing that was chosen, typed or searched for, and keeps no code", async () => {
  const [page, person] = [await phone(), intake.person()];
  await page.goto(`${intake.address}/choose?lang=en`);
  await page.waitForSelector(ADD);
  await page.fill("#find-name", "국립");
  await page.locator(ADD).first().click();
  await page.reload();
  await page.waitForSelector(ADD);
  assert.equal(await page.inputValue("#find-name"), "국립");
  assert.equal(await page.locator("#mine > li").count(), 1);
  await page.click("#go");
  await page.fill("#access-code", person.code);
  await page.fill("#birth-date", person.born);
  const kept = () => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.ok(!(await kept()).includes(person.code));
  await page.reload();
  assert.equal(await page.inputValue("#birth-date"), person.born);
  await page.goto(`${intake.address}/choose?lang=ko&c=site.c003`);
  await page.waitForSelector(ADD);
  assert.deepEqual(await page.locator("#mine .jebi-choices__what").allInnerTexts(), ["충무스포츠센터\n아무 시간"], "a list in the address is asked for");
  await page.context().close();
});

test("a lost connection leaves everything in its place, and sending again counts once", async () => {
  const [page, person] = [await phone(), intake.person()];
  await page.goto(`${intake.address}/check?lang=en&c=site.c001`);
  await page.context().setOffline(true);
  await signIn(page, person);
  await page.waitForSelector("#problem");
  assert.equal(await page.inputValue("#access-code"), person.code);
  await page.context().setOffline(false);
  await page.click("#send");
  await page.waitForSelector("#ticket");
  await page.context().close();
});

test("double clicks and two open tabs are one registration", async () => {
  const [page, person] = [await phone(), intake.person()];
  let sent = 0;
  page.on("request", (request) => (sent += request.method() === "POST" ? 1 : 0));
  await page.goto(`${intake.address}/check?lang=en&c=site.c001`);
  const tab = await page.context().newPage();
  await tab.goto(page.url());
  await page.fill("#access-code", person.code);
  await page.fill("#birth-date", person.born);
  await page.locator("#send").dblclick();
  await page.waitForSelector("#ticket");
  assert.equal(sent, 1, "one press or two, one request");
  await signIn(tab, person);
  await tab.waitForSelector("#ticket");
  assert.equal(await ticketOf(tab), await ticketOf(page));
  const key = "#change-key span";
  assert.deepEqual(await tab.locator(key).allTextContents(), await page.locator(key).allTextContents(), "the same answer again");
  await page.context().close();
});

test("two tabs show one draft", async () => {
  const page = await phone();
  const tab = await page.context().newPage();
  for (const one of [page, tab]) await one.goto(`${intake.address}/choose?lang=en`).then(() => one.waitForSelector(ADD));
  await page.locator(ADD).first().click();
  await tab.waitForSelector("#mine > li");
  assert.equal(await tab.locator("#mine > li").count(), 1);
  await page.context().close();
});

test("nearest first, with a position that no request contains", async () => {
  const page = await phone({ permissions: ["geolocation"], geolocation: { latitude: 37.5661, longitude: 127.0145 } });
  /** @type {string[]} */
  const addresses = [];
  page.on("request", (request) => addresses.push(request.url() + (request.postData() ?? "")));
  await page.goto(`${intake.address}/choose?lang=en`);
  await page.waitForSelector(ADD);
  await page.click("#near");
  await page.waitForFunction(() => document.querySelector("#sites h3")?.textContent === "충무스포츠센터");
  assert.match(await page.locator("#sites > li").first().innerText(), /0\.0 km/);
  assert.ok(addresses.every((address) => !address.includes("37.56")));
  await page.context().close();
});

test("searching by day and time shows only what fits", async () => {
  const page = await phone();
  await page.goto(`${intake.address}/choose?lang=en`);
  await page.waitForSelector(ADD);
  await page.click("#find-when summary");
  await page.selectOption("#find-day", { index: 2 });
  const times = await page.locator("#sites .jebi-offers__what").allInnerTexts();
  assert.ok(times.length > 0 && times.every((time) => time.startsWith("Tuesday 5 September 2023")), times.join());
  await page.context().close();
});

test("the page and the server give the same answer to every birth date", async () => {
  const page = await phone();
  await page.goto(`${intake.address}/?lang=en`);
  const dates = ["19530831", "19530901", "1963-08-31", "1963. 9. 1.", "19730831", "1973/9/1", "19600230", "1960", "", "29.2.1960", "1960-2-29"];
  for (const born of dates) {
    await page.fill("#born", born);
    await page.click("#eligible button");
    const here = await page.locator("#eligible-answer").innerText();
    const served = await page.request.get(`${intake.address}/eligible?lang=en&born=${encodeURIComponent(born)}`);
    const html = (await served.text()).split('id="eligible-answer"')[1].split("</form>")[0];
    const there = await page.evaluate((text) => new DOMParser().parseFromString(text, "text/html").querySelector("p")?.textContent, `<div ${html}`);
    assert.equal(here, there, born);
  }
  await page.context().close();
});

test("the first page weighs less than 150 kB on its way", async () => {
  const page = await phone();
  /** @type {Promise<Buffer>[]} */
  const bodies = [];
  page.on("response", (response) => bodies.push(response.body()));
  await page.goto(`${intake.address}/`, { waitUntil: "networkidle" });
  const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body).length, 0);
  console.log(`first page: ${bytes} bytes compressed, in ${bodies.length} answers`);
  assert.ok(bodies.length >= 3 && bytes < 150_000, `${bytes} bytes`);
  await page.context().close();
});

test("a screen reader hears the form in the order of its steps", async () => {
  const page = await phone();
  await page.goto(`${intake.address}/check?lang=en&c=site.c001`);
  const tree = await page.locator("main").ariaSnapshot();
  const order = ["Steps", "Check and send", "My choices, best first", "종로구민회관", "Who you are", "Access code", "Birth date", 'button "Send"'];
  const places = order.map((words) => tree.indexOf(words));
  assert.ok(places.every((at) => at >= 0), tree);
  assert.deepEqual(places, [...places].sort((a, b) => a - b), tree);
  await page.context().close();
});

test("the receipt of five choices fits on one sheet of paper", async () => {
  for (const lang of ["ko", "en"]) {
    const [page, person] = [await phone(), intake.person()];
    const choices = ["site.c001", "session.c001-1", "session.c002-1", "site.c002", "session.c003-1"];
    await page.goto(`${intake.address}/check?lang=${lang}&c=${choices.join("&c=")}`);
    await signIn(page, person);
    await page.waitForSelector("#change-key");
    const sheets = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page[^s]/g);
    assert.equal(sheets?.length, 1, lang);
    await page.context().close();
  }
});

test("places that are not for the reader are not offered, with scripts and without", async () => {
  const local = await startIntake("priority", "local");
  try {
    const page = await phone();
    await page.goto(`${local.address}/choose?lang=en&c=session.c003-1`);
    await page.waitForSelector(ADD);
    assert.equal(await page.locator("#sites > li").count(), 3, "all, while nothing is said");
    await page.selectOption("#find-home", "11010");
    await page.selectOption("#find-group", "60-69");
    await page.waitForSelector("#mine .jebi-beyond");
    assert.equal(await page.locator("#sites > li").count(), 2);
    await page.reload();
    await page.waitForSelector("#mine .jebi-beyond");
    assert.equal(await page.inputValue("#find-home"), "11010", "what was said is kept");
    await page.context().close();
    const plain = await phone({ javaScriptEnabled: false });
    await plain.goto(`${local.address}/choose?lang=en`);
    await plain.selectOption("#district", "11020");
    await plain.selectOption("#home", "11010");
    await plain.selectOption("#group", "50-59");
    await plain.locator('button[formaction="/choose#places"]').click();
    assert.equal(await plain.locator(".jebi-sites > li").count(), 0);
    await plain.selectOption("#group", "60-69");
    await plain.locator('button[formaction="/choose#places"]').click();
    assert.equal(await plain.locator(".jebi-sites > li").count(), 1);
    await plain.context().close();
  } finally {
    local.stop();
  }
});

test("when too many come: without scripts a calm page with what was typed, with scripts sent again by itself", async () => {
  const [plain, person, other] = [await phone({ javaScriptEnabled: false }), intake.person(), intake.person()];
  const page = await phone();
  const check = `${intake.address}/check?lang=en&c=site.c001&c=session.c002-1`;
  await plain.goto(check);
  await page.goto(check);
  await intake.setClock("busy");
  try {
    const answered = plain.waitForResponse((response) => response.request().method() === "POST");
    await signIn(plain, person);
    const answer = await answered;
    assert.equal(answer.status(), 503);
    assert.match(answer.headers()["retry-after"], /^[1-4]$/);
    assert.match(await plain.locator("#problem").innerText(), /Many people are here just now[^]*your chance is the same until/);
    assert.equal(await plain.inputValue("#birth-date"), person.born);
    assert.equal(await plain.inputValue("#access-code"), "", "a code is never repeated");
    assert.equal(await plain.locator('input[name="c"]').count(), 2);

    /** @type {(string | null)[]} */
    const bodies = [];
    page.on("request", (request) => request.method() === "POST" && bodies.push(request.postData()));
    await signIn(page, other);
    await page.waitForSelector(".jebi-waiting");
    assert.equal(await page.inputValue("#access-code"), other.code);
    await intake.setClock("calm");
    await page.waitForSelector("#ticket");
    assert.ok(bodies.length >= 2 && bodies.every((body) => body === bodies[0]), "the same request again");
  } finally {
    await intake.setClock("calm");
  }
  await signIn(plain, person);
  await plain.waitForSelector("#ticket");
  await plain.context().close();
  await page.context().close();
});

test("the change key is made in the browser, and the server sees it when it is used", async () => {
  const [page, person] = [await phone(), intake.person()];
  /** @type {string[]} */
  const seen = [];
  page.on("request", (request) => seen.push(decodeURIComponent(request.url() + (request.postData() ?? ""))));
  page.on("response", async (response) => seen.push(await response.text().catch(() => "")));
  await page.goto(`${intake.address}/check?lang=en&c=site.c001`);
  await signIn(page, person);
  await page.waitForSelector("#own-key:not([hidden])");
  const groups = await page.locator("#change-key span").allTextContents();
  const key = groups.join("");
  assert.match(key, /^[0-9a-f]{64}$/);
  assert.ok(seen.every((text) => !text.includes(key) && !text.includes(groups.join(" "))), "nobody was told");
  const hash = createHash("sha256").update("jebi/v0/change-key\n").update(Buffer.from(key, "hex")).digest("hex");
  assert.ok(seen.some((text) => text.includes(`next_change_key_hash=${hash}`)), "its hash was sent");
  const saved = decodeURIComponent((await page.locator("#save-key").getAttribute("href")) ?? "").split("\n");
  assert.equal(saved[1], `Your ticket: ${await ticketOf(page)}`);
  assert.equal(saved[2], `Change key: ${groups.join(" ")}`);

  await page.goto(`${intake.address}/check?lang=en&c=session.c002-1`);
  await page.locator("form details:has(input) summary").click();
  await page.fill("#change-key", "0".repeat(64));
  await signIn(page, person);
  await page.waitForSelector("#change-key-error");
  await page.fill("input#change-key", key);
  await page.click("#send");
  await page.waitForSelector("#own-key:not([hidden])");
  assert.notEqual((await page.locator("#change-key span").allTextContents()).join(""), key, "the next one is another");
  await page.context().close();
});
