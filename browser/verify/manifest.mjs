// The manifest: every other file's hash and size, signed by an operator. SPEC §14.1, §14.4.
//
// Invariant: the files of a manifest are listed once each, in order, under paths that every system can hold.

import { bytesOf, decimal, ofHex, order } from "./bytes.mjs";
import { must } from "./fault.mjs";
import { linesOf, markOf, parseNote, signersOf } from "./note.mjs";

const FILE = "R-MANIFEST-FILE";
const HEX64 = /^[0-9a-f]{64}$/;

/** The manifest's note, not yet held against a programme: {note, rehearsal, programme, files: Map path → {sha256, size}}. */
export function parseManifest(bytes) {
  const note = parseNote(bytes);
  const [first, mark, programme, ...lines] = linesOf(note.text);
  must(first === "jebi/v0/manifest" && programme !== undefined, "R-NOTE-FORM");
  const files = new Map();
  const lower = new Set();
  let before = null;
  for (const line of lines) {
    const parts = line.split(" ");
    must(parts.length >= 3, "R-NOTE-FORM", "", "a line of the manifest");
    const [sha256, size, path] = [parts[0], decimal(parts[1]), parts.slice(2).join(" ")];
    must(HEX64.test(sha256) && size !== null && isPath(path) && path !== "manifest.note", FILE, path);
    must(before === null || order(bytesOf(before), bytesOf(path)) < 0, FILE, path, "out of order");
    must(!lower.has(path.toLowerCase()), FILE, path, "differs by case only");
    lower.add(path.toLowerCase());
    files.set(path, { sha256: ofHex(sha256), size });
    before = path;
  }
  return { note, mark, programme, files };
}

const isPath = (path) => path.split("/").every((part) => /^[A-Za-z0-9._-]+$/.test(part) && part !== "." && part !== "..");

/** Rejects a manifest that no operator of this programme signed, or that is another's. */
export function checkManifest(programme, { note, mark, programme: hash }) {
  must(signersOf(note, programme.keys.operators).length > 0, "R-NOTE-SIGNATURE", "manifest.note");
  markOf(programme, mark);
  must(hash === programme.hashText, "R-PROGRAMME-HASH", "manifest.note");
}
