"""Pools of seats: what the programme says of them, and what sessions.json does. SPEC sections 3.4, 11.1, 11.4, 13.2 and 18.6.

A pool is the seats of a session that all may have, or those that are kept for a reserve.
"""

from certificate import Reserve
from formats import read_decimal, require, require_fields, spell_ticket


def seated(programme, kept):
    """Of each session its reserves with their seats, in the programme's order: its own, and those that groups were given."""
    ids = [reserve["id"] for reserve in programme["reserves"]]
    own = [[(one["reserve"], one["seats"]) for one in session["reserves"]] for session in programme["sessions"]]
    return [sorted(named + more, key=lambda one: ids.index(one[0])) for named, more in zip(own, kept)]


def passes_of(programme, reserved):
    """How often the draw order is gone through, if these reserves have seats."""
    released = {reserve["id"] for reserve in programme["reserves"] if reserve["release"]}
    return {"optimal": 0, "serial": 1, "priority": 2 if reserved & released else 1}[programme["mechanism"]["name"]]


def bytes_of_a_seat(programme):
    """13.5, 18.6: a pool, and session and pool of the first of two passes; nothing where no seats are kept. Groups count."""
    kept = {one["reserve"] for session in programme["sessions"] for one in session["reserves"]}
    kept |= set((programme["apportionment"] or {"groups": []})["groups"])
    return 0 if not kept else 8 if passes_of(programme, kept) == 2 else 2


def reserves_of(programme):
    cohorts = [cohort["id"] for cohort in programme["cohorts"]]
    codes = [district["code"] for district in programme["districts"]]
    at = lambda names, all_names: [all_names.index(name) for name in names]
    return [Reserve(at(one["cohorts"], cohorts), at(one["districts"], codes), one["release"]) for one in programme["reserves"]]


class Pools:
    """The pools of all sessions as sessions.json has them, numbered through."""

    def __init__(self, programme, sessions, tickets, kept):
        """`kept`: of each session the seats that groups were given."""
        self.tickets = {spell_ticket(ticket): ticket for ticket in tickets}
        reserved = seated(programme, kept)
        self.passes = passes_of(programme, {id_ for session in reserved for id_, _ in session})
        self.ids = [reserve["id"] for reserve in programme["reserves"]]
        self.first, self.session, self.stated = [], [], []
        require(len(sessions["sessions"]) == len(programme["sessions"]), "sessions.json lists other sessions")
        for promised, stated, own in zip(programme["sessions"], sessions["sessions"], reserved):
            self.add(promised, stated, own)
        levels = {len(pool["tie_prices"]) for pool in self.stated}
        require(len(levels) == 1 and levels <= {1, 2, 3, 4}, "tie prices of several numbers of levels")

    def add(self, promised, stated, reserved):
        name = stated["id"]
        require_fields(stated, "id capacity placed pools", "sessions.json")
        require((name, stated["capacity"]) == (promised["id"], promised["capacity"]), "sessions.json lists others")
        for pool in stated["pools"]:
            require_fields(pool, "access capacity placed closing price tie_prices", "sessions.json")
            require(len(pool["closing"]) == self.passes, f"{name}: not one closing number for each pass")
        expected = [("open", promised["capacity"] - sum(seats for _, seats in reserved)), *reserved]
        found = [(pool["access"], pool["capacity"]) for pool in stated["pools"]]
        require(found == expected, f"{name}: other pools than the programme's")
        self.first.append(len(self.stated))
        self.session += [len(self.first) - 1] * len(expected)
        self.stated += stated["pools"]

    def at(self, session, number):
        """The pool of a seat."""
        pool = self.first[session] + number if session < len(self.first) else len(self.session)
        require(pool < len(self.session) and self.session[pool] == session, "a seat in no pool")
        return pool

    def for_certificate(self):
        """(session, reserve or None, capacity) of each."""
        reserve = lambda access: None if access == "open" else self.ids.index(access)
        return [(session, reserve(pool["access"]), pool["capacity"]) for session, pool in zip(self.session, self.stated)]

    def closing(self):
        """For each pass, the key of the applicant at whom each pool closed, or None."""
        return [[self.key(pool["closing"][turn]) for pool in self.stated] for turn in range(self.passes)]

    def key(self, closing):
        if closing:
            require_fields(closing, "tier number ticket", "a closing number")
        return closing and (closing["tier"], read_decimal(closing["number"]), self.tickets.get(closing["ticket"]))

    def prices(self):
        return [tuple(map(read_decimal, [pool["price"], *pool["tie_prices"]])) for pool in self.stated]
