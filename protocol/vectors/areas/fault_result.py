"""Bundles whose seed, numbers, placement, prices or totals are wrong: §9 to §13, steps 5, 7 and 8 of §15."""

import hashlib
from dataclasses import replace

import cast
from entries import hash_of, made
from publish import SIGNATURE
from reference import root, tagged

from . import bundle
from .fault import at, bad, put, swap

BEACON, RESULT = -2, -1


def vectors():
    yield from seeds()
    yield from records()
    yield from seats()
    yield from apportioned()
    yield from totals()
    yield from commitments()


def seeded(**fields):
    """A seed file with other fields, and the seed that they give."""

    def tap(old):
        new = old | fields
        parts = [hash_of(cast.programme()), bytes.fromhex(new["register_root"]), new["size"].to_bytes(8)]
        return new | {"seed": tagged("seed", *parts, bytes.fromhex(new["randomness"])).hex()}

    return tap


def signature(text):
    return seeded(signature=text, randomness=hashlib.sha256(bytes.fromhex(text)).hexdigest())


def seeds():
    rule, place = "R-SEED", {"at": "seed.json"}
    yield bad(
        "seed-of-choice",
        "A seed that somebody liked better; numbers and result follow from it.",
        rule,
        **place,
        seed=put(seed=made("a better seed").hex()),
    )
    yield bad(
        "seed-of-another-register",
        "The seed of the empty register.",
        rule,
        **place,
        seed=seeded(register_root=root([]).hex(), size=0),
    )
    yield bad(
        "seed-of-another-size", "The seed for the same root and another size.", rule, **place, seed=seeded(size=17)
    )
    event = lambda **fields: at(BEACON, lambda one: replace(one, changed=fields))
    other = made("another").hex()
    yield bad("seed-of-the-log", "The log has another seed.", rule, events=event(seed=other))
    yield bad("randomness-of-the-log", "The log has another randomness.", rule, events=event(randomness=other))
    yield bad("round-of-the-log", "The log has another round.", rule, events=event(round=1001))
    yield bad(
        "chain-of-another-network",
        "The League of Entropy's older chain.",
        "R-BEACON-CHAIN",
        **place,
        seed=put(chain_hash="8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"),
    )
    for fault, round_, comment in [
        ("next", 1001, "The round after the one that the programme determined."),
        ("before", 999, "The round before."),
    ]:
        yield bad(f"round-{fault}", comment, "R-BEACON-ROUND", **place, seed=put(round=round_))
    rule = "R-BEACON-SIGNATURE"
    negative = f"{int(SIGNATURE[:2], 16) ^ 0x20:02x}{SIGNATURE[2:]}"
    yield bad(
        "signature-negated",
        "The opposite point of the curve: another randomness for the same round.",
        rule,
        **place,
        seed=signature(negative),
    )
    yield bad("signature-infinity", "The point at infinity.", rule, **place, seed=signature("c0" + "00" * 47))
    yield bad("signature-digit", "The last digit is another.", rule, **place, seed=signature(SIGNATURE[:-1] + "a"))
    rule = "R-BEACON-RANDOMNESS"
    yield bad(
        "randomness-of-choice",
        "A randomness that is not the signature's hash; seed and result follow from it.",
        rule,
        **place,
        seed=seeded(randomness=made("x").hex()),
    )
    yield bad(
        "randomness-is-the-message",
        "The hash of the round, which everybody knows beforehand.",
        rule,
        **place,
        seed=seeded(randomness=hashlib.sha256((1000).to_bytes(8)).hexdigest()),
    )
    yield bad(
        "signature-capitals",
        "The signature in capital letters.",
        "R-JSON-FIELDS",
        **place,
        seed=put(signature=SIGNATURE.upper()),
    )


def who(name, fits):
    """The first in the register whose entry and record fit."""
    draw = bundle.draw(name)
    pairs = list(zip(draw.register, draw.records))
    return next(place for place, (one, record) in enumerate(pairs) if fits(one, record))


def placed_at(name, session):
    return who(name, lambda _, record: record.outcome == 2 and record.session == session)


def record(name, fits, **changes):
    return {"records": at(who(name, fits), lambda old: replace(old, **changes))}


def is_placed(_, record):
    return record.outcome == 2


def is_unplaced(_, record):
    return record.outcome == 1


def is_withdrawn(_, record):
    return record.outcome == 0


