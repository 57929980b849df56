// What the page of results runs.

import languages from "texts:all";
import { resultsPage } from "./results-page.mjs";
import { pageTexts } from "./texts.mjs";

const named = (id) => document.getElementById(id);
let show = named("result");
if (!show) {
  // A page of before has no place for it.
  show = document.createElement("section");
  named("find").after(show);
}
resultsPage(pageTexts(languages), { form: named("find"), field: named("ticket"), problem: named("problem"), show });
