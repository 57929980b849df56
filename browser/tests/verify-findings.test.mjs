// One person's check as it is told: what is found in sound bundles, and in bundles with one byte changed.
// `JEBI_DRAW=demo node --test …` adds the bundle of a demo draw.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { bytesOf } from "../verify/bytes.mjs";
import { openBundle } from "../verify/bundle.mjs";
import { isByOffice, STATUSES } from "../verify/entry.mjs";
import { choiceTexts, numberText, tierText, whyTexts } from "../verify/explain.mjs";
import { isOutsider } from "../verify/placement.mjs";
import { lookUp } from "../verify/results-page.mjs";
import { checkMore, checkOne } from "../verify/steps.mjs";
import { parse, spell } from "../verify/ticket.mjs";
import { en, ko } from "./texts.mjs";
import { bundleNamed, sourceOf, vectors } from "./vectors.mjs";

const DRAW = process.env.JEBI_DRAW;
const NAMES = ["serial", "priority", "optimal", "two-runs", "reserves-serial", "reserves-priority", "reserves-optimal", "reserves-kept"];
const BUNDLES = new Map(NAMES.map((name) => [`bundle-${name}`, bundleNamed(`bundle-${name}`)]));
if (DRAW) BUNDLES.set("demo", filesIn(join(DRAW, "bundle")));

function filesIn(folder) {
  const paths = readdirSync(folder, { recursive: true }).map((path) => join(folder, path)).filter((path) => statSync(path).isFile());
  return new Map(paths.map((path) => [relative(folder, path).replaceAll("\\", "/"), new Uint8Array(readFileSync(path))]));
}

/** All that is found, "running" left out. */
async function findings(files, { ticket = null, receipt = null, hash = null } = {}, more = false) {
  const said = [];
  const say = (finding) => finding.state !== "running" && said.push(finding);
  const wanted = { ticket: ticket && parse(ticket), receipt: receipt && bytesOf(receipt), hash };
  const { bundle } = await checkOne(en, sourceOf(files), wanted, say);
  if (more) await checkMore(en, bundle, say);
  return said;
}

/** Some tickets of a bundle with their outcome: the first of each. */
async function someTickets(files) {
  const bundle = await openBundle(sourceOf(files));
  await bundle.openLog();
  await bundle.openRuns();
  const found = {};
  for (let number = 0; number < bundle.runs.first.length; number += 1) {
    const run = await bundle.openRun(number);
    run.records.forEach(({ outcome }, at) => (found[outcome] ??= spell(run.entries[at].ticket)));
  }
  return found;
}

/** What `lookUp` finds for everybody who took part, in the first run. */
async function everybody(name) {
  const files = BUNDLES.get(name);
  const bundle = await openBundle(sourceOf(files));
  await bundle.openLog();
  await bundle.openRuns();
  const found = [];
  for (const { ticket } of (await bundle.openRun(0)).entries) found.push(await lookUp(sourceOf(files), ticket));
  return found.filter((mine) => mine.case);
}

