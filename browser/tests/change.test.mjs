// Seeing, changing and withdrawing a registration, the change key on its way, and fields that cannot be right, in a real Chromium.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPhone } from "./chromium.mjs";
import { ADD, startIntake } from "./intake.mjs";

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

/** @param {import("playwright-core").Page} page @param {{ code: string, born: string }} person */
async function signIn(page, { code, born }) {
  await page.fill("#access-code", code);
  await page.fill("#birth-date", born);
  await page.click("#send");
}

/** Registers, and gives the change key. @param {import("playwright-core").Page} page @param {{ code: string, born: string }} person */
async function registered(page, person) {
  await page.goto(`${intake.address}/check?lang=en&c=site.c001&c=session.c002-1`);
  await signIn(page, person);
  await page.waitForSelector("#own-key:not([hidden])");
  return digits(page, "#change-key");
}

/** @param {import("playwright-core").Page} page @param {string} selector */
const digits = async (page, selector) => (await page.locator(`${selector} span`).allTextContents()).join("");

/** Taps, types and counts. @param {import("playwright-core").Page} page */
function counting(page) {
  const seen = new Set();
  let taps = 0;
  const look = async () => seen.add(await page.locator("h1").textContent());
  const tap = async (/** @type {string} */ selector) => {
    await look();
    await page.locator(selector).first().tap();
    taps++;
  };
  const type = async (/** @type {string} */ selector, /** @type {string} */ text) => {
    await tap(selector);
    await page.keyboard.type(text);
  };
  const end = async (/** @type {string} */ what, /** @type {number} */ screens, /** @type {number} */ most) => {
    await look();
    console.log(`${what}: ${seen.size} screens, ${taps} taps`);
    assert.ok(seen.size <= screens && taps <= most, `${what}: ${seen.size} screens, ${taps} taps`);
  };
  return { tap, type, end };
}

test("a change and a withdrawal take few screens and taps, on a device that knows nothing of the registration", async () => {
  const [first, person] = [await phone(), intake.person()];
  const key = await registered(first, person);
  await first.context().close();
  const page = await phone();
  const change = counting(page);
  await page.goto(`${intake.address}/change?lang=en`);
  await change.type("#access-code", person.code);
  await change.type("#birth-date", person.born);
  await change.tap("#send");
  await page.waitForSelector("#ticket");
  await change.tap('a.button[href^="/choose"]');
  await page.waitForSelector(ADD);
  await change.tap('#mine > li:nth-child(2) [data-do="up"]');
  await change.tap("#go");
  await change.type("#access-code", person.code);
  await change.type("#birth-date", person.born);
  await change.tap("form details:has(input) summary");
  await change.type("input#change-key", key);
  await change.tap("#send");
  await page.waitForSelector("#own-key:not([hidden])");
  await change.end("a change", 5, 12);
  const next = await digits(page, "#change-key");

  const withdrawal = counting(page);
  await page.goto(`${intake.address}/?lang=en`);
  await withdrawal.tap('main a[href^="/withdraw"]');
  await withdrawal.type("#access-code", person.code);
  await withdrawal.type("#birth-date", person.born);
  await withdrawal.type("input#change-key", next);
  await withdrawal.tap("#send");
  await page.waitForSelector("#ticket");
  await withdrawal.end("a withdrawal", 3, 12);
  assert.equal(await page.locator("h1").textContent(), "Your registration is withdrawn");
  await page.goto(`${intake.address}/change?lang=en`);
  await signIn(page, person);
  await page.waitForSelector("#ticket");
  assert.equal(await page.locator("main ol:not([class]) li").count(), 3, "the history of one's own changes");
  await page.context().close();
});

test("changed and withdrawn by keyboard alone", async () => {
  const [page, person] = [await phone({ viewport: { width: 1280, height: 800 } }), intake.person()];
  const key = await registered(page, person);
  const go = async (/** @type {string} */ selector) => {
    for (let steps = 0; steps < 150; steps++) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`no way to ${selector} by Tab`);
  };
  const type = async (/** @type {string} */ selector, /** @type {string} */ text) => {
    await go(selector);
    await page.keyboard.press("Control+A");
    await page.keyboard.type(text);
  };
  await page.goto(`${intake.address}/change?lang=en`);
  await type("#access-code", person.code);
  await type("#birth-date", person.born);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#ticket");
  await go('a.button[href^="/choose"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector(ADD);
  await go('#mine > li:first-child [data-do="remove"]');
  await page.keyboard.press("Enter");
  await go("#go");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#access-code");
  await type("#access-code", person.code);
  await type("#birth-date", person.born);
  await go("form details:has(input) summary");
  await page.keyboard.press("Enter");
  await type("input#change-key", key);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#own-key:not([hidden])");
  const next = await digits(page, "#change-key");
  await page.goto(`${intake.address}/withdraw?lang=en`);
  await type("#access-code", person.code);
  await type("#birth-date", person.born);
  await type("input#change-key", next);
  await go("#send");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#ticket");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Your registration is withdrawn");
  await page.context().close();
});

