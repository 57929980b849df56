"""The bytes of a draw, read from its SPEC: hashes, trees, canonical JSON, tickets, lottery numbers, entries, runs.

SPEC sections 2, 4, 5, 6, 10, 13 and 14. Written from that text alone, so that two programs that agree have not copied one
another's mistake. Whatever is not as the text says raises Rejected with what was expected.
"""

import hashlib
import itertools
import json
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ENTRIES_OF_A_RUN = 1024
STATUS = ["active", "withdrawn", "active-by-office", "withdrawn-by-office"]


class Rejected(Exception):
    """The bundle is not the record of a correct draw."""


def require(holds, what):
    """Python's own assert can be switched off; this cannot."""
    if not holds:
        raise Rejected(what)


def sha256(data):
    return hashlib.sha256(data).digest()


def H(name, *parts):
    """SPEC 2.2: a hash whose first line says what it is a hash of."""
    return sha256(b"jebi/v0/" + name.encode() + b"\n" + b"".join(parts))


def u(width, value):
    """An unsigned big-endian integer of so many bits."""
    return value.to_bytes(width // 8, "big")


# Trees: SPEC 2.3, RFC 6962 section 2.1.


def leaf_hash(leaf):
    return sha256(b"\0" + leaf)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def root_of(hashes):
    """The root over leaf hashes (or over the roots of whole runs)."""
    if not hashes:
        return sha256(b"")
    while len(hashes) > 1:
        pairs = [node_hash(*hashes[i : i + 2]) for i in range(0, len(hashes) - 1, 2)]
        hashes = pairs + ([hashes[-1]] if len(hashes) % 2 else [])
    return hashes[0]


def root_by_path(hash_, index, size, path):
    """The root that a leaf and its path give: RFC 9162 section 2.1.3.2."""
    require(index < size, f"leaf {index} is outside a tree of {size}")
    last = size - 1
    for sibling in path:
        require(last > 0, "a path is too long")
        if index % 2 or index == last:
            hash_ = node_hash(sibling, hash_)
            while not index % 2 and index > 0:
                index, last = index // 2, last // 2
        else:
            hash_ = node_hash(hash_, sibling)
        index, last = index // 2, last // 2
    require(last == 0, "a path is too short")
    return hash_


# Canonical JSON: SPEC 2.4.


FIELDS = {
    "programme": "rehearsal title time_zone window beacon mechanism max_choices cohorts districts sites sessions reserves "
    "reach apportionment refill supersedes disclosure log receipts operators witnesses",
    "seed": "rehearsal programme register_root size chain_hash round signature randomness seed",
    "runs": "rehearsal programme size first",
    "sessions": "rehearsal programme mechanism passes sessions cohorts",
    "apportionment": "rehearsal programme groups levels sites cells",
    "event": "rehearsal programme kind time_unix_s tool",
}
FIELDS_OF_EVENTS = {
    "programme": "title",
    "receipts": "first count root",
    "freeze": "register_root size active withdrawn cohorts revisions batches",
    "beacon": "chain_hash round signature randomness seed",
    "result": "mechanism allocation_root sessions_sha256 placed unplaced withdrawn",
}


def read_json(data, format_):
    """Reads a canonical JSON file of a format, with the fields of that format and no others."""
    value = read_canonical(data)
    require(isinstance(value, dict) and value.get("format") == f"jebi/v0/{format_}", f"not a file of {format_}")
    fields = f"format {FIELDS[format_]}"
    if format_ == "event":
        require(value.get("kind") in FIELDS_OF_EVENTS, f"an event of the kind {value.get('kind')!r}")
        fields += f" {FIELDS_OF_EVENTS[value['kind']]}"
    require_fields(value, fields, format_)
    return value


def require_fields(value, fields, what):
    differing = set(value) ^ set(fields.split(" "))
    require(not differing, f"{what}: fields that are missing, or not the text's: {sorted(differing)}")


def read_decimal(text):
    """An integer that may be wider than 53 bits."""
    require(isinstance(text, str) and text.isascii() and text.removeprefix("-").isdecimal(), f"{text!r} is no integer")
    require(str(int(text)) == text, f"{text!r} is not how an integer is spelt")
    return int(text)


def read_canonical(data):
    """Reads JSON in its one spelling; another spelling of the same content is refused."""
    try:
        text = data.decode()
        value = json.loads(text, parse_int=read_integer, parse_float=read_integer, parse_constant=read_integer)
    except (ValueError, RecursionError) as error:
        raise Rejected(f"not JSON: {error}") from None
    require(nesting(value) <= 64, "too many lists and objects within one another")
    require(text == json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")), "not canonical JSON")
    require(unicodedata.is_normalized("NFC", text), "text that is not NFC")
    require(not any(has_forbidden_text(part) for part in parts_of(value)), "control characters, or keys beyond ASCII")
    return value


def nesting(value):
    """How many lists and objects lie within one another."""
    depth, inside = 0, [value]
    while inside := [part for part in inside if isinstance(part, (list, dict))]:
        depth += 1
        inside = [item for part in inside for item in (part.values() if isinstance(part, dict) else part)]
    return depth


def read_integer(digits):
    require(digits.lstrip("-").isdecimal() and abs(int(digits)) < 2**53, f"{digits} is no integer of 53 bits")
    return int(digits)


def parts_of(value):
    """A value, and all that is in it."""
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from parts_of(part)


def has_forbidden_text(part):
    if isinstance(part, dict):
        return not all(key.isascii() and not has_forbidden_text(key) for key in part)
    return isinstance(part, str) and any(unicodedata.category(c) == "Cc" and c != "\n" for c in part)


# Tickets: SPEC 4.2.


def spell_ticket(ticket):
    bits = int.from_bytes(ticket, "big") << 9 | int.from_bytes(H("ticket", ticket)[:2], "big") >> 7
    digits = "".join(CROCKFORD[bits >> shift & 31] for shift in range(100, -1, -5))
    return "-".join([digits[:7], digits[7:14], digits[14:]])


# Lottery numbers: SPEC 10.


def keystream(seed, ticket, blocks=2):
    """The first blocks of ChaCha20, of 64 bytes each."""
    return Cipher(algorithms.ChaCha20(seed, bytes(4) + ticket), mode=None).encryptor().update(bytes(64 * blocks))


def lottery_number(seed, ticket, lots=1):
    """The smallest of as many numbers as there are lots."""
    block = keystream(seed, ticket)[:64]
    return min(int.from_bytes(block[8 * lot : 8 * lot + 8], "little") for lot in range(lots))


def rotation(seed, ticket):
    return int.from_bytes(keystream(seed, ticket)[64:72], "little")


def more_weights(seed, ticket):
    """Those of levels 1 to 3, of blocks 2 to 4: 10.2."""
    blocks = keystream(seed, ticket, 5)
    words = [int.from_bytes(blocks[64 * block : 64 * block + 8], "little") for block in (2, 3, 4)]
    return tuple((2**64 - 1 - word) // 4 + 1 for word in words)


# Entries, runs and records: SPEC 5, 6.2, 13.1, 14.2.


class Reader:
    """Takes bytes from the front; there must be enough, and at the end none."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        taken = self.data[self.at : self.at + count]
        require(len(taken) == count, "the bytes are cut short")
        self.at += count
        return taken

    def u(self, width):
        return int.from_bytes(self.take(width // 8), "big")

    def end(self):
        require(self.at == len(self.data), "bytes are left over")


@dataclass
class Entry:
    leaf: bytes
    ticket: bytes
    revision: int
    status: int
    cohort: int
    district: int
    person: bytes
    choices: list  # of ("session" or "site", index)
    by_office: bool  # whether some change was made by the office, without the change key

    @property
    def is_active(self):
        return self.status in (0, 2)


def read_entry(reader, programme_hash):
    leaf, blinding = reader.take(50), reader.take(32)
    body = reader.take(reader.u(16))
    parts = Reader(leaf)
    version, ticket, revision, status = parts.u(8), parts.take(12), parts.u(32), parts.u(8)
    spelt = spell_ticket(ticket)
    require(version == 0 and status < len(STATUS), f"{spelt}: not an entry of version 0")
    commitment = H("entry", programme_hash, ticket, u(32, revision), u(8, status), blinding, body)
    require(parts.take(32) == commitment, f"{spelt}: the entry is not the one that the leaf commits to")
    cohort, district, person, changes, choices = read_body(Reader(body), spelt)
    require(len(changes) == revision - 1 <= 255, f"{spelt}: not one change for each earlier revision")
    by_office = bool(changes) and changes[-1] == 0
    require(by_office == (status >= 2), f"{spelt}: the status does not say who changed it")
    return Entry(leaf, ticket, revision, status, cohort, district, person, choices, 0 in changes)


def read_body(body, spelt):
    version, cohort, district, seats, channel = body.u(8), body.u(16), body.u(16), body.u(8), body.u(8)
    require(version == 0 and seats == 1 and channel <= 2, f"{spelt}: not a body of version 0")
    person, _next = body.take(32), body.take(32)
    changes = []
    for _ in range(body.u(8)):
        kind, key = body.u(8), body.take(32)
        require(kind == 1 or (kind == 0 and key == bytes(32)), f"{spelt}: not a change")
        changes.append(kind)
    choices = []
    for _ in range(body.u(8)):
        kind, index = body.u(8), body.u(32)
        require(kind <= 1, f"{spelt}: a choice of unknown kind")
        choices.append((["session", "site"][kind], index))
    require(body.u(16) == 0, f"{spelt}: extensions")
    body.end()
    return cohort, district, person, changes, choices


class Access:
    """Which districts a cohort admits, and which sites somebody may list: SPEC 3.1 and 3.5."""

    def __init__(self, programme):
        self.cohorts, self.reach = programme["cohorts"], programme["reach"]
        self.codes = [district["code"] for district in programme["districts"]]
        self.sites = [site["id"] for site in programme["sites"]]
        self.site_of = [session["site"] for session in programme["sessions"]]
        rows = self.reach.get("rows", [])
        self.rows = {(row["cohort"], row["district"], row["site"]) for row in rows}
        rule = {"anywhere": {"rule"}, "table": {"rule", "rows"}}.get(self.reach["rule"])
        require(set(self.reach) == rule, "a rule of reach that version 0 does not define")

    def admits(self, cohort, district):
        admitted = self.cohorts[cohort]["districts"]
        return not admitted or self.codes[district] in admitted

    def may_list(self, cohort, district, choice):
        kind, index = choice
        site = self.sites[index] if kind == "site" else self.site_of[index]
        asked = [(None, self.cohorts[cohort]["id"]), (None, self.codes[district]), (None, site)]
        return self.reach["rule"] == "anywhere" or not self.rows.isdisjoint(itertools.product(*asked))


@dataclass
class Record:
    leaf: bytes
    ticket: bytes
    number: int
    outcome: str
    session: int
    choice: int


def read_record(reader):
    leaf = reader.take(27)
    parts = Reader(leaf)
    version, ticket, number, outcome, session, choice = (
        parts.u(8), parts.take(12), parts.u(64), parts.u(8), parts.u(32), parts.u(8),
    )  # fmt: skip
    require(version == 0 and outcome <= 2, "not a record of version 0")
    blank = {0: (number, session, choice), 1: (session, choice), 2: ()}[outcome]
    require(not any(blank), f"{spell_ticket(ticket)}: a record that says more than its outcome")
    return Record(leaf, ticket, number, ["withdrawn", "unplaced", "placed"][outcome], session, choice)


@dataclass
class Run:
    entries: list
    records: list
    seats: list  # of (pool within its session, (session, pool) of the first pass), None where nobody sits
    path_to_register: list
    path_to_allocation: list


def read_seat(reader, record, seat_bytes):
    """13.5; without reserves everybody sits in the open pool."""
    placed = record.outcome == "placed"
    if seat_bytes == 0:
        return (0 if placed else None, None)
    pool = reader.u(16)
    require((pool != 0xFFFF) == placed, f"{spell_ticket(record.ticket)}: a seat that does not fit its record")
    session, first = (reader.u(32), reader.u(16)) if seat_bytes == 8 else (0xFFFFFFFF, 0xFFFF)
    whole = (session == 0xFFFFFFFF) == (first == 0xFFFF)
    whole = whole and (first == 0xFFFF or record.outcome != "withdrawn")
    require(whole, f"{spell_ticket(record.ticket)}: half a seat of the first pass")
    return (pool if placed else None, None if first == 0xFFFF else (session, first))


def read_run(data, number, size, programme_hash, rehearsal, seat_bytes=0):
    """A published run; number and size say how many entries it must have, and the programme how long a seat is."""
    outer = Reader(data)
    require(outer.take(12) == b"jebi/v0/run\n", f"run {number}: not a run")
    inner = Reader(outer.take(outer.u(32)))
    header = b"jebi/v0/register-run\n" + u(8, rehearsal) + programme_hash + u(32, number)
    require(inner.take(len(header)) == header, f"run {number}: the header is another draw's or another run's")
    count = inner.u(16)
    require(count == min(ENTRIES_OF_A_RUN, size - number * ENTRIES_OF_A_RUN), f"run {number}: {count} entries")
    entries = [read_entry(inner, programme_hash) for _ in range(count)]
    inner.end()
    records = [read_record(outer) for _ in range(count)]
    seats = [read_seat(outer, record, seat_bytes) for record in records]
    paths = [[outer.take(32) for _ in range(outer.u(8))] for _ in range(2)]
    outer.end()
    return Run(entries, records, seats, *paths)
