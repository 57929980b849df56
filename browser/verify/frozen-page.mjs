// The page between the freeze and the result: whether a ticket is in the frozen register, and whether it has what a receipt says.
//
// Invariant: the server is asked for files that everybody asks for, and for the leaves of one run; neither ticket nor receipt is sent.

import { bytesOf, hexOf } from "./bytes.mjs";
import { el } from "./dom.mjs";
import { isActive, isByOffice } from "./entry.mjs";
import { Fault, must } from "./fault.mjs";
import { against, leafOf, parseFrozen } from "./frozen.mjs";
import { parseProgramme } from "./programme.mjs";
import { openReceipt } from "./receipt.mjs";
import { addressSource, Unreachable } from "./source.mjs";
import { parse, spell } from "./ticket.mjs";
import { slipIn, ticketIn, ticketProblem, typed } from "./typed.mjs";

/** Listens to the form and to the address. */
export function frozenPage(t, { form, field, file, problem, show }, source = addressSource("")) {
  const complain = (text) => {
    problem.textContent = text;
    problem.hidden = false;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  };
  const ask = async () => {
    problem.hidden = true;
    field.removeAttribute("aria-invalid");
    const receipt = file.files[0] ? new Uint8Array(await file.files[0].arrayBuffer()) : null;
    try {
      // Whoever has the file need not type what stands in it.
      const ticket = typed(field.value.trim() === "" && receipt !== null ? named(receipt) : field.value);
      field.value = spell(ticket);
      await present(t, show, { ticket, receipt }, source);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      complain(ticketProblem(t, fault));
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  const follow = () => {
    const [spelled, slip] = [ticketIn(location.hash), slipIn(location.hash)];
    if (slip !== null) {
      // A link that was cut off says so, rather than nothing.
      show.hidden = true;
      field.value = slip;
      ask();
    }
    if (spelled === null) return;
    field.value = spelled;
    present(t, show, { ticket: parse(spelled), receipt: null }, source);
  };
  globalThis.addEventListener("hashchange", follow);
  form.hidden = false;
  follow();
}

/** The ticket that a receipt's file names, whatever else it is. */
function named(receipt) {
  try {
    return String(JSON.parse(new TextDecoder().decode(receipt)).ticket);
  } catch {
    return "";
  }
}

async function present(t, show, asked, source) {
  show.hidden = false;
  show.replaceChildren(el("p", { role: "status" }, t("frozen-loading")));
  let parts;
  try {
    parts = await found(t, asked, source, show.dataset.until);
  } catch (fault) {
    if (fault instanceof Unreachable) parts = [note("warn", t("result-unreachable"))];
    else if (fault instanceof Fault) parts = [note("warn", t("result-damaged"), t("result-rule", { rule: String(fault.message) }))];
    else throw fault;
  }
  show.replaceChildren(...parts);
  (show.querySelector("h2") ?? show.firstElementChild).focus();
}

async function found(t, { ticket, receipt }, source, until) {
  const [programmeBytes, frozenBytes] = await Promise.all(["programme.json", "frozen.json"].map((path) => file(source, path)));
  const programme = parseProgramme(programmeBytes);
  const frozen = parseFrozen(programme, frozenBytes);
  const { root, leaf } = await leafOf(source, frozen, ticket);
  const rehearsal = programme.rehearsal ? note("warn", t("explain-rehearsal")) : null;
  const parts = [heading(leaf === null ? t("result-absent") : isActive(leaf.status) ? t("frozen-yes") : t("frozen-withdrawn")), rehearsal];
  parts.push(facts([[t("result-ticket"), el("code", { translate: "no" }, spell(ticket))], ...(leaf === null ? [] : [[t("frozen-version"), String(leaf.revision)]])]));
  const what = leaf === null ? t("result-absent-what") : isActive(leaf.status) ? t("frozen-yes-what", { time: until }) : t("frozen-withdrawn-what", { time: until });
  parts.push(el("p", {}, what));
  if (leaf !== null && isByOffice(leaf.status)) parts.push(el("p", {}, t("explain-changed-by-office")));
  if (receipt !== null) parts.push(compared(t, programme, receipt, ticket, leaf));
  parts.push(el("p", {}, t("frozen-root")), digits(root));
  return parts.filter((part) => part !== null);
}

async function file(source, path) {
  const bytes = await source.bytes(path);
  must(bytes !== null, "R-MANIFEST-FILE", path);
  return bytes;
}

function compared(t, programme, bytes, ticket, leaf) {
  try {
    const receipt = openReceipt(programme, canonical(bytes));
    if (spell(receipt.entry.ticket) !== spell(ticket)) return note("warn", t("verify-receipt-other", { ticket: spell(receipt.entry.ticket) }));
    if (against(receipt, leaf) === "same") return note("good", t("verify-receipt-same"));
    return note("warn", t("frozen-later-revision", { revision: leaf.revision }));
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return note("warn", t("verify-receipt-failed"), t("result-rule", { rule: String(fault.message) }));
  }
}

// Programs for editing texts end the last line.
const canonical = (bytes) => bytesOf(new TextDecoder().decode(bytes).trimEnd());

const note = (look, ...texts) => el("div", { class: `jebi-note jebi-note--${look}`, role: "alert", tabindex: "-1" }, ...texts.map((text) => el("p", {}, text)));
const heading = (text) => el("h2", { tabindex: "-1" }, text);
const facts = (pairs) => el("dl", { class: "jebi-facts" }, ...pairs.map(([name, what]) => el("div", {}, el("dt", {}, name), el("dd", {}, what))));

/** The register's number as newspapers print it: two bytes in five digits. */
function digits(root) {
  const groups = hexOf(root).match(/..../g).map((pair) => String(parseInt(pair, 16)).padStart(5, "0"));
  return el("ol", { class: "jebi-digits", id: "computed" }, ...groups.map((group) => el("li", {}, group)));
}
