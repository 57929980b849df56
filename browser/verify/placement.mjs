// One applicant's result against the closing numbers and prices of all pools. SPEC §11.1 to §11.7, §12.1 to §12.3.
//
// Definitions: A(i) are the pools that i may use in a pass. pos(i) < t(j) says that pool j was open when i's turn came; i's
// draw key stands for pos(i), and a pool that never closed has t(j) = ∞. Whom the first of two passes placed comes before
// everybody in the second. Guaranteed to i are the pools G(i); τ(i) is their largest t. Admissible are, in `serial` and
// `priority`, the pools of G(i) with t(j) = τ(i) in the last pass; in `optimal` all of A(i).
// Conditions: (1) in each pass a placed i sits in a pool of A(i), and the record names the choice where its session occurs
// first; (2) what closed before i's turn is what 12.2 says, pass by pass; (3) no admissible pool would have been better at
// its price, of which all levels count (12.3).
// Invariant: nothing is said about others; that all other results are right is for who reads the whole register.

import { must } from "./fault.mjs";
import { drawOrder } from "./lottery.mjs";
import { isMember } from "./pools.mjs";

const PLACE = "sessions.json";
/** No sum of costs within a draw's bounds comes near these. SPEC §12.3. */
const [MOST_PRICE, MOST_TIE] = [1n << 58n, 1n << 112n];

/** The list in sessions: per choice those that had not come before, in programme order. SPEC §11.1. */
export function sessionsOf(programme, choices) {
  const seen = new Set();
  return choices.map(({ session, site }) => {
    const all = site === undefined ? [session] : programme.sessionsAt[site];
    const own = all.filter((each) => !seen.has(each));
    own.forEach((each) => seen.add(each));
    return own;
  });
}

/** Positions in the strict order: each session's place in the list, from 0, a site's sessions rotated. SPEC §11.2. */
function positionsOf(lists, rotation) {
  const positions = new Map();
  for (const own of lists) {
    const turn = own.length === 0 ? 0 : Number(rotation % BigInt(own.length));
    for (const session of [...own.slice(turn), ...own.slice(0, turn)]) positions.set(session, BigInt(positions.size));
  }
  return positions;
}

/**
 * An applicant as the conditions see it. `mine` is {entry, record, drawn}, `pools` those of each session.
 * `got` is {session, choice, pool} or null; `kept` the pool after the first of two passes, or null.
 */
export function caseOf(programme, pools, { entry, record, drawn }) {
  const { mechanism, cohorts } = programme;
  const { tier } = cohorts[entry.cohort];
  const lists = sessionsOf(programme, entry.choices);
  const [{ closing, tie_prices: ties }] = pools[0];
  const { session, choice } = record;
  return {
    programme,
    pools,
    entry,
    name: mechanism.name,
    passes: closing.length,
    key: { tier, number: record.number, ticket: entry.ticket },
    lists,
    positions: positionsOf(lists, drawn.rotation),
    weights: drawn.weights.slice(0, ties.length),
    got: record.outcome === "placed" ? { session, choice, pool: poolOf(pools, record) } : null,
    kept: record.first === null ? null : poolOf(pools, record.first),
    outsiderCost: BigInt(mechanism.outsider_cost),
    unplacedCost: BigInt(mechanism.unplaced_costs[tier - 1] ?? 0),
  };
}

function poolOf(pools, { session, pool }) {
  const found = pools[session]?.[pool];
  must(found !== undefined, "R-CERT-CHOICE", PLACE);
  return found;
}

/** Whether a pool is kept for others than this applicant. */
export const isOutsider = (of, { reserve }) => reserve !== null && !isMember(of.programme, reserve, of.entry);

/** The last pass, whose closing numbers decide where nothing else is said. */
const lastPass = (of) => Math.max(0, of.passes - 1);

/** The pools that may be used at a choice in a pass: A(i, r). SPEC §11.1. */
export function poolsAt(of, rank, pass = lastPass(of)) {
  const released = of.name === "optimal" || pass === 1;
  const own = of.lists[rank].flatMap((session) => of.pools[session]);
  return own.filter((pool) => !isOutsider(of, pool) || (released && pool.reserve.release));
}

const everywhere = (of, pass) => of.lists.flatMap((_, rank) => poolsAt(of, rank, pass));

/** The closing number of a pool in a pass; null if it never closed. */
export const closingOf = (of, pool, pass = lastPass(of)) => pool.closing[pass] ?? null;

/** -1, 0 or 1; a pool that never closed comes after every number. */
export function closingOrder(a, b) {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return drawOrder(a, b);
}

/** The largest closing number of some pools in a pass. */
export function latest(of, pools, pass = lastPass(of)) {
  return pools.map((pool) => closingOf(of, pool, pass)).reduce((a, b) => (closingOrder(a, b) >= 0 ? a : b));
}

/** Whether somebody's turn in a pass came before everybody's. SPEC §11.4. */
const isFirst = (of, pass) => pass === 1 && of.kept !== null;

