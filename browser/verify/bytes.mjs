// Bytes and the few spellings of them that the protocol uses. SPEC §2.1, §2.2.
//
// Invariant: each spelling has one encoding; a decoder that is given another one returns null and never guesses.

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();

/** UTF-8 bytes of a text. */
export const bytesOf = (text) => ENCODER.encode(text);

/** The text of UTF-8 bytes, a byte order mark kept; null if they are no UTF-8. */
export function textOf(bytes) {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

/** Lower-case hexadecimal digits. */
export const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The bytes of lower-case hexadecimal digits, `length` of them where it is given; null otherwise. */
export function ofHex(text, length) {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text)) return null;
  if (length !== undefined && text.length !== 2 * length) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Base64 with padding (RFC 4648 §4). */
export const base64Of = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/** The bytes of padded base64 in its one spelling; null otherwise. */
export function ofBase64(text) {
  if (typeof text !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  // `atob` forgives bits behind the last byte.
  return base64Of(bytes) === text ? bytes : null;
}

/** One byte string of several. */
export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A big-endian unsigned integer of `width` bytes. */
export function integer(value, width) {
  const bytes = new Uint8Array(width);
  for (let rest = BigInt(value), at = width - 1; at >= 0; at -= 1, rest >>= 8n) bytes[at] = Number(rest & 255n);
  return bytes;
}

export const u8 = (value) => integer(value, 1);
export const u16 = (value) => integer(value, 2);
export const u32 = (value) => integer(value, 4);
export const u64 = (value) => integer(value, 8);

/** Whether two byte strings are the same. */
export const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

/** -1, 0 or 1: byte strings in the order of their bytes. */
export function order(a, b) {
  const until = Math.min(a.length, b.length);
  for (let at = 0; at < until; at += 1) if (a[at] !== b[at]) return a[at] < b[at] ? -1 : 1;
  return Math.sign(a.length - b.length);
}

/** A number of decimal digits without a leading zero, below `limit`; null otherwise. */
export function decimal(text, limit = 1n << 64n) {
  if (typeof text !== "string" || text.length > 40 || !/^(0|[1-9][0-9]*)$/.test(text)) return null;
  const value = BigInt(text);
  return value < limit ? value : null;
}

/** Reads from the front. What is asked beyond the end makes `short()` throw what the reader's maker wants thrown. */
export class Reader {
  #bytes;
  #at = 0;
  #short;
  constructor(bytes, short) {
    this.#bytes = bytes;
    this.#short = short;
  }
  get left() {
    return this.#bytes.length - this.#at;
  }
  take(length) {
    if (length > this.left) throw this.#short();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  u8() {
    return this.take(1)[0];
  }
  u16() {
    const [high, low] = this.take(2);
    return high * 256 + low;
  }
  u32() {
    return this.u16() * 65536 + this.u16();
  }
  u64() {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
  }
}
