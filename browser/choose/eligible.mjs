// "Can I register?" answered on the page: the birth date is sent to nobody. The ranges and the answers stand in the page, from the programme.
import { birthDate, keepTyped } from "./birth-date.mjs";
import { h } from "./dom.mjs";

/** @param {HTMLFormElement} form */
export function answerHere(form) {
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("born"));
  keepTyped(field);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [words, good] = answer(form, birthDate(field.value));
    const notes = words.map((sentence) => h("p", { class: `jebi-note jebi-note--${good ? "good" : "warn"}` }, sentence));
    document.getElementById("eligible-answer")?.replaceChildren(...notes);
  });
}

/** What each cohort with this birth date is told: one, unless they are for different districts. @param {HTMLFormElement} form @param {string | null} born @returns {[string[], boolean]} */
function answer(form, born) {
  if (born === null) return [[form.dataset.bad ?? ""], false];
  const lines = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-ranges]")]);
  const fits = (/** @type {string} */ range) => range.split("/")[0] <= born && born <= range.split("/")[1];
  const answers = lines.filter((line) => (line.dataset.ranges ?? "").split(" ").some(fits)).map((line) => line.dataset.answer ?? "");
  return answers.length > 0 ? [answers, true] : [[form.dataset.no ?? ""], false];
}
