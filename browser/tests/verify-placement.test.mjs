// What no bundle of the vectors shows: the first of two passes with one number changed, and levels of luck after the first.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBundle } from "../verify/bundle.mjs";
import { checkPlacement, checkPools, closingOrder } from "../verify/placement.mjs";
import { bundleNamed, sourceOf } from "./vectors.mjs";

/** Everybody who took part, as the conditions see them. */
async function casesOf(name) {
  const bundle = await openBundle(sourceOf(bundleNamed(name)));
  await bundle.openLog();
  await bundle.checkBeacon({ quick: true });
  bundle.checkSeed();
  await bundle.checkResult();
  await bundle.openRuns();
  const run = await bundle.openRun(0);
  return run.entries.map((_, place) => bundle.mineIn(run, 0, place).case).filter((of) => of);
}

/** The same applicant with each pool changed by `change(pool)`. */
function changed(of, change) {
  const news = new Map(of.pools.flat().map((pool) => [pool, { ...pool, ...change(pool) }]));
  const pools = of.pools.map((own) => own.map((pool) => news.get(pool)));
  const got = of.got && { ...of.got, pool: news.get(of.got.pool) };
  return { ...of, pools, got, kept: of.kept && news.get(of.kept) };
}

const cases = await casesOf("bundle-reserves-priority");
const kept = cases.filter((of) => of.kept !== null);
const failed = cases.filter((of) => of.kept === null);
const first = (closing) => ({ closing: [, last] }) => ({ closing: [closing, last] });
const label = (text) => ({ label: text });

test("both passes are there to be broken", () => {
  assert.ok(cases.every((of) => of.passes === 2) && kept.length > 0 && failed.length > 0);
  assert.ok(kept.some((of) => of.kept !== of.got.pool));
});

test("who was left out of the first pass found nothing open in it", () => {
  for (const of of failed) assert.throws(() => checkPlacement(changed(of, first(null))), label("R-CERT-ENVY"));
});

test("who was kept in the first pass came before their pool closed in it", () => {
  for (const of of kept) assert.throws(() => checkPlacement(changed(of, first(of.key))), label("R-CERT-CLOSED"));
});

test("no pool that was guaranteed in the first pass closed after the one that was used", () => {
  const later = kept.filter((of) => new Set(of.lists.flat()).size > 1 && of.kept.closing[0] !== null);
  assert.ok(later.length > 0);
  for (const of of later) {
    const other = of.lists.flat().find((session) => session !== of.kept.session);
    const never = (pool) => ({ closing: pool.session === other ? [null, pool.closing[1]] : pool.closing });
    assert.throws(() => checkPlacement(changed(of, never)), label("R-CERT-CLOSED"));
  }
});

test("a seat of the first pass is in no pool of others, not even one that is released later", () => {
  const outside = kept.filter((of) => of.got.pool.reserve?.release && of.kept !== of.got.pool);
  assert.ok(outside.length > 0);
  for (const of of outside) assert.throws(() => checkPlacement({ ...of, kept: of.got.pool }), label("R-CERT-CHOICE"));
});

test("whom the first pass kept has a seat in the end, and comes before everybody in the second", () => {
  for (const of of kept) {
    assert.throws(() => checkPlacement({ ...of, got: null }), label("R-CERT-ENVY"));
    // All closed before anybody's number, and only the own seat is cheap.
    const soon = changed(of, (pool) => {
      const [price, tie_prices] = [pool === of.got.pool ? 0n : 1_000_000n, [0n]];
      return { closing: [pool.closing[0], { ...of.key, tier: 0 }], price, tie_prices };
    });
    checkPlacement(soon);
    assert.throws(() => checkPlacement({ ...soon, kept: null }), label("R-CERT-ENVY"));
  }
});

test("among equals of one level, the next decides", () => {
  // Two sessions cost the same by rank and price (0 + 1, 1 + 0) and at level 0 (0 + 4, 4 + 0); at level 1 it is `tie` against 3.
  const at = (tie) => {
    const pool = (session, price, ...ties) => ({ session, reserve: null, closing: [], price, tie_prices: ties });
    const pools = [[pool(0, 1n, 4n, tie)], [pool(1, 0n, 0n, 0n)]];
    const programme = { mechanism: { rank_costs: [0, 1] } };
    const positions = new Map([[0, 0n], [1, 1n]]);
    const got = { session: 0, choice: 0, pool: pools[0][0] };
    return { programme, pools, positions, got, name: "optimal", passes: 0, lists: [[0], [1]], weights: [4n, 3n], kept: null, unplacedCost: 9n };
  };
  checkPlacement(at(2n));
  checkPlacement(at(3n));
  assert.throws(() => checkPlacement(at(4n)), label("R-CERT-PRICE"));
  assert.throws(() => checkPlacement({ ...at(3n), unplacedCost: 0n }), label("R-CERT-PRICE"));
});

test("a price is below zero by the first level that is not zero, and free seats have none at any", () => {
  const programme = { mechanism: { name: "optimal" } };
  const pool = (placed, price, ...ties) => [[{ capacity: 2, placed, closing: [], price, tie_prices: ties }]];
  checkPools(programme, pool(2, 1n, -5n, -5n));
  checkPools(programme, pool(2, 0n, 0n, 0n));
  checkPools(programme, pool(1, 0n, 0n, 0n));
  for (const wrong of [pool(2, 0n, 0n, -1n), pool(2, 0n, -1n, 5n), pool(1, 0n, 0n, 1n)]) assert.throws(() => checkPools(programme, wrong), label("R-CERT-PRICE"));
});

test("a pool that never closed comes after every number", () => {
  assert.deepEqual([closingOrder(null, null), closingOrder(null, kept[0].key), closingOrder(kept[0].key, null)], [0, 1, -1]);
});
