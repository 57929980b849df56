// A bundle opened step by step, reading no more files than one person's check needs. SPEC §15.
//
// Invariant: every byte that is used was compared with the manifest's hash first; every step throws the fault that it
// finds, and a step that returns has shown what its comment says.

import { checkApportionment } from "./apportionment.mjs";
import { checkSignature, CHAIN_HASH, randomnessOf, roundTime } from "./beacon.mjs";
import { hexOf, order, same } from "./bytes.mjs";
import * as documents from "./documents.mjs";
import { isActive } from "./entry.mjs";
import { must, within } from "./fault.mjs";
import { sha256 } from "./hash.mjs";
import * as log from "./log.mjs";
import { draw, seedOf } from "./lottery.mjs";
import { checkManifest, parseManifest } from "./manifest.mjs";
import { linesOf, markOf, openNote } from "./note.mjs";
import { caseOf, checkPlacement, checkPools } from "./placement.mjs";
import { parseProgramme } from "./programme.mjs";
import * as receipts from "./receipt.mjs";
import { openEntry, openRun, placeOf, runPath } from "./run.mjs";
import { checkSessions } from "./totals.mjs";

const FILE = "R-MANIFEST-FILE";
const MANIFEST = "manifest.note";
/** What every bundle has, runs and tiles apart. SPEC §14.1. */
const ALWAYS = ["acknowledged.bin", "log/checkpoint", "log/checkpoint-freeze", "programme.json", "programme.note", "receipts.bin", "runs.json", "seed.json", "sessions.json"];
const APPORTIONMENT = "apportionment.json";
/** A log of at most this many bytes is read whole in any case. */
const SMALL_LOG = 300_000;

/** Opens the bundle of a source, which has `bytes(path)`: a promise of bytes, or of null for a file that is not there. */
export async function openBundle(source) {
  source.ahead?.([MANIFEST, ...ALWAYS.filter((path) => !path.endsWith(".bin"))]);
  const bytes = await source.bytes(MANIFEST);
  must(bytes !== null, FILE, MANIFEST);
  const manifest = within(MANIFEST, () => parseManifest(bytes));
  const missing = ALWAYS.find((path) => !manifest.files.has(path));
  must(missing === undefined, FILE, missing, "not listed");
  const bundle = new Bundle(source, manifest);
  await bundle.openProgramme();
  return bundle;
}

class Bundle {
  #source;
  #manifest;
  #read = new Map();
  constructor(source, manifest) {
    this.#source = source;
    this.#manifest = manifest;
  }

