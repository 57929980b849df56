"""Seats for groups of registrants, by how many registered: what a bundle says of them, and whether it is right. SPEC section 18.

Nothing is solved here. The file `apportionment.json` has shares in fractions of a seat, whole seats, and prices; a handful
of conditions on them hold for one apportionment only. Letters are the SPEC's: g a group, s a site, n(g) its registrants,
K(s) the room of a site, z(g) a share, W(s) the weight of a site, beta(s) its price. All in integers and fractions.
"""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from formats import read_decimal, require, require_fields

MANY = 2**40  # seats where a ceiling says nothing


@dataclass
class Group:
    id: str
    sites: list  # the places of those that it reaches
    registrants: int
    least: int  # phi
    most: int  # omega


@dataclass
class Cell:
    group: int
    site: int
    least: int  # l
    most: int  # u
    share: int = 0  # in parts of a seat
    seats: int = 0


class Problem:
    """18.2: the numbers of a programme and its register."""

    def __init__(self, programme, access, entries):
        rule = programme["apportionment"]
        require_fields(rule, "groups reserved_permille floors ceilings", "the apportionment")
        self.sites = [site["id"] for site in programme["sites"]]
        floor, ceiling = bounds_of(rule["floors"]), bounds_of(rule["ceilings"])
        registered = Counter((entry.cohort, entry.district) for entry in entries if entry.is_active)
        reserves = {reserve["id"]: reserve for reserve in programme["reserves"]}
        self.left = [open_seats(session) for session in programme["sessions"]]
        self.sessions = [[j for j, one in enumerate(programme["sessions"]) if one["site"] == site] for site in self.sites]
        self.room = [rule["reserved_permille"] * sum(self.left[j] for j in own) // 1000 for own in self.sessions]
        self.groups, self.cells, taken = [], [], set()
        for g, id_ in enumerate(rule["groups"]):
            pairs = pairs_of(programme, access, reserves[id_])
            require(pairs and not taken & pairs, f"group {id_} has nobody, or somebody of another group")
            taken |= pairs
            sites = [s for s in range(len(self.sites)) if all(access.may_list(c, d, ("site", s)) for c, d in pairs)]
            cells = [
                Cell(g, s, floor.get((id_, self.sites[s]), 0), ceiling.get((id_, self.sites[s]), MANY)) for s in sites
            ]
            require(all(cell.least <= min(cell.most, self.room[cell.site]) for cell in cells), f"{id_}: a floor too high")
            count = sum(registered[pair] for pair in pairs)
            least = max(floor.get((id_, None), 0), sum(cell.least for cell in cells))
            highest = ceiling.get((id_, None), MANY)
            require(least <= highest, f"{id_}: floors above its ceiling")
            self.groups.append(Group(id_, sites, count, least, max(least, min(count, highest))))
            self.cells += cells


def bounds_of(bounds):
    return {(bound["group"], bound["site"]): bound["seats"] for bound in bounds}


def open_seats(session):
    return session["capacity"] - sum(one["seats"] for one in session["reserves"])


def pairs_of(programme, access, reserve):
    """Cohorts and districts that belong to a reserve and are admitted."""
    cohorts, districts = programme["cohorts"], programme["districts"]
    belongs = lambda names, name: not names or name in names
    return {
        (c, d)
        for c, cohort in enumerate(cohorts)
        if belongs(reserve["cohorts"], cohort["id"])
        for d, district in enumerate(districts)
        if belongs(reserve["districts"], district["code"]) and access.admits(c, d)
    }


class Apportionment:
    """18.7: the file, compared with the numbers of its problem; `kept` are the seats of sessions that follow."""

    def __init__(self, problem, file):
        self.problem = problem
        groups, cells = problem.groups, problem.cells
        place = {group.id: g for g, group in enumerate(groups)}, {id_: s for s, id_ in enumerate(problem.sites)}
        for list_, fields in FIELDS.items():
            for item in file[list_]:
                require_fields(item, fields, "apportionment.json")
        named = [(cell["group"], cell["site"]) for cell in file["cells"]]
        require(named == [(groups[c.group].id, problem.sites[c.site]) for c in cells], "not a cell for each group and site")
        for cell, stated in zip(cells, file["cells"]):
            cell.share, cell.seats = read_decimal(stated["share"]), stated["seats"]
            require(0 <= cell.share < 2**80 and 0 <= cell.seats <= MANY, "a share or seats beyond their bounds")
        sums = Counter()
        for cell in cells:
            sums[cell.group] += cell.seats
        expected = [{"reserve": one.id, "registrants": one.registrants, "seats": sums[g]} for g, one in enumerate(groups)]
        require(file["groups"] == expected, "registrants or seats of a group are not the count")
        rooms = [(site["site"], site["room"]) for site in file["sites"]]
        require(rooms == list(zip(problem.sites, problem.room)), "a site's room is not its part of the open seats")
        self.price = [read_decimal(site["price"]) for site in file["sites"]]
        require(all(0 <= price < 2**64 for price in self.price), "a price beyond its bounds")
        self.levels = []
        for level in file["levels"]:
            require(len(level["ratio"]) == 2 and len(set(level["groups"]) - set(place[0])) == 0, "no level")
            above, below = map(read_decimal, level["ratio"])
            require(above >= 0 < below and set(level["sites"]) <= set(place[1]), "no level")
            ratio = Fraction(above, below)
            require((ratio.numerator, ratio.denominator) == (above, below), "a ratio that is not in lowest terms")
            names = [place[0][id_] for id_ in level["groups"]], [place[1][id_] for id_ in level["sites"]]
            self.levels.append((ratio, *names))
        self.kept = self.seats_of_sessions()

    def seats_of_sessions(self):
        """18.6: of each session (reserve, seats), groups in order."""
        left = list(self.problem.left)
        kept = [[] for _ in left]
        for cell in self.problem.cells:
            own = self.problem.sessions[cell.site]
            room = sum(left[j] for j in own)
            require(cell.seats <= room, "more seats than a site has")
            parts = {j: cell.seats * left[j] // room if room else 0 for j in own}
            more = cell.seats - sum(parts.values())
            by_rest = sorted(own, key=lambda j: (-(cell.seats * left[j] % room) if room else 0, j))
            for j in own:
                part = parts[j] + (j in by_rest[:more])
                left[j] -= part
                if part:
                    kept[j].append((self.problem.groups[cell.group].id, part))
        return kept


FIELDS = {
    "groups": "reserve registrants seats",
    "levels": "ratio groups sites",
    "sites": "site room price",
    "cells": "group site share seats",
}


class Moves:
    """18.3: where a matrix lets seats go. A group leads to sites where it may have more, a site to groups that may have less."""

    def __init__(self, problem, can_rise, can_fall, has_room):
        self.has_room = has_room
        self.sites = [[] for _ in problem.groups]
        self.groups = [[] for _ in problem.sites]
        for cell, rise, fall in zip(problem.cells, can_rise, can_fall):
            if rise:
                self.sites[cell.group].append(cell.site)
            if fall:
                self.groups[cell.site].append(cell.group)

    def reached(self, start, groups, sites):
        """The groups and sites that ways from a group come to, beyond those that were reached before; both sets grow."""
        new, line = ({start} - groups, set()), [start]
        for group in line:
            for site in self.sites[group]:
                if site not in sites and site not in new[1]:
                    new[1].add(site)
                    found = set(self.groups[site]) - groups - new[0]
                    new[0].update(found)
                    line += sorted(found)
        groups |= new[0]
        sites |= new[1]
        return new


def check(apportionment):
    shares, ratio = check_shares(apportionment)
    check_seats(apportionment.problem, shares, ratio)
    check_spread(apportionment.problem, apportionment.price)


def check_shares(apportionment):
    """18.3: the shares are leximin, and the levels are theirs. Returns z and the ratios."""
    problem = apportionment.problem
    groups, cells = problem.groups, problem.cells
    parts = {}
    for ratio, members, _ in apportionment.levels:
        for g in members:
            require(g not in parts, "a group in two levels")
            parts[g] = ratio.denominator
    x = [Fraction(cell.share, parts.get(cell.group, 1)) for cell in cells]
    require(all(cell.least <= share <= cell.most for cell, share in zip(cells, x)), "a share outside its bounds")
    used, z = Counter(), [Fraction(0)] * len(groups)
    for cell, share in zip(cells, x):
        used[cell.site, parts.get(cell.group, 1)] += share
        z[cell.group] += share
    require(all(seats.denominator == 1 for seats in used.values()), "shares of one denominator are no whole seats at a site")
    at = Counter()
    for (site, _), seats in used.items():
        at[site] += seats
    require(all(at[s] <= room for s, room in enumerate(problem.room)), "shares of more than a site's room")
    for group, share in zip(groups, z):
        require(group.least <= share <= (group.most if group.registrants else group.least), f"{group.id}: a share out of bounds")
    ratio = [share / group.registrants if group.registrants else Fraction(0) for group, share in zip(groups, z)]
    moves = Moves(
        problem,
        [share < cell.most for cell, share in zip(cells, x)],
        [share > cell.least for cell, share in zip(cells, x)],
        [at[s] < room for s, room in enumerate(problem.room)],
    )
    short = [g for g, group in enumerate(groups) if group.registrants and z[g] < group.most]
    levels, seen = {}, (set(), set())
    for g in sorted(short, key=lambda g: (ratio[g], g)):
        if g in seen[0]:
            continue
        more, full = moves.reached(g, *seen)
        require(not any(moves.has_room[s] for s in full), f"{groups[g].id} could have more: there is room")
        could_yield = [h for h in more if z[h] > groups[h].least and ratio[h] > ratio[g]]
        require(not could_yield, f"{groups[g].id} could have more, from who has more for each registrant")
        level = levels.setdefault(ratio[g], (set(), set()))
        level[0].update(more)
        level[1].update(full)
    found = [(level, sorted(more), sorted(full)) for level, (more, full) in sorted(levels.items())]
    require(found == apportionment.levels, "other levels than the shares have")
    return z, ratio


def check_seats(problem, z, ratio):
    """18.4: each share is rounded as its turn asks."""
    groups, cells = problem.groups, problem.cells
    require(all(cell.least <= cell.seats <= cell.most for cell in cells), "seats outside their bounds")
    used, total = Counter(), Counter()
    for cell in cells:
        used[cell.site] += cell.seats
        total[cell.group] += cell.seats
    require(all(used[s] <= room for s, room in enumerate(problem.room)), "more seats than a site's room")
    down = [share // 1 for share in z]
    require(all(total[g] in (down[g], down[g] + (z[g] % 1 > 0)) for g in range(len(groups))), "a share that is not rounded")
    turn = lambda g: (ratio[g], -(z[g] % 1), g)
    moves = Moves(
        problem,
        [cell.seats < cell.most for cell in cells],
        [cell.seats > cell.least for cell in cells],
        [used[s] < room for s, room in enumerate(problem.room)],
    )
    seen = (set(), set())
    for g in sorted((g for g in range(len(groups)) if z[g] % 1 and total[g] == down[g]), key=turn):
        if g in seen[0]:
            continue
        others, sites = moves.reached(g, *seen)
        require(not any(moves.has_room[s] for s in sites), f"{groups[g].id} was rounded down where there is room")
        later = [h for h in others if total[h] > z[h] and turn(h) > turn(g)]
        require(not later, f"{groups[g].id} was rounded down for who is asked later")


def check_spread(problem, price):
    """18.5: each group's seats are spread as evenly as can be, and the first that are."""
    cells, groups = problem.cells, problem.groups
    weight = [2**30 // max(room, 1) + 1 for room in problem.room]
    used = Counter()
    for cell in cells:
        used[cell.site] += cell.seats
    free = [used[s] < room for s, room in enumerate(problem.room)]
    require(not any(free[s] and price[s] for s in range(len(price))), "a price where room is left")
    up = [weight[c.site] * (2 * c.seats + 1) + price[c.site] if c.seats < c.most else None for c in cells]
    down = [weight[c.site] * (2 * c.seats - 1) + price[c.site] if c.seats > c.least else None for c in cells]
    of_group, at_site = [[] for _ in groups], [[] for _ in problem.sites]
    for number, cell in enumerate(cells):
        of_group[cell.group].append(number)
        at_site[cell.site].append(number)
    may_rise, may_fall = [False] * len(cells), [False] * len(cells)
    for own, group in zip(of_group, groups):
        saved = max((down[n] for n in own if down[n] is not None), default=None)
        cost = min((up[n] for n in own if up[n] is not None), default=None)
        if saved is None or cost is None:
            continue
        require(saved <= cost, f"{group.id} is not spread evenly over its sites")
        for n in own:
            may_rise[n] = saved == cost == up[n]
            may_fall[n] = saved == cost == down[n]
    for number, cell in enumerate(cells):
        if may_fall[number]:
            smaller = comes_back(number, cell, cells, (of_group, at_site), (may_rise, may_fall), (free, price))
            require(not smaller, f"{groups[cell.group].id} could have less at an earlier site, at the same cost")


def comes_back(number, cell, cells, lists, may, rooms):
    """Whether level moves over later cells lead from lowering a cell back to its site."""
    (of_group, at_site), (may_rise, may_fall), (free, price) = lists, may, rooms
    groups, sites, line = {cell.group}, set(), [cell.group]
    for group in line:
        here = [cells[n].site for n in of_group[group] if n > number and may_rise[n]]
        if any(free[s] for s in here):
            here += [s for s in range(len(price)) if price[s] == 0 and s not in sites]
        for site in here:
            if site == cell.site:
                return True
            if site in sites:
                continue
            sites.add(site)
            for n in at_site[site]:
                if n > number and may_fall[n] and cells[n].group not in groups:
                    groups.add(cells[n].group)
                    line.append(cells[n].group)
    return False
