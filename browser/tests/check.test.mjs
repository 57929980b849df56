// The page before sending, which is the same for everybody until a script fills it in: what it shows, what it sends, and what may happen on the way.
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

/** Chooses these and goes on to check them. @param {import("playwright-core").Page} page @param {string} [lang] */
async function toCheck(page, lang = "en", names = ["site.c002", "session.c001-2"]) {
  await page.goto(`${intake.address}/choose?lang=${lang}`);
  await page.waitForSelector(ADD);
  for (const fold of await page.locator("#sites summary").all()) await fold.click();
  for (const name of names) await page.click(`[data-name="${name}"]`);
  await page.click("#go");
  await page.waitForSelector("#access-code");
}

/** @param {import("playwright-core").Page} page @param {{ code: string, born: string }} person */
async function signIn(page, { code, born }) {
  await page.fill("#access-code", code);
  await page.fill("#birth-date", born);
  await page.click("#send");
}

/** What the form would send besides what is typed. @param {import("playwright-core").Page} page @returns {Promise<string[][]>} */
async function held(page) {
  await page.waitForSelector("#access-code");
  return page.locator('form input[type="hidden"]').evaluateAll((fields) => fields.map((field) => [/** @type {any} */ (field).name, /** @type {any} */ (field).value]));
}

/** @param {import("playwright-core").Page} page @param {string} selector */
const digits = async (page, selector) => (await page.locator(`${selector} span`).allTextContents()).join("");

/** Ticket and change key. @param {import("playwright-core").Page} page */
async function receiptOf(page) {
  await page.waitForSelector("#own-key:not([hidden])");
  return [await digits(page, "#ticket"), await digits(page, "#change-key")];
}

test("one citizen asks once for what does not stand ready, however often pages are looked at", async () => {
  for (const options of [["priority"], ["serial", "local"]]) {
    const own = await startIntake(...options);
    try {
      const [page, person] = [await phone(), own.person()];
      await page.goto(`${own.address}/`);
      await page.click("a.govuk-button");
      await page.waitForSelector(ADD);
      if (options.includes("local")) {
        await page.selectOption("#find-home", "11010");
        await page.selectOption("#find-group", "60-69");
      }
      await page.click('[data-name="site.c001"]');
      await page.click("#go");
      await page.waitForSelector("#access-code");
      await page.reload();
      await page.waitForSelector("#access-code");
      await page.click('.jebi-header__lang[lang="en"]');
      await page.waitForSelector("#access-code");
      await page.click("#check-back");
      await page.waitForSelector(ADD);
      await page.click('[data-name="site.c002"]');
      await page.click("#go");
      await signIn(page, person);
      await receiptOf(page);
      const { Ready, ...others } = await own.answers();
      console.log(`one citizen (${options.join(", ")}): ${Ready} answers stood ready, others: ${JSON.stringify(others)}`);
      assert.ok(Ready >= 5, `${Ready}`);
      assert.deepEqual(others, { Fine: 1 }, "the registration itself");
      await page.context().close();
    } finally {
      own.stop();
    }
  }
});

test("the page that is filled in here is the one that the server writes for the same list", async () => {
  for (const lang of ["ko", "en"]) {
    const page = await phone();
    await toCheck(page, lang, ["session.c002-1", "site.c001", "session.c001-2"]);
    assert.equal(page.url(), `${intake.address}/check?lang=${lang}`, "nobody's list is in the address");
    const main = () =>
      page.evaluate(() => {
        const copy = /** @type {Element} */ (document.querySelector("main")?.cloneNode(true));
        copy.querySelector("#check-back")?.removeAttribute("href");
        return copy.innerHTML.replace(/>\s+</g, "><").trim();
      });
    const [here, [, id]] = [await main(), (await held(page))[1]];
    assert.match(id, /^[0-9a-f]{32}$/);
    await page.goto(`${intake.address}/check?lang=${lang}&c=session.c002-1&c=site.c001&c=session.c001-2&id=${id}`);
    await page.waitForSelector("#key-before:not([hidden])");
    assert.equal(here, await main(), "the change key of this request included");
    await page.context().close();
  }
});

