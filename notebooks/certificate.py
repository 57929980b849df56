"""Is a placement the one that the mechanism determines? SPEC sections 10.3, 11 and 12, in integers.

Nothing is allocated here. A result comes with a few numbers per pool of seats, its closing numbers and its prices, and a
handful of conditions on them that hold for one placement only. So the check needs no solver, and does not care which one was used.

Letters are the SPEC's: i an applicant, j a pool (a session's open seats, or those of a reserve), q(j) its capacity, pos(i) the
place in the draw order, t(j) the place at which j closed, tau(i) the largest t among i's guarantee, price(j) = (price, tie
prices level by level). Where `priority` makes two passes, a `Draw` shows one of them; the last one has the result.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property

from formats import require

NEVER = float("inf")  # t(j) of a pool that never closed: larger than every place
OUTSIDE = -1


@dataclass
class Applicant:
    name: str
    tier: int
    number: int
    rotation: int
    ticket: bytes
    choices: list
    placed_in: int | None  # a pool
    choice: int | None  # the place in the list that the record states
    cohort: int = 0
    district: int = 0
    first_pass: int | None = None  # the pool after the first of two passes
    more_weights: tuple = ()  # of the levels after the first
    pos: int = -1
    rank: dict = field(default_factory=dict)  # pool -> rank of the choice its session first occurs in: A(i)
    position: dict = field(default_factory=dict)  # pool -> p of its session in the strict order
    sessions: dict = field(default_factory=dict)  # session -> rank, in the strict order

    @property
    def key(self):
        return (self.tier, self.number, self.ticket)

    @property
    def weight(self):
        return (2**64 - 1 - self.number) // 4 + 1

    @property
    def weights(self):
        return (self.weight, *self.more_weights)


@dataclass
class Reserve:
    """Whom seats are kept for; empty: any."""

    cohorts: list
    districts: list
    release: bool

    def has(self, i):
        of_cohort = not self.cohorts or i.cohort in self.cohorts
        return of_cohort and (not self.districts or i.district in self.districts)


@dataclass
class Draw:
    mechanism: str
    rank_costs: list
    unplaced_costs: list
    pools: list  # of (session, reserve or None, capacity); a bare capacity is a session's only pool
    sessions_of_site: list
    applicants: list
    closing: list  # for each pass, of keys (tier, number, ticket) or None; empty for `optimal`
    price: list
    reserves: list = field(default_factory=list)
    outsider_cost: int = 0
    turn: int | None = None  # the pass that is shown, from 0

    def __post_init__(self):
        self.pools = [(j, None, pool) if isinstance(pool, int) else tuple(pool) for j, pool in enumerate(self.pools)]
        self.capacity = [capacity for _, _, capacity in self.pools]
        self.pools_of_session = defaultdict(list)
        for j, (session, _, _) in enumerate(self.pools):
            self.pools_of_session[session].append(j)
        require(len(self.closing) == self.passes, "closing numbers of another number of passes")
        if self.turn is None:
            self.turn = max(self.passes, 1) - 1
        self.applicants.sort(key=lambda i: i.key)
        for pos, i in enumerate(self.applicants):
            i.pos = pos
            self.expand(i)
        self.occupants = [[] for _ in self.capacity]
        for i in self.applicants:
            if i.placed_in is not None:
                require(i.placed_in in i.rank, f"{i.name}: placed outside its choices")
                self.occupants[i.placed_in].append(i)
        closing = self.closing[self.turn] if self.closing else [None] * len(self.pools)
        self.t = [self.place_of(key) for key in closing]

    @property
    def passes(self):
        """11.4."""
        kept = [reserve for _, reserve, capacity in self.pools if reserve is not None and capacity]
        released = any(self.reserves[reserve].release for reserve in kept)
        return {"serial": 1, "optimal": 0, "priority": 1 + released}[self.mechanism]

    @cached_property
    def first(self):
        """What the first of two passes ended with; None where there is one."""
        if self.passes < 2:
            return None
        return replace(self, applicants=[replace(i, placed_in=i.first_pass, first_pass=None) for i in self.applicants], turn=0)

    def turn_of(self, i):
        """pos(i): whoever the first pass placed comes before everybody in the second."""
        return -1 if self.turn == 1 and i.first_pass is not None else i.pos

    def is_outsider(self, i, j):
        reserve = self.pools[j][1]
        return reserve is not None and not self.reserves[reserve].has(i)

    def admits(self, i, j):
        """11.1."""
        if not self.is_outsider(i, j):
            return True
        opened = self.mechanism == "optimal" or (self.mechanism == "priority" and self.turn == 1)
        return opened and self.reserves[self.pools[j][1]].release

    def expand(self, i):
        """Choices become pools: 11.1 and the strict order of 11.2."""
        i.rank, i.position, i.sessions = {}, {}, {}
        for rank, (kind, index) in enumerate(i.choices):
            named = [index] if kind == "session" else self.sessions_of_site[index]
            new = [session for session in named if session not in i.sessions]
            turn = i.rotation % len(new) if kind == "site" and new else 0
            for session in new[turn:] + new[:turn]:
                for j in self.pools_of_session[session]:
                    if self.admits(i, j):
                        i.rank[j], i.position[j] = rank, len(i.sessions)
                i.sessions[session] = rank

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
        if self.mechanism == "optimal" and self.is_outsider(i, j):
            first += self.outsider_cost
        price, *ties = self.price[j]
        return (first + price, *(weight * i.position[j] + tie for weight, tie in zip(i.weights, ties)))

    def outside_cost(self, i):
        luck = i.weights[: self.levels]
        return (self.unplaced_costs[i.tier - 1], *(weight * len(i.sessions) for weight in luck))

    @property
    def levels(self):
        return len(self.price[0]) - 1 if self.price else 1

    @property
    def free(self):
        return (0,) * (1 + self.levels)

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
    for shown in [draw.first, draw]:
        if shown:
            check_feasible(shown)
            if draw.mechanism != "optimal":
                check_guarantees(shown)
                check_closing_numbers_are_canonical(shown)
    for i in draw.placed:
        require(i.rank[i.placed_in] == i.choice, f"{i.name}: placed at another choice")
    check_prices(draw)
    check_prices_are_least(draw)
    check_unique(draw)
    for levels in range(1, draw.levels):
        require(not is_unique(replace(draw, price=[price[: 1 + levels] for price in draw.price])), f"level {levels} settles it")


def check_feasible(draw):
    """12.1."""
    for j, occupants in enumerate(draw.occupants):
        require(len(occupants) <= draw.capacity[j], f"pool {j}: {len(occupants)} in {draw.capacity[j]} seats")


def check_guarantees(draw):
    """12.2 (a) and (b): nobody is inside who came after the closing number, nobody outside who came before it."""
    for j, occupants in enumerate(draw.occupants):
        if draw.t[j] == NEVER:
            continue
        require(draw.is_full(j), f"pool {j} closed with seats left")
        for k in occupants:
            require(draw.turn_of(k) < draw.t[j], f"pool {j} holds {k.name}, who comes after its closing number")
            later = [other for other in draw.guarantee(k) if draw.t[other] > draw.t[j]]
            require(not later, f"pool {j} closed, although {k.name} could have moved to pool {later[:1]}")
    for i in draw.applicants:
        for j in failed_at(draw, i):
            require(draw.t[j] <= draw.turn_of(i), f"{i.name} comes before the closing number of pool {j} and is not there")


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
        require(reached == sessions, f"pools {sorted(sessions - reached)} did not close at {i.name}")


def moves(draw, j):
    """Where the occupants of j may move within their guarantees."""
    return {other for k in draw.occupants[j] for other in draw.guarantee(k)}


def check_prices(draw):
    """12.3: at these prices everybody has the cheapest of what is admissible."""
    for j, price in enumerate(draw.price):
        require(price >= draw.free and (draw.is_full(j) or price == draw.free), f"pool {j} cannot have the price {price}")
    for i in draw.placed:
        paid = draw.full_cost(i, i.placed_in)
        admissible = draw.admissible(i)
        least = min(draw.full_cost(i, j) for j in admissible)
        require(i.placed_in in admissible and paid == least, f"{i.name} would be better off elsewhere at these prices")
        stays = draw.mechanism != "optimal" or paid <= draw.outside_cost(i)
        require(stays, f"{i.name} would be better off without a place at these prices")
    if draw.mechanism == "optimal":
        for i in draw.unplaced:
            least = min((draw.full_cost(i, j) for j in i.rank), default=(NEVER,))
            require(least >= draw.outside_cost(i), f"{i.name} would be better off with a place at these prices")


def check_prices_are_least(draw):
    """12.4: every price has somebody who would go elsewhere if it were higher."""
    start = {OUTSIDE} | {j for j, price in enumerate(draw.price) if price == draw.free}
    reached = reach(start, draw.tight.__getitem__)
    too_high = [j for j in range(len(draw.price)) if j not in reached]
    require(not too_high, f"the prices of pools {too_high} are not the least ones")


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
    require(is_unique(draw), "another placement is as good: people can be moved in a circle")


def is_unique(draw):
    """12.5: no circle of equally good moves that takes anybody to another session, so no other placement is as good."""
    moving = {a: set(arcs) for a, arcs in draw.tight.items()}
    still = defaultdict(set)
    for j, occupants in enumerate(draw.occupants):
        if not draw.is_full(j):
            still[j].add(OUTSIDE)
        if draw.price[j] == draw.free and occupants:
            still[OUTSIDE].add(j)
        if draw.mechanism == "optimal":
            if any(draw.full_cost(k, j) == draw.outside_cost(k) for k in occupants):
                moving[j].add(OUTSIDE)
    component = components({a: moving[a] | still[a] for a in moving})
    session = {OUTSIDE: None} | {j: session for j, (session, _, _) in enumerate(draw.pools)}
    arcs = [(a, b) for a in moving for b in moving[a] if session[a] != session[b]]
    return all(component[a] != component[b] for a, b in arcs)


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
