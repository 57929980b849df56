// What the page of the frozen register runs.

import ko from "texts:ko";
import en from "texts:en";
import { frozenPage } from "./frozen-page.mjs";
import { textsOf } from "./texts.mjs";

const lang = document.documentElement.lang === "en" ? "en" : "ko";
const named = (id) => document.getElementById(id);
const parts = { form: named("find"), field: named("ticket"), file: named("receipt"), problem: named("problem"), show: named("result") };
frozenPage(textsOf(lang, lang === "en" ? en : ko), parts);
