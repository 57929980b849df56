"""From a programme and its register to apportioned seats of sessions: §18.1, §18.2, §18.6 and §18.7."""

from functools import cache

from apportionment import Problem, solve

MANY = 2**40


def pairs_of(programme: dict, group: str) -> list[tuple[int, int]]:
    """The cohorts and districts that belong to a group and are admitted."""
    reserve = next(one for one in programme["reserves"] if one["id"] == group)
    fits = lambda names, name: not names or name in names
    return [
        (c, d)
        for c, cohort in enumerate(programme["cohorts"])
        for d, district in enumerate(programme["districts"])
        if fits(reserve["cohorts"], cohort["id"]) and fits(reserve["districts"], district["code"])
        if fits(cohort["districts"], district["code"])
    ]


def reaches(programme: dict, pair: tuple[int, int], site: str) -> bool:
    if programme["reach"]["rule"] == "anywhere":
        return True
    names = programme["cohorts"][pair[0]]["id"], programme["districts"][pair[1]]["code"], site
    rows = [(row["cohort"], row["district"], row["site"]) for row in programme["reach"]["rows"]]
    return any(all(asked in (None, name) for asked, name in zip(row, names)) for row in rows)


def problem_of(programme: dict, register: list) -> Problem:
    rule = programme["apportionment"]
    bound = lambda kind, group, site, default: next(
        (one["seats"] for one in rule[kind] if (one["group"], one["site"]) == (group, site)), default
    )
    groups, cells, rooms = [], [], []
    for place, group in enumerate(rule["groups"]):
        pairs = pairs_of(programme, group)
        count = sum(one.active and (one.cohort, one.district) in pairs for one in register)
        groups.append((count, bound("floors", group, None, 0), bound("ceilings", group, None, MANY)))
        for at, site in enumerate(programme["sites"]):
            if all(reaches(programme, pair, site["id"]) for pair in pairs):
                cells.append((place, at, bound("floors", group, site["id"], 0), bound("ceilings", group, site["id"], MANY)))
    for site in programme["sites"]:
        seats = sum(open_seats(one) for one in programme["sessions"] if one["site"] == site["id"])
        rooms.append(rule["reserved_permille"] * seats // 1000)
    return Problem(groups, rooms, cells)


def open_seats(session: dict) -> int:
    return session["capacity"] - sum(one["seats"] for one in session["reserves"])


def file_of(programme: dict, register: list) -> dict:
    """The fields of the file beside its marks."""
    problem = problem_of(programme, register)
    answer = solved(repr(problem))
    groups, sites = programme["apportionment"]["groups"], [site["id"] for site in programme["sites"]]
    cells = list(zip(problem.cells, answer["shares"], answer["seats"]))
    return {
        "groups": [
            {"reserve": id_, "registrants": given[0], "seats": sum(seats for cell, _, seats in cells if cell[0] == at)}
            for at, (id_, given) in enumerate(zip(groups, problem.groups))
        ],
        "levels": [
            {
                "ratio": level["ratio"],
                "groups": [groups[at] for at in level["groups"]],
                "sites": [sites[at] for at in level["sites"]],
            }
            for level in answer["levels"]
        ],
        "sites": [
            {"site": id_, "room": room, "price": price} for id_, room, price in zip(sites, problem.rooms, answer["prices"])
        ],
        "cells": [
            {"group": groups[cell[0]], "site": sites[cell[1]], "share": share, "seats": seats} for cell, share, seats in cells
        ],
    }


@cache
def solved(problem: str) -> dict:
    """By the problem's text: the definition takes its time, and faults ask for the same again and again."""
    return solve(eval(problem))[0]


def kept_of(programme: dict, file: dict) -> dict[int, list[tuple[str, int]]]:
    """Seats by session: spread in proportion to what is left, whole parts first, then the largest rests."""
    left = [open_seats(session) for session in programme["sessions"]]
    kept = {}
    for cell in file["cells"]:
        here = [at for at, session in enumerate(programme["sessions"]) if session["site"] == cell["site"]]
        room = max(sum(left[at] for at in here), 1)
        spread = {at: cell["seats"] * left[at] // room for at in here}
        by_rest = sorted(here, key=lambda at: (-(cell["seats"] * left[at] % room), at))
        for at in by_rest[: cell["seats"] - sum(spread.values())]:
            spread[at] += 1
        for at, seats in spread.items():
            left[at] -= seats
            if seats:
                kept.setdefault(at, []).append((cell["group"], seats))
    return kept
