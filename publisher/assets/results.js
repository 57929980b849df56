// Finds the page of a typed ticket. The ticket stays in the browser: it becomes the fragment of an address, which no
// request contains. Spelling of tickets: SPEC §4.2.
"use strict";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DIGITS = 21;

// The canonical spelling, or the name of the problem.
function spell(text) {
  const letters = text.toUpperCase().replace(/[-\s]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  if ([...letters].some((letter) => !ALPHABET.includes(letter))) return { problem: "character" };
  if (letters.length !== DIGITS) return { problem: "length" };
  return { ticket: letters.match(/.{7}/g).join("-") };
}

// Whether the last nine bits are the first nine of the tagged hash of the twelve bytes. Browsers hash on secure pages
// only; elsewhere the page of the run shows whether the ticket exists.
async function checkFits(ticket) {
  if (!globalThis.crypto?.subtle) return true;
  let bits = 0n;
  for (const letter of ticket.replace(/-/g, "")) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(letter));
  const tag = new TextEncoder().encode("jebi/v0/ticket\n");
  const input = new Uint8Array(tag.length + 12);
  input.set(tag);
  for (let at = 0; at < 12; at++) input[tag.length + at] = Number((bits >> BigInt(9 + 8 * (11 - at))) & 255n);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", input));
  return Number(bits & 511n) === ((digest[0] << 1) | (digest[1] >> 7));
}

// The last run that does not start after the ticket: in this alphabet texts sort as tickets do.
function runOf(ticket) {
  return [...document.querySelectorAll("a[data-first]")].filter((link) => link.dataset.first <= ticket).pop();
}

const form = document.getElementById("find");
const field = document.getElementById("ticket");
const problem = document.getElementById("problem");

function complain(name) {
  problem.textContent = form.dataset[name];
  problem.hidden = false;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.hidden = true;
  field.removeAttribute("aria-invalid");
  const spelled = spell(field.value);
  if (spelled.problem) return complain(spelled.problem);
  if (!(await checkFits(spelled.ticket))) return complain("check");
  const run = runOf(spelled.ticket);
  if (!run) return complain("none");
  location.assign(`${run.getAttribute("href")}#${spelled.ticket}`);
});
form.hidden = false;
