// The texts of both languages, for tests: as `build.mjs` gives them to the pages.

import { readFileSync } from "node:fs";
import { textsOf } from "../verify/texts.mjs";

/** Fluent sources by language. */
export const SOURCES = Object.fromEntries(
  ["ko", "en"].map((lang) => [lang, readFileSync(new URL(`../../pages/texts/${lang}.ftl`, import.meta.url), "utf8")]),
);
export const [ko, en] = ["ko", "en"].map((lang) => textsOf(lang, SOURCES[lang]));
