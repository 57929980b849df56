// All vectors of protocol/vectors that concern what the browser's verifier checks. What it leaves to others is listed here,
// and nothing else is left out.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as beacon from "../verify/beacon.mjs";
import { openBundle } from "../verify/bundle.mjs";
import { base64Of, bytesOf, hexOf, joined, ofBase64, ofHex, u16 } from "../verify/bytes.mjs";
import { openRevision } from "../verify/entry.mjs";
import { Fault } from "../verify/fault.mjs";
import { sha256, tagged } from "../verify/hash.mjs";
import { bytesFor, kind, parse, read } from "../verify/json.mjs";
import * as log from "../verify/log.mjs";
import * as lottery from "../verify/lottery.mjs";
import * as merkle from "../verify/merkle.mjs";
import { openNote, parseKey } from "../verify/note.mjs";
import { parseProgramme } from "../verify/programme.mjs";
import { openReceipt } from "../verify/receipt.mjs";
import { checkShares } from "../verify/shares.mjs";
import * as tickets from "../verify/ticket.mjs";
import { bundleNamed, filesOf, sourceOf, vectors } from "./vectors.mjs";

/** Areas and vectors that this verifier does not check, with the reason. */
const OUT_OF_SCOPE = [
  ["the certificate of the whole draw (§12)", ({ area }) => area === "certificate"],
  ["compiling source files (§3.3) is the officials' tool", ({ area, input }) => area === "programme" && "files" in input],
  ["the whole register: tie prices of a level that is not needed", ({ area, expect }) => area === "bundle" && expect.label === "R-CERT-UNIQUE"],
  ["the whole register: least prices", ({ area, expect }) => area === "bundle" && expect.label === "R-CERT-LEAST"],
  ["the whole register: how many registered in each group", ({ name }) => name === "bundle-apportionment-registrants"],
  ["the whole register: one entry for each person", ({ area, expect }) => area === "bundle" && expect.label === "R-REGISTER-PERSON"],
  ["the whole register: acknowledged leaves (§7.4)", ({ area, expect }) => area === "bundle" && expect.label === "R-RECEIPTS-LEAVES"],
  ["the whole register: acknowledged leaves (§7.4)", ({ name }) => name === "bundle-mark-of-leaves"],
  ["the whole register: how many got which choice", ({ name }) => name === "bundle-total-of-choices"],
];

/** Rejected, and another of several faults is named than in the file: §15 leaves the order of steps open. */
const NAMED_OTHERWISE = {
  "R-CERT-CANONICAL": ["R-CERT-CLOSED", "R-CERT-ENVY"],
  "R-CERT-CHOICE": ["R-CERT-CLOSED", "R-CERT-PRICE", "R-RESULT-TOTALS"],
  "R-CERT-CLOSED": ["R-CERT-ENVY"],
  "R-CERT-ENVY": ["R-CERT-CLOSED"],
  "R-ENTRY-REVISION": ["R-RECEIPTS-TOTAL"],
  "R-ENTRY-STATUS": ["R-RESULT-RECORD"],
  "R-FREEZE-ROOT": ["R-SEED", "R-BUNDLE-RUN", "R-BUNDLE-RUNS"],
  "R-REGISTER-COMMITMENT": ["R-ENTRY-REVISION"],
  "R-REGISTER-ORDER": ["R-RECEIPTS-TOTAL"],
  "R-REGISTER-RUN": ["R-BUNDLE-RUNS"],
  "R-RESULT-COMMITMENT": ["R-BUNDLE-RUN"],
  "R-RESULT-RECORD": ["R-FREEZE-TOTALS"],
};

/** At least this many of each area, so that a runner that finds nothing to run does not pass. */
const AT_LEAST = {
  apportionment: 38, beacon: 18, bundle: 310, checkpoint: 19, entry: 66, event: 5, json: 37, lottery: 7, merkle: 8,
  note: 27, programme: 180, receipt: 54, seed: 3, ticket: 19, tiles: 7,
};

const SAMPLE = parseProgramme(bundleNamed("bundle-optimal").get("programme.json"));
const number = (value) => (value === null ? null : Number(value));

