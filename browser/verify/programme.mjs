// The programme: its canonical form and its rules. SPEC §3.1, §3.2, §3.4, §3.5, §18.1.
//
// Invariant: what `parseProgramme` returns obeys every rule of §3.1, and its hash is that of the bytes it was read from.

import { conditions } from "./access.mjs";
import { CHAIN_HASH, roundAt } from "./beacon.mjs";
import { hexOf } from "./bytes.mjs";
import { must } from "./fault.mjs";
import { apportionment, groupsOf } from "./groups.mjs";
import { indexed } from "./indexed.mjs";
import { kind, read } from "./json.mjs";
import { COSIGNATURE, ED25519, parseKey } from "./note.mjs";

const title = kind.fields({ en: kind.text, ko: kind.text });
const date = (value) => (typeof value === "string" && isDate(value) ? value : undefined);

const anywhere = kind.fields({ rule: kind.exactly("anywhere") });
const row = kind.fields({ cohort: kind.maybe(kind.text), district: kind.maybe(kind.text), site: kind.maybe(kind.text) });
const table = kind.fields({ rule: kind.exactly("table"), rows: kind.list(row) });

const SHAPE = {
  format: kind.exactly("jebi/v0/programme"),
  rehearsal: kind.flag,
  title,
  time_zone: kind.text,
  window: kind.fields({ opens_at_unix_s: kind.count, closes_at_unix_s: kind.count, objection_ends_at_unix_s: kind.count }),
  beacon: kind.fields({ chain_hash: kind.text, round: kind.count }),
  mechanism: kind.fields({
    name: kind.mechanism,
    rank_costs: kind.list(kind.count),
    unplaced_costs: kind.list(kind.count),
    outsider_cost: kind.count,
  }),
  max_choices: kind.count,
  cohorts: kind.list(
    kind.fields({
      id: kind.text,
      title,
      tier: kind.count,
      lots: kind.count,
      born: kind.list(kind.fields({ from: date, to: date })),
      districts: kind.list(kind.text),
      attributes: kind.list(kind.any),
    }),
  ),
  districts: kind.list(kind.fields({ code: kind.text, name: title })),
  sites: kind.list(
    kind.fields({ id: kind.text, name: kind.text, district: kind.text, latitude_microdeg: kind.integer, longitude_microdeg: kind.integer }),
  ),
  sessions: kind.list(
    kind.fields({
      id: kind.text,
      site: kind.text,
      starts_at_unix_s: kind.count,
      capacity: kind.count,
      reserves: kind.list(kind.fields({ reserve: kind.text, seats: kind.count })),
    }),
  ),
  reserves: kind.list(
    kind.fields({ id: kind.text, title, cohorts: kind.list(kind.text), districts: kind.list(kind.text), release: kind.flag }),
  ),
  reach: (value) => anywhere(value) ?? table(value),
  apportionment,
  refill: kind.any,
  supersedes: kind.any,
  disclosure: kind.any,
  log: kind.fields({ origin: kind.text, key: kind.text }),
  receipts: kind.fields({ key: kind.text }),
  operators: kind.list(kind.text),
  witnesses: kind.fields({ keys: kind.list(kind.text), quorum: kind.count, faults: kind.count }),
};

/** The programme of canonical bytes, with `hash` (32 bytes), parsed `keys`, and indices that others look things up by. */
export function parseProgramme(bytes) {
  const programme = read(bytes, SHAPE);
  notBuilt(programme);
  values(programme);
  identifiers(programme);
  mark(programme);
  times(programme);
  cohorts(programme);
  costs(programme);
  places(programme);
  conditions(programme);
  const keys = keysOf(programme);
  witnesses(programme.witnesses);
  const whole = { ...indexed(programme, bytes), keys };
  return { ...whole, groups: groupsOf(whole) };
}

// SPEC §3.1: what is not built is refused, never ignored.
function notBuilt(programme) {
  const built =
    [programme.refill, programme.supersedes].every((value) => value === null) &&
    programme.disclosure === "open" &&
    programme.cohorts.every(({ attributes }) => attributes.length === 0);
  must(built, "R-PROGRAMME-NOT-BUILT");
}

function values(programme) {
  const { cohorts: groups, districts, sites, sessions, operators, reserves } = programme;
  const texts = [programme.title, ...[...groups, ...reserves].map((each) => each.title), ...districts.map((each) => each.name)];
  const shown = [...texts.flatMap(({ en, ko }) => [en, ko]), ...sites.map((site) => site.name)];
  const lengths = [
    [groups, 256],
    [districts, 65_535],
    [sites, 1_000_000],
    [sessions, 1_000_000],
    [operators, 64],
    [programme.witnesses.keys, 64],
    [programme.reach.rows ?? [null], 1_000_000],
  ];
  const fine =
    // A text of nothing but white space shows as little as an empty one.
    shown.every((text) => !/^\p{White_Space}*$/u.test(text) && !text.includes("\n")) &&
    isZone(programme.time_zone) &&
    reserves.length <= 65_534 &&
    programme.max_choices >= 1 &&
    programme.max_choices <= 64 &&
    sites.every(({ latitude_microdeg: lat, longitude_microdeg: lon }) => Math.abs(lat) <= 90e6 && Math.abs(lon) <= 180e6) &&
    lengths.every(([list, most]) => list.length >= 1 && list.length <= most);
  must(fine, "R-PROGRAMME-VALUE");
}

