"""Draws as numbers, so small that their answers can be followed by hand; and those that no bundle could have: §10.3 to §12."""

import copy
import random

from mechanism import NEVER, Applicant, Instance, Reserve, weight
from reference import spell

from .vector import accept, reject


def ticket(place: int) -> bytes:
    return bytes([place]) * 12


def person(place, *choices, tier=1, number=None, rotation=0, district=0, more=()):
    """Whose number grows with the place. A choice is a session's number, or a site's as -1, -2, … Cohorts are tiers."""
    choices = tuple(("session", choice) if choice >= 0 else ("site", -1 - choice) for choice in choices)
    number = place * 2**60 if number is None else number
    return Applicant(ticket(place), tier, number, rotation, choices, tier - 1, district, more)


def instance(mechanism, pools, people, sites=None, rank_costs=(0, 1, 3), unplaced_costs=(20, 10), reserves=(), outsider=0):
    """A pool is (session, reserve or None, capacity), or the capacity of a session's only one."""
    ranks = [] if mechanism == "serial" else list(rank_costs)
    unplaced = list(unplaced_costs) if mechanism == "optimal" else []
    sessions = 1 + max(pool[0] for pool in pools) if pools and isinstance(pools[0], tuple) else len(pools)
    levels = 1 + max((len(one.more_weights) for one in people), default=0)
    sites = sites or [list(range(sessions))]
    return Instance(mechanism, ranks, unplaced, sites, list(pools), people, list(reserves), outsider, levels)


def solved(draw: Instance) -> tuple[dict, bool]:
    """The input, with the answer in it; and whether no other answer is as good."""
    placements, closings, prices, unique, first_pass = draw.solve()
    applicants = [
        {
            "ticket": spell(one.ticket),
            "tier": one.tier,
            "district": one.district,
            "number": str(one.number),
            "rotation": str(one.rotation),
            "more_weights": [str(weight) for weight in one.more_weights],
            "choices": [[kind, index] for kind, index in one.choices],
            "placed": placement and list(placement),
            "first_pass": first_pass[place] if first_pass else None,
        }
        for place, (one, placement) in enumerate(zip(draw.applicants, placements))
    ]
    costs = {"name": draw.mechanism, "rank_costs": draw.rank_costs, "unplaced_costs": draw.unplaced_costs}
    reserves = [{"tiers": [c + 1 for c in one.cohorts], "districts": list(one.districts), "release": one.release} for one in draw.reserves]
    given = {
        "mechanism": costs | {"outsider_cost": draw.outsider_cost},
        "sites": draw.sites,
        "reserves": reserves,
        "pools": [list(pool) for pool in draw.pools],
        "applicants": applicants,
        "closing": [[None if at == NEVER else key(draw.applicants[at]) for at in closing] for closing in closings],
        "prices": [list(map(str, price)) for price in prices],
    }
    return given, unique


def key(one) -> dict:
    return {"tier": one.tier, "number": str(one.number), "ticket": spell(one.ticket)}


def good(fault, comment, draw):
    given, unique = solved(draw)
    assert unique, fault
    # The order in which applicants are given does not matter.
    order = [applicant["ticket"] for applicant in given["applicants"]]
    given["applicants"].sort(key=lambda one: one["ticket"], reverse=True)
    lists = [[[pool, rank] for pool, rank, *_ in draw.listed(draw.last, one)] for one in draw.applicants]
    placed = sum(one["placed"] is not None for one in given["applicants"])
    return accept("certificate", fault, comment, given, {"draw_order": order, "sessions": lists, "placed": placed})


def bad(fault, comment, label, draw, change):
    given, unique = solved(draw)
    assert unique, fault
    before = copy.deepcopy(given)
    change(given)
    assert given != before, fault
    return reject("certificate", fault, comment, given, label)


def tie(fault, comment, draw):
    given, unique = solved(draw)
    assert not unique, fault
    return reject("certificate", fault, comment, given, "R-CERT-UNIQUE")


def three(mechanism):
    """One seat each in two sessions. Ann and Ben want 0 most and can take 1; Cem, who comes last, wants 1."""
    return instance(mechanism, [1, 1], [person(1, 0, 1), person(2, 0, 1), person(3, 1)])


def vectors():
    yield from accepted()
    yield from feasible()
    yield from guarantees()
    yield from prices()
    yield from unique()


