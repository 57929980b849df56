// Builds what the crates embed: the stylesheet and the pages' scripts. `node build.mjs` writes them, `node build.mjs --check` compares what is
// committed with what would be written. The same sources and lockfile give the same bytes on every machine.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";
import { DEFAULT } from "./verify/languages.mjs";
import { textsOf } from "./verify/texts.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");

/** Each stylesheet: its source, and where a crate embeds it. */
const STYLES = [["style/jebi.scss", "pages/assets/style.css"]];

/** Each script: its entry, and where a crate embeds it. */
const SCRIPTS = [
  ["choose/main.mjs", "intake/assets/citizen.js"],
  ["verify/results.entry.mjs", "publisher/assets/results.js"],
  ["verify/verify.entry.mjs", "publisher/assets/verify.js"],
  ["verify/frozen.entry.mjs", "publisher/assets/frozen.js"],
];

/** The verifier as one file: its frame, its script, and where a crate embeds it. */
const VERIFIER = ["verify/verifier.html", "verify/verify.entry.mjs", "publisher/assets/verifier.html"];

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
const script = async (source) => origin(source) + (await bundled(source));

/** One file of a script and all that it imports; `texts:all` are the Fluent sources of the sentences that it says, by language. */
async function bundled(source) {
  const options = {
    absWorkingDir: here,
    entryPoints: [source],
    bundle: true,
    charset: "utf8",
    format: "esm",
    legalComments: "inline",
    minify: true,
    target: "es2022",
    write: false,
  };
  const { metafile } = await esbuild.build({ ...options, metafile: true, plugins: [texts("")] });
  const own = Object.keys(metafile.inputs).filter((path) => !path.includes("node_modules") && !path.includes(":"));
  const said = (await Promise.all(own.map((path) => readFile(join(here, path), "utf8")))).join("");
  const built = await esbuild.build({ ...options, plugins: [texts(said)] });
  return built.outputFiles[0].text;
}

/** Tag and Fluent source of every language: the default first, then by tag. */
async function languages() {
  const files = (await readdir(join(root, "pages/texts"))).filter((name) => name.endsWith(".ftl"));
  const tags = files.map((name) => name.slice(0, -".ftl".length)).sort((a, b) => (b === DEFAULT) - (a === DEFAULT) || (a < b ? -1 : 1));
  return Promise.all(tags.map(async (lang) => [lang, await readFile(join(root, `pages/texts/${lang}.ftl`), "utf8")]));
}

/** Gives a script those texts whose keys stand in its sources. */
const texts = (said) => ({
  name: "texts",
  setup(build) {
    build.onResolve({ filter: /^texts:/ }, ({ path }) => ({ path: path.slice("texts:".length), namespace: "texts" }));
    build.onLoad({ filter: /.*/, namespace: "texts" }, async () => {
      const kept = (source) =>
        source.split(/^(?=[a-z#])/m).filter((entry) => said.includes(`"${/^[a-z0-9-]*/.exec(entry)[0]}"`) && !entry.startsWith("#"));
      const all = (await languages()).map(([lang, source]) => [lang, kept(source).join("")]);
      return { contents: JSON.stringify(all), loader: "json" };
    });
  },
});

/** The verifier as one file. Its policy names the hashes of the only script and style that may run in it. */
async function verifier([frame, source], css) {
  // The file may be opened from a disk, where modules are not loaded; a function keeps its names to itself.
  const [code, look] = [`(() => {${await bundled(source)}})();`, css];
  if (/<\/(script|style)/i.test(code + look)) throw new Error(`${source} or the stylesheet would end its element`);
  const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const spoken = (await languages()).map(([lang, source]) => textsOf(lang, source));
  const parts = {
    DEFAULT,
    LANGUAGES: spoken.map((t) => `<button type="button" data-lang="${t.lang}" lang="${t.lang}">${t("language-name")}</button>`).join(""),
    TITLES: spoken.map((t) => t("verify-alone-title")).join(" "),
    NOSCRIPT: spoken.map((t) => `<p lang="${t.lang}">${t("verify-alone-noscript")}</p>`).join(""),
    "SCRIPT-HASH": hash(code), "STYLE-HASH": hash(look), SCRIPT: code, STYLE: look,
  };
  const html = await readFile(join(here, frame), "utf8");
  return html.replace(/\{\{([A-Z-]+)\}\}/g, (_, name) => parts[name]);
}

const jobs = [
  ...STYLES.map(([source, out]) => ({ out, built: style(source) })),
  ...SCRIPTS.map(([source, out]) => ({ out, built: script(source) })),
];
jobs.push({ out: VERIFIER.at(-1), built: jobs[0].built.then((css) => verifier(VERIFIER, css)) });
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
