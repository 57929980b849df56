// What cannot be right is told before anything is sent, as the server tells it: above the form, and beside each field.
import { h } from "./dom.mjs";

/** Whether every field of the form can be right; says which cannot. @param {HTMLFormElement} form */
export function fieldsFit(form) {
  for (const field of fieldsOf(form)) unmark(field);
  const wrong = fieldsOf(form).filter((field) => !field.validity.valid);
  for (const field of wrong) mark(field);
  if (wrong.length > 0) summarize(form, wrong.map((field) => [`#${field.id}`, field.dataset.wrong ?? ""]));
  return wrong.length === 0;
}

/** Puts the list of problems above the form, in the place of one that stands there, and goes to it. @param {HTMLFormElement} form @param {string[][]} problems address and words of each */
export function summarize(form, problems) {
  document.getElementById("problem")?.remove();
  const links = problems.map(([address, words]) => h("li", {}, h("a", { href: address }, words)));
  const summary = h("div", { class: "govuk-error-summary", id: "problem", tabindex: "-1" },
    h("div", { role: "alert" },
      h("h2", { class: "govuk-error-summary__title" }, form.dataset.problem ?? ""),
      h("ul", { class: "govuk-list govuk-error-summary__list" }, ...links)));
  form.before(summary);
  summary.focus();
}

/** @param {HTMLFormElement} form @returns {HTMLInputElement[]} */
const fieldsOf = (form) => [...form.querySelectorAll("input[data-wrong]")].map((field) => /** @type {HTMLInputElement} */ (field));

/** @param {HTMLInputElement} field */
function mark(field) {
  const id = `${field.id}-error`;
  field.before(h("p", { class: "govuk-error-message", id }, field.dataset.wrong ?? ""));
  field.closest(".jebi-field")?.classList.add("jebi-field--error");
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby")} ${id}`);
}

/** @param {HTMLInputElement} field */
function unmark(field) {
  const id = `${field.id}-error`;
  document.getElementById(id)?.remove();
  field.closest(".jebi-field")?.classList.remove("jebi-field--error");
  field.removeAttribute("aria-invalid");
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((name) => name !== id);
  field.setAttribute("aria-describedby", described.join(" "));
}
