"""Apportionments by their definition (SPEC §18), for problems so small that everything can be tried.

Shares come from the sets of groups that are tight (Gale 1957), seats from a comparison of all matrices.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product


@dataclass(frozen=True)
class Problem:
    groups: list[tuple[int, int, int]]  # registrants, floor, ceiling over all sites
    rooms: list[int]
    cells: list[tuple[int, int, int, int]]  # group, site, floor, ceiling

    def upper(self, cell):
        return cell[3]

    def least(self, group):
        return max(self.groups[group][1], sum(cell[2] for cell in self.cells if cell[0] == group))

    def most(self, group):
        return max(self.least(group), min(self.groups[group][0], self.groups[group][2]))

    def sets(self):
        groups = range(len(self.groups))
        return [set(some) for size in range(1, len(self.groups) + 1) for some in combinations(groups, size)]

    def held(self, some):
        """What a set of groups can have at most, site by site."""
        held = []
        for site, room in enumerate(self.rooms):
            here = [cell for cell in self.cells if cell[1] == site]
            room -= sum(cell[2] for cell in here)
            mine = [cell for cell in here if cell[0] in some]
            floors, more = sum(cell[2] for cell in mine), sum(self.upper(cell) - cell[2] for cell in mine)
            held.append((floors, room, more))
        return held

    def most_of(self, some):
        held = self.held(some)
        return None if any(room < 0 for _, room, _ in held) else sum(f + min(room, more) for f, room, more in held)

    def can_have(self, sums):
        return all(self.most_of(some) is not None and sum(sums[g] for g in some) <= self.most_of(some) for some in self.sets())

    def tight(self, sums):
        return [some for some in self.sets() if sum(sums[g] for g in some) == self.most_of(some)]


def ratio(problem, shares, group):
    return Fraction(shares[group]) / problem.groups[group][0]


def shares_of(problem):
    """Raise all to the largest common ratio, settle those that are in a tight set or have all, and go on."""
    sums = [Fraction(problem.least(group)) for group in range(len(problem.groups))]
    assert problem.can_have(sums), "the floors cannot be kept"
    heads = sum(group[0] for group in problem.groups)
    largest = max([sum(problem.rooms), *(problem.least(g) for g in range(len(sums)))])
    ratios = sorted({Fraction(above, below) for below in range(1, heads + 1) for above in range(largest + 1)})
    open_groups = [group for group in range(len(sums)) if problem.groups[group][0]]
    while open_groups:

        def at(level):
            asked = {g: min(max(level * problem.groups[g][0], problem.least(g)), problem.most(g)) for g in open_groups}
            return [asked.get(g, old) for g, old in enumerate(sums)]

        sums = at(max(level for level in ratios if problem.can_have(at(level))))
        tight = problem.tight(sums)
        done = [g for g in open_groups if sums[g] == problem.most(g) or any(g in some for some in tight)]
        assert done
        open_groups = [g for g in open_groups if g not in done]
    return sums


def levels_of(problem, shares):
    short = [g for g, (heads, _, _) in enumerate(problem.groups) if heads and shares[g] < problem.most(g)]
    tight = problem.tight(shares)
    levels, seen, full = [], set(), set()
    for level in sorted({ratio(problem, shares, g) for g in short}):
        for g in short:
            if ratio(problem, shares, g) <= level:
                seen |= set.intersection(*[some for some in tight if g in some])
        held = problem.held(seen)
        sites = {site for site, (_, room, more) in enumerate(held) if more > room}
        before = {g for _, groups, _ in levels for g in groups}
        levels.append((level, sorted(seen - before), sorted(sites - full)))
        full |= sites
    return [level for level in levels if level[1] or level[2]]


def flow_of(problem, shares, levels):
    """Parts of a seat per cell, level by level, by augmenting paths of one part."""
    rooms = list(problem.rooms)
    flow = [0] * len(problem.cells)
    settled = {g for _, groups, _ in levels for g in groups}
    rest = [g for g in range(len(shares)) if g not in settled]
    left = set(range(len(shares)))
    for level, groups, _ in [*levels, (Fraction(1), rest, [])]:
        parts = level.denominator
        others = {g for g in left if g not in groups}
        room = [
            (rooms[site] - sum(cell[2] for cell in problem.cells if cell[1] == site and cell[0] in others)) * parts
            for site in range(len(rooms))
        ]
        for at, cell in enumerate(problem.cells):
            if cell[0] in groups:
                flow[at] = cell[2] * parts
                room[cell[1]] -= flow[at]
        for g in groups:
            while sum(flow[at] for at, cell in enumerate(problem.cells) if cell[0] == g) < shares[g] * parts:
                augment(problem, flow, room, groups, g, parts)
        for at, cell in enumerate(problem.cells):
            if cell[0] in groups:
                rooms[cell[1]] -= Fraction(flow[at], parts)
        left -= set(groups)
    return flow


def augment(problem, flow, room, groups, start, parts):
    came, line = {("group", start): None}, [("group", start)]
    for kind, place in line:
        for at, cell in enumerate(problem.cells):
            if cell[0] not in groups or place != cell[0 if kind == "group" else 1]:
                continue
            node = ("site", cell[1]) if kind == "group" else ("group", cell[0])
            moves = flow[at] < problem.upper(cell) * parts if kind == "group" else flow[at] > cell[2] * parts
            if moves and node not in came:
                came[node] = ((kind, place), at, 1 if kind == "group" else -1)
                line.append(node)
                if kind == "group" and room[cell[1]] > 0:
                    room[cell[1]] -= 1
                    while came[node]:
                        node, at, change = came[node]
                        flow[at] += change
                    return
    raise AssertionError("no way")


def seats_of(problem, shares):
    order = sorted(
        (g for g, share in enumerate(shares) if share.denominator > 1),
        key=lambda g: (ratio(problem, shares, g), -(shares[g] % 1), g),
    )
    best = None
    for seats in product(*(range(cell[2], min(problem.upper(cell), problem.rooms[cell[1]]) + 1) for cell in problem.cells)):
        used = [0] * len(problem.rooms)
        sums = [0] * len(problem.groups)
        for cell, number in zip(problem.cells, seats):
            used[cell[1]] += number
            sums[cell[0]] += number
        if any(u > room for u, room in zip(used, problem.rooms)):
            continue
        if any(not (share // 1 <= total <= -(-share // 1)) for total, share in zip(sums, shares)):
            continue
        square = sum(weight(problem, cell[1]) * number**2 for cell, number in zip(problem.cells, seats))
        key = ([-sums[g] for g in order], square, seats)
        best = key if best is None or key < best else best
    return list(best[2])


def weight(problem, site):
    return 2**30 // max(problem.rooms[site], 1) + 1


def prices_of(problem, seats):
    """The least prices: raised until no cell saves more than another of its group costs."""
    prices = [0] * len(problem.rooms)
    changed = True
    while changed:
        changed = False
        for (a, x), (b, y) in product(list(zip(problem.cells, seats)), repeat=2):
            if a[0] == b[0] and x > a[2] and y < problem.upper(b):
                wanted = prices[a[1]] + weight(problem, a[1]) * (2 * x - 1) - weight(problem, b[1]) * (2 * y + 1)
                if wanted > prices[b[1]]:
                    prices[b[1]], changed = wanted, True
    return prices


def solve(problem):
    """The answer as vectors have it, numbers wider than 53 bits as text."""
    shares = shares_of(problem)
    levels = levels_of(problem, shares)
    seats = seats_of(problem, shares)
    return {
        "levels": [
            {"ratio": [str(level.numerator), str(level.denominator)], "groups": groups, "sites": sites}
            for level, groups, sites in levels
        ],
        "shares": [str(part) for part in flow_of(problem, shares, levels)],
        "seats": seats,
        "prices": [str(price) for price in prices_of(problem, seats)],
    }, shares
