// Every state of the citizens' pages and how one gets there: for the pictures and for what is checked on every page.
import { ADD } from "./intake.mjs";

/**
 * @typedef {object} Reach
 * @property {import("playwright-core").Page} page
 * @property {Awaited<ReturnType<typeof import("./intake.mjs").startIntake>>} intake
 * @property {string} lang
 */

/**
 * `local` asks for an intake whose places are not for everybody, `own` for one of its own, as whoever has refused somebody after the close takes nobody in
 * when the clock is put back. `busy` turns everybody away once the state is being reached.
 * @type {{ name: string, clock?: string, script?: boolean, paper?: boolean, local?: boolean, own?: boolean, busy?: boolean, reach: (to: Reach) => Promise<void> }[]}
 */
export const STATES = [
  { name: "landing", reach: go("/") },
  { name: "landing-before", clock: "announced", reach: go("/") },
  { name: "landing-closed", clock: "closed", reach: go("/") },
  { name: "landing-over", clock: "over", reach: go("/") },
  {
    name: "landing-eligible",
    async reach(to) {
      await go("/")(to);
      await to.page.fill("#born", "19600229");
      await to.page.click("#eligible button");
    },
  },
  {
    name: "landing-unfolded",
    async reach(to) {
      await go("/")(to);
      for (const fold of await to.page.locator("main summary").all()) await fold.click();
    },
  },
  { name: "eligible-no", script: false, reach: go("/eligible", "born=19990101") },
  { name: "choose-empty", reach: choose },
  {
    name: "choose-three",
    async reach(to) {
      await choose(to);
      for (const at of [0, 1, 2]) await to.page.locator(`#sites > li > button.jebi-toggle`).nth(at).click();
      await to.page.locator("#sites > li").nth(2).locator("summary").click();
    },
  },
  {
    name: "choose-map",
    async reach(to) {
      await choose(to);
      await to.page.click("#map-fold summary");
      await to.page.waitForSelector("#map-place svg");
    },
  },
  {
    name: "choose-nothing",
    async reach(to) {
      await choose(to);
      await to.page.fill("#find-name", "없는 곳");
    },
  },
  {
    name: "choose-full",
    async reach(to) {
      await choose(to);
      for (const at of [0, 1, 2]) await to.page.locator(`#sites > li > button.jebi-toggle`).nth(at).click();
      await to.page.locator("#sites > li").nth(2).locator("summary").click();
      for (const at of [0, 1]) await to.page.locator("#sites > li").nth(2).locator(".jebi-offers button").nth(at).click();
    },
  },
  {
    name: "choose-draft-restored",
    async reach(to) {
      await choose(to);
      await to.page.locator(ADD).first().click();
      await to.page.fill("#find-name", "국립");
      await to.page.reload();
      await to.page.waitForSelector("#mine > li");
    },
  },
  {
    name: "reach-asked",
    local: true,
    async reach(to) {
      await go("/choose", "c=session.c003-1&home=11010&group=60-69")(to);
      await to.page.waitForSelector("#mine .jebi-beyond");
    },
  },
  {
    name: "reach-nothing",
    local: true,
    async reach(to) {
      await go("/choose", "home=11010&group=50-59&district=11020")(to);
      await to.page.waitForFunction(() => document.querySelectorAll("#sites > li").length === 0 && document.querySelector("#found")?.textContent !== "");
    },
  },
  { name: "reach-without-script", local: true, script: false, reach: go("/choose", "c=session.c003-1&home=11010&group=60-69&district=11010") },
  {
    name: "reach-refused",
    local: true,
    async reach(to) {
      await go("/check", "c=session.c003-1")(to);
      await send(to, to.intake.person());
      await to.page.waitForSelector("#problem");
    },
  },
  { name: "choose-without-script", script: false, reach: go("/choose", "c=site.c001&c=session.c002-1&district=11010") },
  { name: "map-without-script", script: false, reach: go("/map", "c=site.c001") },
  { name: "choose-before", clock: "announced", reach: go("/choose") },
  { name: "check", reach: check },
  { name: "check-empty", reach: go("/check") },
  { name: "check-without-script", script: false, reach: go("/check") },
  { name: "check-before", clock: "announced", reach: go("/check") },
  { name: "check-closed", clock: "closed", reach: go("/check") },
  { name: "check-from-draft", reach: checkDraft },
  {
    name: "check-from-draft-wrong",
    async reach(to) {
      await checkDraft(to);
      await send(to, { code: "0123456789ABCDEF", born: "19600229" });
      await to.page.waitForSelector("#problem");
    },
  },
  {
    name: "check-places-failed",
    async reach(to) {
      await choose(to);
      await to.page.locator(ADD).first().click();
      await to.page.route("**/places.json*", (route) => route.abort());
      await to.page.click("#go");
      await to.page.waitForSelector("#check .jebi-note");
    },
  },
  {
    name: "check-wrong",
    async reach(to) {
      await check(to);
      await send(to, { code: "0123456789ABCDEF", born: "19600229" });
      await to.page.waitForSelector("#problem");
    },
  },
  {
    name: "check-again",
    async reach(to) {
      const person = to.intake.person();
      for (const _ of [1, 2]) {
        await check(to);
        await send(to, person);
        await to.page.waitForSelector("#ticket, #problem");
      }
    },
  },
  {
    name: "check-mistyped",
    async reach(to) {
      await check(to);
      await send(to, { code: "0123", born: "1960" });
      await to.page.waitForSelector("#problem");
    },
  },
  {
    name: "check-key-wrong",
    async reach(to) {
      await check(to);
      await to.page.locator("form details:has(input) summary").click();
      await to.page.fill("input#change-key", "0123");
      await send(to, to.intake.person());
      await to.page.waitForSelector("#change-key-error");
    },
  },
  {
    name: "check-key-before",
    async reach(to) {
      await check(to);
      await to.page.locator("#key-before summary").click();
    },
  },
  {
    name: "check-expired",
    async reach(to) {
      const person = to.intake.person();
      const form = { access_code: person.code, birth_date: person.born, request_id: `expired-${person.code.slice(0, 4)}`, c: "site.c002", lang: to.lang };
      await to.page.request.post(`${to.intake.address}/send`, { form });
      await go("/check", `c=site.c001&id=${form.request_id}`)(to);
      await send(to, person);
      await to.page.waitForSelector("#problem");
    },
  },
  {
    name: "check-closed-meanwhile",
    own: true,
    async reach(to) {
      await check(to);
      await to.intake.setClock("closed");
      await send(to, to.intake.person());
      await to.page.waitForSelector("#refusal");
    },
  },
  {
    name: "busy-without-script",
    script: false,
    busy: true,
    async reach(to) {
      await check(to);
      await to.intake.setClock("busy");
      await send(to, to.intake.person());
      await to.page.waitForSelector("#problem");
    },
  },
  {
    name: "busy-waiting",
    busy: true,
    async reach(to) {
      await check(to);
      await to.intake.setClock("busy");
      await send(to, to.intake.person());
      await to.page.waitForSelector(".jebi-waiting");
    },
  },
  {
    name: "check-dropped",
    async reach(to) {
      await check(to);
      await to.page.context().setOffline(true);
      await send(to, to.intake.person());
      await to.page.waitForSelector("#problem");
    },
  },
  {
    name: "receipt",
    paper: true,
    async reach(to) {
      await check(to);
      await send(to, to.intake.person());
      await to.page.waitForSelector("#ticket");
    },
  },
  {
    name: "receipt-without-script",
    script: false,
    paper: true,
    async reach(to) {
      await check(to);
      await send(to, to.intake.person());
      await to.page.waitForSelector("#ticket");
    },
  },
  { name: "sign-in", reach: go("/change") },
  {
    name: "sign-in-wrong",
    async reach(to) {
      await go("/change")(to);
      await send(to, { code: "0123456789ABCDEF", born: "19600229" });
      await to.page.waitForSelector("#problem");
    },
  },
  {
    name: "sign-in-not-registered",
    async reach(to) {
      await go("/change")(to);
      await send(to, to.intake.person());
      await to.page.waitForSelector('main a.govuk-button[href^="/choose"]');
    },
  },
  { name: "mine", reach: mine },
  {
    name: "mine-closed",
    async reach(to) {
      await to.intake.setClock("open");
      await mine(to, "closed");
    },
  },
  {
    name: "mine-changed",
    async reach(to) {
      const person = to.intake.person();
      const key = await registered(to, person);
      await go("/check", "c=session.c002-1")(to);
      await to.page.locator("form details:has(input) summary").click();
      await to.page.fill("input#change-key", key);
      await send(to, person);
      await to.page.waitForSelector("#own-key:not([hidden])");
      await go("/change")(to);
      await send(to, person);
      await to.page.waitForSelector("#ticket");
    },
  },
  { name: "withdraw", reach: go("/withdraw") },
  {
    name: "withdraw-wrong",
    async reach(to) {
      const person = to.intake.person();
      await registered(to, person);
      await go("/withdraw")(to);
      await to.page.fill("input#change-key", "0".repeat(64));
      await send(to, person);
      await to.page.waitForSelector("#change-key-error");
    },
  },
  {
    name: "withdrawn",
    async reach(to) {
      const person = to.intake.person();
      const key = await registered(to, person);
      await go("/withdraw")(to);
      await to.page.fill("input#change-key", key);
      await send(to, person);
      await to.page.waitForSelector("#ticket");
    },
  },
  {
    name: "mine-withdrawn",
    async reach(to) {
      const person = to.intake.person();
      const key = await registered(to, person);
      await go("/withdraw")(to);
      await to.page.fill("input#change-key", key);
      await send(to, person);
      await to.page.waitForSelector("#ticket");
      await go("/change")(to);
      await send(to, person);
      await to.page.waitForSelector("#ticket");
    },
  },
  { name: "closed", clock: "closed", reach: go("/choose") },
  { name: "not-open", clock: "announced", reach: go("/check", "c=site.c001") },
  {
    name: "too-many-tries",
    async reach(to) {
      const { code } = to.intake.person();
      for (let n = 0; n < 11; n++) {
        // Each another date: the same one again is not counted again.
        const form = { access_code: code, birth_date: `1999-01-${String(n + 1).padStart(2, "0")}`, request_id: `try-number-${n}`, c: "site.c001", lang: to.lang };
        await to.page.request.post(`${to.intake.address}/send`, { form });
      }
      await check(to);
      await send(to, { code, born: "19600229" });
      await to.page.waitForFunction(() => !document.querySelector("form, #ticket"));
    },
  },
  { name: "not-found", reach: go("/nowhere") },
];

