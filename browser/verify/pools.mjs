// The pools of a draw: the seats of a session that share a rule of access. SPEC §11.1, §11.4, §13.2.
//
// Invariant: what `poolsOf` returns are the programme's pools in their order, with the numbers of `sessions.json`: as many
// closing numbers as the draw has passes, and as many tie prices as all other pools.

import { must } from "./fault.mjs";

const MOST_LEVELS = 4;

/**
 * How many bytes a published seat has: those of a pool, and of session and pool after the first of two passes. Groups of an
 * apportionment count as having seats, whatever they got. SPEC §13.5, §18.6.
 */
export function seatForm({ mechanism, reserves, sessions, apportionment }) {
  const own = sessions.flatMap((session) => session.reserves.map(({ reserve }) => reserve));
  const seated = new Set([...own, ...(apportionment?.groups ?? [])]);
  if (seated.size === 0) return { kept: false, twice: false };
  return { kept: true, twice: mechanism.name === "priority" && reserves.some(({ id, release }) => release && seated.has(id)) };
}

/** The reserves of each session with their seats, in the programme's order: its own, and those that groups were given. */
function reservesOf({ reserves, sessions }, kept) {
  const place = new Map(reserves.map(({ id }, at) => [id, at]));
  return sessions.map((session, at) => [...session.reserves, ...kept[at]].sort((a, b) => place.get(a.reserve) - place.get(b.reserve)));
}

/** How many passes over the draw order there are: each has its own closing numbers. SPEC §11.4. */
function passesOf({ mechanism, reserves }, seated) {
  if (mechanism.name === "optimal") return 0;
  if (mechanism.name === "serial") return 1;
  const released = new Set(reserves.filter(({ release }) => release).map(({ id }) => id));
  return seated.some((session) => session.some(({ reserve }) => released.has(reserve))) ? 2 : 1;
}

/**
 * Of each session its pools as {session, reserve: the programme's or null, capacity, placed, closing, price, tie_prices}.
 * `kept` are the seats of each session that groups were given.
 */
export function poolsOf(programme, { passes, sessions }, kept) {
  const fits = (condition) => must(condition, "R-RESULT-TOTALS", "sessions.json");
  const seated = reservesOf(programme, kept);
  fits(passes === passesOf(programme, seated) && sessions.length === programme.sessions.length);
  const levels = sessions[0]?.pools[0]?.tie_prices.length;
  fits(levels >= 1 && levels <= MOST_LEVELS);
  const reserves = new Map(programme.reserves.map((reserve) => [reserve.id, reserve]));
  return sessions.map(({ id, capacity, pools }, session) => {
    const known = { capacity: programme.sessions[session].capacity, reserves: seated[session] };
    fits(id === programme.sessions[session].id && capacity === known.capacity && pools.length === known.reserves.length + 1);
    return pools.map(({ access, ...pool }, at) => {
      const [name, seats] = accessAt(known, at);
      fits(access === name && pool.capacity === seats);
      fits(pool.closing.length === passes && pool.tie_prices.length === levels);
      return { ...pool, session, reserve: at === 0 ? null : reserves.get(access) };
    });
  });
}

// What an open pool has is left over by the reserves.
function accessAt({ capacity, reserves }, at) {
  if (at > 0) return [reserves[at - 1].reserve, reserves[at - 1].seats];
  return ["open", reserves.reduce((left, { seats }) => left - seats, capacity)];
}

/** Whether an entry's cohort and district are a reserve's. SPEC §11.1. */
export function isMember(programme, { cohorts, districts }, { cohort, district }) {
  const names = (list, name) => list.length === 0 || list.includes(name);
  return names(cohorts, programme.cohorts[cohort].id) && names(districts, programme.districts[district].code);
}
