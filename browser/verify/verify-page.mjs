// The page that checks a draw: the form, and the findings as they come. Runs in the bundle's own page and, with
// `data-alone` on its element, as the one file that opens any bundle.
//
// Invariant: what people type or choose stays in the browser; see `source.mjs` for all that is ever asked for.

import { ofHex } from "./bytes.mjs";
import { el } from "./dom.mjs";
import { Fault } from "./fault.mjs";
import { addressSource, folderSource } from "./source.mjs";
import { grouped } from "./spoken.mjs";
import { checkMore, checkOne } from "./steps.mjs";
import { ticketIn, ticketProblem, typed as parseTyped } from "./typed.mjs";

/** A breath for the page between steps, so that findings appear and buttons answer. */
const pause = () => new Promise((done) => setTimeout(done, 0));

/** Fills `mount`. */
export function verifyPage(t, mount) {
  const alone = mount.hasAttribute("data-alone");
  const fields = makeFields(t, alone);
  const findings = el("ol", { class: "jebi-findings", "aria-live": "polite", "aria-relevant": "additions text" });
  const summary = el("div", { role: "status", class: "jebi-found" });
  const more = el("div");
  const heading = el("h2", { tabindex: "-1", hidden: true }, t("verify-findings"));
  const form = el("form", { novalidate: true, "aria-busy": "false" }, ...fields.elements, el("p", {}, el("button", { class: "govuk-button" }, t("verify-start"))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start(t, fields, { form, heading, findings, summary, more });
  });
  mount.replaceChildren(form, heading, findings, summary, more, cannot(t, alone));
  if (!alone) mount.append(el("p", {}, el("a", { href: "assets/verifier.html", download: "jebi-verifier.html" }, t("verify-save"))));
  const ticket = ticketIn(location.hash);
  if (ticket !== null) fields.ticket.value = ticket;
}

// A bundle's own page says below what no software can prove.
function cannot(t, alone) {
  const anywhere = [t("verify-cannot-announced"), t("verify-cannot-roll"), t("verify-cannot-kept")];
  const items = [t("verify-cannot-others"), ...(alone ? anywhere : [t("verify-cannot-page")])];
  return el("section", {}, el("h2", {}, t("verify-cannot")), el("ul", {}, ...items.map((item) => el("li", {}, item))));
}

function makeFields(t, alone) {
  const fields = { elements: [] };
  const add = (name, label, hint, attributes) => {
    const input = el("input", { id: `verify-${name}`, "aria-describedby": `verify-${name}-hint verify-${name}-problem`, ...attributes });
    const problem = el("p", { id: `verify-${name}-problem`, class: "govuk-error-message", role: "alert", hidden: true });
    const hintElement = el("div", { id: `verify-${name}-hint`, class: "hint" }, hint);
    fields.elements.push(el("div", { class: "jebi-field" }, el("label", { for: input.id }, label), hintElement, problem, input));
    fields[name] = input;
    fields[`${name}Problem`] = problem;
  };
  const text = { type: "text", class: "govuk-input", autocomplete: "off", spellcheck: "false" };
  if (alone) {
    add("address", t("verify-address"), t("verify-address-hint"), { ...text, type: "url", inputmode: "url" });
    add("folder", t("verify-folder"), t("verify-folder-hint"), { type: "file", class: "govuk-file-upload", webkitdirectory: true, multiple: true });
  }
  add("ticket", t("verify-ticket"), t("verify-ticket-hint"), { ...text, autocapitalize: "characters", maxlength: "40" });
  add("receipt", t("verify-receipt"), t("verify-receipt-hint"), { type: "file", class: "govuk-file-upload", accept: ".json,application/json" });
  add("hash", t("verify-hash"), t("verify-hash-hint"), { ...text, maxlength: "80" });
  return fields;
}