def records():
    rule, place = "R-RESULT-RECORD", {"at": "runs/0000.bin"}
    one = lambda *what, **changes: record("optimal", *what, **changes)
    yield bad("record-version", "A record of version 1.", rule, **place, **one(is_placed, version=1))
    yield bad("record-outcome-unknown", "An outcome 3.", rule, **place, **one(is_placed, outcome=3))
    yield bad(
        "record-unplaced-with-session",
        "An unplaced entry's record has a session.",
        rule,
        **place,
        **one(is_unplaced, session=1),
    )
    yield bad(
        "record-unplaced-with-choice",
        "An unplaced entry's record has a choice.",
        rule,
        **place,
        **one(is_unplaced, choice=1),
    )
    yield bad(
        "record-withdrawn-with-number",
        "A withdrawn entry's record has a number.",
        rule,
        **place,
        **one(is_withdrawn, number=1),
    )
    yield bad(
        "record-withdrawn-with-session",
        "A withdrawn entry's record has a session.",
        rule,
        **place,
        **one(is_withdrawn, session=1),
    )
    gone = one(is_unplaced, outcome=0, number=0)
    yield bad("record-active-as-withdrawn", "An active entry counts as withdrawn.", rule, **place, **gone)
    yield bad(
        "record-withdrawn-as-unplaced",
        "A withdrawn entry counts as unplaced.",
        rule,
        **place,
        **one(is_withdrawn, outcome=1),
    )
    yield bad(
        "record-of-another-ticket",
        "A record has another ticket than the entry.",
        rule,
        **place,
        **one(is_placed, ticket=made("x")[:12]),
    )
    yield bad("records-swapped", "Two records have changed places.", rule, **place, records=swap(3, 4))
    rule = "R-RESULT-NUMBER"
    number = at(who("optimal", is_placed), lambda old: replace(old, number=old.number + 1))
    yield bad("number-larger", "A lottery number is larger by one.", rule, **place, records=number)
    big = at(
        who("optimal", is_placed), lambda old: replace(old, number=int.from_bytes(old.number.to_bytes(8), "little"))
    )
    yield bad("number-big-endian", "A lottery number was read from the other end.", rule, **place, records=big)


def pool(place, **fields):
    """A tap that sets what `sessions.json` says of one pool."""
    session = lambda one: one | {"pools": [one["pools"][0] | fields]}
    return lambda old: old | {"sessions": at(place, session)(old["sessions"])}


def totals():
    rule, place = "R-RESULT-TOTALS", {"at": "sessions.json"}
    session = lambda **fields: lambda old: old | {"sessions": at(1, lambda one: one | fields)(old["sessions"])}
    cohort = lambda **fields: lambda old: old | {"cohorts": at(1, lambda one: one | fields)(old["cohorts"])}
    yield bad(
        "total-of-a-session", "A session has one more placed than sit there.", rule, **place, sessions=session(placed=2)
    )
    yield bad(
        "total-of-a-pool", "A pool has one more placed than sit there.", rule, **place, sessions=pool(1, placed=2)
    )
    yield bad(
        "total-capacity",
        "A session has another capacity than in the programme.",
        rule,
        **place,
        sessions=session(capacity=2),
    )
    yield bad("total-session-name", "A session has another identifier.", rule, **place, sessions=session(id="c001-9"))
    yield bad("total-pool-access", "A pool is reserved.", rule, **place, sessions=pool(1, access="reserved"))
    yield bad(
        "total-sessions-swapped",
        "Two sessions of an empty draw have changed places.",
        rule,
        "empty",
        **place,
        sessions=lambda old: old | {"sessions": swap(0, 2)(old["sessions"])},
    )
    yield bad(
        "total-session-missing",
        "The last session is missing.",
        rule,
        **place,
        sessions=lambda old: old | {"sessions": old["sessions"][:-1]},
    )
    yield bad(
        "total-of-a-cohort",
        "A cohort has one more placed.",
        rule,
        **place,
        sessions=lambda old: cohort(placed=old["cohorts"][1]["placed"] + 1)(old),
    )
    choices = lambda old: cohort(choices=old["cohorts"][1]["choices"][::-1])(old)
    yield bad("total-of-choices", "A cohort's choices are counted backwards.", rule, **place, sessions=choices)
    short = lambda old: cohort(choices=old["cohorts"][1]["choices"][:-1])(old)
    yield bad(
        "total-of-choices-short", "The last choice, which nobody got, is not counted.", rule, **place, sessions=short
    )
    yield bad(
        "total-cohorts-swapped",
        "The cohorts are in another order.",
        rule,
        **place,
        sessions=lambda old: old | {"cohorts": old["cohorts"][::-1]},
    )
    yield bad("total-passes", "Two passes.", rule, **place, sessions=put(passes=2))
    yield bad("total-mechanism", "Another mechanism's name.", rule, **place, sessions=put(mechanism="serial"))
    closed = lambda old: (
        old | {"sessions": [one | {"pools": [one["pools"][0] | {"closing": [None]}]} for one in old["sessions"]]}
    )
    yield bad("optimal-with-a-pass", "`optimal` has closing numbers.", rule, **place, sessions=closed)
    yield bad(
        "optimal-with-half-a-pass",
        "`optimal` has a closing number at one session.",
        rule,
        **place,
        sessions=pool(1, closing=[None]),
    )
    opened = lambda old: (
        old | {"sessions": [one | {"pools": [one["pools"][0] | {"closing": []}]} for one in old["sessions"]]}
    )
    yield bad("serial-without-a-pass", "`serial` has no closing numbers.", rule, "serial", **place, sessions=opened)


