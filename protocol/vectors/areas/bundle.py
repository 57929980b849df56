"""Whole bundles that hold: §15. What breaks them is in `bundle_faults.py`."""

import base64
from dataclasses import replace
from functools import cache

import cast
from entries import batch_bytes, first, hash_of, later, made, runs_of
from mechanism import weight
from publish import Draw, time_of_round
from reference import leaf_hash, root, spell

from .vector import accept

OUTCOMES = ["withdrawn", "unplaced", "placed"]


def file(data: bytes) -> dict:
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def altered(old: bytes | None, new: bytes | None):
    """A file of a patch: whole, or the bytes that differ where these are few."""
    if new is None:
        return None
    if old is None or len(old) != len(new):
        return file(new)
    differing = [at for at, (a, b) in enumerate(zip(old, new)) if a != b]
    begin, end = differing[0], differing[-1] + 1
    return {"at": begin} | file(new[begin:end]) if end - begin < len(new) // 2 else file(new)


def patch(old: dict, new: dict) -> dict:
    paths = [path for path in sorted(old | new) if old.get(path) != new.get(path)]
    return {path: altered(old.get(path), new.get(path)) for path in paths}


def expectation(draw: Draw) -> dict:
    """All that lies between the files and the verdict."""
    by_run = [root(run) for run in runs_of(draw.leaves)]
    record_leaves = [leaf_hash(record.leaf()) for record in draw.records]
    return {
        "programme": hash_of(draw.programme).hex(),
        "leaves": [one.leaf(draw.programme).hex() for one in draw.register[:100]],
        "run_roots": [run.hex() for run in by_run],
        "register_root": root(draw.leaves).hex(),
        "record_roots": [root(run).hex() for run in runs_of(record_leaves)],
        "allocation_root": root(record_leaves).hex(),
        "records": [record(one) for one in draw.records[:100]],
        "batches": [batch_bytes(batch).hex() for batch in draw.batches],
        "events": [event.kind for event in draw.events],
        "log_root": root([leaf_hash(leaf) for leaf in draw.log]).hex(),
        "witnessed_at_unix_s": witnessed(draw),
        "seed": draw.seed_file["seed"],
        "draw_order": [applicant(draw.instance, one) for one in draw.instance.applicants],
        "unplaced": sum(one.outcome == 1 for one in draw.records),
        "cost": [str(part) for part in cost(draw)],
    }


def witnessed(draw: Draw):
    limit = time_of_round(draw.round) - 600
    times = sorted(draw.witnesses.get("freeze_head", {0: draw.closes + 120, 2: draw.closes + 125}).values())
    times = [time for time in times if draw.closes + 60 - 600 <= time <= limit]
    quorum = draw.programme["witnesses"]["quorum"]
    enough = len(draw.witnesses.get("last_head", "two")) >= quorum and len(times) >= quorum
    return times[quorum - 1] if enough else None


def record(one) -> dict:
    place = [one.session, one.choice] if one.outcome == 2 else None
    return {"ticket": spell(one.ticket), "outcome": OUTCOMES[one.outcome], "session_and_choice": place}


def applicant(instance, one) -> dict:
    numbers = {"number": one.number, "rotation": one.rotation, "weight": weight(one.number)}
    texts = {name: str(number) for name, number in numbers.items()}
    return {"ticket": spell(one.ticket), "sessions": [session for session, _ in instance.sessions_listed(one)]} | texts


def cost(draw: Draw):
    """The sum that the mechanism made least."""
    instance, total = draw.instance, (0, 0)
    for one, placement in zip(instance.applicants, draw.placements):
        if placement:
            everywhere = {pool for pool, *_ in instance.listed(instance.last, one)}
            found = dict(instance.options(one, everywhere))[placement[0]]
        else:
            found = dict(instance.options(one, set()))[None]
        total = total[0] + found[0], total[1] + found[1]
    return total


# --- the draws, by name


def draw(name: str, **more) -> Draw:
    """One of the accepted bundles, or a fault in it."""
    return DRAWS[name](**more)


@cache
def base(name: str) -> dict:
    return draw(name).files


def usual(mechanism: str, rehearsal: bool = True):
    return lambda **more: Draw(cast.programme(mechanism, rehearsal), cast.acknowledged(), cast.ANCHORED, **more)


def empty(**more):
    return Draw(cast.programme("serial"), [], [], **more)


