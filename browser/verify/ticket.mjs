// Tickets: twelve bytes, spelt in 21 digits of Crockford's base32 of which the last nine bits check the rest. SPEC §4.2.

import { Fault, must } from "./fault.mjs";
import { tagged } from "./hash.mjs";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DIGITS = 21;

/** The canonical spelling of twelve bytes. */
export function spell(ticket) {
  let bits = checkBits(ticket);
  for (let at = 0; at < 12; at += 1) bits |= BigInt(ticket[11 - at]) << BigInt(9 + 8 * at);
  let letters = "";
  for (let at = 0; at < DIGITS; at += 1, bits >>= 5n) letters = ALPHABET[Number(bits & 31n)] + letters;
  return letters.match(/.{7}/g).join("-");
}

/** The bytes of a ticket as somebody typed it. */
export function parse(text) {
  let bits = 0n;
  let digits = 0;
  for (const letter of text) {
    if (letter === "-" || letter === " ") continue;
    const value = digit(letter);
    must(value >= 0, "R-TICKET-CHARACTER", "", letter);
    bits = (bits << 5n) | BigInt(value);
    digits += 1;
    // An endless text need not be read to its end.
    if (digits > DIGITS) throw new Fault("R-TICKET-LENGTH");
  }
  must(digits === DIGITS, "R-TICKET-LENGTH");
  const ticket = Uint8Array.from({ length: 12 }, (_, at) => Number((bits >> BigInt(9 + 8 * (11 - at))) & 255n));
  must((bits & 511n) === checkBits(ticket), "R-TICKET-CHECK");
  return ticket;
}

// Only ASCII letters have another case here: to some languages "ı" and "K" would become letters that were not meant.
function digit(letter) {
  const capital = /^[a-z]$/.test(letter) ? letter.toUpperCase() : letter;
  const forgiven = { O: "0", I: "1", L: "1" }[capital] ?? capital;
  return ALPHABET.indexOf(forgiven);
}

function checkBits(ticket) {
  const [first, second] = tagged("ticket", ticket);
  return (BigInt(first) << 1n) | BigInt(second >> 7);
}
