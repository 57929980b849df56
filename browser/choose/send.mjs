// Sends a form without leaving the page, so that nothing typed is lost when the connection is. Twice is once: the request id stays.
import { forgetTyped, keepTyped } from "./birth-date.mjs";
import { h } from "./dom.mjs";
import { dropDrafts } from "./draft.mjs";
import { hashOf, ownKey, showBefore, showKey } from "./key.mjs";
import { fieldsFit, summarize } from "./mistyped.mjs";

/** How often a request is sent again by itself while too many people are there, and the longest wait between in seconds. */
const [AGAIN, LONGEST_S] = [6, 30];

/** Whether the page shows what the server answered. */
let answered = false;

/** @param {Document} page */
export function sendHere(page) {
  page.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.dataset.send === undefined) return;
    event.preventDefault();
    if (form.dataset.busy === undefined && fieldsFit(form)) send(form);
  });
  page.addEventListener("click", (event) => {
    if (/** @type {Element} */ (event.target).closest("[data-print]")) print();
  });
  leaveNothingBehind();
  prepare();
}

/**
 * A page that a browser keeps aside whole, and shows again to whoever goes back, has neither what was typed nor a receipt in it: it is made anew then,
 * as one that a server forbids to keep. The chooser may be kept.
 */
function leaveNothingBehind() {
  let emptied = false;
  addEventListener("pagehide", ({ persisted }) => {
    emptied = persisted && (answered || document.querySelector("form[data-send]") !== null);
    if (emptied) document.querySelector("main")?.replaceChildren();
  });
  addEventListener("pageshow", () => {
    if (emptied) location.reload();
  });
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const button = form.querySelector("button#send");
  const words = button?.textContent ?? "";
  const typed = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  const key = ownKey(form);
  const request = String(new FormData(form).get("request_id"));
  form.dataset.busy = "";
  button?.setAttribute("aria-disabled", "true");
  if (button) button.textContent = form.dataset.sending ?? "";
  try {
    const own = key === null ? [] : [["next_change_key_hash", await hashOf(key)]];
    const answer = await patiently(form, new URLSearchParams([...typed, ...own]));
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), typed);
    showKey(key, request);
  } catch {
    summarize(form, [["#send", form.dataset.dropped ?? ""]]);
  } finally {
    delete form.dataset.busy;
    form.querySelector(".jebi-waiting")?.remove();
    button?.removeAttribute("aria-disabled");
    if (button) button.textContent = words;
  }
}

/** Sends the same request again while the server has too much to do: each time later, and no two browsers at once. @param {HTMLFormElement} form @param {URLSearchParams} body */
async function patiently(form, body) {
  for (let sent = 1; ; sent++) {
    const answer = await fetch(form.action, { method: "POST", body });
    if (answer.status !== 503 || sent > AGAIN) return answer;
    say(form, form.dataset.waiting ?? "");
    const asked = Number(answer.headers.get("retry-after")) || 1;
    const seconds = Math.min(LONGEST_S, asked * 1.5 ** (sent - 1)) * (1 + Math.random() / 2);
    await new Promise((later) => setTimeout(later, seconds * 1000));
  }
}

/** Says something calm beside the button. @param {HTMLFormElement} form @param {string} words */
function say(form, words) {
  if (!form.querySelector(".jebi-waiting")) form.querySelector("#send")?.parentElement?.after(h("p", { class: "jebi-note jebi-waiting", role: "status" }));
  const place = form.querySelector(".jebi-waiting");
  if (place && place.textContent !== words) place.textContent = words;
}

/** Puts the answer in the page's place, with what was typed where it asks for it again. @param {Document} answer @param {string[][]} typed */
function show(answer, typed) {
  const main = document.querySelector("main");
  const next = answer.querySelector("main");
  if (!main || !next) throw new Error("no page of ours");
  main.replaceWith(document.adoptNode(next));
  answered = true;
  document.title = answer.title;
  if (!answer.querySelector(".jebi-header__lang")) for (const other of document.querySelectorAll(".jebi-header__lang")) other.remove();
  for (const [name, value] of typed) {
    const field = next.querySelector(`input[name="${name}"]:not([type="hidden"])`);
    if (field instanceof HTMLInputElement) field.value = value;
  }
  if (next.querySelector("#ticket") && !next.querySelector("form")) {
    dropDrafts();
    forgetTyped();
  }
  prepare();
  scrollTo(0, 0);
  const first = /** @type {HTMLElement | null} */ (next.querySelector("#problem") ?? next.querySelector("h1"));
  first?.setAttribute("tabindex", "-1");
  first?.focus();
}

/** What only scripts can do is shown. */
export function prepare() {
  for (const button of document.querySelectorAll("[data-print]")) button.removeAttribute("hidden");
  // What the browser would say of a field vanishes, and nobody can point at it.
  for (const form of document.querySelectorAll("form")) form.noValidate = form.dataset.send !== undefined;
  // Made before anything is sent, so that every tab with this request has the same.
  showBefore(document.querySelector("form[data-own-key]"));
  keepTyped(document.querySelector('form[data-send] input[name="birth_date"]'));
}
