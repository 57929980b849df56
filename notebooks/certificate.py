"""Is a placement the one that the mechanism determines? SPEC sections 10.3, 11 and 12, in integers.

Nothing is allocated here. A result comes with two numbers per session, its closing number and its price, and a handful of
conditions on them that hold for one placement only. So the check needs no solver, and does not care which one was used.

Letters are the SPEC's: i an applicant, j a session (in version 0 its only pool), q(j) its capacity, pos(i) the place in the
draw order, t(j) the place at which j closed, tau(i) the largest t among i's guarantee, price(j) = (price, tie price).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from formats import require

NEVER = float("inf")  # t(j) of a session that never closed: larger than every place
OUTSIDE = -1
FREE = (0, 0)


@dataclass
class Applicant:
    name: str
    tier: int
    number: int
    rotation: int
    ticket: bytes
    choices: list
    placed_in: int | None  # a session
    choice: int | None  # the place in the list that the record states
    pos: int = -1
    rank: dict = field(default_factory=dict)  # session -> rank of the choice it first occurs in: A(i)
    position: dict = field(default_factory=dict)  # session -> p in the strict order

    @property
    def key(self):
        return (self.tier, self.number, self.ticket)

    @property
    def weight(self):
        return (2**64 - 1 - self.number) // 4 + 1


@dataclass
class Draw:
    mechanism: str
    rank_costs: list
    unplaced_costs: list
    capacity: list
    sessions_of_site: list
    applicants: list
    closing: list  # of keys (tier, number, ticket) or None; empty for `optimal`
    price: list

    def __post_init__(self):
        self.applicants.sort(key=lambda i: i.key)
        for pos, i in enumerate(self.applicants):
            i.pos = pos
            self.expand(i)
        self.occupants = [[] for _ in self.capacity]
        for i in self.applicants:
            if i.placed_in is not None:
                require(i.placed_in in i.rank, f"{i.name}: placed outside its choices")
                self.occupants[i.placed_in].append(i)
        self.t = [self.place_of(key) for key in self.closing] or [NEVER] * len(self.capacity)

    def expand(self, i):
        """Choices become sessions: 11.1 and the strict order of 11.2."""
        for rank, (kind, index) in enumerate(i.choices):
            named = [index] if kind == "session" else self.sessions_of_site[index]
            new = [j for j in named if j not in i.rank]
            turn = i.rotation % len(new) if kind == "site" and new else 0
            for j in new[turn:] + new[:turn]:
                i.rank[j] = rank
                i.position[j] = len(i.position)

    def place_of(self, key):
        if key is None:
            return NEVER
        require(key in self.place_by_key, f"a closing number is nobody's: {key[:2]}")
        return self.place_by_key[key]

    @cached_property
    def place_by_key(self):
        return {i.key: i.pos for i in self.applicants}

    def is_full(self, j):
        return len(self.occupants[j]) == self.capacity[j]

    def guarantee(self, i):
        """G(i) of 11.3, for a placed applicant."""
        if self.mechanism == "serial":
            return [j for j in i.rank if i.rank[j] == i.rank[i.placed_in]]
        return list(i.rank)

    def admissible(self, i):
        if self.mechanism == "optimal":
            return list(i.rank)
        guarantee = self.guarantee(i)
        tau = max(self.t[j] for j in guarantee)
        return [j for j in guarantee if self.t[j] == tau]

    def full_cost(self, i, j):
        """cost(i, j) + price(j)."""
        first = 0 if self.mechanism == "serial" else self.rank_costs[i.rank[j]]
        return (first + self.price[j][0], i.weight * i.position[j] + self.price[j][1])

    def outside_cost(self, i):
        return (self.unplaced_costs[i.tier - 1], i.weight * len(i.position))

    @cached_property
    def unplaced(self):
        return [i for i in self.applicants if i.placed_in is None]

    @cached_property
    def tight(self):
        """Tight arcs that move somebody: from where to where."""
        return {a: tight_from(self, a) for a in [OUTSIDE, *range(len(self.capacity))]}

    @cached_property
    def placed(self):
        return [i for i in self.applicants if i.placed_in is not None]


def check(draw):
    """All conditions of section 12; what a fault accuses is in the message."""
    check_feasible(draw)
    if draw.mechanism != "optimal":
        check_guarantees(draw)
        check_closing_numbers_are_canonical(draw)
    check_prices(draw)
    check_prices_are_least(draw)
    check_unique(draw)


def check_feasible(draw):
    """12.1."""
    for i in draw.placed:
        require(i.rank.get(i.placed_in) == i.choice, f"{i.name}: placed outside its choices, or at another choice")
    for j, occupants in enumerate(draw.occupants):
        require(len(occupants) <= draw.capacity[j], f"session {j}: {len(occupants)} in {draw.capacity[j]} seats")


def check_guarantees(draw):
    """12.2 (a) and (b): nobody is inside who came after the closing number, nobody outside who came before it."""
    for j, occupants in enumerate(draw.occupants):
        if draw.t[j] == NEVER:
            continue
        require(draw.is_full(j), f"session {j} closed with seats left")
        for k in occupants:
            require(k.pos < draw.t[j], f"session {j} holds {k.name}, who comes after its closing number")
            later = [other for other in draw.guarantee(k) if draw.t[other] > draw.t[j]]
            require(not later, f"session {j} closed, although {k.name} could have moved to session {later[:1]}")
    for i in draw.applicants:
        for j in failed_at(draw, i):
            require(draw.t[j] <= i.pos, f"{i.name} comes before the closing number of session {j} and is not there")


def failed_at(draw, i):
    """The sessions where an applicant found no seat, as the result says."""
    if i.placed_in is None:
        return list(i.rank)
    return [j for j in i.rank if i.rank[j] < i.rank[i.placed_in]] if draw.mechanism == "serial" else []


def check_closing_numbers_are_canonical(draw):
    """12.2 (c): a session closes at the first applicant who could not be fitted in by moving others."""
    sessions_at = defaultdict(set)
    for j, t in enumerate(draw.t):
        if t != NEVER:
            sessions_at[t].add(j)
    for t, sessions in sessions_at.items():
        i = draw.applicants[t]
        start = sessions.intersection(failed_at(draw, i))
        reached = reach(start, lambda j: sessions & moves(draw, j))
        require(reached == sessions, f"sessions {sorted(sessions - reached)} did not close at {i.name}")


def moves(draw, j):
    """Where the occupants of j may move within their guarantees."""
    return {other for k in draw.occupants[j] for other in draw.guarantee(k)}


def check_prices(draw):
    """12.3: at these prices everybody has the cheapest of what is admissible."""
    for j, price in enumerate(draw.price):
        require(price >= FREE and (draw.is_full(j) or price == FREE), f"session {j} cannot have the price {price}")
    for i in draw.placed:
        paid = draw.full_cost(i, i.placed_in)
        admissible = draw.admissible(i)
        least = min(draw.full_cost(i, j) for j in admissible)
        require(i.placed_in in admissible and paid == least, f"{i.name} would be better off elsewhere at these prices")
        stays = draw.mechanism != "optimal" or paid <= draw.outside_cost(i)
        require(stays, f"{i.name} would be better off without a place at these prices")
    if draw.mechanism == "optimal":
        for i in draw.unplaced:
            least = min(draw.full_cost(i, j) for j in i.rank)
            require(least >= draw.outside_cost(i), f"{i.name} would be better off with a place at these prices")


def check_prices_are_least(draw):
    """12.4: every price has somebody who would go elsewhere if it were higher."""
    start = {OUTSIDE} | {j for j, price in enumerate(draw.price) if price == FREE}
    reached = reach(start, draw.tight.__getitem__)
    too_high = [j for j in range(len(draw.price)) if j not in reached]
    require(not too_high, f"the prices of sessions {too_high} are not the least ones")


def tight_from(draw, a):
    """Where an occupant of a (or an unplaced applicant, from outside) would be just as well off."""
    if a == OUTSIDE:
        return {j for i in draw.unplaced for j in equally_good(draw, i)}
    return {j for k in draw.occupants[a] for j in equally_good(draw, k)} - {a}


def equally_good(draw, i):
    """Sessions that cost i what the present state does."""
    if i.placed_in is not None:
        now = draw.full_cost(i, i.placed_in)
        return [j for j in draw.admissible(i) if j != i.placed_in and draw.full_cost(i, j) == now]
    if draw.mechanism != "optimal":
        return []
    now = draw.outside_cost(i)
    return [j for j in i.rank if draw.full_cost(i, j) == now]


def check_unique(draw):
    """12.5: no circle of equally good moves, so no other placement is as good."""
    moving = {a: set(arcs) for a, arcs in draw.tight.items()}
    still = defaultdict(set)
    for j, occupants in enumerate(draw.occupants):
        if not draw.is_full(j):
            still[j].add(OUTSIDE)
        if draw.price[j] == FREE and occupants:
            still[OUTSIDE].add(j)
        if draw.mechanism == "optimal":
            if any(draw.full_cost(k, j) == draw.outside_cost(k) for k in occupants):
                moving[j].add(OUTSIDE)
    component = components({a: moving[a] | still[a] for a in moving})
    circles = [(a, b) for a in moving for b in moving[a] if component[a] == component[b]]
    require(not circles, f"another placement is as good: {circles[:3]} can be changed in a circle")


def reach(start, arcs):
    reached, pending = set(start), list(start)
    while pending:
        new = arcs(pending.pop()) - reached
        reached |= new
        pending += new
    return reached


def components(arcs):
    """Strongly connected components (Kosaraju): a number for each node, the same within a component."""
    order, seen = [], set()
    for node in arcs:
        stack = [] if node in seen else [(node, iter(arcs[node]))]
        seen.add(node)
        while stack:
            new = next((to for to in stack[-1][1] if to not in seen), None)
            if new is None:
                order.append(stack.pop()[0])
            else:
                seen.add(new)
                stack.append((new, iter(arcs[new])))
    back = defaultdict(set)
    for a in arcs:
        for b in arcs[a]:
            back[b].add(a)
    component = {}
    for node in reversed(order):
        if node not in component:
            for found in reach([node], lambda a: {b for b in back[a] if b not in component}):
                component[found] = node
    return component
