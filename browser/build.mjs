// Builds what the crates embed: the stylesheet and the pages' scripts. `node build.mjs` writes them, `node build.mjs --check` compares what is
// committed with what would be written. The same sources and lockfile give the same bytes on every machine.
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");

/** Each stylesheet: its source, and where a crate embeds it. */
const STYLES = [["style/jebi.scss", "pages/assets/style.css"]];

/** Each script: its entry, and where a crate embeds it. */
const SCRIPTS = [];

/** Told in the built files, because their readers see nothing else. */
const origin = (source) => `/*! Built from browser/${source}; see browser/README.md. Do not edit. */\n`;

/** @param {string} source path below browser/ */
async function style(source) {
  const notice = await readFile(join(here, "style/govuk-frontend-licence.txt"), "utf8");
  const built = sass.compile(join(here, source), {
    loadPaths: [join(here, "node_modules")],
    style: "compressed",
    quietDeps: true,
  });
  return `${origin(source)}/*!\nContains parts of GOV.UK Frontend.\n\n${notice.trim()}\n*/\n${built.css.replace(/^\uFEFF/, "").replace('@charset "UTF-8";', "")}\n`;
}

/** @param {string} source path below browser/ */
async function script(source) {
  const built = await esbuild.build({
    absWorkingDir: here,
    entryPoints: [source],
    bundle: true,
    charset: "utf8",
    format: "esm",
    legalComments: "inline",
    target: "es2022",
    write: false,
  });
  return origin(source) + built.outputFiles[0].text;
}

const jobs = [
  ...STYLES.map(([source, out]) => ({ out, built: style(source) })),
  ...SCRIPTS.map(([source, out]) => ({ out, built: script(source) })),
];
const stale = [];
for (const { out, built } of jobs) {
  const [path, text] = [join(root, out), await built];
  const before = await readFile(path, "utf8").catch(() => "");
  if (before === text) continue;
  stale.push(out);
  if (process.argv.includes("--check")) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  console.log(`wrote ${out}, ${Buffer.byteLength(text)} bytes`);
}
if (stale.length > 0 && process.argv.includes("--check")) {
  console.error(`not what their sources give: ${stale.join(", ")}\nhint: npm --prefix browser run build`);
  process.exit(1);
}
