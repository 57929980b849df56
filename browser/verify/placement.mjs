// One applicant's result against the closing numbers and prices of all sessions. SPEC §11.1, §11.2, §12.1 to §12.3.
//
// Definitions: pos(i) < t(j) says that pool j was open when i's turn came; i's draw key stands for pos(i), and a pool
// that never closed has t(j) = ∞. Guaranteed to i are the pools G(i); τ(i) is their largest t. Admissible are, in
// `serial` and `priority`, the pools of G(i) with t(j) = τ(i); in `optimal` all pools of the list.
// Conditions: (1) a placed i sits in a pool of its list, at the choice where that pool occurs first; (2) what closed
// before i's turn is what 12.2 says; (3) no admissible pool would have been better at its price (12.3).
// Invariant: nothing is said about others; that all other results are right is for who reads the whole register.

import { must } from "./fault.mjs";
import { drawOrder } from "./lottery.mjs";
import { admits, isMember, passesOf, poolsOf } from "./pools.mjs";

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

/** The published pools of all sessions in one list, with what the programme says of them. */
export function pooled(programme, sessions) {
  const published = sessions.sessions.flatMap(({ pools }) => pools);
  return poolsOf(programme).map((pool, at) => ({ ...pool, ...published[at] }));
}

/** An applicant as the conditions see it. `mine` is {entry, record, seat, drawn}, `pools` those of `pooled`. */
export function caseOf(programme, pools, { entry, record, seat, drawn }) {
  const { tier } = programme.cohorts[entry.cohort];
  const sessions = sessionsOf(programme, entry.choices);
  const begins = new Map(pools.map(({ session }, at) => [session, at]).reverse());
  const at = ({ session, pool }) => (pools[begins.get(session) + pool]?.session === session ? begins.get(session) + pool : -1);
  const passes = passesOf(programme);
  const pass = Math.max(passes, 1) - 1;
  const of = {
    programme,
    pools,
    entry,
    passes,
    name: programme.mechanism.name,
    key: { tier, number: record.number, ticket: entry.ticket },
    positions: positionsOf(sessions, drawn.rotation),
    weights: drawn.weights,
    unplacedCost: BigInt(programme.mechanism.unplaced_costs[tier - 1] ?? 0),
    comesFirst: seat.first !== null,
  };
  const placed = record.outcome === "placed";
  const got = placed ? { session: record.session, choice: record.choice, pool: at({ session: record.session, pool: seat.pool }) } : null;
  const first = seat.first === null ? null : { session: seat.first.session, pool: at(seat.first) };
  return { ...inPass(of, sessions, pass, got), first: passes === 2 ? { ...inPass(of, sessions, 0, first), comesFirst: false } : null };
}

/** The same in one pass: `lists` are the numbers of the pools at each choice, `got` what the pass ended with. */
function inPass(of, sessions, pass, got) {
  const open = (session) => of.pools.flatMap((pool, at) => (pool.session === session && admits(of.programme, pass, pool, of.entry) ? [at] : []));
  return { ...of, pass, got, lists: sessions.map((own) => own.flatMap(open)) };
}

/** The closing number of a pool; null if it never closed. */
export const closingOf = (of, pool) => of.pools[pool].closing[of.pass] ?? null;

/** -1, 0 or 1; a pool that never closed comes after every number. */
export function closingOrder(a, b) {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return drawOrder(a, b);
}

/** The largest closing number of some sessions. */
export function latest(of, sessions) {
  return sessions.map((session) => closingOf(of, session)).reduce((a, b) => (closingOrder(a, b) >= 0 ? a : b));
}

/** Whether all of these pools had closed when the applicant's turn came, or closed at it. */
export const hadClosed = (of, pools) => !of.comesFirst && pools.every((pool) => closingOrder(closingOf(of, pool), of.key) <= 0);

const all = (of) => of.lists.flat();

/** The sessions that were guaranteed to a placed applicant. SPEC §11.3. */
const guaranteed = (of) => (of.name === "serial" ? of.lists[of.got.choice] : all(of));

