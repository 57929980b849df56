"""Lottery and mechanisms: §10 and §11, by trying every assignment. No certificate is used: prices are what another seat is worth.

An assignment is looked for by the seats that are left, so draws must be small.
"""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

NEVER = 1 << 40
SOLVED = {}


def keystream(seed: bytes, ticket: bytes, block: int) -> bytes:
    """§10.1: one block of ChaCha20, whose counter is the first word of what this library calls the nonce."""
    nonce = block.to_bytes(4, "little") + ticket
    return Cipher(algorithms.ChaCha20(seed, nonce), mode=None).encryptor().update(bytes(64))


def number(seed: bytes, ticket: bytes, lots: int = 1) -> int:
    block = keystream(seed, ticket, 0)
    return min(int.from_bytes(block[8 * lot : 8 * lot + 8], "little") for lot in range(lots))


def rotation(seed: bytes, ticket: bytes) -> int:
    return int.from_bytes(keystream(seed, ticket, 1)[:8], "little")


def level_weight(seed: bytes, ticket: bytes, level: int) -> int:
    """§11.7: levels count from 0, and the first one's weights follow from the numbers."""
    return weight(int.from_bytes(keystream(seed, ticket, level + 1)[:8], "little"))


def weight(number_: int) -> int:
    return (2**64 - 1 - number_) // 4 + 1


@dataclass
class Applicant:
    ticket: bytes
    tier: int
    number: int
    rotation: int
    choices: tuple
    cohort: int = 0
    district: int = 0
    more_weights: tuple = ()  # of the levels after the first

    @property
    def key(self):
        return self.tier, self.number, self.ticket


@dataclass
class Reserve:
    """Empty: any."""

    cohorts: tuple = ()
    districts: tuple = ()
    release: bool = True

    def has(self, applicant):
        by_cohort = not self.cohorts or applicant.cohort in self.cohorts
        return by_cohort and (not self.districts or applicant.district in self.districts)