def commitments():
    rule = "R-RESULT-COMMITMENT"
    event = lambda **fields: {"events": at(RESULT, lambda one: replace(one, changed=fields))}
    result = bundle.draw("optimal").events[RESULT].fields
    yield bad(
        "result-sessions", "The log has the hash of other sessions.", rule, **event(sessions_sha256=made("x").hex())
    )
    yield bad(
        "result-allocation", "The log has the root of other records.", rule, **event(allocation_root=made("x").hex())
    )
    for name in ["placed", "unplaced", "withdrawn"]:
        yield bad(f"result-{name}", f"The log counts one more {name}.", rule, **event(**{name: result[name] + 1}))
    yield bad("result-mechanism", "The log has another mechanism's name.", rule, **event(mechanism="serial"))


def apportioned():
    """§18.7 and what the numbers are those of."""
    form, numbers, at_ = "R-APPORTIONMENT-FORM", "R-APPORTIONMENT-NUMBERS", {"at": "apportionment.json"}
    base = "apportioned-serial"
    one = bundle.draw(base).apportionment
    item = lambda list_, place, change: {
        "apportionment": lambda old: old | {list_: [change(x) if k == place else x for k, x in enumerate(old[list_])]}
    }
    of = lambda list_, place, **fields: item(list_, place, lambda old: old | fields)
    yield bad("apportionment-missing", "Groups, and no file of what they get.", form, base, **at_,
              files=lambda old: {path: data for path, data in old.items() if path != "apportionment.json"})
    extra = bundle.draw(base).files["apportionment.json"]
    yield bad("apportionment-not-asked", "A file that the programme does not ask for.", form, **at_,
              files=lambda old: old | {"apportionment.json": extra})
    yield bad("apportionment-group-unknown", "A group of another name.", form, base, **at_, **of("groups", 1, reserve="local"))
    yield bad("apportionment-group-missing", "One group is left out.", form, base, **at_, apportionment=lambda old: old | {"groups": old["groups"][:1]})
    yield bad("apportionment-site-missing", "One site is left out.", form, base, **at_, apportionment=lambda old: old | {"sites": old["sites"][:-1]})
    yield bad("apportionment-cells-swapped", "Cells in another order.", form, base, **at_,
              apportionment=lambda old: old | {"cells": [old["cells"][1], old["cells"][0], *old["cells"][2:]]})
    yield bad("apportionment-share-huge", "A share of 2⁸⁰ parts.", form, base, **at_, **of("cells", 0, share=str(2**80)))
    level = one["levels"][0]["ratio"]
    yield bad("apportionment-not-lowest-terms", "A level's ratio is not in lowest terms.", form, base, **at_,
              **of("levels", 0, ratio=[str(2 * int(number)) for number in level]))
    yield bad("apportionment-ratio-of-three", "A ratio of three numbers.", form, base, **at_, **of("levels", 0, ratio=[*level, "1"]))
    counted = one["groups"][0]
    yield bad("apportionment-registrants", "One registrant more than there are.", numbers, base, **at_, **of("groups", 0, registrants=counted["registrants"] + 1))
    yield bad("apportionment-sum", "A group's seats are not the sum of its cells.", numbers, base, **at_, **of("groups", 0, seats=counted["seats"] + 1))
    yield bad("apportionment-room", "A site has more room than its part.", numbers, base, **at_, **of("sites", 0, room=one["sites"][0]["room"] + 1))
    yield bad("apportionment-of-another", "The file of another programme.", "R-PROGRAMME-HASH", base, **at_, apportionment=put(programme="0" * 64))
    yield bad("apportionment-mark", "Not marked as a rehearsal.", "R-REHEARSAL-MARK", base, **at_, apportionment=put(rehearsal=False))
    yield bad("apportionment-format", "The name of another format.", "R-JSON-FIELDS", base, **at_, apportionment=put(format="jebi/v0/seed"))
    filled = next(k for k, cell in enumerate(one["cells"]) if cell["seats"])
    group = one["cells"][filled]["group"]
    fewer = one["cells"][filled]["seats"] - 1
    def lowered(old):
        cells = [cell | {"seats": fewer} if k == filled else cell for k, cell in enumerate(old["cells"])]
        groups = [x | {"seats": x["seats"] - 1} if x["reserve"] == group else x for x in old["groups"]]
        return old | {"cells": cells, "groups": groups}
    yield bad("apportionment-seat-withheld", "A group has a seat less than it is due, and the sums agree.", "R-APPORTIONMENT-ROUNDING", base, **at_,
              apportionment=lowered)
    def moved(old, list_, by):
        """Amounts of cells changed by what `by` says of their places."""
        cells = [cell | {list_: type(cell[list_])(int(cell[list_]) + by.get(k, 0))} for k, cell in enumerate(old["cells"])]
        sums = lambda id_: sum(cell["seats"] for cell in cells if cell["group"] == id_)
        return old | {"cells": cells, "groups": [x | {"seats": sums(x["reserve"])} for x in old["groups"]]}
    # Cells are first at three sites, then second at three sites; shares are counted in fifths.
    pair = next(k for k in range(3) if one["cells"][k]["seats"] > 0)
    yield bad("apportionment-seat-for-another", "A seat goes to the group whose share was to be rounded down: possible, and unfair.",
              "R-APPORTIONMENT-ROUNDING", base, **at_, apportionment=lambda old: moved(old, "seats", {pair: -1, pair + 3: 1}))
    part = next(k for k in range(3) if int(one["cells"][k]["share"]) > 0)
    yield bad("apportionment-share-for-another", "A fifth of a seat goes to the other group: possible, and unfair.", "R-APPORTIONMENT-LEXIMIN",
              base, **at_, apportionment=lambda old: moved(old, "share", {part: -1, part + 3: 1}))
    yield bad("apportionment-level-hidden", "The level is left out, and shares are counted in whole seats.", "R-APPORTIONMENT-SHARES", base, **at_,
              apportionment=lambda old: old | {"levels": []})
    yield bad("apportionment-price-raised", "A price that makes a site dearer than it is.", "R-APPORTIONMENT-EVEN", base, **at_,
              **of("sites", 0, price=str(2**40)))
    sessions = bundle.draw(base).programme["sessions"]
    open_seats = lambda session: session["capacity"] - sum(kept["seats"] for kept in session["reserves"])
    def other_of_site(kept, place):
        seats, site = sum(count for _, count in kept[place]), sessions[place]["site"]
        return next((at for at, x in enumerate(sessions) if x["site"] == site and at not in kept and open_seats(x) >= seats), None)
    def elsewhere(kept):
        place = next(at for at in kept if other_of_site(kept, at) is not None)
        return {(other_of_site(kept, at) if at == place else at): seats for at, seats in kept.items()}
    yield bad("apportionment-other-session", "A group's seats are in another session of the site than follows.", "R-RESULT-TOTALS", base,
              at="sessions.json", kept=elsewhere)
    other = bundle.draw("apportioned-nothing")
    place = next(k for k, record in enumerate(other.records) if record.outcome == 2)
    yield bad("seat-of-no-first-pass", "Somebody is guaranteed a seat in a first pass that did not take place.", "R-RESULT-RECORD",
              "apportioned-nothing", at="runs/0000.bin",
              seats=lambda old: [*old[:place], old[place][:2] + bytes(6), *old[place + 1 :]])


