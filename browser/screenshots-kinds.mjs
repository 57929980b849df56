// Makes pictures of the pages and results of every kind of bundle, into browser/screenshots/, with JEBI_BUNDLES=kinds made by
// `cargo run --release -p publisher --example bundles -- kinds`. A word as argument picks those whose name has it. They are looked at, not kept.
import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch, serve } from "./tests/chromium.mjs";
import { filesBelow, kindPages, peopleOf } from "./tests/public-pages.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "screenshots");
const only = process.argv[2] ?? "";
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const browser = await launch();
try {
  for (const kind of await readdir(process.env.JEBI_BUNDLES ?? "kinds")) await kindPictures(process.env.JEBI_BUNDLES ?? "kinds", kind);
} finally {
  await browser.close();
}
console.log(folder);

/** Pages and results of one kind of bundle: the Korean ones by night where they are wide. */
async function kindPictures(kinds, kind) {
  const files = filesBelow(join(kinds, kind, "bundle"));
  const server = await serve(files);
  for (const [lang, width, colorScheme] of [["ko", 360, "light"], ["ko", 1280, "dark"], ["en", 360, "light"], ["en", 1280, "light"]]) {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const take = async (name) => {
      await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
      await page.screenshot({ path: join(folder, `${kind}-${name}-${lang}-${width}.png`), fullPage: true });
    };
    for (const path of kindPages(files, lang).filter((name) => `${kind}-${name}`.includes(only))) {
      await page.goto(server.address + path);
      await take(path.replace(/(\.en)?\.html$/, "").replaceAll("/", "-"));
    }
    for (const [who, ticket] of Object.entries(peopleOf(files)).filter(([name]) => `${kind}-result-${name}`.includes(only))) {
      await page.goto(`${server.address}results${lang === "ko" ? "" : ".en"}.html`);
      await page.locator("#ticket").fill(ticket);
      await page.locator("#ticket").press("Enter");
      await page.locator("#result h2").waitFor();
      await take(`result-${who}`);
      await page.goto(`${server.address}verify${lang === "ko" ? "" : ".en"}.html#${ticket}`);
      await page.locator("#verify button").first().click();
      await page.locator("#verify [role=status] .jebi-note").waitFor();
      await take(`verify-${who}`);
    }
    await page.close();
  }
  await server.close();
}
