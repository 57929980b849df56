// The page before sending, filled in here: the server gives the same one to everybody, and the list comes from the draft in this browser.
//
// What a page has shown stays with its entry in the tab's history, as it would in an address: who loads it again or comes back to it sees and sends the
// same list as the same request, whatever has become of the draft since, in another tab or by being sent.
import { byId, h } from "./dom.mjs";
import { inAddress, keptDraft, onOtherTab, readDraft, valid, wayToCheck } from "./draft.mjs";
import { choicesOf, load } from "./places.mjs";
import { prepare } from "./send.mjs";

/** @param {HTMLElement} root what stands there while nothing is chosen */
export async function fillCheck(root) {
  const { programme = "" } = root.dataset;
  const before = history.state?.programme === programme ? /** @type {import("./draft.mjs").Request} */ (history.state) : null;
  const wanted = before ?? keptDraft(programme);
  if (!wanted || wanted.choices.length === 0) return;
  root.hidden = true;
  const places = await load(root.dataset.places ?? "");
  root.hidden = false;
  if (!places) return cannotFill(root, wanted);
  const known = choicesOf(places, root.dataset.anyTime ?? "", root.dataset.when ?? "");
  const names = new Set(known.keys());
  const { choices, id } = before ? { ...before, choices: valid(before.choices, names, places.max) } : readDraft(programme, names, places.max);
  if (choices.length === 0) return;
  history.replaceState({ programme, choices, id }, "");
  putIn(root, { choices, id }, known);
  pointTheWays(root.dataset, { choices, id });
  onOtherTab(programme, () => pointTheWays(root.dataset, { choices, id }));
  prepare();
}

/** Without the places the server can still write the page. @param {HTMLElement} root @param {import("./draft.mjs").Request} request */
function cannotFill(root, request) {
  const { lang = "", failed = "", title = "" } = root.dataset;
  root.replaceChildren(
    h("p", { class: "jebi-note jebi-note--warn", id: "choices", tabindex: "-1" }, failed),
    h("p", {}, h("a", { class: "govuk-button", href: wayToCheck(lang, request, false) }, title)));
}

/** Puts the list and its form in the place of `root`, as the server writes them for a list in the address. @param {HTMLElement} root @param {import("./draft.mjs").Request} request @param {Map<string, import("./places.mjs").Known>} known */
function putIn(root, { choices, id }, known) {
  const template = /** @type {HTMLTemplateElement} */ (byId("check-form"));
  const form = template.content;
  const lines = choices.map((name) => known.get(name) ?? { site: name, time: "" });
  form.querySelector(".jebi-choices")?.replaceChildren(
    ...lines.map(({ site, time }) => h("li", {}, h("p", { class: "jebi-choices__what" }, site, h("span", {}, time)))));
  const request = form.querySelector('input[name="request_id"]');
  request?.setAttribute("value", id);
  request?.after(...choices.map((name) => h("input", { type: "hidden", name: "c", value: name })));
  template.remove();
  root.replaceWith(form);
}

/** The ways back and to other languages keep what this page shows: by the draft, or in their addresses if the draft is another by now. @param {DOMStringMap} words @param {import("./draft.mjs").Request} request */
function pointTheWays({ programme = "", lang = "" }, request) {
  const draft = keptDraft(programme);
  const kept = draft?.id === request.id && draft.choices.join() === request.choices.join();
  const back = byId("check-back");
  if (back) back.href = `/choose?lang=${lang}${kept ? "" : inAddress(request.choices)}`;
  for (const other of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".jebi-header__lang"))) other.href = wayToCheck(other.lang, request, kept);
}
