"""Apportionments as numbers: §18."""

import copy
import random

from apportionment import Problem, solve

from .vector import accept, reject

MANY = 2**40


def group(registrants, floor=0, ceiling=MANY):
    return (registrants, floor, ceiling)


def cells(*rows):
    """Rows of sites per group; a site alone, or with floor and ceiling."""
    return [(g, *(site if isinstance(site, tuple) else (site, 0, MANY))) for g, row in enumerate(rows) for site in row]


EASY = Problem([group(4), group(4)], [3, 9], cells([0], [0, 1]))
FRACTIONS = Problem([group(3), group(4), group(2)], [2, 3], cells([0], [0, 1], [1]))
FLOORED = Problem([group(2, floor=3), group(6), group(0)], [3, 2], cells([0, (1, 1, 2)], [0, 1], [(1, 1, 1)]))
EVEN = Problem([group(9), group(5)], [4, 4, 6], cells([0, 1, 2], [0, 1]))
TIES = Problem([group(2), group(2), group(1)], [2, 2, 2], cells([0, 1, 2], [0, 1, 2], [1, 2]))


def given_of(problem):
    answer, shares = solve(problem)
    return {
        "groups": [[registrants, floor, ceiling] for registrants, floor, ceiling in problem.groups],
        "rooms": problem.rooms,
        "cells": [list(cell) for cell in problem.cells],
        **answer,
    }, shares


def good(name, comment, problem):
    given, shares = given_of(problem)
    sums = [sum(x for cell, x in zip(problem.cells, given["seats"]) if cell[0] == g) for g in range(len(problem.groups))]
    return accept("apportionment", name, comment, given, {"shares": [str(share) for share in shares], "seats": sums})


def bad(name, comment, label, problem, change):
    given, _ = given_of(problem)
    before = copy.deepcopy(given)
    change(given)
    assert given != before, name
    return reject("apportionment", name, comment, given, label)


def random_problem(seed):
    chance = random.Random(seed)
    groups = [group(chance.randint(0, 6)) for _ in range(chance.randint(2, 4))]
    rooms = [chance.randint(0, 4) for _ in range(chance.randint(1, 3))]
    rows = [[site for site in range(len(rooms)) if chance.random() < 0.6] for _ in groups]
    return Problem(groups, rooms, cells(*rows))


def vectors():
    yield good("two-groups", "One group reaches a small site only, the other a large one too.", EASY)
    yield good("fractions", "Shares are fractions; the lowest level is rounded up first.", FRACTIONS)
    yield good("floors", "Floors of cells and of a group, and one of a group without registrants.", FLOORED)
    yield good("even", "A group is spread in proportion to what the sites have.", EVEN)
    yield good("ties", "Several distributions are as even; the first is taken.", TIES)
    yield good("nobody", "Nobody has registered.", Problem([group(0), group(0)], [3], cells([0], [0])))
    yield good("no-site", "A group that reaches no site is a level of its own.", Problem([group(3), group(2)], [3], cells([], [0])))
    for seed in range(8):
        yield good(f"random-{seed}", "Drawn at random.", random_problem(seed))
    yield from faults()