test("loading again, coming back and another language keep the request, and after the receipt sending it again gives the same one", async () => {
  const [page, person] = [await phone(), intake.person()];
  await toCheck(page);
  const first = await held(page);
  assert.deepEqual(first.map(([name, value]) => (name === "request_id" ? name : value)), ["en", "request_id", "site.c002", "session.c001-2"]);
  await page.reload();
  assert.deepEqual(await held(page), first);
  await page.click('.jebi-header__lang[lang="ko"]');
  await page.waitForSelector('html[lang="ko"] #access-code');
  assert.deepEqual((await held(page)).slice(1), first.slice(1));
  assert.equal(await page.locator(".jebi-choices__what span").first().textContent(), "아무 시간");
  await page.click("#check-back");
  await page.waitForSelector("#mine > li");
  await page.goBack();
  assert.deepEqual((await held(page)).slice(1), first.slice(1));
  const noted = await digits(page, "#key-before-digits");
  await signIn(page, person);
  const receipt = await receiptOf(page);
  assert.equal(receipt[1], noted);
  assert.equal(await page.evaluate(() => localStorage.length), 0, "what was sent is no draft any more");
  await page.reload();
  assert.deepEqual((await held(page)).slice(1), first.slice(1));
  assert.match((await page.getAttribute("#check-back", "href")) ?? "", /^\/choose\?lang=ko&c=site\.c002&c=session\.c001-2$/, "the list is nowhere else now");
  assert.match((await page.getAttribute(".jebi-header__lang", "href")) ?? "", /^\/check\?lang=en&c=site\.c002&c=session\.c001-2&id=[0-9a-f]{32}$/);
  await signIn(page, person);
  assert.deepEqual(await receiptOf(page), receipt);
  await page.context().close();
});

test("an answer that is lost on its way is got by sending again", async () => {
  const [page, person] = [await phone(), intake.person()];
  await toCheck(page);
  let sent = 0;
  await page.route("**/send", async (route) => {
    if (sent++ > 0) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await signIn(page, person);
  await page.waitForSelector("#problem");
  const noted = await digits(page, "#key-before-digits");
  await page.reload();
  await signIn(page, person);
  assert.equal((await receiptOf(page))[1], noted);
  assert.equal(await page.locator("h1").textContent(), "You are registered");
  await page.context().close();
});

test("what another tab makes of the draft does not change what this page shows and sends", async () => {
  const [page, person] = [await phone(), intake.person()];
  await toCheck(page);
  const before = await held(page);
  const tab = await page.context().newPage();
  await tab.goto(`${intake.address}/choose?lang=en`);
  await tab.locator('#mine > li:first-child [data-do="remove"]').click();
  await page.waitForSelector('#check-back[href*="c=site.c002"]');
  assert.deepEqual(await held(page), before);
  await page.reload();
  assert.deepEqual(await held(page), before);
  await tab.click("#go");
  const other = await held(tab);
  assert.deepEqual(other.slice(2), [["c", "session.c001-2"]]);
  assert.notEqual(other[1][1], before[1][1], "another list, another request");
  /** @type {string[]} */
  const bodies = [];
  page.on("request", (request) => request.method() === "POST" && bodies.push(request.postData() ?? ""));
  await signIn(page, person);
  await receiptOf(page);
  assert.equal(bodies.length, 1);
  assert.deepEqual(new URLSearchParams(bodies[0]).getAll("c"), ["site.c002", "session.c001-2"]);
  assert.equal(await page.locator("main .jebi-choices > li").count(), 2);
  await signIn(tab, person);
  await tab.waitForSelector("#change-key-error");
  await page.context().close();
});

test("two tabs with one draft are one registration", async () => {
  const [page, person] = [await phone(), intake.person()];
  await toCheck(page);
  const tab = await page.context().newPage();
  await tab.goto(page.url());
  assert.deepEqual(await held(tab), await held(page));
  await signIn(page, person);
  const receipt = await receiptOf(page);
  await signIn(tab, person);
  assert.deepEqual(await receiptOf(tab), receipt);
  await page.context().close();
});

test("a browser that keeps nothing takes the list along in the address", async () => {
  const [page, person] = [await phone(), intake.person()];
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("QuotaExceededError");
    };
  });
  await toCheck(page);
  assert.match(page.url(), /\/check\?lang=en&c=site\.c002&c=session\.c001-2&id=[0-9a-f]{32}$/);
  await signIn(page, person);
  await page.waitForSelector("#ticket");
  await page.context().close();
});

