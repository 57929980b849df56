"""What was acknowledged, and whether the register has it. SPEC sections 7.3 and 7.4."""

from collections import defaultdict
from dataclasses import dataclass

from formats import Reader, leaf_hash, require, root_of, spell_ticket, u


@dataclass
class Batch:
    leaf: bytes
    leaves: int
    time_unix_s: int
    root: bytes


def read_batches(data, mark):
    """receipts.bin; mark is the flag of a rehearsal and the programme's hash."""
    reader = after_header(data, b"jebi/v0/receipt-batches\n" + mark, "receipts.bin")
    leaves = [reader.take(44) for _ in range(reader.u(32))]
    reader.end()
    whole = [(leaf, *(int.from_bytes(part, "big") for part in (leaf[:4], leaf[4:12])), leaf[12:]) for leaf in leaves]
    return [Batch(*parts) for parts in whole]


def read_acknowledged(data, mark, register):
    """acknowledged.bin: the leaves of all batches, in order; register is the list of its entries."""
    reader = after_header(data, b"jebi/v0/acknowledged\n" + mark, "acknowledged.bin")
    leaves, own = [], {entry.leaf for entry in register}
    for _ in range(reader.u(32)):
        kind = reader.u(8)
        require(kind <= 1, "an item of unknown kind")
        if kind == 1:
            leaves.append(reader.take(50))
            require(leaves[-1] not in own, "the register's own leaf is written out")
        else:
            place = reader.u(32)
            require(place < len(register), f"the register has no place {place}")
            leaves.append(register[place].leaf)
    reader.end()
    return leaves


def after_header(data, header, what):
    reader = Reader(data)
    require(reader.take(len(header)) == header, f"{what} is another draw's")
    return reader


def check_anchors(batches, events):
    """The log's anchors cover all batches once, in order, and not before they were made."""
    at = 0
    for event in events:
        covered = batches[at : at + event["count"]]
        require(event["first"] == at and len(covered) == event["count"] > 0, "the anchors leave out a batch")
        require(root_of([leaf_hash(b.leaf) for b in covered]).hex() == event["root"], "an anchor is another batch's")
        require(event["time_unix_s"] >= covered[-1].time_unix_s, "an anchor is older than its batch")
        at += event["count"]
    require(at == len(batches), "a batch is not anchored")


def check_times(batches, window):
    times = [batch.time_unix_s for batch in batches]
    require(times == sorted(times), "a batch is older than the one before")
    inside = all(window["opens_at_unix_s"] <= time < window["closes_at_unix_s"] for time in times)
    require(inside, "a batch is dated outside the window")


def check_acknowledged(leaves, batches, register):
    """Every acknowledged revision is in the register, replaced or not, and no other is."""
    at = 0
    for number, batch in enumerate(batches):
        require(batch.leaves > 0, f"batch {number} is of nothing")
        own = [leaf_hash(leaf) for leaf in leaves[at : at + batch.leaves]]
        require(len(own) == batch.leaves and root_of(own) == batch.root, f"batch {number} acknowledged other leaves")
        at += batch.leaves
    require(at == len(leaves), "a leaf is in no batch")
    revisions = defaultdict(list)
    for leaf in leaves:
        revisions[leaf[1:13]].append((int.from_bytes(leaf[13:17], "big"), leaf))
    require(set(revisions) == {entry.ticket for entry in register}, "a ticket was acknowledged and is not registered")
    for entry in register:
        numbers, own = zip(*revisions[entry.ticket])
        in_order = numbers == tuple(range(1, entry.revision + 1)) and own[-1] == entry.leaf
        require(in_order, f"{spell_ticket(entry.ticket)}: not every revision was acknowledged once, in order")
