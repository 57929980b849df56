// One page of each kind of a bundle, for the tests that check them and the command that makes pictures of them.

import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const inLang = (lang, name) => (lang === "ko" ? `${name}.html` : `${name}.en.html`);

/** Paths from the demo's bundle's root: a district with sites, one without, and the page of a run in both languages. */
export const publicPages = (lang) => [
  ...["index", "results", "verify", "open-data/index", "districts/11010", "districts/38111"].map((name) => inLang(lang, name)),
  "runs/0001.html",
];

/** The same for any bundle: all districts, and the first lines of a run. */
export function kindPages(files, lang) {
  files.set("runs/few.html", firstRows(String(files.get("runs/0000.html"))));
  const districts = [...files.keys()].filter((path) => path.startsWith("districts/") && path.endsWith(".en.html"));
  const names = ["index", "results", "verify", "open-data/index", ...districts.slice(0, 3).map((path) => path.replace(".en.html", ""))];
  return [...names.map((name) => inLang(lang, name)), "runs/few.html"];
}

/** A run's page with its first five lines: a thousand are one line a thousand times. */
export const firstRows = (html) => html.split("\n<tr id=").slice(0, 6).join("\n<tr id=") + html.slice(html.lastIndexOf("\n</tbody>"));

/** All files below a folder, by path. */
export function filesBelow(root) {
  const files = new Map();
  for (const name of readdirSync(root, { recursive: true })) if (statSync(join(root, name)).isFile()) files.set(name, readFileSync(join(root, name)));
  return files;
}

/** Somebody of each sort, as tickets, from the open data; `kept` is there only where seats are kept. */
export function peopleOf(files) {
  const [head, ...lines] = String(files.get("open-data/entries.csv")).trim().split("\n");
  const names = head.split(",");
  const entries = lines.map((line) => Object.fromEntries(line.split(",").map((cell, at) => [names[at], cell])));
  // Seats of s1-1 are kept for some without exception, where any are.
  const kept = String(files.get("open-data/pools.csv")).includes("\ns1-1,older,");
  const one = (is) => entries.find(is).ticket;
  const people = {
    placed: one(({ choice, session }) => choice === "1" && session !== "s1-1"),
    other: one(({ choice }) => choice > "1"),
    unplaced: one(({ outcome }) => outcome === "unplaced"),
    withdrawn: one(({ outcome }) => outcome === "withdrawn"),
    absent: "000G40R-40M30E2-09185H1",
  };
  return kept ? { ...people, kept: one(({ session }) => session === "s1-1") } : people;
}
