"""A whole draw as files: §8, §9 and §13 to §15. Faults enter by `taps`: what a name stands for is changed where it is made.

What follows from it follows the change, so that one thing only is wrong: a tap on `freeze` is signed, logged and cosigned.
"""

import hashlib
from dataclasses import dataclass, field

import apportioned
import mechanism
from entries import (
    RUN,
    Revision,
    acknowledged_bin,
    acknowledged_items,
    anchor,
    b64,
    hash_of,
    heading,
    leaf_hashes,
    receipts_bin,
    register_run,
    runs_of,
    signed,
)
from reference import Key, audit_path, canonical, leaf_hash, root, spell, tagged

SIGNATURE = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
OPERATOR, RECEIPTS = Key("operator.example/jebi", 1), Key("receipts.example/jebi", 3)
WITNESSES = [Key(f"w{place}.example", place + 3, 4) for place in (1, 2, 3)]
TOOL = "vectors 0"


def time_of_round(round_: int) -> int:
    return 1692803367 + 3 * (round_ - 1)


def log_key(programme: dict) -> Key:
    return Key(programme["log"]["origin"], 2)


@dataclass
class Record:
    """§13.1."""

    ticket: bytes
    number: int = 0
    outcome: int = 0
    session: int = 0
    choice: int = 0
    version: int = 0

    def leaf(self) -> bytes:
        parts = [self.version.to_bytes(1), self.ticket, self.number.to_bytes(8), self.outcome.to_bytes(1)]
        return b"".join([*parts, self.session.to_bytes(4), self.choice.to_bytes(1)])


@dataclass
class Event:
    """§8.1."""

    kind: str
    time: int
    fields: dict
    key: Key = OPERATOR
    changed: dict = field(default_factory=dict)

    def leaf(self, programme: dict) -> bytes:
        common = {"format": "jebi/v0/event", "kind": self.kind, "programme": hash_of(programme).hex()}
        common |= {"rehearsal": programme["rehearsal"], "time_unix_s": self.time, "tool": TOOL}
        text = canonical(common | self.fields | self.changed).decode() + "\n"
        return signed(text, self.key).encode()


def checkpoint(programme: dict, hashes: list[bytes]) -> str:
    return f"{programme['log']['origin']}\n{len(hashes)}\n{b64(root(hashes))}\n"


def cosign(text: str, key: Key, time: int) -> str:
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    return key.line(time.to_bytes(8) + key.secret.sign(message))


def tiles(leaves: list[bytes]) -> dict[str, bytes]:
    """C2SP tlog-tiles, up to a million leaves."""
    files, hashes, level = {}, [leaf_hash(leaf) for leaf in leaves], 0
    for place, bundle in enumerate(chunks(leaves)):
        files[f"tile/entries/{tile(place, bundle)}"] = b"".join(len(leaf).to_bytes(2) + leaf for leaf in bundle)
    while hashes:
        for place, part in enumerate(chunks(hashes)):
            files[f"tile/{level}/{tile(place, part)}"] = b"".join(part)
        hashes, level = [root(part) for part in chunks(hashes) if len(part) == 256], level + 1
    return files


def chunks(items: list) -> list[list]:
    return [items[at : at + 256] for at in range(0, len(items), 256)]


def tile(place: int, part: list) -> str:
    name = f"{place % 1000:03}" if place < 1000 else f"x{place // 1000:03}/{place % 1000:03}"
    return name if len(part) == 256 else f"{name}.p/{len(part)}"