def accepted():
    for name in ["serial", "priority", "optimal"]:
        yield good(f"{name}-three", f"Three people and two seats by `{name}`.", three(name))
    order = [person(3, 0), person(1, 0, tier=2), person(2, 0, number=5), person(4, 0, number=5)]
    yield good("order", "Tier, then number, then ticket.", instance("serial", [1], order))
    sites = [[0, 1, 2], [3]]
    people = [person(1, 1, -1, 3, rotation=1), person(2, -2, -1, rotation=2**64 - 1), person(3, -1, 0, -2, rotation=5)]
    yield good(
        "rotations",
        "A site is what is left of it, rotated; a choice may be left with nothing.",
        instance("serial", [1] * 4, people, sites),
    )
    chain = [person(1, -1), person(2, 0), person(3, 1), person(4, 2)]
    yield good(
        "room-is-made",
        "Who may have any of three sessions moves twice to make room, until none is left.",
        instance("serial", [1, 1, 1], chain),
    )
    moved = [person(1, 0, 1), person(2, 0), person(3, 1, 2), person(4, 2, 1)]
    yield good(
        "luck-against-cost",
        "The luckiest goes to a worse choice, because otherwise somebody would go without.",
        instance("priority", [1, 1, 1], moved),
    )
    tiers = [person(1, 0, tier=2), person(2, 0), person(3, 0, tier=2), person(4, 0)]
    yield good("tiers", "A lower tier waits whatever its numbers.", instance("optimal", [3], tiers))
    yield good(
        "seats-for-all",
        "No session is full: no price, no closing number.",
        instance("priority", [9, 9], [person(1, 0), person(2, 1, 0)]),
    )
    yield good(
        "no-seats",
        "A session without seats closes at the first who asks.",
        instance("serial", [0, 1], [person(2, 1), person(5, 0, 1)]),
    )
    yield good("nobody", "A draw without applicants.", instance("optimal", [2, 1], []))
    ends = [person(1, 0, number=0), person(2, 0, 1, number=2**64 - 1), person(3, 1, number=2**63)]
    yield good(
        "ends-of-numbers",
        "The luckiest and the unluckiest number there can be: weights 2^62 and 1.",
        instance("priority", [1, 1], ends),
    )
    yield from reserved()
    for seed in range(9):
        yield good(f"random-{seed}", "A draw that nobody thought of.", arbitrary(random.Random(seed + 40)))


KEPT = [(0, None, 1), (0, 0, 1), (1, None, 1)]
TIER_2 = Reserve(cohorts=(1,))


def two_passes():
    """Session 0 keeps a seat for tier 2, and releases it: Cem is of tier 2, Ann and Ben and Dan are not."""
    people = [person(1, 0, 1), person(2, 0), person(3, 0, tier=2), person(4, 0, 1)]
    return instance("priority", KEPT, people, reserves=[TIER_2])


def released():
    """Nobody of tier 2 asks for their seat, so that Ben has it in the second pass; in the first he failed."""
    return instance("priority", KEPT, [person(1, 0), person(2, 0, district=1), person(3, 0)], reserves=[TIER_2])


def reserved():
    for name in ["serial", "priority", "optimal"]:
        reserves = [Reserve(cohorts=(1,), release=False), Reserve(districts=(1,), release=False)]
        pools = [(0, None, 1), (0, 0, 1), (1, None, 0), (1, 0, 1), (1, 1, 1)]
        people = [person(1, 0, 1), person(2, 0, tier=2), person(3, -1, tier=2, district=1), person(4, 1, 0), person(5, 1, district=1)]
        draw = instance(name, pools, people, rank_costs=(0, 1), reserves=reserves)
        yield good(f"{name}-reserved", "Seats for a tier and for a district, for nobody else.", draw)
    yield good("two-passes", "Whom the first pass places stays placed when the reserve is opened.", two_passes())
    yield good("released", "A seat that no member asked for goes to the next in the draw order.", released())
    for outsider in [0, 1, 40]:
        people = [person(1, 0, 1), person(2, 0), person(3, 0, tier=2)]
        draw = instance("optimal", [(0, None, 1), (0, 0, 1), (1, None, 1)], people, reserves=[TIER_2], outsider=outsider)
        yield good(f"outsider-{outsider}", f"A seat of a reserve costs others {outsider}.", draw)
    yield good("second-level", "Equal weights; the next level's settle who moves.", second_level())
    for seed in range(12):
        dice = random.Random(seed + 90)
        yield good(f"random-reserved-{seed}", "A draw with reserves that nobody thought of.", arbitrary_reserved(dice))


def second_level():
    """By number, Ann and Ben weigh the same in what is left of it."""
    people = [person(1, 0, 1, number=0, more=(5,)), person(2, 0, 1, number=1, more=(9,))]
    return instance("priority", [1, 1], people)


def arbitrary_reserved(dice: random.Random):
    """A random draw of up to six applicants with two reserves."""
    draw = arbitrary(dice)
    for one in draw.applicants:
        one.district = dice.randrange(2)
    release = draw.mechanism != "serial"
    reserves = [Reserve((dice.randrange(2),), (), release), Reserve((), (dice.randrange(2),), release and dice.random() < 0.5)]
    pools = []
    for session, _, capacity in draw.pools:
        pools.append((session, None, capacity - 1))
        pools += [(session, reserve, 1) for reserve in range(2) if dice.random() < 0.5]
    ranks, unplaced = draw.rank_costs, draw.unplaced_costs
    return instance(
        draw.mechanism, pools, draw.applicants[:6], draw.sites, ranks, unplaced, reserves, dice.randrange(3) if unplaced else 0
    )