def two_runs(**more):
    """1,026 entries, nearly all withdrawn; the last two and a few others take part."""
    ones = [first(made("many", place)[:12], place % 2, *cast.session(place % 3)) for place in range(1026)]
    ones.sort(key=lambda one: one.ticket)
    stays = {0, 1, 2, 3, 500, 1023, 1024, 1025}
    withdrawals = [later(one, office=place % 5 == 0) for place, one in enumerate(ones) if place not in stays]
    batches = [(cast.OPENS, ones), (cast.OPENS + 1, withdrawals)]
    return Draw(cast.programme("priority"), batches, [2], **more)


def late(**more):
    """One witness as early as can be, one in the last second, one after it."""
    limit, frozen = time_of_round(1000) - 600, cast.CLOSES + 60
    return usual("optimal", False)(
        **{"witnesses": {"freeze_head": {0: limit, 1: frozen - 600, 2: limit + 1}}} | more
    )


def unwitnessed(**more):
    return usual("serial")(**{"witnesses": {"freeze_head": {1: cast.CLOSES + 300}}} | more)


def forged(**more):
    """Somebody's entry was changed with a key that nobody was given; the operator acknowledged that to himself."""
    acknowledged = cast.acknowledged()
    time, batch = acknowledged[3]
    forgery = later(cast.registrations()[0], *cast.session(5), key=made("forged"))
    acknowledged[3] = time, [*batch, forgery]
    return Draw(cast.programme("optimal"), acknowledged, cast.ANCHORED, **more)


def anew(**more):
    """The same programme, and other people: one stayed away, one changed less, one wants something else."""
    ones = cast.registrations()
    ones[4] = first(ones[4].ticket, 1, *cast.session(4))
    batches = [
        (cast.OPENS, [*ones[:6], *ones[7:]]),
        (cast.CLOSES - 1, [later(ones[2], *cast.session(1, 3), *cast.site(2))]),
    ]
    return Draw(cast.programme("optimal"), batches, [2], **more)


def by_district(**more):
    """Who is younger is in one of two cohorts by district, with other lots, and lists what a table allows."""
    programme, acknowledged = cast.programme("optimal"), cast.acknowledged()
    younger, older = programme["cohorts"]
    second = {**younger, "id": "50-59-junggu", "districts": ["11020"], "lots": 8}
    programme["cohorts"] = [{**younger, "districts": ["11010"], "lots": 2}, older, second]
    moved = lambda one: replace(one, cohort=2) if (one.cohort, one.district) == (0, 1) else one
    batches = [(time, [moved(one) for one in batch]) for time, batch in acknowledged]
    programme["reach"] = {"rule": "table", "rows": rows_for(programme, [one for _, batch in batches for one in batch])}
    return Draw(programme, batches, cast.ANCHORED, **more)


def with_reserves(mechanism: str, release: bool):
    """Seats are kept for older people, and in one district for those who live there."""

    def make(**more):
        programme, acknowledged = cast.programme(mechanism), cast.acknowledged()
        title = {"en": "Kept seats", "ko": "지정석"}
        older, local = programme["cohorts"][1]["id"], programme["districts"][0]["code"]
        programme["reserves"] = [
            {"id": "older", "title": title, "cohorts": [older], "districts": [], "release": release},
            {"id": "local", "title": title, "cohorts": [], "districts": [local], "release": False},
        ]
        if mechanism == "optimal":
            programme["mechanism"]["outsider_cost"] = 1
        for place, session in enumerate(programme["sessions"]):
            kept = [{"reserve": name, "seats": 1} for name in ["older", "local"]][: session["capacity"]]
            session["reserves"] = [kept, kept[:1], kept[1:], []][place % 4]
        return Draw(programme, acknowledged, cast.ANCHORED, **more)

    return make