test("what was kept and deleted while the list was open is there again when one goes on", async () => {
  const page = await phone();
  await page.goto(`${intake.address}/choose?lang=en`);
  await page.locator(ADD).first().click();
  await page.evaluate(() => localStorage.clear());
  await page.click("#go");
  assert.equal((await held(page)).length, 3);
  await page.context().close();
});

test("where nothing is chosen the page says so, with scripts and without, and leads to the places", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await phone({ javaScriptEnabled });
    await page.goto(`${intake.address}/check?lang=en`);
    assert.equal(await page.locator("#choices").textContent(), "You have chosen nothing yet.");
    assert.equal(await page.locator("form").count(), 0);
    await page.click("main a.govuk-button");
    await page.waitForSelector("h1:text('Choose places and times')");
    await page.context().close();
  }
});

test("if the places do not come, the server's own page is one press away", async () => {
  const page = await phone();
  await page.route("**/places.json*", (route, request) => (request.frame().url().includes("/check") ? route.abort() : route.continue()));
  await page.goto(`${intake.address}/choose?lang=en`);
  await page.locator(ADD).first().click();
  await page.click("#go");
  await page.waitForSelector("#check .jebi-note");
  assert.match((await page.locator("#check").innerText()), /could not be loaded[^]*your list is kept/);
  await page.click("#check a.govuk-button");
  assert.equal((await held(page)).length, 3);
  assert.match(page.url(), /&c=site\.c001&id=[0-9a-f]{32}$/);
  await page.context().close();
});

test("when too many come the same request is sent again by itself, from here too", async () => {
  const [page, person] = [await phone(), intake.person()];
  await toCheck(page);
  /** @type {(string | null)[]} */
  const bodies = [];
  page.on("request", (request) => request.method() === "POST" && bodies.push(request.postData()));
  await intake.setClock("busy");
  try {
    await signIn(page, person);
    await page.waitForSelector(".jebi-waiting");
  } finally {
    await intake.setClock("calm");
  }
  await receiptOf(page);
  assert.ok(bodies.length >= 2 && bodies.every((body) => body === bodies[0]), "the same request again");
  await page.context().close();
});

test("a page that the browser keeps aside for who goes back holds neither what was typed nor a receipt", async () => {
  const [page, person] = [await phone(), intake.person()];
  // Playwright's Chromium keeps no pages aside, so the page is told what it would be told.
  const aside = (/** @type {string} */ what) => page.evaluate((type) => dispatchEvent(new PageTransitionEvent(type, { persisted: true })), what);
  await toCheck(page);
  await page.fill("#access-code", person.code);
  await aside("pagehide");
  assert.equal(await page.locator("main *").count(), 0);
  await aside("pageshow");
  await page.waitForSelector("#access-code");
  assert.equal(await page.inputValue("#access-code"), "");
  await signIn(page, person);
  const [, key] = await receiptOf(page);
  await aside("pagehide");
  assert.ok(!(await page.content()).replaceAll(/<[^>]*>/g, "").includes(key.slice(0, 16)));
  await aside("pageshow");
  await held(page);
  await page.goto(`${intake.address}/choose?lang=en`);
  await page.waitForSelector(ADD);
  await aside("pagehide");
  assert.ok((await page.locator("#sites > li").count()) > 0, "the places are no secret");
  await page.context().close();
});