def arbitrary(dice: random.Random, mechanism=None, spread=2**64):
    """A random draw of up to seven applicants; with a small spread of numbers, ties become likely."""
    sessions = dice.randint(2, 5)
    cut = dice.randint(1, sessions)
    sites = [list(range(cut)), list(range(cut, sessions))][: 1 + (cut < sessions)]
    people = []
    for place in range(dice.randint(3, 7)):
        known = [*range(sessions), *(-1 - site for site in range(len(sites)))]
        choices = dice.sample(known, dice.randint(1, 3))
        lucky = dict(number=dice.randrange(spread), rotation=dice.randrange(2**64))
        people.append(person(place + 1, *choices, tier=dice.randint(1, 2), **lucky))
    capacity = [dice.randint(1, 2) for _ in range(sessions)]
    return instance(mechanism or dice.choice(["serial", "priority", "optimal"]), capacity, people, sites)


def setting(*path):
    """A change of one place of the input."""
    *parents, last, value = path

    def change(given):
        place = given
        for step in parents:
            place = place[step]
        place[last] = value

    return change


def both(*changes):
    return lambda given: [change(given) for change in changes]


def feasible():
    for name in ["serial", "priority", "optimal"]:
        draw = lambda name=name: three(name)
        yield bad(
            f"{name}-not-listed",
            "Cem sits where he did not ask to be.",
            "R-CERT-CHOICE",
            draw(),
            setting("applicants", 2, "placed", [0, 0]),
        )
        outside = Reserve(cohorts=(1,), release=False)
        yield bad(
            f"{name}-not-a-member",
            "Ben sits in a pool of the session he asked for that is not for him.",
            "R-CERT-CHOICE",
            instance(name, [(0, None, 1), (0, 0, 1)], [person(1, 0), person(2, 0)], reserves=[outside]),
            setting("applicants", 1, "placed", [1, 0]),
        )
        yield bad(
            f"{name}-rank",
            "Ben's second choice is called his first.",
            "R-CERT-CHOICE",
            draw(),
            setting("applicants", 1, "placed", [1, 0]),
        )
        yield bad(
            f"{name}-over-capacity",
            "Two sit on one seat.",
            "R-CERT-CAPACITY",
            draw(),
            setting("applicants", 1, "placed", [0, 0]),
        )


def guarantees():
    people = [key(person(place)) for place in range(1, 6)]
    rule, serial = "R-CERT-CLOSED", lambda: three("serial")
    yield bad(
        "closed-not-full",
        "A session closed with a seat left.",
        rule,
        serial(),
        setting("applicants", 0, "placed", None),
    )
    yield bad(
        "closed-at-an-occupant", "A session closed at who sits there.", rule, serial(), setting("closing", 0, 0, people[0])
    )
    room = lambda: instance("serial", [1, 1], [person(1, -1), person(2, 0), person(3, 1), person(4, 0)])
    yield bad(
        "could-make-room",
        "A session stayed open to which an occupant of a closed one could have moved.",
        rule,
        room(),
        setting("closing", 0, 0, people[3]),
    )
    rule = "R-CERT-ENVY"
    yield bad(
        "refused-while-open",
        "Ben was refused in a session that closed after him.",
        rule,
        serial(),
        setting("closing", 0, 0, people[2]),
    )
    yield bad(
        "never-closed", "Cem was refused in a session that never closed.", rule, serial(), setting("closing", 0, 1, None)
    )
    changed = both(setting("applicants", 0, "placed", [1, 1]), setting("applicants", 1, "placed", [0, 0]))
    yield bad("places-exchanged", "Ann, who came first, has what Ben should have.", rule, serial(), changed)
    rule = "R-CERT-CANONICAL"
    stranger = key(person(2, number=1))
    yield bad(
        "closed-at-nobody", "No applicant has the closing number.", rule, serial(), setting("closing", 0, 0, stranger)
    )
    wide = lambda: instance("serial", [1, 0], [person(1, 0), person(2, 0), person(3, 1), person(4, 1)])
    yield bad(
        "closed-too-early",
        "A session closed at somebody who never asked for it.",
        rule,
        wide(),
        setting("closing", 0, 1, people[1]),
    )
    apart = lambda: instance(
        "priority", [1, 1, 1], [person(1, 0), person(2, 1), person(3, 0, 2), person(4, 0), person(5, 1, 2)]
    )
    yield bad(
        "closed-too-far",
        "A session closed together with one from which it cannot be reached.",
        rule,
        apart(),
        setting("closing", 0, 1, people[3]),
    )


    yield from passes()