/** @param {string} path @param {string} [query] */
function go(path, query = "") {
  return async (/** @type {Reach} */ { page, intake, lang }) => {
    await page.goto(`${intake.address}${path}?lang=${lang}&${query}`);
  };
}

/** @param {Reach} to */
async function choose(to) {
  await go("/choose")(to);
  await to.page.waitForSelector(ADD);
}

/** @param {Reach} to */
async function check(to) {
  await go("/check", "c=site.c001&c=session.c002-1&c=session.c003-1")(to);
}

/** The same with the list of this browser's draft, as one comes there with scripts. @param {Reach} to */
async function checkDraft(to) {
  await choose(to);
  for (const at of [0, 1, 2]) await to.page.locator(`#sites > li > button.jebi-toggle`).nth(at).click();
  await to.page.click("#go");
  await to.page.waitForSelector("#access-code");
}

/** @param {Reach} to @param {{ code: string, born: string }} person */
async function send({ page }, { code, born }) {
  await page.fill("#access-code", code);
  await page.fill("#birth-date", born);
  await page.click("#send");
}

/** @param {Reach} to @param {string} [clock] when it is looked at */
async function mine(to, clock) {
  const person = to.intake.person();
  await check(to);
  await send(to, person);
  await to.page.waitForSelector("#ticket");
  if (clock) await to.intake.setClock(clock);
  await go("/change")(to);
  await send(to, person);
  await to.page.waitForSelector("#ticket");
}

/** Registers, and gives the change key. @param {Reach} to @param {{ code: string, born: string }} person */
async function registered(to, person) {
  await check(to);
  await send(to, person);
  await to.page.waitForSelector("#own-key:not([hidden])");
  return (await to.page.locator("#change-key span").allTextContents()).join("");
}

/**
 * Brings a page into a state. Who asks for a busy one calms the intake afterwards.
 * @param {typeof STATES[number]} state @param {Reach} to
 */
export async function reach(state, to) {
  await to.intake.setClock(state.clock ?? "open");
  await state.reach(to);
}