/** What the form asks for; null if something in it is wrong, which is then said beside its field. */
async function read(t, fields) {
  const wrong = [];
  const complain = (name, text) => {
    fields[`${name}Problem`].textContent = text;
    fields[`${name}Problem`].hidden = false;
    fields[name].setAttribute("aria-invalid", "true");
    wrong.push(fields[name]);
  };
  for (const [name, element] of Object.entries(fields)) {
    if (name.endsWith("Problem")) element.hidden = true;
    else if (element instanceof HTMLElement) element.removeAttribute("aria-invalid");
  }
  const source = sourceIn(t, fields, complain);
  const wanted = { ticket: null, receipt: null, hash: null };
  const typed = fields.ticket.value.trim();
  if (typed !== "") {
    try {
      wanted.ticket = parseTyped(typed);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      complain("ticket", ticketProblem(t, fault));
    }
  }
  const hash = fields.hash.value.replace(/\s/g, "").toLowerCase();
  if (hash !== "" && ofHex(hash, 32) === null) complain("hash", t("verify-hash-wrong"));
  else if (hash !== "") wanted.hash = hash;
  const [receipt] = fields.receipt.files;
  if (receipt) wanted.receipt = new Uint8Array(await receipt.arrayBuffer());
  wrong[0]?.focus();
  return wrong.length > 0 ? null : { source, wanted };
}

function sourceIn(t, fields, complain) {
  if (!fields.address) return addressSource("");
  if (fields.folder.files.length > 0) {
    const source = folderSource(fields.folder.files);
    if (source === null) complain("folder", t("verify-folder-none"));
    return source;
  }
  const address = fields.address.value.trim();
  if (!/^https?:\/\/[^\s]+$/.test(address) || !URL.canParse(address)) {
    complain("address", t("verify-source-missing"));
    return null;
  }
  return addressSource(address);
}

async function start(t, fields, { form, heading, findings, summary, more }) {
  if (form.getAttribute("aria-busy") === "true") return;
  const asked = await read(t, fields);
  if (asked === null) return;
  form.setAttribute("aria-busy", "true");
  findings.replaceChildren();
  summary.replaceChildren();
  more.replaceChildren();
  heading.hidden = false;
  heading.focus();
  const board = new Board(t, findings);
  const before = performance.now();
  const { bundle, ended } = await checkOne(t, asked.source, asked.wanted, board.say, pause);
  conclude(t, board, summary, bundle, before);
  form.setAttribute("aria-busy", "false");
  if (!ended) offerMore(t, board, { summary, more }, bundle);
}

/** The list of findings: a step's place is taken by what it found. */
class Board {
  #t;
  #list;
  #running = null;
  states = [];
  constructor(t, list) {
    this.#t = t;
    this.#list = list;
  }
  say = ({ state, text, rule }) => {
    const t = this.#t;
    const names = { running: t("verify-running"), proved: t("verify-proved"), open: t("verify-open"), failed: t("verify-failed"), unread: t("verify-unread") };
    const item = el("li", { class: `jebi-finding jebi-finding--${state}`, "data-state": state }, el("strong", {}, names[state]));
    if (state !== "running") item.append(" ", el("span", {}, text));
    if (rule) item.append(el("p", {}, rule), el("p", {}, t("verify-advice")));
    if (this.#running) this.#running.replaceWith(item);
    else this.#list.append(item);
    this.#running = state === "running" ? item : null;
    if (state !== "running") this.states.push(state);
  };
}

function conclude(t, board, summary, bundle, before) {
  const has = (state) => board.states.includes(state);
  const text = has("failed")
    ? t("verify-done-failed")
    : has("unread")
      ? t("verify-done-unread")
      : has("open")
        ? t("verify-done-open")
        : t("verify-done-proved");
  const look = has("failed") ? " jebi-note--warn" : has("unread") ? "" : " jebi-note--good";
  const seconds = ((performance.now() - before) / 1000).toFixed(1);
  const read = bundle?.read ?? new Map();
  const bytes = grouped([...read.values()].reduce((sum, size) => sum + size, 0));
  const took = el("p", { class: "jebi-quiet" }, t("verify-took", { seconds, files: read.size, bytes }));
  summary.replaceChildren(el("div", { class: `jebi-note${look}` }, el("p", {}, el("strong", {}, text)), took));
}

function offerMore(t, board, { summary, more }, bundle) {
  const bytes = [...bundle.listed.values()].reduce((sum, size) => sum + size, 0);
  const button = el("button", { type: "button" }, t("verify-more", { megabytes: grouped(Math.ceil(bytes / 1e6)) }));
  button.addEventListener("click", async () => {
    button.remove();
    const before = performance.now();
    await checkMore(t, bundle, board.say, pause);
    conclude(t, board, summary, bundle, before);
  });
  more.replaceChildren(button);
}