const isZone = (text) => text.length <= 64 && text.split("/").every((part) => /^[A-Za-z][A-Za-z0-9_+-]*$/.test(part));

function identifiers({ cohorts: groups, districts, sites, sessions, reserves }) {
  const lists = [groups, sites, sessions, reserves].map((list) => list.map(({ id }) => id));
  lists.push(districts.map(({ code }) => code));
  for (const ids of lists) {
    must(ids.every((id) => /^[a-z0-9][a-z0-9-]{0,31}$/.test(id)) && new Set(ids).size === ids.length, "R-PROGRAMME-ID");
  }
}

function mark({ rehearsal, log }) {
  must(log.origin.endsWith("/rehearsal") === rehearsal, "R-REHEARSAL-MARK");
}

function times({ window, beacon }) {
  const { opens_at_unix_s: opens, closes_at_unix_s: closes, objection_ends_at_unix_s: ends } = window;
  must(opens < closes && ends - closes >= 3600, "R-PROGRAMME-WINDOW");
  must(beacon.chain_hash === CHAIN_HASH, "R-BEACON-CHAIN");
  must(BigInt(beacon.round) === roundAt(ends), "R-BEACON-ROUND");
}

function costs({ mechanism, max_choices: choices, cohorts: groups }) {
  const { name, rank_costs: ranks, unplaced_costs: unplaced, outsider_cost: outsider } = mechanism;
  const tiers = new Set(groups.map(({ tier }) => tier)).size;
  const fine =
    ranks.length === (name === "serial" ? 0 : choices) &&
    unplaced.length === (name === "optimal" ? tiers : 0) &&
    ranks.every((cost, at) => (at === 0 ? cost === 0 : cost >= ranks[at - 1])) &&
    (name === "optimal" || outsider === 0) &&
    [...ranks, ...unplaced, outsider].every((cost) => cost <= 1_000_000);
  must(fine, "R-PROGRAMME-COSTS");
}

function cohorts({ cohorts: groups, districts }) {
  const label = "R-PROGRAMME-COHORTS";
  const tiers = new Set(groups.map(({ tier }) => tier));
  must(Array.from(tiers).every((tier) => tier >= 1 && tier <= tiers.size), label);
  must(groups.every(({ lots, born }) => lots >= 1 && lots <= 8 && born.length > 0), label);
  must(groups.every(({ born }) => born.every(({ from }, at) => at === 0 || born[at - 1].from < from)), label);
  must(groups.every(({ born }) => born.every(({ from, to }) => from <= to)), label);
  const seen = new Set();
  for (const { code } of districts) {
    const admitting = groups.filter((group) => group.districts.length === 0 || group.districts.includes(code));
    const which = admitting.map(({ id }) => id).join(" ");
    if (!seen.has(which)) must(isSeamless(admitting.flatMap(({ born }) => born)), label, "", code);
    seen.add(which);
  }
}

/** No day twice, and none left out between the first and the last. */
function isSeamless(born) {
  const ranges = born.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  return ranges.every(({ from }, at) => at === 0 || from === dayAfter(ranges[at - 1].to));
}

/** A date YYYY-MM-DD of the proleptic Gregorian calendar, years 0001 to 9999. SPEC §2.5. */
function isDate(text) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts[0] === 0) return false;
  return calendar(...parts) === text;
}

function calendar(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.toISOString().replace(/^[+-]0*(?=\d{4})/, "").slice(0, 10);
}

function dayAfter(text) {
  const [year, month, day] = text.split("-").map(Number);
  return calendar(year, month, day + 1);
}

function places({ districts, sites, sessions }) {
  const codes = new Set(districts.map(({ code }) => code));
  must(sites.every((site) => codes.has(site.district)), "R-PROGRAMME-REFERENCE");
  const number = new Map(sites.map(({ id }, at) => [id, at]));
  must(sessions.every((session) => number.has(session.site)), "R-PROGRAMME-REFERENCE");
  must(sessions.every(({ site }, at) => at === 0 || number.get(sessions[at - 1].site) <= number.get(site)), "R-PROGRAMME-ORDER");
  must(sessions.every(({ capacity }) => capacity >= 1 && capacity <= 1_000_000), "R-PROGRAMME-CAPACITY");
}

function keysOf(programme) {
  const label = "R-PROGRAMME-KEY";
  const key = (text, type) => {
    const parsed = parseKey(text);
    must(parsed !== null && parsed.type === type, label, "", text);
    return parsed;
  };
  const keys = {
    log: key(programme.log.key, ED25519),
    receipts: key(programme.receipts.key, ED25519),
    operators: programme.operators.map((text) => key(text, ED25519)),
    witnesses: programme.witnesses.keys.map((text) => key(text, COSIGNATURE)),
  };
  must(keys.log.name === programme.log.origin, label);
  const points = [keys.log, keys.receipts, ...keys.operators, ...keys.witnesses].map(({ point }) => hexOf(point));
  must(new Set(points).size === points.length, label);
  must(new Set(keys.witnesses.map(({ name }) => name)).size === keys.witnesses.length, label);
  return keys;
}

function witnesses({ keys, quorum, faults }) {
  must(2 * quorum > keys.length + faults && quorum <= keys.length, "R-PROGRAMME-QUORUM");
}
