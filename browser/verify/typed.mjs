// Tickets as people type or paste them, or carry them in an address.

import { Fault } from "./fault.mjs";
import { parse, spell } from "./ticket.mjs";

/** The canonical spelling of the ticket in an address's fragment, which browsers send to nobody; null if there is none. */
export function ticketIn(fragment) {
  const text = decoded(fragment.replace(/^#/, "").replace(/^ticket=/, ""));
  try {
    return spell(typed(text));
  } catch (fault) {
    if (fault instanceof Fault) return null;
    throw fault;
  }
}

/** What an address's fragment has where a ticket is meant but none can be read, as when a message cut the link off; null where none is meant. */
export function slipIn(fragment) {
  const text = decoded(fragment.replace(/^#/, "").replace(/^ticket=/, ""));
  return ticketIn(fragment) === null && /^(?=.*\d)[\p{L}\p{N}\s-]{7,60}$/u.test(text) ? text : null;
}

/** The bytes of a ticket as somebody typed or pasted it: what a page or a letter has for spaces is as good as one. */
export const typed = (text) => parse(text.replace(/\s/gu, " "));

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** What is wrong with a ticket that `parse` refused. */
export function ticketProblem(t, { label }) {
  if (label === "R-TICKET-LENGTH") return t("results-length");
  return label === "R-TICKET-CHARACTER" ? t("results-character") : t("results-check");
}
