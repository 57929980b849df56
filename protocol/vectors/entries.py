"""Entries, the register and receipts: §5 to §7, continuing `reference.py`. Whatever is random in a draw is made from names here."""

import base64
import hashlib
from dataclasses import dataclass, replace

from reference import audit_path, canonical, leaf_hash, root, spell, tagged

RUN = 1024
STATUS = ["active", "withdrawn", "active-by-office", "withdrawn-by-office"]


def made(*words) -> bytes:
    """32 bytes that stand for random ones."""
    return hashlib.sha256(" ".join(str(word) for word in words).encode()).digest()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def mark(programme: dict) -> str:
    return "rehearsal" if programme["rehearsal"] else "binding"


def hash_of(programme: dict) -> bytes:
    return tagged("programme", canonical(programme))


def heading(name: str, programme: dict) -> str:
    return f"jebi/v0/{name}\n{mark(programme)}\n{hash_of(programme).hex()}\n"


@dataclass(frozen=True)
class Revision:
    """One revision. `choices` are pairs of "session" or "site" and an index; a change is a key, or None by the office."""

    ticket: bytes
    cohort: int = 0
    district: int = 0
    choices: tuple = ()
    revision: int = 1
    status: int = 0
    changes: tuple = ()
    channel: int = 0
    person: bytes = b""
    next: bytes = b""
    blinding: bytes = b""
    altered_body: bytes = b""
    altered_leaf: bytes = b""

    def body(self) -> bytes:
        """§5.1."""
        parts = [b"\0", self.cohort.to_bytes(2), self.district.to_bytes(2), b"\1", bytes([self.channel])]
        parts += [self.person, self.next]
        parts += [bytes([len(self.changes)]), *(bytes(33) if key is None else b"\1" + key for key in self.changes)]
        parts += [bytes([len(self.choices)])]
        parts += [bytes([kind == "site"]) + index.to_bytes(4) for kind, index in self.choices]
        return self.altered_body or b"".join(parts) + bytes(2)

    def commitment(self, programme: dict) -> bytes:
        """§5.3."""
        what = [self.ticket, self.revision.to_bytes(4), bytes([self.status]), self.blinding, self.body()]
        return tagged("entry", hash_of(programme), *what)

    def leaf(self, programme: dict) -> bytes:
        head = b"\0" + self.ticket + self.revision.to_bytes(4) + bytes([self.status])
        return self.altered_leaf or head + self.commitment(programme)

    @property
    def active(self) -> bool:
        return self.status in (0, 2)

    @property
    def name(self) -> str:
        return spell(self.ticket)


def change_key(ticket: bytes, revision: int) -> bytes:
    """The key that whoever made this revision shows to make the next."""
    return made("change key", ticket.hex(), revision)


def first(ticket: bytes, cohort: int, *choices, district: int = 0, channel: int = 0) -> Revision:
    """A registration."""
    person, blinding = made("person", ticket.hex()), made("blinding", ticket.hex(), 1)
    next_ = tagged("change-key", change_key(ticket, 1))
    return Revision(ticket, cohort, district, choices, 1, 0, (), channel, person, next_, blinding)


def later(before: Revision, *choices, office: bool = False, key: bytes | None = None) -> Revision:
    """A change; without choices, a withdrawal."""
    ticket, number = before.ticket, before.revision + 1
    shown = None if office else key or change_key(ticket, before.revision)
    return replace(
        before,
        choices=choices,
        revision=number,
        status=2 * office + (not choices),
        changes=(*before.changes, shown),
        next=tagged("change-key", change_key(ticket, number)),
        blinding=made("blinding", ticket.hex(), number),
    )


# --- §6


def register_run(programme: dict, number: int, revisions: list[Revision]) -> bytes:
    parts = [b"jebi/v0/register-run\n", bytes([programme["rehearsal"]]), hash_of(programme)]
    parts += [number.to_bytes(4), len(revisions).to_bytes(2)]
    for revision in revisions:
        body = revision.body()
        parts += [revision.leaf(programme), revision.blinding, len(body).to_bytes(2), body]
    return b"".join(parts)


def runs_of(items: list, size: int = RUN) -> list[list]:
    return [items[at : at + size] for at in range(0, len(items), size)]


def leaf_hashes(programme: dict, revisions: list[Revision]) -> list[bytes]:
    return [leaf_hash(revision.leaf(programme)) for revision in revisions]


# --- §7


def batch_text(programme: dict, number, leaves, root_: bytes, time) -> str:
    return f"{heading('receipts', programme)}{number}\n{leaves}\n{b64(root_)}\n{time}\n"


def signed(text: str, *keys) -> str:
    return f"{text}\n{''.join(key.sign(text) for key in keys)}"


def receipt(programme: dict, key, number: int, time: int, batch: list[Revision], index: int) -> dict:
    """§7.2: the receipt for the revision at a place of a batch."""
    hashes, revision = leaf_hashes(programme, batch), batch[index]
    return {
        "format": "jebi/v0/receipt",
        "rehearsal": programme["rehearsal"],
        "programme": hash_of(programme).hex(),
        "ticket": revision.name,
        "revision": revision.revision,
        "status": STATUS[revision.status],
        "blinding": revision.blinding.hex(),
        "body": b64(revision.body()),
        "index": index,
        "path": [b64(step) for step in audit_path(index, hashes)],
        "batch": signed(batch_text(programme, number, len(batch), root(hashes), time), key),
    }


def refusal(programme: dict, key, code: str, request: bytes, time: int) -> str:
    """§7.5."""
    return signed(f"{heading('refusal', programme)}{code}\n{tagged('request', request).hex()}\n{time}\n", key)


def batch_bytes(batch: tuple[int, int, bytes]) -> bytes:
    leaves, time, root_ = batch
    return leaves.to_bytes(4) + time.to_bytes(8) + root_


def receipts_bin(programme: dict, batches: list) -> bytes:
    """§7.3."""
    head = b"jebi/v0/receipt-batches\n" + bytes([programme["rehearsal"]]) + hash_of(programme)
    return head + len(batches).to_bytes(4) + b"".join(batch_bytes(batch) for batch in batches)


def acknowledged_bin(programme: dict, items: list[bytes]) -> bytes:
    """§7.4."""
    head = b"jebi/v0/acknowledged\n" + bytes([programme["rehearsal"]]) + hash_of(programme)
    return head + len(items).to_bytes(4) + b"".join(items)


def acknowledged_items(programme: dict, batches: list, register: list[Revision]) -> list[bytes]:
    """For every leaf its place in the register, or the leaf itself if it is not there."""
    places = {one.leaf(programme): place for place, one in enumerate(register)}
    leaves = [one.leaf(programme) for _, batch in batches for one in batch]
    return [b"\0" + places[leaf].to_bytes(4) if leaf in places else b"\1" + leaf for leaf in leaves]


def anchor(batches: list) -> bytes:
    return root([leaf_hash(batch_bytes(batch)) for batch in batches])