/** The sessions that are admissible at the end. */
export function admissible(of) {
  if (of.name === "optimal") return all(of);
  const sessions = guaranteed(of);
  const limit = latest(of, sessions);
  return sessions.filter((session) => closingOrder(closingOf(of, session), limit) === 0);
}

/** What a seat costs: cost of the rank and price, then weight times position and tie price of each level. */
export function costAt(of, pool) {
  const rank = of.lists.findIndex((own) => own.includes(pool));
  const cost = BigInt(of.name === "serial" ? 0 : of.programme.mechanism.rank_costs[rank]);
  const { session, reserve, price, tie_prices: ties } = of.pools[pool];
  const isOutsider = of.name === "optimal" && reserve !== null && !isMember(of.programme, reserve, of.entry);
  const outsider = isOutsider ? BigInt(of.programme.mechanism.outsider_cost) : 0n;
  return [cost + outsider + price, ...ties.map((tie, level) => of.weights[level] * of.positions.get(session) + tie)];
}

/** What being unplaced costs in `optimal`. */
const costOutside = (of) => {
  const levels = of.pools[0].tie_prices.length;
  return [of.unplacedCost, ...of.weights.slice(0, levels).map((weight) => weight * BigInt(of.positions.size))];
};

/** Compares costs, part by part. */
export function costOrder(a, b) {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at < 0 ? 0 : a[at] < b[at] ? -1 : 1;
}
const least = (costs) => costs.reduce((a, b) => (costOrder(a, b) <= 0 ? a : b));

/** Rejects a placement that breaks a condition for this applicant. */
export function checkPlacement(of) {
  if (of.got !== null) {
    const { pool, choice } = of.got;
    must(choice < of.lists.length && of.lists[choice].includes(pool), "R-CERT-CHOICE", "sessions.json");
  }
  if (of.first !== null) {
    must(of.first.got === null || all(of.first).includes(of.first.got.pool), "R-CERT-CHOICE", "sessions.json");
    guarantees(of.first);
  }
  if (of.name !== "optimal") guarantees(of);
  prices(of);
}

// SPEC §12.2 (a) for an occupant, (b) for everybody.
function guarantees(of) {
  if (of.got === null) return must(hadClosed(of, all(of)), "R-CERT-ENVY", "sessions.json");
  const own = closingOf(of, of.got.pool);
  must(of.comesFirst || closingOrder(of.key, own) < 0, "R-CERT-CLOSED", "sessions.json");
  must(closingOrder(latest(of, guaranteed(of)), own) <= 0, "R-CERT-CLOSED", "sessions.json");
  if (of.name === "serial") must(hadClosed(of, of.lists.slice(0, of.got.choice).flat()), "R-CERT-ENVY", "sessions.json");
}

// SPEC §12.3 for one applicant.
function prices(of) {
  const label = "R-CERT-PRICE";
  if (of.got === null && of.name !== "optimal") return;
  const best = least(admissible(of).map((session) => costAt(of, session)));
  if (of.got !== null) must(costOrder(costAt(of, of.got.pool), best) === 0, label, "sessions.json");
  if (of.name !== "optimal") return;
  must(costOrder(best, costOutside(of)) * (of.got === null ? -1 : 1) <= 0, label, "sessions.json");
}

/** Rejects what is wrong with a session's pools whoever sits in them: full where closed or priced, no price below zero. */
export function checkPools(programme, sessions) {
  for (const { capacity, placed, closing, price, tie_prices: ties } of sessions.sessions.flatMap(({ pools }) => pools)) {
    const free = placed < capacity;
    const sign = costOrder([price, ...ties], [price, ...ties].map(() => 0n));
    must(placed <= capacity, "R-CERT-CAPACITY", "sessions.json");
    must(!(free && closing.some((each) => each !== null)), "R-CERT-CLOSED", "sessions.json");
    must(sign >= 0 && !(free && sign !== 0), "R-CERT-PRICE", "sessions.json");
    // No sum of costs within a draw's bounds comes near this. SPEC §3.1, §11.1.
    must(price < 1n << 63n, "R-CERT-PRICE", "sessions.json");
    must(programme.mechanism.name !== "serial" || price === 0n, "R-CERT-LEAST", "sessions.json");
  }
}
