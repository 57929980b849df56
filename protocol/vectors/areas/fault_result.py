"""Bundles whose seed, numbers, placement, prices or totals are wrong: §9 to §13, steps 5, 7 and 8 of §15."""

import hashlib
from dataclasses import replace

import cast
from entries import hash_of, made
from publish import SIGNATURE
from reference import root, spell, tagged

from . import bundle
from .fault import at, bad, put, swap

BEACON, RESULT = -2, -1


def vectors():
    yield from seeds()
    yield from records()
    yield from placements()
    yield from closings()
    yield from prices()
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
    yield bad("seed-of-choice", "A seed that somebody liked better; numbers and result follow from it.", rule, **place, seed=put(seed=made("a better seed").hex()))
    yield bad("seed-of-another-register", "The seed of the empty register.", rule, **place, seed=seeded(register_root=root([]).hex(), size=0))
    yield bad("seed-of-another-size", "The seed for the same root and another size.", rule, **place, seed=seeded(size=17))
    event = lambda **fields: at(BEACON, lambda one: replace(one, changed=fields))
    other = made("another").hex()
    yield bad("seed-of-the-log", "The log has another seed.", rule, events=event(seed=other))
    yield bad("randomness-of-the-log", "The log has another randomness.", rule, events=event(randomness=other))
    yield bad("round-of-the-log", "The log has another round.", rule, events=event(round=1001))
    yield bad("chain-of-another-network", "The League of Entropy's older chain.", "R-BEACON-CHAIN", **place, seed=put(chain_hash="8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"))
    for fault, round_, comment in [("next", 1001, "The round after the one that the programme determined."), ("before", 999, "The round before.")]:
        yield bad(f"round-{fault}", comment, "R-BEACON-ROUND", **place, seed=put(round=round_))
    rule = "R-BEACON-SIGNATURE"
    negative = f"{int(SIGNATURE[:2], 16) ^ 0x20:02x}{SIGNATURE[2:]}"
    yield bad("signature-negated", "The opposite point of the curve: another randomness for the same round.", rule, **place, seed=signature(negative))
    yield bad("signature-infinity", "The point at infinity.", rule, **place, seed=signature("c0" + "00" * 47))
    yield bad("signature-digit", "The last digit is another.", rule, **place, seed=signature(SIGNATURE[:-1] + "a"))
    rule = "R-BEACON-RANDOMNESS"
    yield bad("randomness-of-choice", "A randomness that is not the signature's hash; seed and result follow from it.", rule, **place, seed=seeded(randomness=made("x").hex()))
    yield bad("randomness-is-the-message", "The hash of the round, which everybody knows beforehand.", rule, **place, seed=seeded(randomness=hashlib.sha256((1000).to_bytes(8)).hexdigest()))
    yield bad("signature-capitals", "The signature in capital letters.", "R-JSON-FIELDS", **place, seed=put(signature=SIGNATURE.upper()))


# --- who is where, by place in the register


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
    yield bad("record-unplaced-with-session", "An unplaced entry's record has a session.", rule, **place, **one(is_unplaced, session=1))
    yield bad("record-unplaced-with-choice", "An unplaced entry's record has a choice.", rule, **place, **one(is_unplaced, choice=1))
    yield bad("record-withdrawn-with-number", "A withdrawn entry's record has a number.", rule, **place, **one(is_withdrawn, number=1))
    yield bad("record-withdrawn-with-session", "A withdrawn entry's record has a session.", rule, **place, **one(is_withdrawn, session=1))
    gone = one(is_unplaced, outcome=0, number=0)
    yield bad("record-active-as-withdrawn", "An active entry counts as withdrawn.", rule, **place, **gone)
    yield bad("record-withdrawn-as-unplaced", "A withdrawn entry counts as unplaced.", rule, **place, **one(is_withdrawn, outcome=1))
    yield bad("record-of-another-ticket", "A record has another ticket than the entry.", rule, **place, **one(is_placed, ticket=made("x")[:12]))
    yield bad("records-swapped", "Two records have changed places.", rule, **place, records=swap(3, 4))
    rule = "R-RESULT-NUMBER"
    number = at(who("optimal", is_placed), lambda old: replace(old, number=old.number + 1))
    yield bad("number-larger", "A lottery number is larger by one.", rule, **place, records=number)
    big = at(who("optimal", is_placed), lambda old: replace(old, number=int.from_bytes(old.number.to_bytes(8), "little")))
    yield bad("number-big-endian", "A lottery number was read from the other end.", rule, **place, records=big)


