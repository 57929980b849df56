"""Bundles whose placement, closing numbers or prices are wrong: §12, step 7 of §15."""

from dataclasses import replace

from reference import spell

from . import bundle
from .fault import at, bad
from .fault_result import is_placed, is_unplaced, placed_at, pool, record, who


def vectors():
    yield from placements()
    yield from closings()
    yield from prices()


def placements():
    rule, place = "R-CERT-CHOICE", {"at": "sessions.json"}
    for name in ["serial", "priority", "optimal"]:
        wrong = record(name, lambda one, record: is_placed(one, record) and one.choices[0][0] == "session", choice=4)
        yield bad(
            f"{name}-choice-wrong", "A record states another choice than the session has.", rule, name, **place, **wrong
        )
        asks = lambda one, record: is_placed(one, record) and one.choices == (("session", 0), ("session", 2))
        yield bad(
            f"{name}-not-on-the-list",
            "Somebody sits in a session that is not on the list.",
            rule,
            name,
            **place,
            **record(name, asks, session=4, choice=0),
        )
        yield bad(
            f"{name}-session-unknown",
            "Somebody sits in a session that does not exist.",
            rule,
            name,
            **place,
            **record(name, asks, session=99, choice=0),
        )
        full = lambda one, record: is_unplaced(one, record) and ("session", 1) in one.choices
        rank = lambda one: one.choices.index(("session", 1))
        entry = bundle.draw(name).register[who(name, full)]
        more = record(name, full, outcome=2, session=1, choice=rank(entry))
        yield bad(f"{name}-too-many", "One more sits in a full session.", "R-CERT-CAPACITY", name, **place, **more)
    yield bad(
        "optimal-seat-of-another",
        "A seat was taken from one and given to another who wants it.",
        "R-CERT-PRICE",
        "optimal",
        **place,
        records=bribed("optimal"),
    )
    yield bad(
        "serial-seat-of-another",
        "A seat was taken from one and given to another who wants it.",
        "R-CERT-ENVY",
        "serial",
        **place,
        records=bribed("serial"),
    )
    yield bad(
        "priority-seat-of-another",
        "A seat was taken from one and given to another who wants it.",
        "R-CERT-ENVY",
        "priority",
        **place,
        records=bribed("priority"),
    )


def bribed(name):
    """Who sits in session 1 leaves it to the unluckiest who wants it and has nothing."""
    draw = bundle.draw(name)
    loser = placed_at(name, 1)
    wants = [
        place
        for place, (one, record) in enumerate(zip(draw.register, draw.records))
        if is_unplaced(one, record) and ("session", 1) in one.choices
    ]
    winner = max(wants, key=lambda place: draw.records[place].number)
    choice = draw.register[winner].choices.index(("session", 1))
    lost = at(loser, lambda old: replace(old, outcome=1, session=0, choice=0))
    won = at(winner, lambda old: replace(old, outcome=2, session=1, choice=choice))
    return lambda old: won(lost(old))


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
        yield bad(
            f"{name}-closed-at-an-occupant",
            "A session closed at somebody who sits in it.",
            "R-CERT-CLOSED",
            name,
            **place,
            sessions=set_(inside),
        )
        free = next(j for j, session in enumerate(draw.sessions["sessions"]) if session["placed"] < session["capacity"])
        yield bad(
            f"{name}-closed-with-seats",
            "A session closed with seats left.",
            "R-CERT-CLOSED",
            name,
            **place,
            sessions=set_(len(draw.placements) - 1, free),
        )
        unknown = lambda fault, comment, **changed: bad(
            f"{name}-closed-at-{fault}", comment, "R-CERT-CANONICAL", name, **place, sessions=set_(position, **changed)
        )
        yield unknown(
            "nobody", "A closing number that nobody has.", number=str(draw.instance.applicants[position].number + 1)
        )
        yield unknown(
            "another-tier",
            "The closing number is in another tier than its applicant.",
            tier=3 - draw.instance.applicants[position].tier,
        )
        yield bad(
            f"{name}-never-closed",
            "A session in which somebody found no seat never closed.",
            "R-CERT-CLOSED",
            name,
            **place,
            sessions=pool(first, closing=[None]),
        )