/** Whether all of these pools had closed when the applicant's turn came in a pass, or closed at it. */
export const hadClosed = (of, pools, pass = lastPass(of)) =>
  !isFirst(of, pass) && pools.every((pool) => closingOrder(closingOf(of, pool, pass), of.key) <= 0);

/** The pools that were guaranteed to somebody whom a pass placed. SPEC §11.3, §11.4. */
const guaranteed = (of, pass) => (of.name === "serial" ? poolsAt(of, of.got.choice, pass) : everywhere(of, pass));

/** The largest closing number of what was guaranteed to a placed applicant. */
export const limitOf = (of) => latest(of, guaranteed(of, lastPass(of)));

/** The pools that are admissible at the end. */
export function admissible(of) {
  if (of.name === "optimal") return everywhere(of);
  const limit = limitOf(of);
  return guaranteed(of, lastPass(of)).filter((pool) => closingOrder(closingOf(of, pool), limit) === 0);
}

/** What a seat costs: cost of the rank and of an outsider with the price, then of each level weight times position with the tie price. */
export function costAt(of, pool) {
  const rank = of.lists.findIndex((own) => own.includes(pool.session));
  const cost = BigInt(of.name === "serial" ? 0 : of.programme.mechanism.rank_costs[rank]);
  const outside = of.name === "optimal" && isOutsider(of, pool) ? of.outsiderCost : 0n;
  const position = of.positions.get(pool.session);
  return [cost + outside + pool.price, ...of.weights.map((weight, level) => weight * position + pool.tie_prices[level])];
}

/** What being unplaced costs in `optimal`. */
const costOutside = (of) => [of.unplacedCost, ...of.weights.map((weight) => weight * BigInt(of.positions.size))];

/** -1, 0 or 1: costs of as many levels, by the first that differs. */
export function costOrder(a, b) {
  const at = a.findIndex((cost, level) => cost !== b[level]);
  return at < 0 ? 0 : a[at] < b[at] ? -1 : 1;
}

const least = (costs) => costs.reduce((a, b) => (costOrder(a, b) <= 0 ? a : b));

/** Rejects a placement that breaks a condition for this applicant. */
export function checkPlacement(of) {
  if (of.got !== null) {
    const { choice, pool } = of.got;
    must(choice < of.lists.length && poolsAt(of, choice).includes(pool), "R-CERT-CHOICE", PLACE);
  }
  if (of.passes === 2) {
    must(of.kept === null || everywhere(of, 0).includes(of.kept), "R-CERT-CHOICE", PLACE);
    guarantee(of, 0, of.kept);
    must(of.kept === null || of.got !== null, "R-CERT-ENVY", PLACE);
  }
  if (of.passes > 0) guarantee(of, lastPass(of), of.got?.pool ?? null);
  prices(of);
}

// SPEC §12.2 (a) for an occupant, (b) for everybody.
function guarantee(of, pass, pool) {
  if (pool === null) return must(hadClosed(of, everywhere(of, pass), pass), "R-CERT-ENVY", PLACE);
  const own = closingOf(of, pool, pass);
  must(isFirst(of, pass) || closingOrder(of.key, own) < 0, "R-CERT-CLOSED", PLACE);
  must(closingOrder(latest(of, guaranteed(of, pass), pass), own) <= 0, "R-CERT-CLOSED", PLACE);
  if (of.name !== "serial") return;
  const better = of.lists.slice(0, of.got.choice).flatMap((_, rank) => poolsAt(of, rank, pass));
  must(hadClosed(of, better, pass), "R-CERT-ENVY", PLACE);
}

// SPEC §12.3 for one applicant.
function prices(of) {
  const label = "R-CERT-PRICE";
  if (of.got === null && of.name !== "optimal") return;
  const best = least(admissible(of).map((pool) => costAt(of, pool)));
  if (of.got !== null) must(costOrder(costAt(of, of.got.pool), best) === 0, label, PLACE);
  if (of.name !== "optimal") return;
  must(costOrder(best, costOutside(of)) * (of.got === null ? -1 : 1) <= 0, label, PLACE);
}

/**
 * Rejects what is wrong with pools whoever sits in them: full where closed or priced, no price below zero. Who sat where
 * after the first of two passes is not counted in `sessions.json`, so only the last one's closing numbers are judged.
 */
export function checkPools(programme, pools) {
  for (const { capacity, placed, closing, price, tie_prices: ties } of pools.flat()) {
    const [free, tuple] = [placed < capacity, [price, ...ties]];
    const sign = costOrder(tuple, tuple.map(() => 0n));
    must(placed <= capacity, "R-CERT-CAPACITY", PLACE);
    must(!free || (closing.at(-1) ?? null) === null, "R-CERT-CLOSED", PLACE);
    must(sign >= 0 && !(free && sign !== 0), "R-CERT-PRICE", PLACE);
    const near = price <= MOST_PRICE && ties.every((tie) => tie <= MOST_TIE && -tie <= MOST_TIE);
    must(near, "R-CERT-PRICE", PLACE, "beyond all costs");
    must(programme.mechanism.name !== "serial" || price === 0n, "R-CERT-LEAST", PLACE);
  }
}
