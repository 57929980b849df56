// Whether shares and seats of groups are the ones that the rule determines, from what `apportionment.json` bears witness to.
// SPEC §18.3 to §18.5.
//
// Definitions: n(g) registrants, K(s) the room of a site; a cell is a group at a site with least and most seats, and has a
// share in parts of a seat, and whole seats. A group leads to sites where its cell may rise, a site to groups whose cell may
// fall. Fractions are [numerator, denominator] in lowest terms.
// Conditions: (1) shares within bounds, and no way from a short group to room or to who has more for each registrant; (2)
// levels are what such ways find; (3) shares are rounded in turn; (4) seats are spread evenly, and the first that are.
// Invariant: one apportionment of a problem passes, whatever matrix and prices prove it.

import { must } from "./fault.mjs";

const PATH = "apportionment.json";
const rule = (name) => (condition) => must(condition, `R-APPORTIONMENT-${name}`, PATH);

/**
 * Rejects what is not the apportionment of a problem {groups: [{n, least, most}], rooms, cells: [{group, site, least, most,
 * share, seats}], levels: [{ratio, groups, sites}], prices}; returns the groups' shares.
 */
export function checkShares(problem) {
  const due = shares(problem);
  totals(problem, due);
  even(problem);
  return due.map(({ seats }) => seats);
}

const common = (a, b) => (b === 0n ? a : common(b, a % b));
const fraction = (above, below) => ((by) => [above / by, below / by])(common(above, below));
const order = ([a, b], [c, d]) => (a * d === c * b ? 0 : a * d < c * b ? -1 : 1);
const whole = (count) => [BigInt(count), 1n];

function shares({ groups, rooms, cells, levels }) {
  const parts = groups.map(() => 1n);
  const inLevel = new Set();
  for (const level of levels) {
    for (const group of level.groups) {
      rule("LEVELS")(group < groups.length && !inLevel.has(group));
      inLevel.add(group);
      [, parts[group]] = level.ratio;
    }
  }
  const bound = ({ group }, seats) => BigInt(seats) * parts[group];
  rule("SHARES")(cells.every((cell) => cell.share >= bound(cell, cell.least) && cell.share <= bound(cell, cell.most)));
  const used = usedRooms(rooms, cells, parts);
  const sums = groups.map(() => 0n);
  for (const { group, share } of cells) sums[group] += share;
  const due = groups.map(({ n, least, most }, at) => {
    const seats = fraction(sums[at], parts[at]);
    rule("SHARES")(order(seats, whole(least)) >= 0 && order(seats, whole(n === 0 ? least : most)) <= 0);
    return { seats, ratio: n === 0 ? [0n, 1n] : fraction(seats[0], seats[1] * BigInt(n)) };
  });
  const moves = movesOf(groups, rooms, cells, {
    rises: (cell) => cell.share < bound(cell, cell.most),
    falls: (cell) => cell.share > bound(cell, cell.least),
    hasRoom: (site) => used[site] < BigInt(rooms[site]),
  });
  const isShort = (at) => groups[at].n > 0 && order(due[at].seats, whole(groups[at].most)) < 0;
  const short = groups.map((_, at) => at).filter(isShort).sort((a, b) => order(due[a].ratio, due[b].ratio) || a - b);
  const found = leveled(moves, short, due, (at) => order(due[at].seats, whole(groups[at].least)) > 0);
  rule("LEVELS")(JSON.stringify(found) === JSON.stringify(levels.map((level) => [level.ratio.join("/"), level.groups, level.sites])));
  return due;
}

// Shares of one denominator are whole seats together at each site.
function usedRooms(rooms, cells, parts) {
  const sums = new Map();
  for (const { group, site, share } of cells) {
    const key = `${site} ${parts[group]}`;
    const sum = sums.get(key) ?? { site, parts: parts[group], share: 0n };
    sum.share += share;
    sums.set(key, sum);
  }
  const used = rooms.map(() => 0n);
  for (const { site, parts: by, share } of sums.values()) {
    rule("SHARES")(share % by === 0n);
    used[site] += share / by;
  }
  rule("SHARES")(used.every((seats, site) => seats <= BigInt(rooms[site])));
  return used;
}

/** The levels as [ratio, groups, sites]. */
function leveled(moves, short, due, hasMore) {
  const levels = new Map();
  for (const { source, groups, sites } of moves.visit(short)) {
    const fair = (other) => !hasMore(other) || order(due[other].ratio, due[source].ratio) <= 0;
    rule("LEXIMIN")(sites.every((site) => !moves.hasRoom(site)) && groups.every(fair));
    const ratio = due[source].ratio.join("/");
    const [, ofGroups, ofSites] = levels.get(ratio) ?? levels.set(ratio, [ratio, [], []]).get(ratio);
    ofGroups.push(...groups);
    ofSites.push(...sites);
  }
  return [...levels.values()].map(([ratio, ...lists]) => [ratio, ...lists.map((list) => list.sort((a, b) => a - b))]);
}