@dataclass
class Instance:
    mechanism: str
    rank_costs: list
    unplaced_costs: list
    sites: list  # of lists of sessions
    pools: list  # of (session, reserve or None, capacity); a bare capacity is a session's only pool
    applicants: list
    reserves: list = field(default_factory=list)
    outsider_cost: int = 0
    levels: int = 1

    def __post_init__(self):
        self.pools = [(at, None, pool) if isinstance(pool, int) else tuple(pool) for at, pool in enumerate(self.pools)]
        self.capacity = [capacity for _, _, capacity in self.pools]
        self.applicants = sorted(self.applicants, key=lambda applicant: applicant.key)
        released = any(reserve is not None and capacity and self.reserves[reserve].release for _, reserve, capacity in self.pools)
        self.passes = {"serial": 1, "optimal": 0, "priority": 1 + released}[self.mechanism]
        self.last = max(self.passes, 1) - 1

    def admits(self, turn, pool, applicant):
        """§11.1: what using a pool costs besides the rank; None if it is not allowed."""
        reserve = self.pools[pool][1]
        if reserve is None or self.reserves[reserve].has(applicant):
            return 0
        if not self.reserves[reserve].release or self.mechanism == "serial":
            return None
        if self.mechanism == "optimal":
            return self.outsider_cost
        return 0 if turn == 1 else None

    def sessions_listed(self, applicant):
        """§11.2."""
        listed = []
        for rank, (kind, index) in enumerate(applicant.choices):
            known = [session for session, _ in listed]
            new = [one for one in ([index] if kind == "session" else self.sites[index]) if one not in known]
            turn = applicant.rotation % len(new) if new and kind == "site" else 0
            listed += [(session, rank) for session in new[turn:] + new[:turn]]
        return listed

    def listed(self, turn, applicant):
        """Pools with rank, position and what an outsider pays."""
        found = []
        for position, (session, rank) in enumerate(self.sessions_listed(applicant)):
            for pool, (of, _, _) in enumerate(self.pools):
                extra = self.admits(turn, pool, applicant) if of == session else None
                if extra is not None:
                    found.append((pool, rank, position, extra))
        return found

    def cost(self, applicant, first, position):
        weights = [weight(applicant.number), *applicant.more_weights][: self.levels]
        return first, *(weight_ * position for weight_ in weights)

    def solve(self):
        """As `solved`, for a draw that many faults share only once."""
        what = repr(self)
        if what not in SOLVED:
            SOLVED[what] = self.solved()
        return SOLVED[what]

    def solved(self):
        """Placements in draw order as (pool, rank) or None, per pass the closing positions, prices; whether there is one
        answer; and the pools after the first of two passes.
        """
        kept, closings, first_pass = self.guarantees()
        closing = closings[-1] if closings else [NEVER] * len(self.pools)
        options = [self.options(applicant, guarantee) for applicant, guarantee in zip(self.applicants, kept)]
        cost, count, pools = self.cheapest(self.capacity, options)
        ranks = [{pool: rank for pool, rank, *_ in self.listed(self.last, one)} for one in self.applicants]
        placements = [None if pool is None else (pool, rank[pool]) for pool, rank in zip(pools, ranks)]
        # §12.3: prices are those of the market in which everybody goes only where a seat is as late to close as their own.
        allowed = [among(option, pool, closing) for option, pool in zip(options, pools)]
        assert self.cheapest(self.capacity, allowed)[0] == cost
        prices = [self.worth(allowed, cost, pool) for pool in range(len(self.pools))]
        return placements, closings, prices, count == 1, first_pass

    def options(self, applicant, guarantee):
        """Where step 2 and the ties may put somebody, with the cost."""
        offers = []
        for pool, rank, position, extra in self.listed(self.last, applicant):
            if pool in guarantee:
                first = 0 if self.mechanism == "serial" else self.rank_costs[rank] + extra
                offers.append((pool, self.cost(applicant, first, position)))
        if self.mechanism == "optimal":
            behind = len(self.sessions_listed(applicant))
            offers.append((None, self.cost(applicant, self.unplaced_costs[applicant.tier - 1], behind)))
        return offers or [(None, self.nothing)]

    @property
    def nothing(self):
        return (0,) * (1 + self.levels)

    def guarantees(self):
        """§11.3: what everybody was guaranteed, the positions at which pools closed, and the pools after a first pass."""
        if self.mechanism == "optimal":
            return [{pool for pool, *_ in self.listed(0, applicant)} for applicant in self.applicants], [], None
        kept, closing = self.run(0, [set()] * len(self.applicants))
        if self.passes == 1:
            return kept, [closing], None
        first_pass = self.seated(kept)
        before = [{pool for pool, *_ in self.listed(1, one)} if got else set() for one, got in zip(self.applicants, kept)]
        kept, second = self.run(1, before)
        return kept, [closing, second], first_pass

    def run(self, turn, before):
        """One pass over those who have nothing yet."""
        kept, closing = list(before), [NEVER] * len(self.pools)
        for position, applicant in enumerate(self.applicants):
            if before[position]:
                continue
            listed = self.listed(turn, applicant)
            asked = [{pool for pool, *_ in listed}]
            if self.mechanism == "serial":
                asked = [{pool for pool, rank, *_ in listed if rank == place} for place in range(len(applicant.choices))]
            for pools in filter(None, asked):
                if self.seated([*kept[:position], pools, *kept[position + 1 :]]):
                    kept[position] = pools
                    break
                for pool in self.reached(kept, pools):
                    closing[pool] = min(closing[pool], position)
        return kept, closing

    def seated(self, guarantees):
        """One assignment that keeps the guarantees, if there is any; whoever has none is left out."""
        free = [[(pool, self.nothing) for pool in sorted(pools)] or [(None, self.nothing)] for pools in guarantees]
        found = self.cheapest(self.capacity, free)
        return found and found[2]

    def reached(self, kept, pools):
        """What can be reached from pools through the guarantees of those who sit there."""
        seats = self.seated(kept)
        reached, pending = set(pools), list(pools)
        while pending:
            here = pending.pop()
            new = {pool for seat, guarantee in zip(seats, kept) if seat == here for pool in guarantee} - reached
            reached |= new
            pending += new
        return reached

    def cheapest(self, capacity, options):
        """The least sum of costs, how many results have it (by sessions; two stand for more), and pools of one of them.

        None if there is none.
        """
        session = [of for of, _, _ in self.pools] + [None]
        found = {tuple(capacity): (self.nothing, {(): ()})}
        for offers in options:
            after = {}
            for left, (cost, results) in found.items():
                for pool, more in offers:
                    if pool is not None and not left[pool]:
                        continue
                    rest = left if pool is None else (*left[:pool], left[pool] - 1, *left[pool + 1 :])
                    total = tuple(one + other for one, other in zip(cost, more))
                    at = session[-1 if pool is None else pool]
                    new = {(*sessions, at): (*pools, pool) for sessions, pools in results.items()}
                    old = after.get(rest)
                    if old and old[0] == total:
                        new = dict(list((old[1] | {key: old[1].get(key, one) for key, one in new.items()}).items())[:2])
                    if not old or total <= old[0]:
                        after[rest] = total, new
            found = after
        if not found:
            return None
        least = min(cost for cost, _ in found.values())
        results = {}
        for cost, some in found.values():
            if cost == least:
                results = some | results
        return least, len(results), next(iter(results.values()))

    def worth(self, options, cost, pool):
        """The least price of a pool: what everybody together would save with one seat more there."""
        roomier = [seats + (place == pool) for place, seats in enumerate(self.capacity)]
        less = self.cheapest(roomier, options)[0]
        return tuple(one - other for one, other in zip(cost, less))


def among(offers, own, closing):
    """The admissible part of somebody's offers."""
    if own is None:
        return offers
    latest = max(closing[pool] for pool, _ in offers if pool is not None)
    return [(pool, cost) for pool, cost in offers if pool is None or closing[pool] == latest]
