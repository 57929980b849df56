// What the page of the frozen register runs.

import languages from "texts:all";
import { frozenPage } from "./frozen-page.mjs";
import { pageTexts } from "./texts.mjs";

const named = (id) => document.getElementById(id);
const parts = { form: named("find"), field: named("ticket"), file: named("receipt"), problem: named("problem"), show: named("result") };
frozenPage(pageTexts(languages), parts);
