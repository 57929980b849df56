// What the page of verification runs, in a bundle and as one file.

import languages from "texts:all";
import { chosen } from "./languages.mjs";
import { textsOf } from "./texts.mjs";
import { verifyPage } from "./verify-page.mjs";

const mount = document.getElementById("verify");
const alone = mount.hasAttribute("data-alone");

function show(lang) {
  const t = textsOf(lang, new Map(languages).get(lang));
  verifyPage(t, mount);
  if (!alone) return;
  document.documentElement.lang = lang;
  document.title = t("verify-alone-title");
  document.getElementById("title").textContent = t("verify-alone-title");
  document.getElementById("what").textContent = t("verify-alone-what");
  for (const button of document.querySelectorAll("button[data-lang]")) button.hidden = button.dataset.lang === lang;
}

if (alone) {
  for (const button of document.querySelectorAll("button[data-lang]")) button.addEventListener("click", () => show(button.dataset.lang));
  show(chosen(languages, navigator.languages));
} else {
  show(chosen(languages, [document.documentElement.lang]));
}