/** Ways over groups and sites. `visit(sources)` gives for each what ways from it come to that none before came to. */
function movesOf(groups, rooms, cells, { rises, falls, hasRoom }) {
  const [toSites, toGroups] = [groups.map(() => []), rooms.map(() => [])];
  for (const cell of cells) {
    if (rises(cell)) toSites[cell.group].push(cell.site);
    if (falls(cell)) toGroups[cell.site].push(cell.group);
  }
  const visit = (sources) => {
    const [seenGroups, seenSites] = [new Set(), new Set()];
    return sources.flatMap((source) => (seenGroups.has(source) ? [] : [reach(source)]));
    function reach(source) {
      seenGroups.add(source);
      const [newGroups, newSites] = [[source], []];
      for (const group of newGroups) {
        for (const site of toSites[group]) {
          if (seenSites.has(site)) continue;
          seenSites.add(site);
          newSites.push(site);
          for (const other of toGroups[site]) {
            if (seenGroups.has(other)) continue;
            seenGroups.add(other);
            newGroups.push(other);
          }
        }
      }
      return { source, groups: newGroups, sites: newSites };
    }
  };
  return { visit, hasRoom };
}

// SPEC §18.4.
function totals({ groups, rooms, cells }, due) {
  const seats = rule("SEATS");
  seats(cells.every((cell) => cell.seats >= cell.least && cell.seats <= cell.most));
  const [used, given] = [rooms.map(() => 0), groups.map(() => 0)];
  for (const cell of cells) {
    used[cell.site] += cell.seats;
    given[cell.group] += cell.seats;
  }
  seats(used.every((count, site) => count <= rooms[site]));
  const rest = (at) => fraction(due[at].seats[0] % due[at].seats[1], due[at].seats[1]);
  const down = (at) => due[at].seats[0] / due[at].seats[1];
  const isUp = (at) => rest(at)[0] > 0n && BigInt(given[at]) === down(at) + 1n;
  rule("ROUNDING")(given.every((count, at) => BigInt(count) === down(at) || isUp(at)));
  const turn = (a, b) => order(due[a].ratio, due[b].ratio) || order(rest(b), rest(a)) || a - b;
  const moves = movesOf(groups, rooms, cells, {
    rises: (cell) => cell.seats < cell.most,
    falls: (cell) => cell.seats > cell.least,
    hasRoom: (site) => used[site] < rooms[site],
  });
  const cut = groups.map((_, at) => at).filter((at) => rest(at)[0] > 0n && !isUp(at)).sort(turn);
  for (const { source, groups: others, sites } of moves.visit(cut)) {
    const inTurn = others.every((other) => !isUp(other) || turn(other, source) < 0);
    rule("ROUNDING")(inTurn && !sites.some((site) => moves.hasRoom(site)));
  }
}

// SPEC §18.5.
function even({ groups, rooms, cells, prices }) {
  const used = rooms.map(() => 0);
  for (const { site, seats } of cells) used[site] += seats;
  const hasRoom = rooms.map((room, site) => used[site] < room);
  rule("EVEN")(prices.every((price, site) => price === 0n || !hasRoom[site]));
  const weights = rooms.map((room) => (1n << 30n) / BigInt(Math.max(room, 1)) + 1n);
  const step = ({ site, seats }, more) => weights[site] * (2n * BigInt(seats) + more) + prices[site];
  const up = cells.map((cell) => (cell.seats < cell.most ? step(cell, 1n) : null));
  const down = cells.map((cell) => (cell.seats > cell.least ? step(cell, -1n) : null));
  const lists = { of: groups.map(() => []), at: rooms.map(() => []) };
  cells.forEach(({ group, site }, at) => {
    lists.of[group].push(at);
    lists.at[site].push(at);
  });
  const [mayRise, mayFall] = [new Array(cells.length).fill(false), new Array(cells.length).fill(false)];
  for (const own of lists.of) {
    const saved = own.map((at) => down[at]).reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
    const cost = own.map((at) => up[at]).reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
    if (saved === null || cost === null) continue;
    rule("EVEN")(saved <= cost);
    for (const at of own.filter(() => saved === cost)) [mayRise[at], mayFall[at]] = [up[at] === cost, down[at] === saved];
  }
  const free = { hasRoom, sites: rooms.map((_, site) => site).filter((site) => prices[site] === 0n) };
  const first = cells.every((_, at) => !mayFall[at] || !comesBack(at, cells, lists, { mayRise, mayFall, free }));
  rule("FIRST")(first);
}

// Whether level moves over later cells lead from lowering a cell back to its site.
function comesBack(start, cells, { of, at }, { mayRise, mayFall, free }) {
  const home = cells[start].site;
  const [groups, sites, line] = [new Set([cells[start].group]), new Set(), [cells[start].group]];
  let freeToo = false;
  for (const group of line) {
    const here = of[group].filter((cell) => cell > start && mayRise[cell]).map((cell) => cells[cell].site);
    if (!freeToo && here.some((site) => free.hasRoom[site])) {
      freeToo = true;
      here.push(...free.sites);
    }
    if (here.includes(home)) return true;
    for (const site of here.filter((each) => !sites.has(each))) {
      sites.add(site);
      for (const cell of at[site].filter((each) => each > start && mayFall[each])) {
        if (groups.has(cells[cell].group)) continue;
        groups.add(cells[cell].group);
        line.push(cells[cell].group);
      }
    }
  }
  return false;
}
