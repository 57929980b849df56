// What can be counted in `sessions.json` without the whole register. SPEC §13.2, §13.4, §15.
//
// Invariant: all sums that two published files share are the same. That they count the entries is for who reads all.

import { must } from "./fault.mjs";
import { poolsOf } from "./pools.mjs";

const sum = (list) => list.reduce((total, value) => total + value, 0);

/**
 * The pools of `sessions.json`. Rejects sessions and pools that are not the programme's, sums that do not fit, and a freeze
 * or result event that says others.
 */
export function checkSessions(programme, sessions, kept, { freeze, result }) {
  const pools = poolsOf(programme, sessions, kept);
  counted(programme, sessions);
  frozen(programme, sessions, freeze);
  const totals = ["placed", "unplaced", "withdrawn"].every((name) => result[name] === sum(sessions.cohorts.map((cohort) => cohort[name])));
  must(totals && result.mechanism === programme.mechanism.name, "R-RESULT-COMMITMENT");
  return pools;
}

function counted(programme, { mechanism, sessions, cohorts }) {
  const label = "R-RESULT-TOTALS";
  const fits = (condition) => must(condition, label, "sessions.json");
  fits(mechanism === programme.mechanism.name && cohorts.length === programme.cohorts.length);
  for (const { placed, pools } of sessions) fits(sum(pools.map((pool) => pool.placed)) === placed);
  cohorts.forEach(({ id, active, placed, unplaced, choices }, at) => {
    fits(id === programme.cohorts[at].id && active === placed + unplaced);
    fits(choices.length === programme.max_choices && sum(choices) === placed);
  });
  fits(sum(sessions.map(({ placed }) => placed)) === sum(cohorts.map(({ placed }) => placed)));
}

function frozen(programme, { cohorts }, freeze) {
  const label = "R-FREEZE-TOTALS";
  must(freeze.active + freeze.withdrawn === freeze.size, label);
  must(freeze.cohorts.length === programme.cohorts.length, label);
  freeze.cohorts.forEach(({ id, active, withdrawn }, at) => {
    const same = id === programme.cohorts[at].id && active === cohorts[at].active && withdrawn === cohorts[at].withdrawn;
    must(same, label);
  });
  must(sum(freeze.cohorts.map(({ active }) => active)) === freeze.active, label);
  must(sum(freeze.cohorts.map(({ withdrawn }) => withdrawn)) === freeze.withdrawn, label);
}
