// The draw's log: heads, tiles, events, and who saw them when. SPEC §8; c2sp.org/tlog-tiles, c2sp.org/tlog-checkpoint.
//
// Invariant: every event that is read lies under both heads that cover it, by its place and its hash.

import { roundTime } from "./beacon.mjs";
import { decimal, ofBase64, Reader, same } from "./bytes.mjs";
import { Fault, must } from "./fault.mjs";
import { kind, readText } from "./json.mjs";
import { leafHash, rootOf } from "./merkle.mjs";
import { cosignersOf, openNote, parseNote, signersOf } from "./note.mjs";

const HEAD = "R-LOG-HEAD";
const TILES = "R-LOG-TILES";
const WIDTH = 256;
/** Witnesses' clocks may be wrong by this much. */
const TOLERANCE_S = 600n;

/** A head as {size, root, cosigned: [[witness, seconds]]}; a witness that signed twice has both times. */
export function parseHead(programme, bytes) {
  const note = parseNote(bytes);
  must(signersOf(note, [programme.keys.log]).length > 0, "R-NOTE-SIGNATURE", "", "the log's key did not sign");
  const lines = note.text.split("\n");
  must(lines.pop() === "" && lines.length === 3, HEAD, "", "its lines");
  const [size, root] = [decimal(lines[1]), ofBase64(lines[2])];
  must(lines[0] === programme.log.origin && size !== null && root?.length === 32, HEAD);
  return { origin: lines[0], size, root, cosigned: cosignersOf(note, programme.keys.witnesses) };
}