def placements():
    rule, place = "R-CERT-CHOICE", {"at": "sessions.json"}
    for name in ["serial", "priority", "optimal"]:
        wrong = record(name, lambda one, record: is_placed(one, record) and one.choices[0][0] == "session", choice=4)
        yield bad(f"{name}-choice-wrong", "A record states another choice than the session has.", rule, name, **place, **wrong)
        asks = lambda one, record: is_placed(one, record) and one.choices == (("session", 0), ("session", 2))
        yield bad(f"{name}-not-on-the-list", "Somebody sits in a session that is not on the list.", rule, name, **place, **record(name, asks, session=4, choice=0))
        yield bad(f"{name}-session-unknown", "Somebody sits in a session that does not exist.", rule, name, **place, **record(name, asks, session=99, choice=0))
        full = lambda one, record: is_unplaced(one, record) and ("session", 1) in one.choices
        rank = lambda one: one.choices.index(("session", 1))
        entry = bundle.draw(name).register[who(name, full)]
        more = record(name, full, outcome=2, session=1, choice=rank(entry))
        yield bad(f"{name}-too-many", "One more sits in a full session.", "R-CERT-CAPACITY", name, **place, **more)
    yield bad("optimal-seat-of-another", "A seat was taken from one and given to another who wants it.", "R-CERT-PRICE", "optimal", **place, records=bribed("optimal"))
    yield bad("serial-seat-of-another", "A seat was taken from one and given to another who wants it.", "R-CERT-ENVY", "serial", **place, records=bribed("serial"))
    yield bad("priority-seat-of-another", "A seat was taken from one and given to another who wants it.", "R-CERT-ENVY", "priority", **place, records=bribed("priority"))


def bribed(name):
    """Who sits in session 1 leaves it to the unluckiest who wants it and has nothing."""
    draw = bundle.draw(name)
    loser = placed_at(name, 1)
    wants = [place for place, (one, record) in enumerate(zip(draw.register, draw.records)) if is_unplaced(one, record) and ("session", 1) in one.choices]
    winner = max(wants, key=lambda place: draw.records[place].number)
    choice = draw.register[winner].choices.index(("session", 1))
    lost = at(loser, lambda old: replace(old, outcome=1, session=0, choice=0))
    won = at(winner, lambda old: replace(old, outcome=2, session=1, choice=choice))
    return lambda old: won(lost(old))


# --- certificates


def pool(place, **fields):
    """A tap that sets what `sessions.json` says of one pool."""
    session = lambda one: one | {"pools": [one["pools"][0] | fields]}
    return lambda old: old | {"sessions": at(place, session)(old["sessions"])}


def closing(name, position, **changed):
    """The closing number of the applicant at a place of the draw order."""
    tier, number, ticket = bundle.draw(name).instance.applicants[position].key
    return [{"tier": tier, "number": str(number), "ticket": spell(ticket)} | changed]