test("a screen reader hears the registration, the receipt and the withdrawal in their order", async () => {
  const [page, person] = [await phone(), intake.person()];
  const hears = async (/** @type {string[]} */ order) => {
    const tree = await page.locator("main").ariaSnapshot();
    let at = -1;
    for (const words of order) {
      at = tree.indexOf(words, at + 1);
      assert.ok(at >= 0, `${words}, in its place, in:\n${tree}`);
    }
  };
  await registered(page, person);
  await hears(['heading "You are registered" [level=1]', "Your list is saved", 'heading "Your ticket"', "QR code", 'heading "Your change key', "My choices, best first", "What to keep", "Save the receipt file", "What happens next"]);
  await page.goto(`${intake.address}/change?lang=en`);
  await hears(['heading "See or change my registration" [level=1]', "Sign in to see", 'textbox "Access code"', 'textbox "Birth date"', 'button "Show"']);
  await signIn(page, person);
  await page.waitForSelector("#ticket");
  await hears(['heading "This is your registration" [level=1]', 'link "Change my choices"', 'link "Withdraw my registration"', 'heading "Your ticket"', "What happened so far", "registered or changed"]);
  await page.goto(`${intake.address}/withdraw?lang=en`);
  await hears(['heading "Withdraw my registration" [level=1]', "takes no part in the draw", 'textbox "Access code"', 'textbox "Birth date"', 'textbox "Change key"', 'button "Withdraw"']);
  await page.context().close();
});

test("a browser that keeps nothing leaves the change key to the server, which says so", async () => {
  const [page, person] = [await phone(), intake.person()];
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("QuotaExceededError");
    };
  });
  /** @type {string[]} */
  const sent = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.postData() ?? ""));
  await page.goto(`${intake.address}/check?lang=en&c=site.c001`);
  assert.equal(await page.locator("#key-before").isVisible(), false);
  await signIn(page, person);
  await page.waitForSelector("#ticket");
  assert.ok(sent.length === 1 && !sent[0].includes("next_change_key_hash"));
  assert.match(await digits(page, "#change-key"), /^[0-9a-f]{64}$/);
  assert.match(await page.locator("main").innerText(), /This server made the key/);
  await page.context().close();
});

test("the change key can be noted before sending, and is the same when all that the browser kept is deleted on the way", async () => {
  const [page, person] = [await phone(), intake.person()];
  await page.goto(`${intake.address}/check?lang=en&c=site.c001`);
  await page.locator("#key-before summary").click();
  const noted = await digits(page, "#key-before-digits");
  assert.match(noted, /^[0-9a-f]{64}$/);
  const saved = decodeURIComponent((await page.locator("#save-key-before").getAttribute("href")) ?? "");
  assert.ok(saved.replaceAll(" ", "").includes(noted), saved);
  await page.route("**/send", async (route) => {
    await page.evaluate(() => (localStorage.clear(), sessionStorage.clear()));
    await route.continue();
  });
  await signIn(page, person);
  await page.waitForSelector("#own-key:not([hidden])");
  assert.equal(await digits(page, "#change-key"), noted);
  await page.goto(`${intake.address}/withdraw?lang=en`);
  await page.fill("input#change-key", noted);
  await signIn(page, person);
  await page.waitForSelector("#ticket");
  assert.equal(await page.locator("h1").textContent(), "Your registration is withdrawn");
  await page.context().close();
});

test("what cannot be right is said beside its field before anything is sent", async () => {
  const [page, person] = [await phone(), intake.person()];
  let sent = 0;
  page.on("request", (request) => (sent += request.method() === "POST" ? 1 : 0));
  await page.goto(`${intake.address}/check?lang=en&c=site.c001`);
  await signIn(page, { code: "0123", born: "1960" });
  await page.waitForSelector("#problem");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "problem");
  assert.match(await page.locator("#access-code-error").innerText(), /16 letters and digits/);
  assert.match(await page.locator("#birth-date-error").innerText(), /year, month and day/);
  assert.equal(await page.getAttribute("#access-code", "aria-describedby"), "access-code-hint access-code-error");
  await page.locator("#problem a").first().click();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "access-code");
  assert.equal(sent, 0);
  await page.fill("#access-code", person.code);
  await page.click("#send");
  assert.equal(await page.locator("#access-code-error").count(), 0, "what was mended is not complained of");
  assert.equal(await page.locator("#birth-date-error").count(), 1);
  await page.fill("#birth-date", person.born);
  await page.click("#send");
  await page.waitForSelector("#ticket");
  assert.equal(sent, 1);
  await page.context().close();
});