/** Each witness's earliest cosignature, of these the ones in `from` … `to`, and since when there was a quorum (or null). */
export function quorumOf(programme, head, from, to) {
  const earliest = new Map();
  for (const [witness, time] of head.cosigned) {
    if (!earliest.has(witness) || time < earliest.get(witness)) earliest.set(witness, time);
  }
  for (const [witness, time] of [...earliest]) if (time < from || time > to) earliest.delete(witness);
  const times = [...earliest.values()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const since = times[programme.witnesses.quorum - 1] ?? null;
  return { witnesses: [...earliest].sort(([a], [b]) => a - b), since };
}

/** When the freeze's head must have been seen, to have existed before the beacon. */
export const seenBetween = (programme, freezeUnixS) => [
  BigInt(freezeUnixS) - TOLERANCE_S,
  roundTime(programme.beacon.round) - TOLERANCE_S,
];
/** Any time at all. */
export const EVER = [0n, 1n << 63n];

/** Paths of all tiles of a tree of `size`, as {path, level, first, count}; level -1 for entries. All below `log/`. */
export function tilesOf(size) {
  const tiles = [];
  const levels = [[-1, size]];
  for (let [level, count] = [0, size]; count > 0; level += 1, count = Math.floor(count / WIDTH)) levels.push([level, count]);
  for (const [level, hashes] of levels) {
    for (let first = 0; first < hashes; first += WIDTH) {
      const count = Math.min(WIDTH, hashes - first);
      const folder = level < 0 ? "entries" : String(level);
      const partial = count === WIDTH ? "" : `.p/${count}`;
      tiles.push({ path: `log/tile/${folder}/${tileNumber(first / WIDTH)}${partial}`, level, first, count });
    }
  }
  return tiles;
}

function tileNumber(number) {
  const parts = [];
  for (let rest = number; parts.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) parts.unshift(String(rest % 1000).padStart(3, "0"));
  return parts.map((part, at) => (at < parts.length - 1 ? `x${part}` : part)).join("/");
}

/** The hashes of a tile's bytes. */
export function hashesOf(tile, bytes) {
  must(bytes.length === 32 * tile.count, TILES, tile.path);
  return Array.from({ length: tile.count }, (_, at) => bytes.subarray(32 * at, 32 * at + 32));
}

/** The leaves of an entries tile's bytes, each held against its hash. */
export function leavesOf(tile, bytes, hashes) {
  const reader = new Reader(bytes, () => new Fault(TILES, tile.path));
  const leaves = Array.from({ length: tile.count }, () => reader.take(reader.u16()));
  must(reader.left === 0, TILES, tile.path);
  must(leaves.every((leaf, at) => same(leafHash(leaf), hashes[tile.first + at])), TILES, tile.path);
  return leaves;
}

/** Rejects a tile above the lowest that is not what the tiles below it give; returns the hashes of level + 1. */
export function checkAbove(tiles, level, below, read) {
  const above = [];
  for (let first = 0; first + WIDTH <= below.length; first += WIDTH) above.push(rootOf(below.slice(first, first + WIDTH)));
  for (const tile of tiles.filter((each) => each.level === level)) {
    const hashes = hashesOf(tile, read(tile.path));
    must(hashes.every((hash, at) => same(hash, above[tile.first + at])), TILES, tile.path);
  }
  return above;
}

/** Rejects heads that are not of these leaf hashes. */
export function checkHeads(freeze, last, hashes) {
  must(freeze.size < last.size && same(rootOf(hashes.slice(0, Number(freeze.size))), freeze.root), HEAD, "log/checkpoint-freeze");
  must(same(rootOf(hashes), last.root), HEAD, "log/checkpoint");
}

const COMMON = {
  format: kind.exactly("jebi/v0/event"),
  kind: kind.text,
  programme: kind.text,
  rehearsal: kind.flag,
  time_unix_s: kind.count,
  tool: kind.text,
};
const KINDS = {
  programme: { title: kind.fields({ en: kind.text, ko: kind.text }) },
  receipts: { first: kind.count, count: kind.count, root: kind.hex(32) },
  freeze: {
    register_root: kind.hex(32),
    size: kind.count,
    active: kind.count,
    withdrawn: kind.count,
    cohorts: kind.list(kind.fields({ id: kind.text, active: kind.count, withdrawn: kind.count })),
    revisions: kind.count,
    batches: kind.count,
  },
  beacon: { chain_hash: kind.text, round: kind.count, signature: kind.hex(), randomness: kind.hex(32), seed: kind.hex(32) },
  result: {
    mechanism: kind.mechanism,
    allocation_root: kind.hex(32),
    sessions_sha256: kind.hex(32),
    placed: kind.count,
    unplaced: kind.count,
    withdrawn: kind.count,
  },
};

/** The event of a leaf, of this programme and, unless `unsigned`, signed by whom its kind asks for. */
export function openEvent(programme, leaf, unsigned = false) {
  const note = parseNote(leaf);
  const text = note.text.slice(0, -1);
  const name = kindOf(text);
  const known = Object.hasOwn(KINDS, name);
  must(known, "R-LOG-KIND", "", name);
  if (!unsigned) openNote(leaf, name === "receipts" ? [programme.keys.receipts] : programme.keys.operators);
  const event = readText(text, { ...COMMON, ...KINDS[name] });
  must(event.programme === programme.hashText, "R-PROGRAMME-HASH");
  must(event.rehearsal === programme.rehearsal, "R-REHEARSAL-MARK");
  if (name === "programme") must(event.title.en === programme.title.en && event.title.ko === programme.title.ko, "R-PROGRAMME-HASH");
  return event;
}

// The kind decides who must have signed, so that it is looked up before anything else is believed.
function kindOf(text) {
  let value = null;
  try {
    value = JSON.parse(text);
  } catch {
    must(false, "R-JSON-CANONICAL");
  }
  must(value !== null && typeof value === "object" && typeof value.kind === "string", "R-JSON-FIELDS");
  return value.kind;
}

/** Rejects events at wrong places: `events` maps places to those that were read; of a whole log, all. SPEC §8.2. */
export function checkOrder(events, size) {
  const wanted = (at) => (at === 0 ? "programme" : at < size - 3 ? "receipts" : ["freeze", "beacon", "result"][at - (size - 3)]);
  must(size >= 4, "R-LOG-ORDER");
  for (const [at, event] of events) must(event.kind === wanted(at), "R-LOG-ORDER", "", `event ${at}: ${event.kind}`);
}

/** Rejects times that decrease, or that are on the wrong side of the window and the round. SPEC §8.1. */
export function checkTimes(programme, events) {
  let before = 0;
  for (const at of [...events.keys()].sort((a, b) => a - b)) {
    const { kind: name, time_unix_s: time } = events.get(at);
    const fine =
      time >= before &&
      (name !== "programme" || time < programme.window.opens_at_unix_s) &&
      (name !== "freeze" || time >= programme.window.closes_at_unix_s) &&
      (name !== "beacon" || BigInt(time) >= roundTime(programme.beacon.round));
    must(fine, "R-LOG-TIME", "", `event ${at}`);
    before = time;
  }
}
