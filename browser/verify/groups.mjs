// Who gets seats by how many register: the groups of a programme and what they reach. SPEC §18.1.
//
// Invariant: no cohort and district belong to two groups of what `groupsOf` returns, and each group has some.

import { must } from "./fault.mjs";
import { kind } from "./json.mjs";

const LABEL = "R-PROGRAMME-APPORTIONMENT";
const REFERENCE = "R-PROGRAMME-REFERENCE";
/** Seats where a ceiling says nothing, and more than which no floor may ask for. */
export const MOST_SEATS = 2 ** 40;
const MOST_CELLS = 2 ** 18;
const MOST_PAIRS = 2 ** 22;
const MOST_ASKED = 2 ** 26;

const bounds = kind.list(kind.fields({ group: kind.text, site: kind.maybe(kind.text), seats: kind.count }));

/** The field of a programme. */
export const apportionment = kind.maybe(
  kind.fields({ groups: kind.list(kind.text), reserved_permille: kind.count, floors: bounds, ceilings: bounds }),
);

const places = (ids) => new Map(ids.map((id, at) => [id, at]));

/** The groups of a programme whose other fields keep their rules, in order, as {id, sites: places}. */
export function groupsOf(programme) {
  const { apportionment: rule, reserves, sessions } = programme;
  if (rule === null) return [];
  const reserve = places(reserves.map(({ id }) => id));
  must(rule.groups.every((id) => reserve.has(id)), REFERENCE);
  must(rule.groups.length > 0 && rule.reserved_permille <= 1000, LABEL);
  must(rule.groups.every((id, at) => at === 0 || reserve.get(rule.groups[at - 1]) < reserve.get(id)), LABEL);
  const seated = new Set(sessions.flatMap((session) => session.reserves.map((kept) => kept.reserve)));
  must(!rule.groups.some((id) => seated.has(id)), LABEL);
  const groups = membersOf(programme, rule.groups.map((id) => reserves[reserve.get(id)]));
  must(groups.reduce((sum, { sites }) => sum + sites.length, 0) <= MOST_CELLS, LABEL);
  for (const list of [rule.floors, rule.ceilings]) bounded(programme, groups, list);
  must(rule.floors.every(({ seats }) => seats >= 1), LABEL);
  return groups;
}

function membersOf(programme, reserves) {
  const { cohorts, districts } = programme;
  const [cohort, district] = [places(cohorts.map(({ id }) => id)), places(districts.map(({ code }) => code))];
  const listed = (names, known) => (names.length === 0 ? [...known.values()] : names.map((name) => known.get(name)).sort((a, b) => a - b));
  const named = reserves.map((each) => ({ id: each.id, cohorts: listed(each.cohorts, cohort), districts: listed(each.districts, district) }));
  must(named.reduce((sum, each) => sum + each.cohorts.length * each.districts.length, 0) <= MOST_PAIRS, LABEL);
  const reach = sitesByPair(programme);
  const owners = new Map();
  let asked = 0;
  return named.map((each, group) => {
    const pairs = each.cohorts.flatMap((c) => each.districts.filter((d) => programme.admits(c, d)).map((d) => [c, d]));
    must(pairs.length > 0, LABEL, "", each.id);
    for (const [c, d] of pairs) {
      must(!owners.has(c * districts.length + d), LABEL, "", each.id);
      owners.set(c * districts.length + d, group);
    }
    const first = reach(...pairs[0]);
    if (programme.reach.rule === "table") asked += pairs.length * first.length;
    must(asked <= MOST_ASKED, LABEL);
    const all = programme.reach.rule !== "table";
    const sites = all ? first : first.filter((site) => pairs.every(([c, d]) => programme.mayList(c, d, { site })));
    return { id: each.id, sites };
  });
}

/** The sites that a cohort and district reach, rising. */
function sitesByPair({ cohorts, districts, sites, reach }) {
  const every = sites.map((_, at) => at);
  if (reach.rule !== "table") return () => every;
  const number = places(sites.map(({ id }) => id));
  const rows = new Map();
  for (const { cohort, district, site } of reach.rows) {
    const key = `${cohort} ${district}`;
    if (!rows.has(key)) rows.set(key, []);
    rows.get(key).push(site);
  }
  return (c, d) => {
    const keys = [null, cohorts[c].id].flatMap((of) => [null, districts[d].code].map((from) => `${of} ${from}`));
    const named = keys.flatMap((key) => rows.get(key) ?? []);
    return named.includes(null) ? every : [...new Set(named.map((site) => number.get(site)))].sort((a, b) => a - b);
  };
}

function bounded(programme, groups, list) {
  const [group, site] = [places(groups.map(({ id }) => id)), places(programme.sites.map(({ id }) => id))];
  const reached = groups.map(({ sites }) => new Set(sites));
  let above = null;
  for (const bound of list) {
    must(bound.site === null || site.has(bound.site), REFERENCE);
    must(group.has(bound.group) && bound.seats <= MOST_SEATS, LABEL);
    const key = [group.get(bound.group), bound.site === null ? -1 : site.get(bound.site)];
    must(above === null || above[0] < key[0] || (above[0] === key[0] && above[1] < key[1]), LABEL);
    must(key[1] < 0 || reached[key[0]].has(key[1]), LABEL);
    above = key;
  }
}