def apportioned(mechanism: str, release: bool, permille: int, reach: bool = False):
    """Seats by registrants for older people of each district, beside one that is kept for the first district."""

    def make(**more):
        programme, acknowledged = cast.programme(mechanism), cast.acknowledged()
        title = {"en": "Apportioned seats", "ko": "배분석"}
        older, codes = programme["cohorts"][1]["id"], [district["code"] for district in programme["districts"][:2]]
        of = lambda id_, cohorts, districts, release: {
            "id": id_, "title": title, "cohorts": cohorts, "districts": districts, "release": release
        }
        programme["reserves"] = [
            of("first", [older], codes[:1], release), of("local", [], codes[:1], False), of("second", [older], codes[1:], release)
        ]
        programme["sessions"][1]["reserves"] = [{"reserve": "local", "seats": 1}]
        floors = [{"group": "second", "site": None, "seats": 1}] if permille else []
        ceilings = [{"group": "first", "site": programme["sites"][0]["id"], "seats": 1}]
        programme["apportionment"] = {
            "groups": ["first", "second"], "reserved_permille": permille, "floors": floors, "ceilings": ceilings
        }
        if reach:
            rows = rows_for(programme, [one for _, batch in acknowledged for one in batch])
            programme["reach"] = {"rule": "table", "rows": rows}
        return Draw(programme, acknowledged, cast.ANCHORED, **more)

    return make


def rows_for(programme: dict, revisions: list):
    """The first site for everybody, and whatever else somebody lists."""
    names = {site["id"]: place for place, site in enumerate(programme["sites"])}
    sites = [names[session["site"]] for session in programme["sessions"]]
    listed = {
        (one.cohort, one.district, sites[place] if kind == "session" else place)
        for one in revisions
        for kind, place in one.choices
    }
    kinds = [programme["cohorts"], programme["districts"], programme["sites"]]
    name = lambda item: item.get("id") or item["code"]
    rows = [[name(kind[place]) for kind, place in zip(kinds, row)] for row in sorted(listed) if row[2]]
    return [dict(zip(("cohort", "district", "site"), row)) for row in [(None, None, name(kinds[2][0])), *rows]]


DRAWS = {
    "serial": usual("serial"),
    "priority": usual("priority"),
    "optimal": usual("optimal"),
    "binding": usual("optimal", False),
    "empty": empty,
    "two-runs": two_runs,
    "in-the-last-second": late,
    "unwitnessed": unwitnessed,
    "forged": forged,
    "anew": anew,
    "by-district": by_district,
    "reserves-serial": with_reserves("serial", False),
    "reserves-priority": with_reserves("priority", True),
    "reserves-kept": with_reserves("priority", False),
    "reserves-optimal": with_reserves("optimal", True),
    "apportioned-serial": apportioned("serial", False, 450),
    "apportioned-priority": apportioned("priority", True, 600),
    "apportioned-optimal": apportioned("optimal", True, 300, True),
    "apportioned-nothing": apportioned("priority", True, 0),
}
COMMENTS = {
    "serial": "A whole draw by `serial`: eighteen entries, two withdrawn, six sessions closed.",
    "priority": "The same register by `priority`: closing numbers and prices.",
    "optimal": "The same register by `optimal`: prices alone.",
    "binding": "The same draw in earnest: the marks are others, and the witnesses are needed.",
    "empty": "Nobody registered: no run, no batch, no anchor, the empty tree's root.",
    "two-runs": "1,026 entries are two runs, each with a path; eight take part.",
    "in-the-last-second": "One witness signed 600 seconds before the freeze, one 600 seconds before the round, one a second later.",
    "by-district": "Cohorts of one district with two and eight lots, and a table of reach.",
    "reserves-serial": "Seats of two reserves, which nobody else gets.",
    "reserves-priority": "Two passes: the second opens one of two reserves, and both assignments are published.",
    "reserves-kept": "Reserves that are not released: one pass by `priority`.",
    "reserves-optimal": "A reserve that others may use at the cost of one step.",
    "apportioned-serial": "Seats of two groups by how many registered, beside a reserve with seats of its own.",
    "apportioned-priority": "Groups whose seats are opened to others in a second pass.",
    "apportioned-optimal": "Groups that reach only what their table of reach allows.",
    "apportioned-nothing": "Groups that get no seats: seats have the form for two passes, and there is one.",
    "unwitnessed": "A rehearsal with one witness of two is accepted, as not proven to have existed before the beacon.",
    "forged": "One entry was changed with a forged key: only its receipt shows it.",
    "anew": "Another draw of the same programme: one stayed away, one changed less, one wants something else.",
}


def vectors():
    for name, comment in COMMENTS.items():
        made_ = draw(name)
        given = {"files": {path: file(data) for path, data in sorted(made_.files.items())}}
        expect = expectation(made_)
        if len(made_.register) > 100:
            del expect["leaves"], expect["records"]
        yield accept("bundle", name, comment, given, expect)
