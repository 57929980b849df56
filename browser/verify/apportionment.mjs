// `apportionment.json`: what groups of registrants get where. SPEC §18.2, §18.6, §18.7; its certificate is in `shares.mjs`.
//
// Invariant: what `checkApportionment` accepts is the programme's apportionment for the registrants that it states; `kept`
// are seats of sessions that the cells give. That the registrants are the register's is for who reads all of it.

import { decimal } from "./bytes.mjs";
import { must } from "./fault.mjs";
import { MOST_SEATS } from "./groups.mjs";
import { kind } from "./json.mjs";
import { checkShares } from "./shares.mjs";

const PATH = "apportionment.json";
const FORM = "R-APPORTIONMENT-FORM";
const NUMBERS = "R-APPORTIONMENT-NUMBERS";

const wider = (value) => decimal(value, 1n << 128n) ?? undefined;
const names = kind.list(kind.text);

/** The fields of the file beside its marks. */
export const SHAPE = {
  format: kind.exactly("jebi/v0/apportionment"),
  groups: kind.list(kind.fields({ reserve: kind.text, registrants: kind.count, seats: kind.count })),
  levels: kind.list(kind.fields({ ratio: kind.list(wider), groups: names, sites: names })),
  sites: kind.list(kind.fields({ site: kind.text, room: kind.count, price: kind.wide })),
  cells: kind.list(kind.fields({ group: kind.text, site: kind.text, share: wider, seats: kind.count })),
};

const openSeats = ({ capacity, reserves }) => reserves.reduce((left, { seats }) => left - seats, capacity);
const sum = (list) => list.reduce((total, value) => total + value, 0);

/** Compares a file with its programme and the frozen totals; returns {file, kept: of each session [{reserve, seats}]}. */
export function checkApportionment(programme, file, { active }) {
  const form = (condition) => must(condition, FORM, PATH);
  const counted = (condition) => must(condition, NUMBERS, PATH);
  const { groups, sites, apportionment: rule } = programme;
  const cells = groups.flatMap((group) => group.sites.map((site) => [group.id, sites[site].id]));
  form(same(file.groups.map(({ reserve }) => reserve), groups.map(({ id }) => id)));
  form(same(file.sites.map(({ site }) => site), sites.map(({ id }) => id)));
  form(file.cells.length === cells.length && file.cells.every(({ group, site }, at) => same([group, site], cells[at])));
  form(file.cells.every(({ share, seats }) => share < 1n << 80n && seats <= MOST_SEATS));
  form(file.levels.every(({ ratio }) => ratio.length === 2 && ratio[1] > 0n && common(...ratio) === 1n));
  const known = [new Set(groups.map(({ id }) => id)), new Set(sites.map(({ id }) => id))];
  form(file.levels.every((level) => level.groups.every((id) => known[0].has(id)) && level.sites.every((id) => known[1].has(id))));
  counted(sum(file.groups.map(({ registrants }) => registrants)) <= active);
  const seats = new Map(groups.map(({ id }) => [id, 0]));
  file.cells.forEach((cell) => seats.set(cell.group, seats.get(cell.group) + cell.seats));
  counted(file.groups.every((group) => group.seats === seats.get(group.reserve)));
  const rooms = sites.map((_, at) => sum(programme.sessionsAt[at].map((session) => openSeats(programme.sessions[session]))));
  counted(file.sites.every(({ room }, at) => room === Math.floor((rule.reserved_permille * rooms[at]) / 1000)));
  checkShares(problemOf(programme, file));
  return { file, kept: keptOf(programme, file) };
}

/** The file's numbers by places, with their bounds. Programmes whose floors cannot be kept have none. SPEC §18.2. */
function problemOf({ groups, sites, apportionment: rule }, file) {
  const [group, site] = [groups.map(({ id }) => id), sites.map(({ id }) => id)].map((ids) => new Map(ids.map((id, at) => [id, at])));
  const bounds = (list) => new Map(list.map((bound) => [JSON.stringify([bound.group, bound.site]), bound.seats]));
  const [floors, ceilings] = [bounds(rule.floors), bounds(rule.ceilings)];
  const of = (map, key, none) => map.get(JSON.stringify(key)) ?? none;
  const rooms = file.sites.map(({ room }) => room);
  const cells = file.cells.map((cell) => {
    const key = [cell.group, cell.site];
    const [least, most] = [of(floors, key, 0), of(ceilings, key, MOST_SEATS)];
    must(least <= Math.min(most, rooms[site.get(cell.site)]), NUMBERS, PATH);
    return { group: group.get(cell.group), site: site.get(cell.site), least, most, share: cell.share, seats: cell.seats };
  });
  const atSites = groups.map(() => 0);
  for (const cell of cells) atSites[cell.group] += cell.least;
  const all = file.groups.map(({ reserve, registrants: n }, at) => {
    const [least, ceiling] = [Math.max(of(floors, [reserve, null], 0), atSites[at]), of(ceilings, [reserve, null], MOST_SEATS)];
    must(least <= ceiling, NUMBERS, PATH);
    return { n, least, most: Math.max(least, Math.min(n, ceiling)) };
  });
  const levels = file.levels.map(({ ratio, ...level }) => ({
    ratio,
    groups: level.groups.map((id) => group.get(id)),
    sites: level.sites.map((id) => site.get(id)),
  }));
  return { groups: all, rooms, cells, levels, prices: file.sites.map(({ price }) => price) };
}

const same = (a, b) => a.length === b.length && a.every((each, at) => each === b[at]);
const common = (a, b) => (b === 0n ? a : common(b, a % b));

/** The seats of cells over the sessions of their sites, in proportion to what is left of each. SPEC §18.6. */
function keptOf({ sites, sessions, sessionsAt }, { cells }) {
  const number = new Map(sites.map(({ id }, at) => [id, at]));
  const left = sessions.map(openSeats);
  const kept = sessions.map(() => []);
  for (const { group, site, seats } of cells) {
    const own = sessionsAt[number.get(site)];
    const all = sum(own.map((session) => left[session]));
    must(seats <= all, "R-APPORTIONMENT-SEATS", PATH);
    const parts = spread(seats, own.map((session) => left[session]), all);
    own.forEach((session, at) => {
      left[session] -= parts[at];
      if (parts[at] > 0) kept[session].push({ reserve: group, seats: parts[at] });
    });
  }
  return kept;
}

function spread(seats, left, all) {
  const product = (each) => BigInt(seats) * BigInt(each);
  const parts = left.map((each) => (all === 0 ? 0 : Number(product(each) / BigInt(all))));
  const rest = left.map((each) => (all === 0 ? 0n : product(each) % BigInt(all)));
  const byRest = left.map((_, at) => at).sort((a, b) => (rest[a] === rest[b] ? a - b : rest[a] > rest[b] ? -1 : 1));
  for (const at of byRest.slice(0, seats - sum(parts))) parts[at] += 1;
  return parts;
}

/** What `sessions.json` says that groups have, for readers of results that somebody verified. */
export function statedKept({ apportionment: rule }, { sessions }) {
  const ids = new Set(rule?.groups ?? []);
  return sessions.map(({ pools }) => pools.filter(({ access }) => ids.has(access)).map(({ access, capacity }) => ({ reserve: access, seats: capacity })));
}
