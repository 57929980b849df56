"""Pools of seats: what the programme says of them, and what sessions.json does. SPEC sections 3.4, 11.1, 11.4 and 13.2.

A pool is the seats of a session that all may have, or those that are kept for a reserve.
"""

from certificate import Reserve
from formats import read_decimal, require, require_fields, spell_ticket


def passes_of(programme):
    """How often the draw order is gone through."""
    released = {reserve["id"] for reserve in programme["reserves"] if reserve["release"]}
    kept = {one["reserve"] for session in programme["sessions"] for one in session["reserves"]}
    return {"optimal": 0, "serial": 1, "priority": 2 if kept & released else 1}[programme["mechanism"]["name"]]


def bytes_of_a_seat(programme):
    """13.5: a pool, and session and pool of the first of two passes; nothing where no seats are kept."""
    kept = any(session["reserves"] for session in programme["sessions"])
    return 0 if not kept else 8 if passes_of(programme) == 2 else 2


def reserves_of(programme):
    cohorts = [cohort["id"] for cohort in programme["cohorts"]]
    codes = [district["code"] for district in programme["districts"]]
    at = lambda names, all_names: [all_names.index(name) for name in names]
    return [Reserve(at(one["cohorts"], cohorts), at(one["districts"], codes), one["release"]) for one in programme["reserves"]]


class Pools:
    """The pools of all sessions as sessions.json has them, numbered through."""

    def __init__(self, programme, sessions, tickets):
        self.tickets = {spell_ticket(ticket): ticket for ticket in tickets}
        self.passes = passes_of(programme)
        self.ids = [reserve["id"] for reserve in programme["reserves"]]
        self.first, self.session, self.stated = [], [], []
        require(len(sessions["sessions"]) == len(programme["sessions"]), "sessions.json lists other sessions")
        for promised, stated in zip(programme["sessions"], sessions["sessions"]):
            self.add(promised, stated)
        levels = {len(pool["tie_prices"]) for pool in self.stated}
        require(len(levels) == 1 and levels <= {1, 2, 3, 4}, "tie prices of several numbers of levels")

    def add(self, promised, stated):
        name = stated["id"]
        require_fields(stated, "id capacity placed pools", "sessions.json")
        require((name, stated["capacity"]) == (promised["id"], promised["capacity"]), "sessions.json lists others")
        for pool in stated["pools"]:
            require_fields(pool, "access capacity placed closing price tie_prices", "sessions.json")
            require(len(pool["closing"]) == self.passes, f"{name}: not one closing number for each pass")
        reserved = [(one["reserve"], one["seats"]) for one in promised["reserves"]]
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