def seats():
    rule, base, runs = "R-RESULT-RECORD", "reserves-priority", {"at": "runs/0000.bin"}
    draw = bundle.draw(base)
    of = lambda outcome: next(k for k, one in enumerate(draw.records) if one.outcome == outcome)
    seat = lambda place, change: {"seats": lambda old: [*old[:place], change(old[place]), *old[place + 1 :]]}
    withdrawn, unplaced, placed = map(of, range(3))
    nobody, first = b"\xff" * 2, (0).to_bytes(6)
    yield bad("seat-of-nobody", "Somebody unplaced has a pool.", rule, base, **runs,
              **seat(unplaced, lambda old: bytes(2) + old[2:]))
    yield bad("seat-missing", "Somebody placed has no pool.", rule, base, **runs, **seat(placed, lambda old: nobody + old[2:]))
    yield bad("seat-without-a-session", "A pool of the first pass in no session.", rule, base, **runs,
              **seat(placed, lambda old: old[:2] + b"\xff" * 4 + bytes(2)))
    yield bad("seat-without-a-pool", "A session of the first pass without a pool.", rule, base, **runs,
              **seat(placed, lambda old: old[:2] + bytes(4) + nobody))
    yield bad("seat-of-a-withdrawn", "Who withdrew has a seat after the first pass.", rule, base, **runs,
              **seat(withdrawn, lambda old: old[:2] + first))
    rule, sessions = "R-CERT-CHOICE", {"at": "sessions.json"}
    yield bad("seat-in-no-pool", "A pool that the session does not have.", rule, base, **sessions,
              **seat(placed, lambda old: (7).to_bytes(2) + old[2:]))
    yield bad("seat-in-no-session", "A session of the first pass that does not exist.", rule, base, **sessions,
              **seat(placed, lambda old: old[:2] + (10**6).to_bytes(4) + bytes(2)))
    yield bad("record-session-of-nobody", "A record places somebody in session ffffffff.", rule, **sessions,
              **record("optimal", is_placed, session=2**32 - 1))
    kept = next(place for place, session in enumerate(draw.programme["sessions"]) if len(session["reserves"]) == 2)
    # Only who lives in the first district may use what is kept for it.
    names = lambda session: [one["reserve"] for one in draw.programme["sessions"][session]["reserves"]]
    placed_in = [(k, names(one.session)) for k, one in enumerate(draw.records) if one.outcome == 2]
    outsider, reserves = next((k, ids) for k, ids in placed_in if "local" in ids and draw.register[k].district)
    number = 1 + reserves.index("local")
    yield bad("seat-not-a-member", "Somebody sits in a pool that is kept for others.", rule, base, **sessions,
              **seat(outsider, lambda old: number.to_bytes(2) + old[2:]))
    rule = "R-RESULT-TOTALS"
    pools = lambda change: lambda old: old | {
        "sessions": [one | {"pools": change(one["pools"])} if k == kept else one for k, one in enumerate(old["sessions"])]
    }
    renamed = pools(lambda old: [old[0], old[1] | {"access": "local"}, old[2]])
    yield bad("pool-of-another-reserve", "A pool under another reserve's name.", rule, base, **sessions, sessions=renamed)
    moved = pools(lambda old: [old[0] | {"capacity": old[0]["capacity"] + 1}, old[1] | {"capacity": 0}, old[2]])
    yield bad("pool-with-another-capacity", "A reserved seat is called open.", rule, base, **sessions, sessions=moved)
    yield bad("pool-missing", "A session without its last pool.", rule, base, **sessions, sessions=pools(lambda old: old[:2]))
    count = pools(lambda old: [old[0], old[1] | {"placed": old[1]["placed"] + 1}, old[2]])
    yield bad("pool-with-another-count", "A pool holds one more than sit there.", rule, base, **sessions, sessions=count)
    yield bad("one-pass-for-two", "Two passes are called one.", rule, base, **sessions, sessions=put(passes=1))
    half = pools(lambda old: [old[0] | {"closing": old[0]["closing"][:1]}, *old[1:]])
    yield bad("half-a-second-pass", "A pool without a closing number of the second pass.", rule, base, **sessions, sessions=half)
    level = lambda old: old | {
        "sessions": [
            one | {"pools": [pool | {"tie_prices": [*pool["tie_prices"], "0"]} for pool in one["pools"]]} for one in old["sessions"]
        ]
    }
    yield bad("second-level-not-needed", "Tie prices of a level that nothing asks for.", "R-CERT-UNIQUE", base, **sessions, sessions=level)
    uneven = pools(lambda old: [old[0] | {"tie_prices": [*old[0]["tie_prices"], "0"]}, *old[1:]])
    yield bad("levels-uneven", "One pool has a tie price more than the others.", rule, base, **sessions, sessions=uneven)
    none = lambda old: old | {
        "sessions": [one | {"pools": [pool | {"tie_prices": []} for pool in one["pools"]]} for one in old["sessions"]]
    }
    yield bad("levels-none", "No tie prices at all.", rule, base, **sessions, sessions=none)
