// What the page of verification runs, in a bundle and as one file.

import ko from "texts:ko";
import en from "texts:en";
import { textsOf } from "./texts.mjs";
import { verifyPage } from "./verify-page.mjs";

const mount = document.getElementById("verify");
const alone = mount.hasAttribute("data-alone");
const sources = { ko, en };

function show(lang) {
  const t = textsOf(lang, sources[lang]);
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
  show(navigator.language.startsWith("ko") ? "ko" : "en");
} else {
  show(document.documentElement.lang === "en" ? "en" : "ko");
}
