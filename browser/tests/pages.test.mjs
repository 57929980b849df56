// What holds on every page of the citizens' way, in both languages, by day and by night, narrow and wide.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { launch } from "./chromium.mjs";
import { startIntake } from "./intake.mjs";
import { reach, STATES } from "./states.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** CSS pixels: the narrowest, a phone, a desktop. 320 is also 1280 at 400 % (WCAG 2.2, 1.4.10). */
const WIDTHS = [320, 360, 1280];

/** @type {Awaited<ReturnType<typeof startIntake>>} */
let everywhere;
/** @type {typeof everywhere} */
let local;
/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
  [everywhere, local, browser] = await Promise.all([startIntake("serial"), startIntake("serial", "local"), launch()]);
});

after(async () => {
  await browser?.close();
  everywhere?.stop();
  local?.stop();
});

for (const lang of ["ko", "en"]) {
  for (const state of STATES) {
    test(`${state.name}, ${lang}`, async () => {
      const intake = state.own ? await startIntake("serial") : state.local ? local : everywhere;
      const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      // Without our script rather than without any, so that the page can still be examined.
      if (state.script === false) await page.route("**/citizen*.js", (route) => route.abort());
      /** @type {string[]} */
      const faults = [];
      page.on("request", (request) => {
        if (!request.url().startsWith(`${intake.address}/`) && !request.url().startsWith("data:")) faults.push(`asks ${request.url()}`);
      });
      page.on("console", (message) => {
        if (/Content Security Policy|SyntaxError|TypeError/.test(message.text())) faults.push(message.text());
      });
      page.on("pageerror", (error) => faults.push(String(error)));
      page.on("response", async (response) => {
        const policy = response.headers()["content-security-policy"] ?? "";
        if (!policy.startsWith("default-src 'self'") || policy.includes("unsafe")) faults.push(`${response.url()}: policy ${policy}`);
      });
      try {
        await reach(state, { page, intake, lang });
      } finally {
        if (state.busy) await intake.setClock("calm");
        if (state.own) intake.stop();
      }
      for (const scheme of /** @type {("light" | "dark")[]} */ (["light", "dark"])) {
        await page.emulateMedia({ colorScheme: scheme });
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 800 });
          faults.push(...(await examine(page)).map((fault) => `${scheme} ${width}: ${fault}`));
        }
      }
      await context.close();
      assert.deepEqual(faults, []);
    });
  }
}

/** @param {import("playwright-core").Page} page @returns {Promise<string[]>} */
async function examine(page) {
  await page.evaluate(`${axe};0`);
  return page.evaluate(async () => {
    const faults = [];
    // @ts-expect-error axe was put there
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    for (const { id, nodes } of violations) faults.push(`${id}: ${nodes.map((/** @type {any} */ node) => node.html.slice(0, 120)).join(" | ")}`);
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) faults.push(`${root.scrollWidth - root.clientWidth} px too wide`);
    for (const control of document.querySelectorAll("button, .button, .govuk-button, select, summary, input:not([type='hidden']), nav a")) {
      const { width, height } = control.getBoundingClientRect();
      if (height > 0 && (height < 43.5 || width < 43.5)) faults.push(`${control.outerHTML.slice(0, 80)} is ${width} × ${height}`);
    }
    for (const element of document.querySelectorAll("[style], script:not([src]), style")) faults.push(`inline: ${element.outerHTML.slice(0, 80)}`);
    return faults;
  });
}
