// Makes pictures of every state of the citizens' pages at 360 and 1280 px, in both languages, by day and (Korean) by night, into
// browser/screenshots/. They are looked at, not kept.
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { STATES } from "./tests/states.mjs";
import { startBrowser, startIntake } from "./tests/intake.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "screenshots");
const only = process.argv[2] ?? "";
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const [intake, browser] = await Promise.all([startIntake("priority", "real"), startBrowser()]);
try {
  for (const lang of ["ko", "en"]) {
    for (const width of [360, 1280]) {
      for (const scheme of lang === "ko" ? ["light", "dark"] : ["light"]) {
        for (const state of STATES.filter(({ name }) => name.includes(only))) {
          const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme, javaScriptEnabled: state.script !== false });
          const page = await context.newPage();
          await intake.setClock(state.clock ?? "open");
          await state.reach({ page, intake, lang });
          if (state.paper) await page.pdf({ path: join(folder, `${state.name}-${lang}.pdf`), format: "A4" });
          await page.screenshot({ path: join(folder, `${state.name}-${lang}-${width}-${scheme}.png`), fullPage: true });
          await context.close();
        }
      }
    }
  }
} finally {
  await browser.close();
  intake.stop();
}
console.log(folder);
