// A published run: a part of the register, its records, their seats, and paths to both roots. SPEC §6.2, §13.1, §13.5, §14.2.
//
// Invariant: every entry and record of a run that `openRun` returns is covered by the roots it was opened with; in any
// run, records stand beside their entries, and tickets rise.

import { bytesOf, order, Reader, same } from "./bytes.mjs";
import { openRevision } from "./entry.mjs";
import { Fault, must, within } from "./fault.mjs";
import { leafHash, rootByPath, rootOf } from "./merkle.mjs";
import { seatForm } from "./pools.mjs";

/** Entries of a run; only the last run may have fewer. */
export const RUN_ENTRIES = 1024;
const RECORD_BYTES = 27;
const REGISTER = "R-REGISTER-RUN";
const PUBLISHED = "R-BUNDLE-RUN";
const RECORD = "R-RESULT-RECORD";

/** The path of run `number` in a bundle. */
export const runPath = (number) => `runs/${String(number).padStart(4, "0")}.bin`;
/** How many runs a register of `size` entries has. */
export const runCount = (size) => Math.ceil(size / RUN_ENTRIES);

/** The run `number` of the register with {root, size}, whose records are under `allocationRoot`. */
export function openRun(programme, number, bytes, { root, size, allocationRoot }) {
  const run = readRun(programme, number, bytes, size);
  return within(runPath(number), () => {
    leads(number, size, run.entries.map(({ leaf }) => leafHash(leaf)), run.registerPath, root);
    leads(number, size, run.records.map((each) => leafHash(each.bytes)), run.allocationPath, allocationRoot);
    return run;
  });
}

/** The same, well-formed only: what its paths lead to is not looked at. */
export function readRun(programme, number, bytes, size) {
  return within(runPath(number), () => {
    const reader = new Reader(bytes, () => new Fault(PUBLISHED, "", "cut short"));
    must(startsWith(reader, "jebi/v0/run\n"), PUBLISHED);
    const entries = registerRun(programme, number, size, reader.take(reader.u32()));
    const bare = entries.map(({ leaf }) => record(reader.take(RECORD_BYTES), leaf));
    const { kept, twice } = seatForm(programme);
    const records = bare.map((each) => ({ ...each, ...(kept ? seat(reader, each, twice) : { pool: each.outcome === "placed" ? 0 : null, first: null }) }));
    const path = () => Array.from({ length: reader.u8() }, () => reader.take(32));
    const run = { entries, records, registerPath: path(), allocationPath: path() };
    must(reader.left === 0, PUBLISHED, "", "bytes left over");
    return run;
  });
}

const startsWith = (reader, line) => reader.left >= line.length && same(reader.take(line.length), bytesOf(line));

function registerRun(programme, number, size, bytes) {
  const reader = new Reader(bytes, () => new Fault(REGISTER, "", "cut short"));
  must(startsWith(reader, "jebi/v0/register-run\n"), REGISTER);
  header(reader, programme, REGISTER);
  must(reader.u32() === number, REGISTER, "", "its number");
  const count = reader.u16();
  must(count === Math.min(RUN_ENTRIES, size - number * RUN_ENTRIES), REGISTER, "", "its count");
  const entries = Array.from({ length: count }, () => {
    const [leaf, blinding] = [reader.take(50), reader.take(32)];
    return { leaf, ticket: leaf.subarray(1, 13), blinding, body: reader.take(reader.u16()) };
  });
  must(reader.left === 0, REGISTER, "", "bytes left over");
  must(entries.every(({ leaf }) => leaf[0] === 0), "R-REGISTER-COMMITMENT", "", "a leaf of another version");
  const rising = entries.every(({ ticket }, at) => at === 0 || order(entries[at - 1].ticket, ticket) < 0);
  must(rising, "R-REGISTER-ORDER");
  return entries;
}

/** The flag and the programme's hash, with which every binary file goes on after its first line. */
export function header(reader, programme, label) {
  const flag = reader.u8();
  must(flag <= 1, label);
  const hash = reader.take(32);
  must(same(hash, programme.hash), label, "", "another programme");
  must((flag === 1) === programme.rehearsal, "R-REHEARSAL-MARK");
}

/** A record as {number, outcome: "withdrawn" | "unplaced" | "placed", session, choice}. */
function record(bytes, leaf) {
  const reader = new Reader(bytes, () => new Fault(RECORD));
  must(reader.u8() === 0, RECORD, "", "version");
  must(same(reader.take(12), leaf.subarray(1, 13)), RECORD, "", "another ticket");
  const number = reader.u64();
  const [outcome, session, choice] = [["withdrawn", "unplaced", "placed"][reader.u8()], reader.u32(), reader.u8()];
  must(outcome !== undefined, RECORD, "", "outcome");
  must(outcome === "placed" || (session === 0 && choice === 0), RECORD);
  // The status byte of the leaf: odd ones are withdrawn. SPEC §5.2.
  must((leaf[17] % 2 === 1) === (outcome === "withdrawn"), RECORD);
  must(outcome !== "withdrawn" || number === 0n, RECORD);
  return { bytes, number, outcome, session, choice };
}

/** A seat as {pool, first}: within the session of the record, and {session, pool} after the first of two passes; null for none. */
function seat(reader, { outcome }, twice) {
  const pool = indexIn(reader.u16(), 0xffff);
  must((pool === null) === (outcome !== "placed"), RECORD, "", "a seat");
  if (!twice) return { pool, first: null };
  const [session, first] = [indexIn(reader.u32(), 0xffff_ffff), indexIn(reader.u16(), 0xffff)];
  must((session === null) === (first === null), RECORD, "", "a seat after the first pass");
  must(outcome !== "withdrawn" || session === null, RECORD, "", "a seat of who withdrew");
  return { pool, first: session === null ? null : { session, pool: first } };
}

const indexIn = (value, none) => (value === none ? null : value);

function leads(number, size, hashes, path, root) {
  const found = rootByPath(rootOf(hashes), number, runCount(size), path);
  must(found !== null && same(found, root), PUBLISHED, "", "a path");
}

/** Entry `at` of a run with what its body says, once the body is known to be the one of its leaf. */
export function openEntry(programme, run, at) {
  const { leaf, ticket, blinding, body } = run.entries[at];
  const fields = new Reader(leaf, () => new Fault("R-REGISTER-COMMITMENT"));
  fields.take(13);
  const entry = openRevision(programme, { ticket, revision: fields.u32(), status: fields.u8(), blinding, body });
  must(same(entry.leaf, leaf), "R-REGISTER-COMMITMENT");
  return entry;
}

/** Where a ticket is among a run's entries; -1 if it is not. */
export const placeOf = (run, ticket) => run.entries.findIndex((entry) => same(entry.ticket, ticket));