  /** Sizes of all listed files, by path. */
  get listed() {
    return new Map([...this.#manifest.files].map(([path, { size }]) => [path, Number(size)]));
  }

  /** Paths of the files that were read, with their bytes' number. */
  get read() {
    return new Map([...this.#read].map(([path, bytes]) => [path, bytes.length]));
  }

  /** A file's bytes, which are the manifest's. */
  async file(path) {
    const known = this.#read.get(path);
    if (known !== undefined) return known;
    const bytes = await this.#compared(path);
    this.#read.set(path, bytes);
    return bytes;
  }

  async #compared(path) {
    const listed = this.#manifest.files.get(path);
    must(listed !== undefined, FILE, path, "not listed");
    const bytes = await this.#source.bytes(path);
    must(bytes !== null && BigInt(bytes.length) === listed.size && same(sha256(bytes), listed.sha256), FILE, path);
    return bytes;
  }

  /** Rejects files that are missing, different or not listed, where the source can list its files. */
  async everyFile(progress = () => {}) {
    const listed = [...this.#manifest.files.keys()];
    for (const path of (await this.#source.list?.()) ?? []) {
      must(path === MANIFEST || this.#manifest.files.has(path), FILE, path, "not listed");
    }
    for (const [at, path] of listed.entries()) {
      await progress(at, listed.length);
      // Not kept: all files of a nation's draw do not fit into a telephone.
      await this.#compared(path);
    }
  }

  /** The programme is one, an operator of it signed its hash, and the manifest. */
  async openProgramme() {
    const bytes = await this.file("programme.json");
    const note = await this.file("programme.note");
    this.programme = within("programme.json", () => parseProgramme(bytes));
    checkManifest(this.programme, this.#manifest);
    within("programme.note", () => {
      const { text } = openNote(note, this.programme.keys.operators);
      const [first, mark, hash] = linesOf(text, 3);
      must(first === "jebi/v0/programme", "R-NOTE-FORM");
      markOf(this.programme, mark);
      must(hash === this.programme.hashText, "R-PROGRAMME-HASH");
    });
  }

  /**
   * Both heads are of one log, in which the events stand in order; those that matter are signed. With `anchors` the
   * events of all receipt batches are read too, with `whole` every signature is checked.
   */
  async openLog({ anchors = false, whole = false, progress = () => {} } = {}) {
    const { programme } = this;
    const head = async (path) => within(path, ((bytes) => () => log.parseHead(programme, bytes))(await this.file(path)));
    const [freeze, last] = [await head("log/checkpoint-freeze"), await head("log/checkpoint")];
    const tiles = this.#tiles(last.size);
    const size = Number(last.size);
    for (const tile of tiles.filter(({ level }) => level >= 0)) await this.file(tile.path);
    const hashes = this.#hashes(tiles);
    must(size >= 4, "R-LOG-ORDER");
    const needed = new Set([0, size - 3, size - 2, size - 1]);
    const leaves = await this.#leaves(tiles, hashes, needed, anchors || whole);
    const events = new Map();
    for (const [done, [at, leaf]] of [...leaves].entries()) {
      await progress(done, leaves.size);
      events.set(at, log.openEvent(programme, leaf, !(whole || needed.has(at))));
    }
    log.checkOrder(events, size);
    log.checkTimes(programme, events);
    must(freeze.size === BigInt(size - 2), "R-LOG-HEAD", "log/checkpoint-freeze");
    log.checkHeads(freeze, last, hashes);
    const [freezeEvent, beacon, result] = [size - 3, size - 2, size - 1].map((at) => events.get(at));
    this.log = { heads: { freeze, last }, size, leaves, events, complete: events.size === size, freeze: freezeEvent, beacon, result };
    return this.log;
  }

  #tiles(size) {
    const heads = ["log/checkpoint", "log/checkpoint-freeze"];
    const listed = [...this.#manifest.files.keys()].filter((path) => path.startsWith("log/") && !heads.includes(path));
    // Before a size is believed that only a head says: each tile has at most 256 hashes.
    must(size <= BigInt(listed.length) * 256n, "R-LOG-TILES", "", "more entries than tiles can hold");
    const tiles = log.tilesOf(Number(size));
    const paths = new Set(tiles.map(({ path }) => path));
    const [extra, missing] = [listed.find((path) => !paths.has(path)), tiles.find(({ path }) => !this.#manifest.files.has(path))];
    must(extra === undefined && missing === undefined, "R-LOG-TILES", extra ?? missing?.path);
    return tiles;
  }

  #hashes(tiles) {
    const bytes = (path) => this.#read.get(path);
    const hashes = tiles.filter(({ level }) => level === 0).flatMap((tile) => log.hashesOf(tile, bytes(tile.path)));
    const levels = Math.max(0, ...tiles.map(({ level }) => level));
    for (let level = 1, below = hashes; level <= levels; level += 1) below = log.checkAbove(tiles, level, below, bytes);
    return hashes;
  }

  async #leaves(tiles, hashes, needed, all) {
    const entries = tiles.filter(({ level }) => level < 0);
    const small = entries.reduce((sum, { path }) => sum + Number(this.#manifest.files.get(path).size), 0) <= SMALL_LOG;
    const wanted = (tile) => all || small || [...needed].some((at) => at >= tile.first && at < tile.first + tile.count);
    const leaves = new Map();
    for (const tile of entries.filter(wanted)) {
      const found = log.leavesOf(tile, await this.file(tile.path), hashes);
      found.forEach((leaf, at) => leaves.set(tile.first + at, leaf));
    }
    return leaves;
  }

  /**
   * A quorum saw the frozen register before the beacon, and the whole log at any time: {freeze, last, proven}, heads'
   * witnesses with times. Only a rehearsal may be without, and then `proven` is false.
   */
  checkWitnesses() {
    const { programme } = this;
    const { heads, freeze } = this.log;
    const seen = log.quorumOf(programme, heads.freeze, ...log.seenBetween(programme, freeze.time_unix_s));
    const last = log.quorumOf(programme, heads.last, ...log.EVER);
    const proven = seen.since !== null && last.since !== null;
    must(proven || programme.rehearsal, "R-LOG-QUORUM");
    return { freeze: seen, last, proven };
  }

  /** The chain signed the round that the programme determined. The slow part is left out where `quick` is true. */
  async checkBeacon({ quick = false } = {}) {
    const { programme } = this;
    const bytes = await this.file("seed.json");
    const seed = documents.parseSeed(programme, bytes);
    return within("seed.json", () => {
      must(seed.chain_hash === CHAIN_HASH, "R-BEACON-CHAIN");
      must(seed.round === programme.beacon.round, "R-BEACON-ROUND");
      if (!quick) checkSignature(seed.round, seed.signature);
      must(same(randomnessOf(seed.signature), seed.randomness), "R-BEACON-RANDOMNESS");
      this.beacon = { ...seed, time: roundTime(seed.round) };
      return this.beacon;
    });
  }

  /** The seed follows from programme, frozen register and randomness, and the log says the same. */
  checkSeed() {
    const { programme, beacon } = this;
    const { freeze, beacon: event } = this.log;
    const seed = seedOf(programme.hash, freeze.register_root, freeze.size, beacon.randomness);
    const file = same(seed, beacon.seed) && same(beacon.register_root, freeze.register_root) && beacon.size === freeze.size;
    must(file, "R-SEED", "seed.json");
    const logged =
      event.chain_hash === beacon.chain_hash &&
      event.round === beacon.round &&
      same(event.signature, beacon.signature) &&
      same(event.randomness, beacon.randomness) &&
      same(event.seed, seed);
    must(logged, "R-SEED", "the log's beacon");
    this.seed = seed;
    return seed;
  }

  /** The log's result commits to `sessions.json`, whose numbers fit together and to the freeze. */
  async checkResult() {
    const { programme } = this;
    const { freeze, result } = this.log;
    const bytes = await this.file("sessions.json");
    const sessions = documents.parseSessions(programme, bytes);
    must(same(sha256(bytes), result.sessions_sha256), "R-RESULT-COMMITMENT", "", "sessions.json");
    this.apportionment = await this.#openApportionment(freeze);
    const kept = this.apportionment?.kept ?? programme.sessions.map(() => []);
    this.pools = checkSessions(programme, sessions, kept, { freeze, result });
    checkPools(programme, this.pools);
    this.sessions = sessions;
    return sessions;
  }

  // There is an apportionment if and only if the programme asks for one.
  async #openApportionment(freeze) {
    const { programme } = this;
    const asked = programme.apportionment !== null;
    must(this.#manifest.files.has(APPORTIONMENT) === asked, "R-APPORTIONMENT-FORM", APPORTIONMENT);
    if (!asked) return null;
    return checkApportionment(programme, documents.parseApportionment(programme, await this.file(APPORTIONMENT)), freeze);
  }

  /** The index of runs has as many as the frozen register, and no other run is published. */
  async openRuns() {
    const { freeze } = this.log;
    const bytes = await this.file("runs.json");
    this.runs = documents.parseRuns(this.programme, bytes, freeze.size, [...this.#manifest.files.keys()]);
    return this.runs;
  }

  /** Run `number`, which lies under both roots and begins with the index's ticket. */
  async openRun(number) {
    const { freeze, result } = this.log;
    const bytes = await this.file(runPath(number));
    const roots = { root: freeze.register_root, size: freeze.size, allocationRoot: result.allocation_root };
    const run = openRun(this.programme, number, bytes, roots);
    must(same(run.entries[0].ticket, this.runs.first[number]), "R-BUNDLE-RUNS", "runs.json");
    const next = this.runs.first[number + 1];
    must(next === undefined || order(run.entries.at(-1).ticket, next) < 0, "R-REGISTER-ORDER");
    return run;
  }

  /**
   * A ticket's entry and record, the number that seed and ticket give, and a placement that obeys the mechanism for
   * this entry; or, where the register does not have it, its neighbours:
   * {entry, record, drawn, case, run, place} or {absent: true, before, after}.
   */
  async mine(ticket) {
    const number = documents.runOf(this.runs, ticket);
    const run = number < 0 ? null : await this.openRun(number);
    const place = run === null ? -1 : placeOf(run, ticket);
    if (place < 0) return this.#absent(ticket, number, run);
    return this.mineIn(run, number, place);
  }

  /** The same, of the entry at a place of an opened run. */
  mineIn(run, number, place) {
    const { programme } = this;
    return within(runPath(number), () => {
      const entry = openEntry(programme, run, place);
      const record = run.records[place];
      // Where groups may make a first pass necessary, seats have a place for it in any case. SPEC §18.6.
      must(this.sessions.passes === 2 || record.first === null, "R-RESULT-RECORD");
      if (!isActive(entry.status)) return { entry, record, run: number, place };
      const drawn = draw(this.seed, entry.ticket, programme.cohorts[entry.cohort].lots);
      must(drawn.number === record.number, "R-RESULT-NUMBER");
      const of = caseOf(programme, this.pools, { entry, record, drawn });
      checkPlacement(of);
      return { entry, record, drawn, case: of, run: number, place };
    });
  }

  // Where the ticket would stand: after `before`, and before `after`, which may begin the next run.
  async #absent(ticket, number, run) {
    const own = run?.entries ?? [];
    const at = own.findIndex((entry) => order(ticket, entry.ticket) < 0);
    const before = (at < 0 ? own.at(-1) : own[at - 1])?.ticket ?? null;
    if (at >= 0) return { absent: true, before, after: own[at].ticket };
    const next = number + 1 < this.runs.first.length ? await this.openRun(number + 1) : null;
    return { absent: true, before, after: next?.entries[0].ticket ?? null };
  }

  /** A receipt against the bundle: {receipt, finding, mine}. `register` is the bundle that has the register. */
  async checkReceipt(bytes, register = this) {
    const { programme } = this;
    const receipt = within("receipt", () => receipts.openReceipt(programme, bytes));
    const batches = await this.openBatches();
    receipts.checkBatch(receipt, batches);
    const mine = await register.mine(receipt.entry.ticket);
    return { receipt, finding: receipts.compare(receipt, mine.absent ? null : mine.entry), mine };
  }

  /** The receipt batches, each covered by an anchor of the log. */
  async openBatches() {
    if (!this.log.complete) await this.openLog({ anchors: true });
    const batches = receipts.parseBatches(this.programme, await this.file("receipts.bin"));
    const anchors = [...this.log.events.values()].filter((event) => event.kind === "receipts");
    receipts.checkAnchors(batches, anchors, this.log.freeze);
    return batches;
  }

  /** Hashes for people, in hexadecimal digits. */
  get roots() {
    const { freeze, result, heads } = this.log;
    return {
      programme: this.programme.hashText,
      register: hexOf(freeze.register_root),
      allocation: hexOf(result.allocation_root),
      log: hexOf(heads.last.root),
    };
  }
}