for (const [name, files] of BUNDLES) {
  test(`${name}: everything that can be proved is, for whoever is placed, unplaced or withdrawn`, async () => {
    for (const [outcome, ticket] of Object.entries(await someTickets(files))) {
      const said = await findings(files, { ticket }, true);
      const steps = said.map(({ step }) => step);
      assert.deepEqual(new Set(said.map(({ state }) => state)), new Set(["proved", "open"]));
      assert.deepEqual(said.filter(({ state }) => state === "open").map(({ step }) => step), ["known"]);
      const { entry } = await lookUp(sourceOf(files), parse(ticket));
      const own = (outcome === "withdrawn" ? 1 : 3) + (isByOffice(entry.status) ? 1 : 0);
      assert.deepEqual(steps, [..."programme known log witnesses beacon seed result".split(" "), ...Array(own).fill("mine"), "events", "files"]);
    }
  });

  test(`${name}: everybody's result has its sentences in both languages`, async () => {
    const bundle = await openBundle(sourceOf(files));
    await bundle.openLog();
    await bundle.openRuns();
    const run = await bundle.openRun(0);
    for (const { ticket } of run.entries.slice(0, 40)) {
      const { programme, entry, case: of } = await lookUp(sourceOf(files), ticket);
      if (!of) continue;
      for (const t of [ko, en]) {
        const lines = choiceTexts(t, of, entry.choices);
        assert.equal(lines.length, entry.choices.length);
        assert.equal(lines.filter(({ got }) => got).length, of.got ? 1 : 0);
        const texts = [...lines.flatMap(({ what, fate }) => [what, fate]), ...whyTexts(t, of, entry.choices), numberText(t, of), tierText(t, of, programme.cohorts[entry.cohort].title) ?? "-"];
        assert.ok(texts.every((text) => text.length > 0 && !/undefined|NaN|\{|\}/.test(text)), texts.join("\n"));
      }
    }
  });

  // Where bytes lie is the same in all bundles with reserves.
  if (name.startsWith("bundle-reserves-") && name !== "bundle-reserves-priority") continue;

  test(`${name}: a changed byte in any file that is read is found, and the finding names the file`, async () => {
    const { placed: ticket } = await someTickets(files);
    const bundle = await openBundle(sourceOf(files));
    await bundle.openLog();
    await bundle.checkBeacon({ quick: true });
    bundle.checkSeed();
    await bundle.checkResult();
    await bundle.openRuns();
    await bundle.mine(parse(ticket));
    const read = [...bundle.read.keys()];
    assert.ok(read.length >= 10);
    for (const path of read) {
      const old = files.get(path);
      for (const at of [0, old.length >> 1, old.length - 1]) {
        const bytes = Uint8Array.from(old);
        bytes[at] ^= 1 << at % 8;
        const last = (await findings(new Map([...files, [path, bytes]]), { ticket })).at(-1);
        assert.equal(last.state, "failed", `${path} at ${at}`);
        assert.ok(last.rule.includes("R-MANIFEST-FILE") && last.rule.includes(path), last.rule);
      }
      const missing = new Map(files);
      missing.delete(path);
      assert.ok((await findings(missing, { ticket })).at(-1).rule.includes("R-MANIFEST-FILE"), path);
    }
  });

  test(`${name}: no byte of the manifest can be changed`, async () => {
    const old = files.get("manifest.note");
    for (let at = 0; at < old.length; at += Math.max(1, old.length >> 5)) {
      const bytes = Uint8Array.from(old);
      bytes[at] ^= 1;
      const [first, ...others] = await findings(new Map([...files, ["manifest.note", bytes]]));
      assert.deepEqual([first.step, first.state, others.length], ["programme", "failed", 0], `at ${at}`);
    }
  });

  test(`${name}: a ticket that nobody has stands between its neighbours`, async () => {
    const tickets = [new Uint8Array(12), new Uint8Array(12).fill(255), new Uint8Array(12).fill(128)];
    const texts = [];
    for (const ticket of tickets) {
      const last = (await findings(files, { ticket: spell(ticket) })).at(-1);
      assert.deepEqual([last.step, last.state], ["mine", "open"]);
      texts.push(last.text);
    }
    assert.ok(texts[0].includes(en("verify-mine-start")) && texts[1].includes(en("verify-mine-edge")));
    assert.ok(!texts[2].includes(en("verify-mine-start")) && !texts[2].includes(en("verify-mine-edge")));
  });
}

test("a lottery's loser reads of no choice that was open, and a winner of one", async () => {
  const closed = [en("explain-closed-at-yours"), "it closed before your turn"];
  const files = BUNDLES.get("bundle-serial");
  const { unplaced, placed } = await someTickets(files);
  const fates = async (ticket) => {
    const { entry, case: of } = await lookUp(sourceOf(files), parse(ticket));
    return choiceTexts(en, of, entry.choices);
  };
  const own = (await fates(unplaced)).filter(({ fate }) => fate !== en("explain-repeated"));
  assert.ok(own.every(({ fate }) => closed.some((text) => fate.startsWith(text))));
  const [got] = (await fates(placed)).filter((line) => line.got);
  assert.ok(got.fate.startsWith("it was open at your turn"));
});

test("who sits in a kept seat reads for whom it was kept", async () => {
  const kept = await everybody("bundle-reserves-priority");
  const lines = (of, choices) => whyTexts(en, of, choices).filter((text) => /seats? .*kept for/.test(text));
  for (const { entry, case: of } of kept) assert.equal(lines(of, entry.choices).length, of.got?.pool.reserve ? 1 : 0);
  const outsiders = kept.filter(({ case: of }) => of.got?.pool.reserve && isOutsider(of, of.got.pool));
  assert.ok(outsiders.length > 0);
  const reserve = (of) => of.got.pool.reserve.title.en;
  for (const { entry, case: of } of outsiders) assert.ok(whyTexts(en, of, entry.choices).includes(en("explain-seat-released", { reserve: reserve(of) })));
});