def prices():
    place = {"at": "sessions.json"}
    for name in ["serial", "priority", "optimal"]:
        draw = bundle.draw(name)
        free = next(j for j, session in enumerate(draw.sessions["sessions"]) if session["placed"] < session["capacity"])
        rule = "R-CERT-PRICE"
        yield bad(
            f"{name}-price-of-free-seats",
            "A session with free seats has a price.",
            rule,
            name,
            **place,
            sessions=pool(free, tie_prices=["1"]),
        )
        yield bad(
            f"{name}-price-negative", "A price below nothing.", rule, name, **place, sessions=pool(free, price="-1")
        )
        dear = next(j for j, price in enumerate(draw.prices) if price > (0, 0))
        rank, tie = draw.prices[dear]
        yield bad(
            f"{name}-price-too-low",
            "At a price lower by one, somebody would rather be there.",
            rule,
            name,
            **place,
            sessions=pool(dear, tie_prices=[str(tie - 1)]),
        )
        higher = next(j for j in range(len(draw.prices)) if content(draw, raised(draw, j)) and not is_free(draw, j))
        rank, tie = draw.prices[higher]
        yield bad(
            f"{name}-price-too-high",
            "A price higher by one, which still contents everybody.",
            "R-CERT-LEAST",
            name,
            **place,
            sessions=pool(higher, tie_prices=[str(tie + 1)]),
        )
    texts = {"plus": "+1", "zero": "00", "minus-zero": "-0", "empty": "", "point": "1.0", "number": 1}
    for fault, text in texts.items():
        yield bad(
            f"price-spelt-with-{fault}",
            "A price in another spelling.",
            "R-JSON-FIELDS",
            "optimal",
            **place,
            sessions=pool(0, price=text),
        )
    yield bad(
        "price-of-65-bits",
        "A price that 64 bits with a sign do not hold.",
        "R-JSON-FIELDS",
        "optimal",
        **place,
        sessions=pool(1, price=str(2**63)),
    )
    yield bad(
        "price-beyond",
        "A price above 2^58.",
        "R-CERT-PRICE",
        "optimal",
        **place,
        sessions=pool(1, price=str(2**58 + 1)),
    )
    yield bad(
        "price-beyond-128-bits",
        "A price larger than any can be.",
        "R-CERT-PRICE",
        "optimal",
        **place,
        sessions=pool(1, tie_prices=[str(2**126)]),
    )


def is_free(draw, j):
    return draw.sessions["sessions"][j]["placed"] < draw.sessions["sessions"][j]["capacity"]


def raised(draw, j):
    return [(rank, tie + (place == j)) for place, (rank, tie) in enumerate(draw.prices)]


def content(draw, prices):
    """§12.3 for everybody, written out."""
    instance = draw.instance
    for one, placement in zip(instance.applicants, draw.placements):
        listed = instance.listed(instance.last, one)
        offers = dict(instance.options(one, {pool for pool, *_ in listed}))
        offers.pop(None, None)
        paid = {pool: (cost[0] + prices[pool][0], cost[1] + prices[pool][1]) for pool, cost in offers.items()}
        if instance.mechanism == "optimal":
            out = dict(instance.options(one, set()))[None]
            own = paid[placement[0]] if placement else out
            if own > min([out, *paid.values()]):
                return False
        elif placement:
            alike = [pool for pool, rank, *_ in listed if instance.mechanism == "priority" or rank == placement[1]]
            alike = [pool for pool in alike if draw.closing[pool] == draw.closing[placement[0]]]
            if paid[placement[0]] > min(paid[pool] for pool in alike):
                return False
    return True