/** The sample with changes to its canonical form. */
function changed(fields = []) {
  const canonical = JSON.parse(new TextDecoder().decode(bundleNamed("bundle-optimal").get("programme.json")));
  for (const { path, value } of fields) {
    const parent = path.slice(0, -1).reduce((at, step) => at[step], canonical);
    if (value === undefined) delete parent[path.at(-1)];
    else parent[path.at(-1)] = value;
  }
  return parseProgramme(bytesOf(sortedJson(canonical)));
}

const AREAS = {
  json({ json, json_base64: base64, as }) {
    const bytes = json === undefined ? ofBase64(base64) : bytesOf(json);
    const value = as === "title" ? read(bytes, { en: kind.text, ko: kind.text }) : parse(bytes);
    return { bytes: bytesFor(value).length };
  },
  ticket({ bytes, ticket }) {
    const found = bytes === undefined ? tickets.parse(ticket) : ofHex(bytes);
    const spelled = tickets.spell(found);
    return { bytes: hexOf(tickets.parse(spelled)), ticket: spelled };
  },
  programme({ fields }) {
    return { hash: changed(fields).hashText };
  },
  note({ note, note_base64: base64, keys }) {
    return openNote(note === undefined ? ofBase64(base64) : bytesOf(note), keys.map(parseKey));
  },
  merkle({ leaves, index, old }) {
    const hashes = leaves.map((leaf) => merkle.leafHash(ofHex(leaf)));
    const root = merkle.rootOf(hashes);
    const found = { root: hexOf(root) };
    if (index !== undefined) {
      const path = merkle.pathOf(hashes, index);
      assert.deepEqual(merkle.rootByPath(hashes[index], index, hashes.length, path), root);
      found.path = path.map(hexOf);
    }
    if (old !== undefined) {
      const [before, proof] = [merkle.rootOf(hashes.slice(0, old)), merkle.consistencyOf(hashes, old)];
      assert.ok(merkle.isConsistent(old, before, hashes.length, root, proof));
      Object.assign(found, { old_root: hexOf(before), consistency: proof.map(hexOf) });
    }
    return found;
  },
  entry({ fields, ticket, revision, status, blinding, body }) {
    const entry = openRevision(changed(fields), {
      ticket: tickets.parse(ticket), revision, status, blinding: ofHex(blinding), body: ofHex(body),
    });
    return {
      cohort: entry.cohort,
      district: entry.district,
      channel: entry.channel,
      person: hexOf(entry.person),
      next: hexOf(entry.next),
      changes: entry.changes.map((key) => key && hexOf(key)),
      choices: entry.choices.map(({ session, site }) => (site === undefined ? ["session", session] : ["site", site])),
      commitment: hexOf(entry.commitment),
      leaf: hexOf(entry.leaf),
      leaf_hash: hexOf(merkle.leafHash(entry.leaf)),
    };
  },
  event({ leaf }) {
    const event = log.openEvent(SAMPLE, bytesOf(leaf));
    return { kind: event.kind, time_unix_s: event.time_unix_s, leaf_hash: hexOf(merkle.leafHash(bytesOf(leaf))) };
  },
  checkpoint({ note }) {
    const head = log.parseHead(SAMPLE, bytesOf(note));
    const { witnesses, since } = log.quorumOf(SAMPLE, head, ...log.EVER);
    return {
      origin: head.origin, size: Number(head.size), root: base64Of(head.root), quorum_unix_s: number(since),
      cosigned: witnesses.map(([witness, time]) => [witness, Number(time)]),
    };
  },
  tiles({ count }) {
    const entries = Array.from({ length: count }, (_, at) => bytesOf(String(at)));
    const hashes = entries.map(merkle.leafHash);
    const tiles = log.tilesOf(count);
    const lines = tiles.map(({ path, level, first, count: width }) => {
      const own = level < 0 ? entries.slice(first, first + width).map((entry) => joined(u16(entry.length), entry)) : levelOf(hashes, level).slice(first, first + width);
      return `${hexOf(sha256(joined(...own)))} ${path.replace("log/", "")}\n`;
    });
    lines.sort((a, b) => (a.slice(65) < b.slice(65) ? -1 : 1));
    return { root: hexOf(merkle.rootOf(hashes)), files: lines.length, digest: hexOf(sha256(bytesOf(lines.join("")))), lines };
  },
  beacon({ beacon: text }) {
    const { round, signature, randomness } = JSON.parse(text);
    const bytes = ofHex(signature);
    if (bytes === null) throw new Fault("R-BEACON-SIGNATURE");
    beacon.checkSignature(round, bytes);
    const found = hexOf(beacon.randomnessOf(bytes));
    if (randomness !== undefined && randomness !== found) throw new Fault("R-BEACON-RANDOMNESS");
    return { round, randomness: found };
  },
  seed({ programme, register_root: root, size, beacon: text }) {
    const { signature } = JSON.parse(text);
    return { seed: hexOf(lottery.seedOf(ofHex(programme), ofHex(root), size, beacon.randomnessOf(ofHex(signature)))) };
  },
  lottery({ seed, ticket, lots }) {
    const drawn = lottery.draw(ofHex(seed), ofHex(ticket), lots);
    return Object.fromEntries(Object.entries(drawn).map(([name, value]) => [name, String(value)]));
  },
  async receipt({ refusal, bundle, receipt, register }) {
    if (refusal !== undefined) return refused(refusal);
    const [own, other] = [await opened(bundle), await opened(register ?? bundle)];
    const { receipt: mine, finding } = await own.checkReceipt(bytesOf(receipt), other);
    return {
      finding: finding === "same" ? finding : { [finding.changed === "by-key" ? "changed_with_key" : "changed_by_office"]: finding.revision },
      leaf: hexOf(mine.entry.leaf),
      leaf_hash: hexOf(merkle.leafHash(mine.entry.leaf)),
      batch_text: mine.batch.text,
    };
  },
  apportionment(input) {
    const { problem, counts } = numbersOf(input);
    // What a file of another length is refused for before its numbers are looked at.
    if (!counts) throw new Fault("R-APPORTIONMENT-FORM");
    return { shares: checkShares(problem).map(([above, below]) => (below === 1n ? String(above) : `${above}/${below}`)) };
  },
  async bundle(input) {
    return everything(await openBundle(sourceOf(filesOf(input))));
  },
};