def passes():
    first = lambda place, pool: setting("applicants", place, "first_pass", pool)
    yield bad("first-pass-not-a-member", "An outsider sat in the reserve in the first pass.", "R-CERT-CHOICE", released(), first(1, 1))
    yield bad("first-pass-over-capacity", "Two sat on one seat in the first pass.", "R-CERT-CAPACITY", released(), first(1, 0))
    yield bad("first-pass-envy", "The luckiest is said to have failed in the first pass.", "R-CERT-CLOSED", released(), first(0, None))
    other = both(first(0, None), first(1, 0))
    yield bad("first-pass-exchanged", "The second in the draw order had the first one's seat.", "R-CERT-ENVY", released(), other)
    closing = lambda turn, pool, who: setting("closing", turn, pool, who)
    yield bad("first-pass-never-closed", "In the first pass the open seats never closed.", "R-CERT-ENVY", released(), closing(0, 0, None))
    yield bad("second-pass-closed-before", "The reserve closed at whom it was opened for.", "R-CERT-CLOSED", released(),
              closing(1, 1, key(released().applicants[1])))
    lost = both(setting("applicants", 0, "placed", None), setting("applicants", 2, "placed", [0, 0]))
    yield bad("second-pass-takes-a-guarantee", "Whom the first pass placed is unplaced in the end.", "R-CERT-ENVY", released(), lost)


def prices():
    rule, priority = "R-CERT-PRICE", lambda: three("priority")
    right, _ = solved(priority())
    rank, luck = right["prices"][0]
    priced = lambda rank, tie, place=0: setting("prices", place, [str(rank), str(tie)])
    yield bad(
        "price-too-low",
        "Ben would rather have Ann's seat at this price.",
        rule,
        priority(),
        priced(rank, int(luck) - 1),
    )
    yield bad("price-negative", "A price of -1.", rule, priority(), priced(-1, 0, 1))
    free = lambda: instance("priority", [2, 1], [person(1, 0), person(2, 1)])
    yield bad("price-of-free-seats", "A session with a free seat has a price.", rule, free(), priced(0, 1))
    optimal = lambda: three("optimal")
    yield bad("price-too-high-to-stay", "Cem's seat costs more than going without.", rule, optimal(), priced(21, 0, 1))
    yield bad(
        "price-too-low-to-stay-out",
        "Somebody without a seat would have one at this price.",
        rule,
        optimal(),
        both(priced(0, 0, 0), priced(0, 0, 1)),
    )
    crossed = both(setting("applicants", 0, "placed", [1, 1]), setting("applicants", 1, "placed", [0, 0]))
    yield bad("seats-exchanged", "Ann and Ben have each other's seats.", rule, priority(), crossed)
    rule = "R-CERT-LEAST"
    yield bad(
        "price-not-least",
        "A price higher by one, which contents everybody.",
        rule,
        priority(),
        priced(rank, int(luck) + 1),
    )
    yield bad(
        "all-prices-higher",
        "Both prices are higher by as much: nobody minds.",
        rule,
        priority(),
        both(priced(int(rank) + 1, luck), priced(1, 0, 1)),
    )
    yield bad("serial-with-a-price", "A price where nobody would move.", rule, three("serial"), priced(0, 1, 1))


def unique():
    extra = instance("priority", [1, 1], [person(1, 0, 1, more=(5,)), person(2, 0, 1, more=(9,))])
    given, unique = solved(extra)
    assert unique
    comment = "A second level of tie prices where the first settles everything."
    yield reject("certificate", "level-not-needed", comment, given, "R-CERT-UNIQUE")
    same = [person(1, -1, number=0), person(2, -1, number=1)]
    for name in ["serial", "priority", "optimal"]:
        yield tie(
            f"{name}-exchange",
            "Two of equal weight, in each other's place, cost the same.",
            instance(name, [1, 1], copy.deepcopy(same)),
        )
    alike = [person(1, 0, number=0), person(2, 0, number=3)]
    yield tie("in-or-out", "Either of two of equal weight may go without.", instance("optimal", [1], alike))
    paths = [person(1, 0, 1, number=0), person(2, 0, 2, number=1)]
    yield tie(
        "through-free-seats",
        "Either may have the seat; the other has a free one elsewhere.",
        instance("priority", [1, 2, 2], paths),
    )
    circle = [person(1, 0, 1, number=2**63), person(2, 1, 2, number=2**63 + 1), person(3, 0, 2, number=0)]
    assert [weight(one.number) for one in circle] == [2**61, 2**61, 2**62]
    draw = instance("priority", [1, 1, 1], circle, rank_costs=(0, 0))
    yield tie("circle-of-three", "All three move on by one: one is better off by as much as two are worse.", draw)