@dataclass
class Draw:
    """`acknowledged` are batches, each a time and its revisions; `anchored` says how many batches each anchor covers."""

    programme: dict
    acknowledged: list
    anchored: list
    register: list | None = None
    witnesses: dict = field(default_factory=dict)
    taps: dict = field(default_factory=dict)
    run_size: int = RUN

    def __post_init__(self):
        self.used = set()
        window = self.programme["window"]
        self.opens, self.closes = window["opens_at_unix_s"], window["closes_at_unix_s"]
        self.round = self.programme["beacon"]["round"]
        last = {revision.ticket: revision for _, batch in self.acknowledged for revision in batch}
        register = self.register if self.register is not None else sorted(last.values(), key=lambda one: one.ticket)
        self.register: list[Revision] = self.step("register", register)
        self.draw()
        self.files = self.step("files", self.publish())
        self.files["manifest.note"] = self.step("manifest", self.manifest())
        assert self.used == set(self.taps), set(self.taps) - self.used

    def step(self, name, value):
        self.used |= {name} & set(self.taps)
        return self.taps[name](value) if name in self.taps else value

    def draw(self):
        programme = self.programme
        self.leaves = leaf_hashes(programme, self.register)
        batches = [(len(batch), time, root(leaf_hashes(programme, batch))) for time, batch in self.acknowledged]
        self.batches = self.step("batches", batches)
        items = acknowledged_items(programme, self.acknowledged, self.register)
        self.items = self.step("acknowledged", items)
        self.freeze = self.step("freeze", self.frozen())
        self.seed_file = self.step("seed", self.seeded())
        self.apportionment, self.kept = None, {}
        if programme["apportionment"]:
            self.apportionment = self.marked("apportionment", apportioned.file_of(programme, self.register))
            self.kept = self.step("kept", apportioned.kept_of(programme, self.apportionment))
            self.apportionment = self.step("apportionment", self.apportionment)
        self.instance = self.as_instance(bytes.fromhex(self.seed_file["seed"]))
        self.placements, self.closings, self.prices, unique, self.first_pass = self.instance.solve()
        self.closing = self.closings[-1] if self.closings else [mechanism.NEVER] * len(self.instance.pools)
        assert unique
        self.records = self.step("records", self.recorded())
        self.seats = self.step("seats", self.seated())
        self.records_root = root([leaf_hash(record.leaf()) for record in self.records])
        self.sessions = self.step("sessions", self.totalled())
        self.events = self.step("events", self.logged())
        self.log = self.step("log", [event.leaf(programme) for event in self.events])

    def marked(self, name: str, fields: dict) -> dict:
        programme = self.programme
        common = {"format": f"jebi/v0/{name}", "programme": hash_of(programme).hex()}
        return common | {"rehearsal": programme["rehearsal"]} | fields

    def of_cohort(self, cohort: int, active: bool) -> int:
        return sum(one.cohort == cohort and one.active == active for one in self.register)

    def frozen(self):
        cohorts = [
            {"id": cohort["id"], "active": self.of_cohort(place, True), "withdrawn": self.of_cohort(place, False)}
            for place, cohort in enumerate(self.programme["cohorts"])
        ]
        return {
            "register_root": root(self.leaves).hex(),
            "size": len(self.register),
            "active": sum(one.active for one in self.register),
            "withdrawn": sum(not one.active for one in self.register),
            "cohorts": cohorts,
            "revisions": sum(one.revision for one in self.register),
            "batches": len(self.batches),
        }

    def beacon(self):
        randomness = hashlib.sha256(bytes.fromhex(SIGNATURE)).hexdigest()
        chain = self.programme["beacon"]["chain_hash"]
        return {"chain_hash": chain, "round": self.round, "signature": SIGNATURE, "randomness": randomness}

    def seeded(self):
        """§9.2, §13.3."""
        beacon, size = self.beacon(), len(self.register)
        parts = [hash_of(self.programme), root(self.leaves), size.to_bytes(8), bytes.fromhex(beacon["randomness"])]
        fields = beacon | {"register_root": root(self.leaves).hex(), "size": size}
        return self.marked("seed", fields | {"seed": tagged("seed", *parts).hex()})

    def as_instance(self, seed: bytes):
        programme, costs = self.programme, self.programme["mechanism"]
        sites = [[] for _ in programme["sites"]]
        places = {site["id"]: place for place, site in enumerate(programme["sites"])}
        for place, session in enumerate(programme["sessions"]):
            sites[places[session["site"]]].append(place)
        applicants = []
        for one in self.register:
            if one.active:
                cohort = programme["cohorts"][one.cohort]
                number = mechanism.number(seed, one.ticket, cohort["lots"])
                lucky = number, mechanism.rotation(seed, one.ticket)
                of = one.cohort, one.district
                applicants.append(mechanism.Applicant(one.ticket, cohort["tier"], *lucky, one.choices, *of))
        costs_ = costs["rank_costs"], costs["unplaced_costs"]
        reserves, outsider = self.reserves(), costs["outsider_cost"]
        return mechanism.Instance(costs["name"], *costs_, sites, self.pools(), applicants, reserves, outsider)

    def pools(self):
        """§11.1: the open seats of each session, then those of its reserves."""
        ids = [reserve["id"] for reserve in self.programme["reserves"]]
        pools = []
        for place, session in enumerate(self.programme["sessions"]):
            named = [(one["reserve"], one["seats"]) for one in session["reserves"]]
            kept = sorted((place, ids.index(name), seats) for name, seats in named + self.kept.get(place, []))
            pools += [(place, None, session["capacity"] - sum(seats for _, _, seats in kept)), *kept]
        return pools

    def reserves(self):
        cohorts = [cohort["id"] for cohort in self.programme["cohorts"]]
        districts = [district["code"] for district in self.programme["districts"]]
        return [
            mechanism.Reserve(
                tuple(map(cohorts.index, one["cohorts"])), tuple(map(districts.index, one["districts"])), one["release"]
            )
            for one in self.programme["reserves"]
        ]

    def recorded(self):
        records = {one.ticket: Record(one.ticket) for one in self.register}
        for applicant, placement in zip(self.instance.applicants, self.placements):
            where = (2, self.instance.pools[placement[0]][0], placement[1]) if placement else (1,)
            records[applicant.ticket] = Record(applicant.ticket, applicant.number, *where)
        return [records[one.ticket] for one in self.register]

    def seated(self):
        """§13.5: nothing without reserves; otherwise the pool within its session, and for two passes that of the first."""
        instance = self.instance
        rule, reserves = self.programme["apportionment"], self.programme["reserves"]
        groups = [reserve for reserve in reserves if rule and reserve["id"] in rule["groups"]]
        if all(reserve is None for _, reserve, _ in instance.pools) and not groups:
            return [b"" for _ in self.register]
        priority = self.programme["mechanism"]["name"] == "priority"
        wide = instance.passes == 2 or (priority and any(group["release"] for group in groups))
        first_of = {session: pool for pool, (session, _, _) in reversed(list(enumerate(instance.pools)))}
        within = lambda pool: (instance.pools[pool][0], pool - first_of[instance.pools[pool][0]])
        seats = {}
        for place, applicant in enumerate(instance.applicants):
            placement = self.placements[place]
            seats[applicant.ticket] = within(placement[0])[1].to_bytes(2) if placement else b"\xff" * 2
            if wide:
                pool = self.first_pass[place] if instance.passes == 2 else None
                session, number = (2**32 - 1, 2**16 - 1) if pool is None else within(pool)
                seats[applicant.ticket] += session.to_bytes(4) + number.to_bytes(2)
        nothing = b"\xff" * (8 if wide else 2)
        return [seats.get(one.ticket, nothing) for one in self.register]

    def totalled(self):
        """§13.2."""
        programme = self.programme
        sessions, cohorts = [], []
        for place, session in enumerate(programme["sessions"]):
            counts = {"capacity": session["capacity"]}
            counts["placed"] = sum(record.outcome == 2 and record.session == place for record in self.records)
            pools = [self.pool(pool) for pool, (of, _, _) in enumerate(self.instance.pools) if of == place]
            if len(pools) == 1:
                pools[0]["placed"] = counts["placed"]
            sessions.append({"id": session["id"], "pools": pools} | counts)
        for place, cohort in enumerate(programme["cohorts"]):
            records = [record for record, one in zip(self.records, self.register) if one.cohort == place]
            withdrawn, unplaced, placed = ([r for r in records if r.outcome == outcome] for outcome in range(3))
            choices = [sum(r.choice == choice for r in placed) for choice in range(programme["max_choices"])]
            counts = {"active": len(placed) + len(unplaced), "withdrawn": len(withdrawn), "choices": choices}
            cohorts.append({"id": cohort["id"], "placed": len(placed), "unplaced": len(unplaced)} | counts)
        fields = {"mechanism": programme["mechanism"]["name"], "passes": self.instance.passes, "sessions": sessions, "cohorts": cohorts}
        return self.marked("sessions", fields)

    def pool(self, pool: int):
        _, reserve, capacity = self.instance.pools[pool]
        price, *tie_prices = map(str, self.prices[pool])
        return {
            "access": "open" if reserve is None else self.programme["reserves"][reserve]["id"],
            "capacity": capacity,
            "placed": sum(placement is not None and placement[0] == pool for placement in self.placements),
            "closing": [self.closing_number(closing[pool]) for closing in self.closings],
            "price": price,
            "tie_prices": tie_prices,
        }

    def closing_number(self, position: int):
        if position == mechanism.NEVER:
            return None
        tier, number, ticket = self.instance.applicants[position].key
        return {"tier": tier, "number": str(number), "ticket": spell(ticket)}

    def logged(self):
        anchors, first = [], 0
        for count in self.anchored:
            covered = {"first": first, "count": count, "root": anchor(self.batches[first : first + count]).hex()}
            anchors.append(Event("receipts", self.closes, covered, RECEIPTS))
            first += count
        appears = time_of_round(self.round)
        seen = {key: self.seed_file[key] for key in ("chain_hash", "round", "signature", "randomness", "seed")}
        outcomes = [record.outcome for record in self.records]
        result = {
            "mechanism": self.programme["mechanism"]["name"],
            "allocation_root": self.records_root.hex(),
            "sessions_sha256": hashlib.sha256(canonical(self.sessions)).hexdigest(),
            "placed": outcomes.count(2),
            "unplaced": outcomes.count(1),
            "withdrawn": outcomes.count(0),
        }
        begin = Event("programme", self.opens - 3600, {"title": self.programme["title"]})
        freeze = Event("freeze", self.closes + 60, self.freeze)
        return [begin, *anchors, freeze, Event("beacon", appears + 30, seen), Event("result", appears + 60, result)]

    def head(self, name: str, leaves: list[bytes], time: int) -> bytes:
        text = self.step(name, checkpoint(self.programme, [leaf_hash(leaf) for leaf in leaves]))
        times = self.witnesses.get(name, {0: time, 2: time + 5})
        lines = [cosign(text, WITNESSES[place], when) for place, when in times.items()]
        note = signed(text, log_key(self.programme)) + "".join(lines)
        return self.step(f"{name}_note", note).encode()

    def publish(self) -> dict[str, bytes]:
        programme = self.programme
        kinds = [event.kind for event in self.events]
        frozen = kinds.index("freeze") + 1 if "freeze" in kinds else 0
        note = signed(heading("programme", programme), OPERATOR).encode()
        files = {
            "programme.json": canonical(programme),
            "programme.note": note,
            "receipts.bin": receipts_bin(programme, self.batches),
            "acknowledged.bin": acknowledged_bin(programme, self.items),
            "seed.json": canonical(self.seed_file),
            "sessions.json": canonical(self.sessions),
            "runs.json": canonical(self.step("runs", self.runs_index())),
            "log/checkpoint-freeze": self.head("freeze_head", self.log[:frozen], self.closes + 120),
            "log/checkpoint": self.head("last_head", self.log, time_of_round(self.round) + 120),
        }
        if self.apportionment:
            files["apportionment.json"] = canonical(self.apportionment)
        for number, run in enumerate(self.runs()):
            files[f"runs/{number:04}.bin"] = self.step(f"run_{number}", run)
        return files | {f"log/{name}": file for name, file in tiles(self.log).items()}

    def runs_index(self):
        first = [run[0].name for run in runs_of(self.register, self.run_size)]
        return self.marked("runs", {"size": len(self.register), "first": first})

    def runs(self):
        """§14.2."""
        records = runs_of(self.records, self.run_size)
        seats = runs_of(self.seats, self.run_size)
        by_record = [root([leaf_hash(record.leaf()) for record in run]) for run in records]
        by_leaf = [root(run) for run in runs_of(self.leaves, self.run_size)]
        for number, run in enumerate(runs_of(self.register, self.run_size)):
            inner = self.step(f"register_run_{number}", register_run(self.programme, number, run))
            parts = [b"jebi/v0/run\n", len(inner).to_bytes(4), inner, *(record.leaf() for record in records[number])]
            parts += seats[number]
            for what, roots in [("leaf", by_leaf), ("record", by_record)]:
                path = self.step(f"{what}_path_{number}", audit_path(number, roots))
                parts += [bytes([len(path)]), *path]
            yield b"".join(parts)

    def manifest(self) -> bytes:
        """§14.4."""
        lines = [
            f"{hashlib.sha256(file).hexdigest()} {len(file)} {path}\n" for path, file in sorted(self.files.items())
        ]
        return signed(
            self.step("manifest_text", heading("manifest", self.programme) + "".join(lines)), OPERATOR
        ).encode()