function numbersOf({ groups, rooms, cells: shapes, levels, shares, seats, prices }) {
  const counts = shares.length === shapes.length && seats.length === shapes.length && prices.length === rooms.length;
  const cells = shapes.map(([group, site, least, most], at) => ({ group, site, least, most, share: BigInt(shares[at] ?? 0), seats: seats[at] }));
  const least = groups.map(([, floor], at) => Math.max(floor, cells.filter(({ group }) => group === at).reduce((sum, cell) => sum + cell.least, 0)));
  const problem = {
    groups: groups.map(([n, , ceiling], at) => ({ n, least: least[at], most: Math.max(least[at], Math.min(n, ceiling)) })),
    rooms,
    cells,
    levels: levels.map(({ ratio, ...level }) => ({ ratio: ratio.map(BigInt), ...level })),
    prices: prices.map(BigInt),
  };
  return { problem, counts };
}

// The vector says what the request was; its hash is the part of a refusal that anybody can recompute. SPEC §7.5.
function refused({ programme, code, request, time_unix_s: time }) {
  const hash = parseProgramme(bundleNamed(`bundle-${programme}`).get("programme.json")).hashText;
  return { text: ["jebi/v0/refusal", "rehearsal", hash, code, hexOf(tagged("request", bytesOf(request))), time, ""].join("\n") };
}

/** Everything that the verifier checks, for every ticket of the bundle. */
async function everything(bundle) {
  await bundle.everyFile();
  await bundle.openLog({ whole: true });
  const witnesses = bundle.checkWitnesses();
  await bundle.checkBeacon();
  const seed = bundle.checkSeed();
  await bundle.checkResult();
  const { first } = await bundle.openRuns();
  await bundle.openBatches();
  const records = [];
  const drawn = [];
  for (let run = 0; run < first.length; run += 1) {
    const found = await bundle.openRun(run);
    for (let place = 0; place < found.entries.length; place += 1) {
      const mine = bundle.mineIn(found, run, place);
      const { outcome, session, choice } = mine.record;
      records.push({ ticket: tickets.spell(mine.entry.ticket), outcome, session_and_choice: outcome === "placed" ? [session, choice] : null });
      if (mine.case) drawn.push(mine);
    }
  }
  drawn.sort((a, b) => lottery.drawOrder(a.case.key, b.case.key));
  return {
    programme: bundle.programme.hashText,
    register_root: bundle.roots.register,
    allocation_root: bundle.roots.allocation,
    log_root: bundle.roots.log,
    seed: hexOf(seed),
    witnessed_at_unix_s: witnesses.proven ? number(witnesses.freeze.since) : null,
    events: [...bundle.log.events.values()].map((event) => event.kind),
    records,
    unplaced: records.filter(({ outcome }) => outcome === "unplaced").length,
    draw_order: drawn.map(({ entry, case: of, drawn: { number: own, rotation, weight } }) => ({
      ticket: tickets.spell(entry.ticket), sessions: [...of.positions.keys()], number: String(own), rotation: String(rotation), weight: String(weight),
    })),
  };
}

