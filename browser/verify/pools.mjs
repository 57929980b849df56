// The pools of all sessions, who may use them, and the seats that a run publishes. SPEC §3.4, §11.1, §11.4, §13.5.
//
// Invariant: pools are in the order of sessions, of each first the one that is open to all, then those of its reserves.

import { must } from "./fault.mjs";

const RECORD = "R-RESULT-RECORD";
const NO_POOL = 0xffff;
const NO_SESSION = 0xffffffff;

/** What a programme says of its pools: [{session, reserve, capacity, access}], reserve null where all may sit. */
export function poolsOf({ sessions, reserves }) {
  const known = new Map(reserves.map((reserve) => [reserve.id, reserve]));
  return sessions.flatMap(({ capacity, reserves: kept }, session) => [
    { session, reserve: null, access: "open", capacity: capacity - kept.reduce((sum, { seats }) => sum + seats, 0) },
    ...kept.map(({ reserve, seats }) => ({ session, reserve: known.get(reserve), access: reserve, capacity: seats })),
  ]);
}

/** How many passes the mechanism makes: none in `optimal`, two where `priority` releases seats. */
export function passesOf(programme) {
  const { name } = programme.mechanism;
  if (name === "optimal") return 0;
  return name === "priority" && poolsOf(programme).some(({ reserve }) => reserve?.release) ? 2 : 1;
}

/** Whether who is of a cohort and a district, as places in the programme, belongs to a reserve. */
export function isMember({ cohorts, districts }, reserve, { cohort, district }) {
  const fits = (names, name) => names.length === 0 || names.includes(name);
  return fits(reserve.cohorts, cohorts[cohort].id) && fits(reserve.districts, districts[district].code);
}

/** Whether somebody may use a pool in a pass, counted from 0. */
export function admits(programme, pass, { reserve }, entry) {
  if (reserve === null || isMember(programme, reserve, entry)) return true;
  return reserve.release && (programme.mechanism.name === "optimal" || (programme.mechanism.name === "priority" && pass === 1));
}

/** Reads seats, one by one beside their records: {pool, first}, null where nobody sits; without reserves the open pool. */
export function seatReader(programme) {
  const kept = programme.sessions.some(({ reserves }) => reserves.length > 0);
  const passes = passesOf(programme);
  return (reader, { outcome }) => {
    if (!kept) return { pool: outcome === "placed" ? 0 : null, first: null };
    const pool = reader.u16();
    must((pool !== NO_POOL) === (outcome === "placed"), RECORD, "", "a seat");
    const seat = { pool: pool === NO_POOL ? null : pool, first: null };
    if (passes < 2) return seat;
    const first = { session: reader.u32(), pool: reader.u16() };
    must((first.session === NO_SESSION) === (first.pool === NO_POOL), RECORD, "", "a seat of the first pass");
    must(first.pool === NO_POOL || outcome !== "withdrawn", RECORD, "", "a seat of the first pass");
    return { ...seat, first: first.pool === NO_POOL ? null : first };
  };
}
