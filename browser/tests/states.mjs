// Every state of the citizens' pages and how one gets there: for the pictures and for what is checked on every page.
import { ADD } from "./intake.mjs";

/**
 * @typedef {object} Reach
 * @property {import("playwright-core").Page} page
 * @property {Awaited<ReturnType<typeof import("./intake.mjs").startIntake>>} intake
 * @property {string} lang
 */

/** @type {{ name: string, clock?: string, script?: boolean, paper?: boolean, reach: (to: Reach) => Promise<void> }[]} */
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
  { name: "choose-without-script", script: false, reach: go("/choose", "c=site.c001&c=session.c002-1&district=11010") },
  { name: "map-without-script", script: false, reach: go("/map", "c=site.c001") },
  { name: "choose-before", clock: "announced", reach: go("/choose") },
  { name: "check", reach: check },
  { name: "check-empty", reach: go("/check") },
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
  { name: "sign-in", reach: go("/change") },
  { name: "mine", reach: mine },
  {
    name: "mine-closed",
    async reach(to) {
      await to.intake.setClock("open");
      await mine(to, "closed");
    },
  },
  { name: "withdraw", reach: go("/withdraw") },
  { name: "closed", clock: "closed", reach: go("/choose") },
  { name: "not-open", clock: "announced", reach: go("/check", "c=site.c001") },
  {
    name: "too-many-tries",
    async reach(to) {
      const { code } = to.intake.person();
      for (let n = 0; n < 11; n++) {
        const form = { access_code: code, birth_date: "1999-01-01", request_id: `try-number-${n}`, c: "site.c001", lang: to.lang };
        await to.page.request.post(`${to.intake.address}/send`, { form });
      }
      await check(to);
      await send(to, { code, born: "19600229" });
      await to.page.waitForSelector("h1:not(:text('___'))");
      await to.page.waitForFunction(() => !document.querySelector("form"));
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