const bundles = new Map();
async function opened(name) {
  if (!bundles.has(name)) bundles.set(name, everythingOpened(name));
  return bundles.get(name);
}
async function everythingOpened(name) {
  const bundle = await openBundle(sourceOf(bundleNamed(name)));
  await bundle.openLog({ anchors: true });
  await bundle.checkBeacon({ quick: true });
  bundle.checkSeed();
  await bundle.checkResult();
  await bundle.openRuns();
  return bundle;
}

const levels = new WeakMap();
function levelOf(hashes, level) {
  if (level === 0) return hashes;
  if (!levels.has(hashes)) levels.set(hashes, new Map());
  const known = levels.get(hashes);
  if (!known.has(level)) {
    const below = levelOf(hashes, level - 1);
    known.set(level, Array.from({ length: Math.floor(below.length / 256) }, (_, at) => merkle.rootOf(below.slice(256 * at, 256 * at + 256))));
  }
  return known.get(level);
}

function sortedJson(value) {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${sortedJson(value[key])}`).join(",")}}`;
}

const skipped = ({ name, area, verdict, input, expect }) =>
  OUT_OF_SCOPE.find(([, applies]) => applies({ name, area, verdict, input, expect }))?.[0];

const ran = {};
for (const area of new Set(vectors.map((vector) => vector.area))) {
  const own = vectors.filter((vector) => vector.area === area && skipped(vector) === undefined);
  test(`vectors of the area ${area}`, async (t) => {
    if (own.length === 0) return t.skip(skipped(vectors.find((vector) => vector.area === area)));
    for (const { name, verdict, input, expect } of own) await check(AREAS[area], { name, verdict, input, expect });
    ran[area] = own.length;
    t.diagnostic(`${own.length} vectors`);
  });
}

async function check(run, { name, verdict, input, expect }) {
  let found;
  try {
    found = await run(input);
  } catch (fault) {
    assert.ok(fault instanceof Fault, `${name}: ${fault.stack}`);
    assert.equal(verdict, "reject", `${name}: ${fault}`);
    const labels = [expect.label, ...(NAMED_OTHERWISE[expect.label] ?? [])];
    assert.ok(labels.includes(fault.label), `${name}: ${fault} instead of ${expect.label}`);
    return;
  }
  assert.equal(verdict, "accept", `${name} was accepted, and breaks ${expect.label}`);
  if (expect.note !== undefined) return assert.ok(expect.note.startsWith(`${found.text}\n`), name);
  // What is found is compared where the vector says it, and each vector says something that is found.
  const both = Object.keys(found).filter((key) => key in expect && !(key === "lines" && expect.lines === undefined));
  assert.ok(both.length > 0, `${name} expects nothing that was found`);
  for (const key of both) assert.deepEqual(found[key], expect[key], `${name}: ${key}`);
}

test("no area lost its vectors, and none appeared that nobody runs", () => {
  for (const [area, least] of Object.entries(AT_LEAST)) assert.ok(ran[area] >= least, `${area}: ${ran[area]} of at least ${least}`);
  const unknown = vectors.filter((vector) => !(vector.area in AT_LEAST) && skipped(vector) === undefined);
  assert.deepEqual(unknown.map(({ name }) => name), []);
});

test("what the vectors accept as a receipt is refused with one bit of its batch's signature flipped", async () => {
  const { input } = vectors.find(({ name }) => name === "receipt-the-very-one");
  const receipt = JSON.parse(input.receipt);
  const flipped = { ...receipt, batch: receipt.batch.replace(/.=\n$/, (end) => (end[0] === "A" ? `E${end.slice(1)}` : `A${end.slice(1)}`)) };
  assert.throws(() => openReceipt(SAMPLE, bytesOf(sortedJson(flipped))), { label: "R-NOTE-SIGNATURE" });
});
