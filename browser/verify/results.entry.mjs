// What the page of results runs.

import ko from "texts:ko";
import en from "texts:en";
import { resultsPage } from "./results-page.mjs";
import { textsOf } from "./texts.mjs";

const lang = document.documentElement.lang === "en" ? "en" : "ko";
const named = (id) => document.getElementById(id);
let show = named("result");
if (!show) {
  // A page of before has no place for it.
  show = document.createElement("section");
  named("find").after(show);
}
resultsPage(textsOf(lang, lang === "en" ? en : ko), { form: named("find"), field: named("ticket"), problem: named("problem"), show });