def faults():
    def put(field, place, value):
        return lambda given: given[field].__setitem__(place, value)

    def add(field, place, by):
        text = lambda old: str(int(old) + by) if isinstance(old, str) else old + by
        return lambda given: given[field].__setitem__(place, text(given[field][place]))

    def both(*changes):
        return lambda given: [change(given) for change in changes]

    form, levels, leximin = "R-APPORTIONMENT-FORM", "R-APPORTIONMENT-LEVELS", "R-APPORTIONMENT-LEXIMIN"
    shares, seats, rounding = "R-APPORTIONMENT-SHARES", "R-APPORTIONMENT-SEATS", "R-APPORTIONMENT-ROUNDING"
    even, first = "R-APPORTIONMENT-EVEN", "R-APPORTIONMENT-FIRST"
    yield bad("price-missing", "A site has no price.", form, EASY, lambda given: given["prices"].pop())
    yield bad("share-missing", "A cell has no share.", form, EASY, lambda given: given["shares"].pop())
    yield bad("share-beyond-room", "The shares at a site are more than its room.", shares, EASY, add("shares", 1, 1))
    yield bad("share-below-floor", "A share is below the floor of its cell.", shares, FLOORED, put("shares", 1, "0"))
    yield bad("share-no-whole-seats", "A level has no whole seats at a site.", shares, FRACTIONS, add("shares", 0, -1))
    yield bad("share-beyond-registrants", "A group has more than its registrants.", shares, EASY, add("shares", 2, 1))
    yield bad("group-without-registrants", "Nobody registered, and the group has more than its floor.", shares,
              Problem([group(0), group(2)], [3], cells([0], [0])), both(add("shares", 0, 1), add("seats", 0, 1)))
    yield bad("not-raised", "A group could have more.", leximin,
              EASY, both(add("shares", 2, -1), add("seats", 2, -1)))
    yield bad("richer-not-lowered", "A seat of a group at a higher ratio belongs to one at a lower.", leximin,
              Problem([group(4), group(4)], [4], cells([0], [0])),
              lambda given: given.update(levels=[], shares=["3", "1"], seats=[3, 1]))
    yield bad("level-ratio", "A level states another ratio with the same denominator.", levels, EASY,
              lambda given: given["levels"][0]["ratio"].__setitem__(0, "1"))
    yield bad("level-missing", "A level is left out.", levels, Problem([group(3), group(2)], [3], cells([], [0])),
              lambda given: given["levels"].pop())
    yield bad("level-site-missing", "A full site is left out of its level.", levels, EASY,
              lambda given: given["levels"][0]["sites"].pop())
    yield bad("level-group-twice", "A group is in a level twice.", levels, EASY,
              lambda given: given["levels"][0]["groups"].append(given["levels"][0]["groups"][0]))
    yield bad("level-group-unknown", "A level has a group that is not there.", levels, EASY,
              lambda given: given["levels"][0]["groups"].append(9))
    yield bad("seats-below-floor", "A cell has fewer seats than its floor.", seats, FLOORED, put("seats", 1, 0))
    yield bad("seats-beyond-room", "A site has more seats than room.", seats, EASY, add("seats", 0, 1))
    yield bad("seats-not-rounded", "A group has a seat less than its share.", rounding, EASY, add("seats", 2, -1))
    yield bad("seats-rounded-down", "A group with a fraction could have a seat more.", rounding, FRACTIONS,
              lambda given: given.update(seats=lowered(given)))
    order = Problem([group(2), group(2)], [3], cells([0], [0]))
    yield bad("seats-rounded-out-of-turn", "The later of two equal groups is rounded up.", rounding, order,
              put("seats", slice(0, 2), [1, 2]))
    yield bad("price-of-room", "A site with room left has a price.", even, TIES, add("prices", spare(TIES), 1))
    heap = Problem([group(4)], [4, 4], cells([0, 1]))
    yield bad("heaped", "A group is heaped up at one of two equal sites.", even, heap, put("seats", slice(0, 2), [4, 0]))
    odd = Problem([group(3)], [4, 4], cells([0, 1]))
    yield bad("not-the-first", "Another distribution is as even and comes first.", first, odd, put("seats", slice(0, 2), [2, 1]))
    swap = Problem([group(3), group(3)], [3, 3], cells([0, 1], [0, 1]))
    yield bad("not-the-first-by-exchange", "Two groups could exchange a seat, as evenly.", first, swap,
              put("seats", slice(0, 4), [2, 1, 1, 2]))


def lowered(given):
    """One seat less for the first group that was rounded up."""
    seats = list(given["seats"])
    for at, (g, site, floor, _) in enumerate(given["cells"]):
        mine = [n for n, cell in zip(seats, given["cells"]) if cell[0] == g]
        share = [int(n) for n, cell in zip(given["shares"], given["cells"]) if cell[0] == g]
        level = [level for level in given["levels"] if g in level["groups"]]
        parts = int(level[0]["ratio"][1]) if level else 1
        if sum(mine) * parts > sum(share) and seats[at] > floor:
            seats[at] -= 1
            return seats
    raise AssertionError("nobody was rounded up")


def spare(problem):
    given, _ = given_of(problem)
    used = [0] * len(problem.rooms)
    for cell, seats in zip(problem.cells, given["seats"]):
        used[cell[1]] += seats
    return next((site for site, room in enumerate(problem.rooms) if used[site] < room), None)
