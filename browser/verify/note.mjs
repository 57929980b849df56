// Signed notes, verifier keys, strict Ed25519, and cosignatures with their times. SPEC §2.6; c2sp.org/signed-note,
// c2sp.org/tlog-cosignature.
//
// Invariant: a signature that a key of ours is named for is good, or the whole note is rejected.

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bytesOf, hexOf, joined, ofBase64, ofHex, Reader, same, textOf } from "./bytes.mjs";
import { Fault, must } from "./fault.mjs";
import { sha256 } from "./hash.mjs";

const FORM = "R-NOTE-FORM";
const SIGNATURE = "R-NOTE-SIGNATURE";
const LONGEST = 16_000_000;
const MOST_SIGNATURES = 100;
/** Key types of C2SP. */
export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;

const { Point } = ed25519;

/** Whether [S]B = R + [k]A holds exactly, with A and R canonical and not of small order and S reduced. */
export function strictlySigned(signature, message, publicKey) {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  const [nonce, scalar] = [signature.subarray(0, 32), signature.subarray(32)];
  const s = littleEndian(scalar);
  if (s >= Point.Fn.ORDER) return false;
  const [A, R] = [pointOf(publicKey), pointOf(nonce)];
  if (A === null || R === null) return false;
  const k = littleEndian(sha512(joined(nonce, publicKey, message))) % Point.Fn.ORDER;
  const left = s === 0n ? Point.ZERO : Point.BASE.multiply(s);
  return left.equals(R.add(A.multiplyUnsafe(k)));
}

function pointOf(bytes) {
  try {
    const point = Point.fromBytes(bytes, false);
    return point.isSmallOrder() ? null : point;
  } catch {
    return null;
  }
}

function littleEndian(bytes) {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(bytes[at]);
  return value;
}

/** A verifier key `name+key ID+base64` as {text, name, id, type, point}; null if it is none of type 0x01 or 0x04. */
export function parseKey(text) {
  const parts = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text);
  const bytes = parts && isName(parts[1]) ? ofBase64(parts[3]) : null;
  if (bytes === null || bytes.length !== 33 || (bytes[0] !== ED25519 && bytes[0] !== COSIGNATURE)) return null;
  const id = sha256(joined(bytesOf(`${parts[1]}\n`), bytes)).subarray(0, 4);
  const point = bytes.subarray(1);
  if (!same(id, ofHex(parts[2])) || pointOf(point) === null) return null;
  return { text, name: parts[1], id: hexOf(id), type: bytes[0], point };
}

const isName = (name) => name !== "" && !/[+\p{White_Space}]/u.test(name) && !hasControls(name);
const hasControls = (text) => /[\u0000-\u0009\u000b-\u001f]/.test(text);

/** A note as {text, signatures: [{name, id, bytes}]}, nothing verified yet. */
export function parseNote(bytes) {
  must(bytes.length <= LONGEST, FORM, "", "too long");
  const all = textOf(bytes);
  must(all !== null && !hasControls(all), FORM);
  const end = all.lastIndexOf("\n\n");
  must(end >= 0 && all.endsWith("\n"), FORM);
  const lines = all.slice(end + 2).split("\n").slice(0, -1);
  must(lines.length > 0 && lines.length <= MOST_SIGNATURES, FORM);
  return { text: all.slice(0, end + 1), signatures: lines.map(signatureLine) };
}

function signatureLine(line) {
  const parts = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line);
  const bytes = parts && isName(parts[1]) ? ofBase64(parts[2]) : null;
  must(bytes !== null && bytes.length > 4, FORM, "", "a signature's line");
  return { name: parts[1], id: hexOf(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
}

/** The text of a note and the places of those of `keys` that signed it: at least one. */
export function openNote(bytes, keys) {
  const note = parseNote(bytes);
  const signers = signersOf(note, keys);
  must(signers.length > 0, SIGNATURE, "", "no key that counts signed it");
  return { text: note.text, signers: [...new Set(signers)].sort((a, b) => a - b) };
}

/** Places of the keys of type 0x01 that signed a parsed note, in the order of signatures. */
export function signersOf(note, keys) {
  const message = bytesOf(note.text);
  return found(note, keys, ED25519).map(([key, signature]) => {
    must(strictlySigned(signature, message, keys[key].point), SIGNATURE, "", keys[key].name);
    return key;
  });
}

/** Cosignatures of a parsed note as [place of the key, seconds], in the order of signatures. */
export function cosignersOf(note, keys) {
  return found(note, keys, COSIGNATURE).map(([key, signature]) => {
    must(signature.length === 72, SIGNATURE, "", keys[key].name);
    const reader = new Reader(signature, () => new Fault(SIGNATURE));
    const time = reader.u64();
    const message = bytesOf(`cosignature/v1\ntime ${time}\n${note.text}`);
    // A time past the last that others can read as a signed integer is none.
    must(time < 1n << 63n, SIGNATURE, "", keys[key].name);
    must(strictlySigned(reader.take(64), message, keys[key].point), SIGNATURE, "", keys[key].name);
    return [key, time];
  });
}

/** Signatures whose name and ID are a key's. Those of strangers say nothing. */
function found(note, keys, type) {
  return note.signatures.flatMap(({ name, id, bytes }) => {
    const key = keys.findIndex((each) => each.type === type && each.name === name && each.id === id);
    return key < 0 ? [] : [[key, bytes]];
  });
}

/** A note's text that must be exactly these many lines; the lines without their ends. */
export function linesOf(text, count) {
  const lines = text.split("\n");
  must(lines.pop() === "" && (count === undefined || lines.length === count), FORM, "", "its lines");
  return lines;
}

/** Rejects a mark of a note that is not the programme's. SPEC §2.7. */
export function markOf(programme, mark) {
  must(mark === "rehearsal" || mark === "binding", FORM);
  must((mark === "rehearsal") === programme.rehearsal, "R-REHEARSAL-MARK");
}
