// Canonical JSON and reading its fields. SPEC §2.4; RFC 8785.
//
// Invariant: what `parse` returns has exactly one spelling, and the bytes were that one.

import { bytesOf, decimal, ofHex, textOf } from "./bytes.mjs";
import { must } from "./fault.mjs";
import { parse as parseTicket, spell as spellTicket } from "./ticket.mjs";

const CANONICAL = "R-JSON-CANONICAL";
const FIELDS = "R-JSON-FIELDS";
/** So many arrays and objects may lie within one another. SPEC §2.4. */
const DEPTH = 64;

/** The value of canonical bytes. */
export function parse(bytes) {
  const text = textOf(bytes);
  must(text !== null, CANONICAL, "", "not UTF-8");
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    must(false, CANONICAL, "", "not JSON");
  }
  must(written(value, DEPTH) === text, CANONICAL);
  must(text.normalize("NFC") === text && !hasUnknown(text), "R-JSON-NFC");
  return value;
}

/** Whether a character is none in this browser's tables, which then cannot say whether the text is NFC. SPEC §2.1. */
const hasUnknown = (text) => (text.match(/\p{Cn}/gu) ?? []).some((letter) => !isNoncharacter(letter.codePointAt(0)));
const isNoncharacter = (code) => (code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);

/** The canonical bytes of a value. */
export const bytesFor = (value) => bytesOf(written(value, DEPTH));

function written(value, depth) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    must(Number.isSafeInteger(value), CANONICAL, "", "not an integer of 53 bits");
    return String(value);
  }
  if (typeof value === "string") return quoted(value);
  must(depth > 0, CANONICAL, "", "too deep");
  if (Array.isArray(value)) return `[${value.map((item) => written(item, depth - 1)).join(",")}]`;
  const keys = Object.keys(value).sort();
  must(keys.every((key) => /^[\x20-\x7e]*$/.test(key)), CANONICAL, "", "a key that is not ASCII");
  return `{${keys.map((key) => `${quoted(key)}:${written(value[key], depth - 1)}`).join(",")}}`;
}

function quoted(text) {
  must(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(text), CANONICAL, "", "a control character");
  must(text.isWellFormed?.() ?? !/\p{Cs}/u.test(text), CANONICAL, "", "half of a pair");
  return `"${text.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

/** Kinds of values: each returns the value that its field says, or undefined where the field says none. */
export const kind = {
  flag: (value) => (typeof value === "boolean" ? value : undefined),
  text: (value) => (typeof value === "string" ? value : undefined),
  count: (value) => (Number.isSafeInteger(value) && value >= 0 ? value : undefined),
  integer: (value) => (Number.isSafeInteger(value) ? value : undefined),
  /** A hash or other bytes in hexadecimal digits. */
  hex: (length) => (value) => ofHex(value, length) ?? undefined,
  /** An unsigned integer of 64 bits as a string of digits. */
  wide: (value) => decimal(value) ?? undefined,
  /** A signed integer of at most `bits` bits as a string of digits. */
  signed: (bits) => (value) => {
    const digits = typeof value === "string" && value.startsWith("-") ? decimal(value.slice(1), 1n << BigInt(bits)) : null;
    const found = digits === null ? decimal(value, 1n << BigInt(bits)) : digits === 0n ? null : -digits;
    const [least, most] = [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n];
    return found !== null && found >= least && found <= most ? found : undefined;
  },
  ticket: (value) => {
    if (typeof value !== "string" || !/^[0-9A-HJKMNP-TV-Z]{7}-[0-9A-HJKMNP-TV-Z]{7}-[0-9A-HJKMNP-TV-Z]{7}$/.test(value)) return undefined;
    try {
      const ticket = parseTicket(value);
      return spellTicket(ticket) === value ? ticket : undefined;
    } catch {
      return undefined;
    }
  },
  exactly: (wanted) => (value) => (value === wanted ? value : undefined),
  oneOf: (...wanted) => (value) => (wanted.includes(value) ? value : undefined),
  /** A name of §11. */
  mechanism: (value) => kind.oneOf("serial", "priority", "optimal")(value),
  nothing: (value) => (value === null ? null : undefined),
  maybe: (inner) => (value) => (value === null ? null : inner(value)),
  list: (inner) => (value) => {
    if (!Array.isArray(value)) return undefined;
    const items = value.map(inner);
    return items.includes(undefined) ? undefined : items;
  },
  /** Exactly these fields. Names are looked up as own properties, `__proto__` among them. */
  fields: (shape) => (value) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
    const names = Object.keys(shape);
    if (Object.keys(value).length !== names.length) return undefined;
    const found = {};
    for (const name of names) {
      if (!Object.hasOwn(value, name)) return undefined;
      found[name] = shape[name](value[name]);
      if (found[name] === undefined) return undefined;
    }
    return found;
  },
  any: (value) => value,
};

/** Canonical bytes read as `shape`. */
export function read(bytes, shape) {
  const value = kind.fields(shape)(parse(bytes));
  must(value !== undefined, FIELDS);
  return value;
}

/** The same, of a text without its bytes. */
export const readText = (text, shape) => read(bytesOf(text), shape);
