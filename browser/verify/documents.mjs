// The bundle's JSON documents: seed, runs, sessions, apportionment. SPEC §13.2, §13.3, §14.3, §18.7.

import { SHAPE as APPORTIONMENT } from "./apportionment.mjs";
import { order } from "./bytes.mjs";
import { must, within } from "./fault.mjs";
import { kind, read } from "./json.mjs";
import { runCount, runPath } from "./run.mjs";

function document(programme, path, bytes, shape) {
  return within(path, () => {
    const found = read(bytes, { ...shape, rehearsal: kind.flag, programme: kind.text });
    must(found.programme === programme.hashText, "R-PROGRAMME-HASH");
    must(found.rehearsal === programme.rehearsal, "R-REHEARSAL-MARK");
    return found;
  });
}

/** `seed.json`. */
export const parseSeed = (programme, bytes) =>
  document(programme, "seed.json", bytes, {
    format: kind.exactly("jebi/v0/seed"),
    register_root: kind.hex(32),
    size: kind.count,
    chain_hash: kind.text,
    round: kind.count,
    signature: kind.hex(),
    randomness: kind.hex(32),
    seed: kind.hex(32),
  });

/** `apportionment.json`, as it stands. */
export const parseApportionment = (programme, bytes) => document(programme, "apportionment.json", bytes, APPORTIONMENT);

/** `runs.json`: the register's size and the first ticket of each run, with the manifest's list of runs. */
export function parseRuns(programme, bytes, size, listed) {
  const runs = document(programme, "runs.json", bytes, {
    format: kind.exactly("jebi/v0/runs"),
    size: kind.count,
    first: kind.list(kind.ticket),
  });
  const label = "R-BUNDLE-RUNS";
  must(runs.size === size && runs.first.length === runCount(size), label, "runs.json");
  const paths = new Set(runs.first.map((_, number) => runPath(number)));
  const extra = listed.find((path) => /^runs\/.*\.bin$/.test(path) && !paths.has(path));
  must(extra === undefined, label, extra);
  must(runs.first.every((ticket, at) => at === 0 || order(runs.first[at - 1], ticket) < 0), "R-REGISTER-ORDER");
  return runs;
}

/** The last run that does not begin after the ticket; -1 if all do. */
export function runOf(runs, ticket) {
  let [from, until] = [0, runs.first.length];
  while (from < until) {
    const middle = (from + until) >> 1;
    if (order(runs.first[middle], ticket) <= 0) from = middle + 1;
    else until = middle;
  }
  return from - 1;
}

/** `sessions.json`, as it stands. */
export const parseSessions = (programme, bytes) =>
  document(programme, "sessions.json", bytes, {
    format: kind.exactly("jebi/v0/sessions"),
    mechanism: kind.mechanism,
    passes: kind.count,
    sessions: kind.list(
      kind.fields({
        id: kind.text,
        capacity: kind.count,
        placed: kind.count,
        pools: kind.list(
          kind.fields({
            access: kind.text,
            capacity: kind.count,
            placed: kind.count,
            closing: kind.list(kind.maybe(kind.fields({ tier: kind.count, number: kind.wide, ticket: kind.ticket }))),
            price: kind.signed(64),
            tie_prices: kind.list(kind.signed(128)),
          }),
        ),
      }),
    ),
    cohorts: kind.list(
      kind.fields({
        id: kind.text,
        active: kind.count,
        withdrawn: kind.count,
        placed: kind.count,
        unplaced: kind.count,
        choices: kind.list(kind.count),
      }),
    ),
  });
