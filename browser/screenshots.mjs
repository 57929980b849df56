// Makes pictures of every state of the citizens' pages, and with JEBI_DRAW=demo of a draw's notice and bundle, at 360 and 1280 px, in both languages, by day and (Korean, narrow) by night, into
// browser/screenshots/. They are looked at, not kept. `node screenshots.mjs receipt` makes those of states with that word in their name.
import { mkdir, readFile, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch, serve } from "./tests/chromium.mjs";
import { firstRows, publicPages } from "./tests/public-pages.mjs";
import { reach, STATES } from "./tests/states.mjs";
import { startIntake } from "./tests/intake.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "screenshots");
const only = process.argv[2] ?? "";
if (only === "") await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const [real, local, browser] = await Promise.all([startIntake("priority", "real"), startIntake("priority", "local"), launch()]);
try {
  for (const lang of ["ko", "en"]) {
    for (const width of [360, 1280]) {
      for (const scheme of lang === "ko" && width === 360 ? ["light", "dark"] : ["light"]) {
        for (const state of STATES.filter(({ name }) => name.includes(only))) {
          const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme, javaScriptEnabled: state.script !== false });
          const page = await context.newPage();
          page.setDefaultTimeout(120_000);
          const intake = state.own ? await startIntake("priority") : state.local ? local : real;
          await reach(state, { page, intake, lang });
          if (state.paper) await page.pdf({ path: join(folder, `${state.name}-${lang}.pdf`), format: "A4" });
          await page.screenshot({ path: join(folder, `${state.name}-${lang}-${width}-${scheme}.png`), fullPage: true });
          await context.close();
          if (state.busy) await intake.setClock("calm");
          if (state.own) intake.stop();
        }
      }
    }
  }
  if (process.env.JEBI_DRAW) {
    await noticePictures(process.env.JEBI_DRAW);
    await bundlePictures(process.env.JEBI_DRAW);
  }
} finally {
  await browser.close();
  real.stop();
  local.stop();
}
console.log(folder);

/** The pages between freeze and result. @param {string} draw the folder of a draw */
async function noticePictures(draw) {
  const files = new Map();
  for (const name of await readdir(join(draw, "notice"), { recursive: true })) {
    const content = await readFile(join(draw, "notice", name)).catch(() => null); // A folder has none.
    if (content !== null) files.set(name, /^runs\/.*html$/.test(name) ? firstRows(String(content)) : content);
  }
  const [{ ticket }, { ticket: gone }] = await Promise.all(["first-choice", "withdrawn"].map(async (name) => JSON.parse(await readFile(join(draw, `receipts/${name}.json`), "utf8"))));
  const pages = { index: "index", check: "results", in: `results#${ticket}`, withdrawn: `results#${gone}`, run: "runs/0000" };
  const server = await serve(files);
  for (const lang of ["ko", "en"]) {
    for (const [width, scheme] of [[360, "light"], [1280, "light"], [360, "dark"]]) {
      for (const [name, path] of Object.entries(pages).filter(([name]) => `notice-${name}`.includes(only))) {
        const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: scheme });
        const [file, fragment = ""] = path.split("#");
        await page.goto(`${server.address}${file}${lang === "en" && !file.startsWith("runs/") ? ".en" : ""}.html#${fragment}`);
        if (fragment) await page.waitForSelector("#computed");
        await page.screenshot({ path: join(folder, `notice-${name}-${lang}-${width}-${scheme}.png`), fullPage: true });
        await page.close();
      }
    }
  }
  await server.close();
}

/** @param {string} draw the folder of a published draw */
async function bundlePictures(draw) {
  const files = new Map();
  for (const lang of ["ko", "en"]) {
    for (const path of publicPages(lang)) files.set(path, await readFile(join(draw, "bundle", path), "utf8"));
  }
  for (const [path, html] of files) if (path.startsWith("runs/")) files.set(path, firstRows(html));
  for (const asset of ["style.css", "results.js", "verify.js"]) files.set(`assets/${asset}`, await readFile(join(draw, "bundle/assets", asset)));
  const server = await serve(files);
  for (const lang of ["ko", "en"]) {
    for (const [width, scheme] of [[360, "light"], [1280, "light"], [360, "dark"], [1280, "dark"]]) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: scheme });
      for (const path of publicPages(lang).filter((name) => `bundle-${name}`.includes(only))) {
        await page.goto(server.address + path);
        const name = path.replace(/\.en(?=\.html$)|\.html$/g, "").replaceAll("/", "-").replace(/\.html$/, "");
        await page.screenshot({ path: join(folder, `bundle-${name}-${lang}-${width}-${scheme}.png`), fullPage: true });
      }
      await page.close();
    }
  }
  await server.close();
}