test("who got a seat after the first pass reads of the second", async () => {
  const [{ entry, case: of }] = (await everybody("bundle-reserves-priority")).filter((mine) => mine.case.kept !== null);
  const text = en("explain-why-second-pass");
  assert.ok(!whyTexts(en, of, entry.choices).includes(text));
  assert.ok(whyTexts(en, { ...of, kept: null }, entry.choices).includes(text));
});

test("what closed in the first pass to somebody kept, and was open again, is told so, and never as open until before their turn", async () => {
  const again = en("explain-open-again");
  for (const { entry, case: of } of (await everybody("bundle-reserves-priority")).filter((mine) => mine.case.kept !== null)) {
    const closed = of.pools.map((pools) => pools.map((pool) => ({ ...pool, closing: [of.key, pool.closing[1]] })));
    const pool = closed[of.got.session][of.pools[of.got.session].indexOf(of.got.pool)];
    const { fate } = choiceTexts(en, { ...of, pools: closed, got: { ...of.got, pool } }, entry.choices)[of.got.choice];
    assert.ok(fate.startsWith(again), fate);
  }
});

test("a hash that somebody knows decides, and does not stop the rest", async () => {
  const files = BUNDLES.get("bundle-serial");
  const right = vectors.find(({ name }) => name === "bundle-serial").expect.programme;
  const state = async (hash) => (await findings(files, { hash })).find(({ step }) => step === "known").state;
  assert.equal(await state(right), "proved");
  assert.equal(await state(right.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))), "failed");
  assert.equal((await findings(files, { hash: "0".repeat(64) })).at(-1).step, "result");
});

test("receipts are told as what they are", async () => {
  const told = async (name, files = BUNDLES.get("bundle-optimal"), ticket = null) => {
    const { input } = vectors.find((vector) => vector.name === name);
    return (await findings(files, { receipt: input.receipt, ticket })).filter(({ step }) => step === "receipt");
  };
  assert.equal((await told("receipt-the-very-one"))[0].text, en("verify-receipt-same"));
  assert.equal((await told("receipt-two-revisions-old"))[0].text, en("verify-receipt-by-key", { revision: 3 }));
  assert.equal((await told("receipt-changed-by-the-office"))[0].text, en("verify-receipt-by-office", { revision: 2 }));
  assert.equal((await told("receipt-blinding"))[0].state, "failed");
  const [, other] = await told("receipt-the-very-one", undefined, "KHH24N2-2P24XRY-4YFR0SX");
  assert.equal(other.text, en("verify-receipt-other", { ticket: "78DRJY4-8M697QE-16864Z0" }));
});

test("whose entry the office changed last is told so, whether or not it takes part, and nobody else", async () => {
  const files = BUNDLES.get("bundle-priority");
  const bundle = await openBundle(sourceOf(files));
  await bundle.openLog();
  await bundle.openRuns();
  const told = {};
  for (const { ticket } of (await bundle.openRun(0)).entries) {
    const { entry } = await lookUp(sourceOf(files), ticket);
    const said = (await findings(files, { ticket: spell(ticket) })).filter(({ step }) => step === "mine").map(({ text }) => text);
    (told[STATUSES[entry.status]] ??= []).push(said.includes(en("explain-changed-by-office")));
  }
  const each = Object.fromEntries(Object.entries(told).map(([status, all]) => [status, [...new Set(all)]]));
  assert.deepEqual(each, { active: [false], withdrawn: [false], "active-by-office": [true], "withdrawn-by-office": [true] });
});

test("a rehearsal without witnesses passes, and says what is not proven", async () => {
  const said = await findings(bundleNamed("bundle-unwitnessed"));
  assert.equal(said.find(({ step }) => step === "witnesses").state, "open");
});

test("a receipt of a demo draw holds", { skip: !DRAW }, async () => {
  const folder = join(DRAW, "receipts");
  for (const file of readdirSync(folder)) {
    const said = await findings(BUNDLES.get("demo"), { receipt: readFileSync(join(folder, file), "utf8") });
    assert.equal(said.find(({ step }) => step === "receipt").state, "proved", file);
    assert.equal(said.at(-1).step, "mine");
  }
});