def closings():
    place = {"at": "sessions.json"}
    for name in ["serial", "priority"]:
        draw = bundle.draw(name)
        closed = [j for j, position in enumerate(draw.closing) if position < 99]
        first = max(closed, key=lambda j: draw.closing[j])
        position = draw.closing[first]
        seats = lambda j: [k for k, placement in enumerate(draw.placements) if placement and placement[0] == j]
        inside = max(seats(first))
        set_ = lambda position, j=first, **changed: pool(j, closing=closing(name, position, **changed))
        yield bad(f"{name}-closed-at-an-occupant", "A session closed at somebody who sits in it.", "R-CERT-CLOSED", name, **place, sessions=set_(inside))
        free = next(j for j, session in enumerate(draw.sessions["sessions"]) if session["placed"] < session["capacity"])
        yield bad(f"{name}-closed-with-seats", "A session closed with seats left.", "R-CERT-CLOSED", name, **place, sessions=set_(len(draw.placements) - 1, free))
        unknown = lambda fault, comment, **changed: bad(f"{name}-closed-at-{fault}", comment, "R-CERT-CANONICAL", name, **place, sessions=set_(position, **changed))
        yield unknown("nobody", "A closing number that nobody has.", number=str(draw.instance.applicants[position].number + 1))
        yield unknown("another-tier", "The closing number is in another tier than its applicant.", tier=3 - draw.instance.applicants[position].tier)
        yield bad(f"{name}-never-closed", "A session in which somebody found no seat never closed.", "R-CERT-ENVY" if name == "serial" else "R-CERT-CLOSED", name, **place, sessions=pool(first, closing=[None]))


def prices():
    place = {"at": "sessions.json"}
    for name in ["serial", "priority", "optimal"]:
        draw = bundle.draw(name)
        free = next(j for j, session in enumerate(draw.sessions["sessions"]) if session["placed"] < session["capacity"])
        rule = "R-CERT-PRICE"
        yield bad(f"{name}-price-of-free-seats", "A session with free seats has a price.", rule, name, **place, sessions=pool(free, tie_price="1"))
        yield bad(f"{name}-price-negative", "A price below nothing.", rule, name, **place, sessions=pool(free, price="-1"))
        dear = next(j for j, price in enumerate(draw.prices) if price > (0, 0))
        rank, tie = draw.prices[dear]
        yield bad(f"{name}-price-too-low", "At a price lower by one, somebody would rather be there.", rule, name, **place, sessions=pool(dear, tie_price=str(tie - 1)))
        higher = next(j for j in range(len(draw.prices)) if content(draw, raised(draw, j)) and not is_free(draw, j))
        rank, tie = draw.prices[higher]
        yield bad(f"{name}-price-too-high", "A price higher by one, which still contents everybody.", "R-CERT-LEAST", name, **place, sessions=pool(higher, tie_price=str(tie + 1)))
    texts = {"plus": "+1", "zero": "00", "minus-zero": "-0", "empty": "", "point": "1.0", "number": 1}
    for fault, text in texts.items():
        yield bad(f"price-spelt-with-{fault}", "A price in another spelling.", "R-JSON-FIELDS", "optimal", **place, sessions=pool(0, price=text))
    yield bad("price-beyond-128-bits", "A price larger than any can be.", "R-CERT-PRICE", "optimal", **place, sessions=pool(1, tie_price=str(2**126)))


def is_free(draw, j):
    return draw.sessions["sessions"][j]["placed"] < draw.sessions["sessions"][j]["capacity"]


def raised(draw, j):
    return [(rank, tie + (place == j)) for place, (rank, tie) in enumerate(draw.prices)]


def content(draw, prices):
    """§12.3 for everybody, written out."""
    instance = draw.instance
    for one, placement in zip(instance.applicants, draw.placements):
        offers = {pool: instance.cost(one, rank, p) for pool, rank, p in one.listed}
        paid = {pool: (cost[0] + prices[pool][0], cost[1] + prices[pool][1]) for pool, cost in offers.items()}
        if instance.mechanism == "optimal":
            out = dict(instance.options(one, set()))[None]
            own = paid[placement[0]] if placement else out
            if own > min([out, *paid.values()]):
                return False
        elif placement:
            alike = [pool for pool, rank, _ in one.listed if instance.mechanism == "priority" or rank == placement[1]]
            alike = [pool for pool in alike if draw.closing[pool] == draw.closing[placement[0]]]
            if paid[placement[0]] > min(paid[pool] for pool in alike):
                return False
    return True


