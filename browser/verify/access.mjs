// Whom a programme names: districts of cohorts, members of reserves, rows of reach. SPEC §3.1, §3.4, §3.5.

import { must } from "./fault.mjs";

const REFERENCE = "R-PROGRAMME-REFERENCE";
const RESERVES = "R-PROGRAMME-RESERVES";

const places = (items, key = "id") => new Map(items.map((item, at) => [item[key], at]));

/** The rules of everything that refers to cohorts, districts, sites and reserves. */
export function conditions(programme) {
  const { cohorts, districts, reserves, reach } = programme;
  const [cohort, district, site] = [places(cohorts), places(districts, "code"), places(programme.sites)];
  for (const each of cohorts) namedOnce(each.districts, district);
  for (const reserve of reserves) {
    namedOnce(reserve.cohorts, cohort);
    namedOnce(reserve.districts, district);
    must(!reserve.release || programme.mechanism.name !== "serial", RESERVES, "", reserve.id);
  }
  const reserve = places(reserves);
  for (const session of programme.sessions) seats(session, reserve);
  if (reach.rule === "table") rows(reach.rows, [cohort, district, site]);
}

function namedOnce(names, known) {
  must(names.every((name) => known.has(name)) && new Set(names).size === names.length, REFERENCE);
}

function seats({ id, capacity, reserves }, known) {
  must(reserves.every(({ reserve }) => known.has(reserve)), REFERENCE, "", id);
  const order = reserves.map(({ reserve }) => known.get(reserve));
  must(order.every((place, at) => at === 0 || order[at - 1] < place), RESERVES, "", id);
  const kept = reserves.reduce((sum, { seats: count }) => sum + count, 0);
  must(reserves.every(({ seats: count }) => count >= 1) && kept <= capacity, RESERVES, "", id);
}

function rows(table, [cohort, district, site]) {
  let above = null;
  for (const row of table) {
    const named = [[row.cohort, cohort], [row.district, district], [row.site, site]];
    must(named.every(([name, known]) => name === null || known.has(name)), REFERENCE);
    const key = named.map(([name, known]) => (name === null ? -1 : known.get(name)));
    must(above === null || before(above, key), "R-PROGRAMME-ORDER");
    above = key;
  }
}

function before(a, b) {
  const at = a.findIndex((place, index) => place !== b[index]);
  return at >= 0 && a[at] < b[at];
}

/** Who may list what, by indices: `admits(cohort, district)` and `mayList(cohort, district, choice)`. */
export function listings({ cohorts, districts, sites, reach }, siteOf) {
  const allowed = reach.rule === "table" ? new Set(reach.rows.map(({ cohort, district, site }) => [cohort, district, site].join())) : null;
  const admits = (cohort, district) => {
    const codes = cohorts[cohort].districts;
    return codes.length === 0 || codes.includes(districts[district].code);
  };
  const mayList = (cohort, district, { session, site = siteOf[session] }) => {
    if (allowed === null) return true;
    const [of, from, at] = [cohorts[cohort].id, districts[district].code, sites[site].id].map((name) => [null, name]);
    return of.some((c) => from.some((d) => at.some((s) => allowed.has([c, d, s].join()))));
  };
  return { admits, mayList };
}
