"""Who takes part in the draws of the vectors: eighteen tickets, of which two are withdrawn, with all ways to change an entry."""

import copy

from entries import first, later, made
from reference import compile, sample

SAMPLE = compile(sample())
OPENS, CLOSES = SAMPLE["window"]["opens_at_unix_s"], SAMPLE["window"]["closes_at_unix_s"]
HOUR = 3600


def programme(name: str = "optimal", rehearsal: bool = True) -> dict:
    """The sample with another mechanism, or binding."""
    fields = copy.deepcopy(SAMPLE)
    costs = fields["mechanism"]
    fields["mechanism"] = {
        "name": name,
        "rank_costs": [] if name == "serial" else costs["rank_costs"],
        "unplaced_costs": costs["unplaced_costs"] if name == "optimal" else [],
        "outsider_cost": 0,
    }
    if not rehearsal:
        from reference import Key

        key = Key("draws.example/sample", 2)
        fields |= {"rehearsal": False, "log": {"origin": key.name, "key": key.public}}
    return fields


def ticket(place: int) -> bytes:
    return made("ticket", place)[:12]


def session(*places):
    return [("session", place) for place in places]


def site(place):
    return [("site", place)]


def registrations():
    """Revision 1 of everybody, by place."""
    lists = [
        session(1, 3),
        session(1, 3, 5),
        session(3, 1) + site(2),
        site(2) + session(1),
        site(2),
        session(6, 1, 7),
        session(1) + site(2),
        session(3, 5),
        site(1) + session(6),
        session(5, 3),
        session(0),
        session(7, 6),
        session(0, 2),
        session(0, 2),
        session(0) + site(0),
        site(0),
        site(0),
        site(0),
    ]
    channels = {3: 1, 7: 2}
    return [
        first(ticket(place), place % 3 == 1, *choices, district=place % 2, channel=channels.get(place, 0))
        for place, choices in enumerate(lists)
    ]


def acknowledged() -> list:
    """All revisions in the batches in which they were acknowledged: two withdrawals, one change by the office, one twice."""
    ones = registrations()
    changed = later(ones[2], *session(1, 3), *site(2))
    again = later(changed, *session(1), *site(2))
    by_office = later(ones[8], *session(6), *site(1), office=True)
    withdrawn = later(ones[10])
    withdrawn_by_office = later(later(ones[11], *session(6)), office=True)
    return [
        (OPENS, ones[:5]),
        (OPENS + 5 * HOUR, [changed]),
        (OPENS + 30 * HOUR, [*ones[5:], again, withdrawn]),
        (CLOSES - 1, [by_office, later(ones[11], *session(6)), withdrawn_by_office]),
    ]


ANCHORED = [1, 3]