def totals():
    rule, place = "R-RESULT-TOTALS", {"at": "sessions.json"}
    session = lambda **fields: lambda old: old | {"sessions": at(1, lambda one: one | fields)(old["sessions"])}
    cohort = lambda **fields: lambda old: old | {"cohorts": at(1, lambda one: one | fields)(old["cohorts"])}
    yield bad("total-of-a-session", "A session has one more placed than sit there.", rule, **place, sessions=session(placed=2))
    yield bad("total-of-a-pool", "A pool has one more placed than sit there.", rule, **place, sessions=pool(1, placed=2))
    yield bad("total-capacity", "A session has another capacity than in the programme.", rule, **place, sessions=session(capacity=2))
    yield bad("total-session-name", "A session has another identifier.", rule, **place, sessions=session(id="c001-9"))
    yield bad("total-pool-access", "A pool is reserved.", rule, **place, sessions=pool(1, access="reserved"))
    yield bad("total-sessions-swapped", "Two sessions of an empty draw have changed places.", rule, "empty", **place, sessions=lambda old: old | {"sessions": swap(0, 2)(old["sessions"])})
    yield bad("total-session-missing", "The last session is missing.", rule, **place, sessions=lambda old: old | {"sessions": old["sessions"][:-1]})
    yield bad("total-of-a-cohort", "A cohort has one more placed.", rule, **place, sessions=lambda old: cohort(placed=old["cohorts"][1]["placed"] + 1)(old))
    choices = lambda old: cohort(choices=old["cohorts"][1]["choices"][::-1])(old)
    yield bad("total-of-choices", "A cohort's choices are counted backwards.", rule, **place, sessions=choices)
    short = lambda old: cohort(choices=old["cohorts"][1]["choices"][:-1])(old)
    yield bad("total-of-choices-short", "The last choice, which nobody got, is not counted.", rule, **place, sessions=short)
    yield bad("total-cohorts-swapped", "The cohorts are in another order.", rule, **place, sessions=lambda old: old | {"cohorts": old["cohorts"][::-1]})
    yield bad("total-passes", "Two passes.", rule, **place, sessions=put(passes=2))
    yield bad("total-mechanism", "Another mechanism's name.", rule, **place, sessions=put(mechanism="serial"))
    closed = lambda old: old | {"sessions": [one | {"pools": [one["pools"][0] | {"closing": [None]}]} for one in old["sessions"]]}
    yield bad("optimal-with-a-pass", "`optimal` has closing numbers.", rule, **place, sessions=closed)
    yield bad("optimal-with-half-a-pass", "`optimal` has a closing number at one session.", rule, **place, sessions=pool(1, closing=[None]))
    opened = lambda old: old | {"sessions": [one | {"pools": [one["pools"][0] | {"closing": []}]} for one in old["sessions"]]}
    yield bad("serial-without-a-pass", "`serial` has no closing numbers.", rule, "serial", **place, sessions=opened)


def commitments():
    rule = "R-RESULT-COMMITMENT"
    event = lambda **fields: {"events": at(RESULT, lambda one: replace(one, changed=fields))}
    result = bundle.draw("optimal").events[RESULT].fields
    yield bad("result-sessions", "The log has the hash of other sessions.", rule, **event(sessions_sha256=made("x").hex()))
    yield bad("result-allocation", "The log has the root of other records.", rule, **event(allocation_root=made("x").hex()))
    for name in ["placed", "unplaced", "withdrawn"]:
        yield bad(f"result-{name}", f"The log counts one more {name}.", rule, **event(**{name: result[name] + 1}))
    yield bad("result-mechanism", "The log has another mechanism's name.", rule, **event(mechanism="serial"))
