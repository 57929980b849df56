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


def weight(number_: int) -> int:
    return (2**64 - 1 - number_) // 4 + 1


@dataclass
class Applicant:
    ticket: bytes
    tier: int
    number: int
    rotation: int
    choices: tuple
    listed: list = field(default_factory=list)  # of (pool, rank, position), in the strict order

    @property
    def key(self):
        return self.tier, self.number, self.ticket


@dataclass
class Instance:
    mechanism: str
    rank_costs: list
    unplaced_costs: list
    sites: list  # of lists of sessions
    capacity: list
    applicants: list

    def __post_init__(self):
        self.applicants = sorted(self.applicants, key=lambda applicant: applicant.key)
        for applicant in self.applicants:
            applicant.listed = self.expand(applicant)

    def expand(self, applicant):
        """§11.2."""
        listed = []
        for rank, (kind, index) in enumerate(applicant.choices):
            known = [pool for pool, _ in listed]
            new = [pool for pool in ([index] if kind == "session" else self.sites[index]) if pool not in known]
            turn = applicant.rotation % len(new) if new and kind == "site" else 0
            listed += [(pool, rank) for pool in new[turn:] + new[:turn]]
        return [(pool, rank, position) for position, (pool, rank) in enumerate(listed)]

    def cost(self, applicant, rank, position):
        first = 0 if self.mechanism == "serial" else self.rank_costs[rank]
        return first, weight(applicant.number) * position

    def solve(self):
        """As `solved`, for a draw that many faults share only once."""
        what = repr((self.mechanism, self.rank_costs, self.unplaced_costs, self.capacity, self.applicants))
        if what not in SOLVED:
            SOLVED[what] = self.solved()
        return SOLVED[what]

    def solved(self):
        """Placements in draw order as (pool, rank) or None, closing positions, prices; and whether there is one answer."""
        kept, closing = self.guarantees()
        options = [self.options(applicant, guarantee) for applicant, guarantee in zip(self.applicants, kept)]
        cost, count, pools = cheapest(self.capacity, options)
        ranks = [{pool: rank for pool, rank, _ in applicant.listed} for applicant in self.applicants]
        placements = [None if pool is None else (pool, rank[pool]) for pool, rank in zip(pools, ranks)]
        # §12.3: prices are those of the market in which everybody goes only where a seat is as late to close as their own.
        allowed = [among(option, pool, closing) for option, pool in zip(options, pools)]
        assert cheapest(self.capacity, allowed)[0] == cost
        prices = [worth(self.capacity, allowed, cost, pool) for pool in range(len(self.capacity))]
        return placements, closing, prices, count == 1

    def options(self, applicant, guarantee):
        """Where step 2 and the ties may put somebody, with the cost."""
        offers = [(pool, self.cost(applicant, rank, p)) for pool, rank, p in applicant.listed if pool in guarantee]
        if self.mechanism == "optimal":
            out = self.unplaced_costs[applicant.tier - 1], weight(applicant.number) * len(applicant.listed)
            offers.append((None, out))
        return offers or [(None, (0, 0))]

    def guarantees(self):
        """§11.3: what everybody was guaranteed, and the position at which each pool closed."""
        closing = [NEVER] * len(self.capacity)
        if self.mechanism == "optimal":
            return [{pool for pool, _, _ in applicant.listed} for applicant in self.applicants], closing
        kept = []
        for position, applicant in enumerate(self.applicants):
            if self.mechanism == "serial":
                places = range(len(applicant.choices))
                asked = [{pool for pool, rank, _ in applicant.listed if rank == place} for place in places]
            else:
                asked = [{pool for pool, _, _ in applicant.listed}]
            got = set()
            for pools in asked:
                if self.seated([*kept, pools]):
                    got = pools
                    break
                for pool in self.reached(kept, pools):
                    closing[pool] = min(closing[pool], position)
            kept.append(got)
        return kept, closing

    def seated(self, guarantees):
        """One assignment that keeps the guarantees, if there is any; whoever has none is left out."""
        free = [[(pool, (0, 0)) for pool in sorted(pools)] or [(None, (0, 0))] for pools in guarantees]
        # Somebody who asks for no pool at all fails.
        found = guarantees[-1] and cheapest(self.capacity, free)
        return found[2] if found else None

    def reached(self, kept, pools):
        """What can be reached from pools through the guarantees of those who sit there."""
        seats = cheapest(self.capacity, [[(p, (0, 0)) for p in sorted(k)] or [(None, (0, 0))] for k in kept])[2]
        reached, pending = set(pools), list(pools)
        while pending:
            here = pending.pop()
            new = {pool for seat, guarantee in zip(seats, kept) if seat == here for pool in guarantee} - reached
            reached |= new
            pending += new
        return reached


def cheapest(capacity, options):
    """The least sum of costs, how many assignments have it, and one of them; None if there is none."""
    found = {tuple(capacity): ((0, 0), 1, ())}
    for offers in options:
        after = {}
        for left, (cost, count, pools) in found.items():
            for pool, (rank, tie) in offers:
                if pool is not None and not left[pool]:
                    continue
                rest = left if pool is None else (*left[:pool], left[pool] - 1, *left[pool + 1 :])
                new = (cost[0] + rank, cost[1] + tie), count, (*pools, pool)
                old = after.get(rest)
                if old and old[0] == new[0]:
                    new = old[0], old[1] + count, old[2]
                if not old or new[0] <= old[0]:
                    after[rest] = new
        found = after
    if not found:
        return None
    least = min(cost for cost, _, _ in found.values())
    best = [answer for answer in found.values() if answer[0] == least]
    return least, sum(count for _, count, _ in best), best[0][2]


def among(offers, own, closing):
    """The admissible part of somebody's offers."""
    if own is None:
        return offers
    latest = max(closing[pool] for pool, _ in offers if pool is not None)
    return [(pool, cost) for pool, cost in offers if pool is None or closing[pool] == latest]


def worth(capacity, options, cost, pool):
    """The least price of a pool: what everybody together would save with one seat more there."""
    roomier = [seats + (place == pool) for place, seats in enumerate(capacity)]
    less = cheapest(roomier, options)[0]
    return cost[0] - less[0], cost[1] - less[1]
