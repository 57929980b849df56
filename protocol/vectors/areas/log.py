"""The log's parts: events, heads with their cosignatures, tiles. §8."""

import hashlib

import cast
import publish
from entries import b64, made, signed
from publish import WITNESSES, cosign, log_key
from reference import leaf_hash, root

from . import bundle
from .vector import accept, reject

MINE = cast.programme()
TEXT = publish.checkpoint(MINE, [leaf_hash(bytes([place])) for place in range(5)])


def vectors():
    yield from events()
    yield from heads()
    yield from tiles()


def events():
    for event in bundle.draw("optimal").events:
        leaf = event.leaf(MINE)
        if event.fields.get("first", 0) == 0:
            found = {"kind": event.kind, "time_unix_s": event.time, "leaf_hash": leaf_hash(leaf).hex()}
            yield accept("event", event.kind, f"The leaf of a {event.kind} event.", {"leaf": leaf.decode()}, found)


def heads():
    note = signed(TEXT, log_key(MINE))
    times = {place: cast.CLOSES + place for place in range(3)}
    lines = {place: cosign(TEXT, WITNESSES[place], time) for place, time in times.items()}

    def good(fault, comment, note, cosigned, quorum_time=None):
        origin, size, root_ = TEXT.splitlines()
        found = {"origin": origin, "size": int(size), "root": root_, "quorum_unix_s": quorum_time}
        return accept("checkpoint", fault, comment, {"note": note}, found | {"cosigned": cosigned})

    yield good("alone", "A head that nobody cosigned.", note, [])
    yield good("one-witness", "One cosignature, of the second witness.", note + lines[1], [[1, times[1]]])
    every = [[place, time] for place, time in times.items()]
    yield good(
        "all-witnesses",
        "All three, in another order; the quorum of two was there with the second.",
        note + lines[2] + lines[0] + lines[1],
        every,
        times[1],
    )
    again = cosign(TEXT, WITNESSES[0], times[0] + 9)
    yield good(
        "witness-twice",
        "A witness that signed twice counts once, from the earlier time.",
        note + again + lines[0],
        [[0, times[0]]],
    )
    stranger = cosign(TEXT, publish.Key("w4.example", 9, 4), times[0])
    yield good(
        "stranger",
        "A cosignature of nobody that the programme names is left aside.",
        note + stranger + lines[1],
        [[1, times[1]]],
    )
    namesake = cosign(TEXT, publish.Key("w1.example", 9, 4), times[0])
    yield good("namesake", "Another key of a witness's name is a stranger's.", note + namesake, [])
    last = cosign(TEXT, WITNESSES[0], 2**63 - 1)
    yield good("last-time", "The last time that the format knows.", note + last, [[0, 2**63 - 1]])

    def bad(fault, comment, note, label="R-NOTE-SIGNATURE"):
        return reject("checkpoint", fault, comment, {"note": note}, label)

    yield bad("time-beyond", "A time past the last.", note + cosign(TEXT, WITNESSES[0], 2**63))
    other = cosign(publish.checkpoint(MINE, []), WITNESSES[0], times[0])
    yield bad("of-another-head", "A witness's cosignature of another head.", note + other)
    raw = WITNESSES[0].secret.sign(f"cosignature/v1\ntime {times[0]}\n{TEXT}".encode())
    yield bad("without-its-time", "A cosignature of 64 bytes, without its time.", note + WITNESSES[0].line(raw))
    swapped = WITNESSES[0].line(times[0].to_bytes(8, "little") + raw)
    yield bad("time-little-endian", "The time from the other end.", note + swapped)
    yield bad("cosigned-only", "Witnesses signed, the log did not.", f"{TEXT}\n{lines[0]}{lines[1]}")
    rule = "R-LOG-HEAD"
    size, hash_ = TEXT.splitlines()[1:]
    headed = lambda old, new: signed(TEXT.replace(old, new), log_key(MINE))
    yield bad("leading-zero", "A size with a leading zero.", headed(f"\n{size}\n", f"\n0{size}\n"), rule)
    yield bad("size-negative", "A size below nothing.", headed(f"\n{size}\n", f"\n-{size}\n"), rule)
    yield bad("size-of-65-bits", "A size that 64 bits do not hold.", headed(f"\n{size}\n", f"\n{2**64}\n"), rule)
    yield bad("root-in-digits", "The root in hexadecimal digits.", headed(hash_, made("x").hex()), rule)
    yield bad("root-of-31-bytes", "The root is a byte short.", headed(hash_, b64(bytes(31))), rule)
    yield bad("two-lines", "The root is missing.", headed(f"{hash_}\n", ""), rule)
    yield bad("extension-empty", "An empty line after the root.", signed(TEXT + "\n", log_key(MINE)), rule)


def tiles():
    def tree(count, comment, whole=False):
        leaves = [str(place).encode() for place in range(count)]
        files = publish.tiles(leaves)
        lines = [f"{hashlib.sha256(files[path]).hexdigest()} {path}\n" for path in sorted(files)]
        found = {"root": root([leaf_hash(leaf) for leaf in leaves]).hex(), "files": len(files)}
        found["digest"] = hashlib.sha256("".join(lines).encode()).hexdigest()
        if whole:
            found["lines"] = lines
        return accept("tiles", f"of-{count}", comment, {"count": count}, found)

    yield tree(0, "A log without entries has no tile.", True)
    yield tree(1, "One entry: two partial tiles.", True)
    yield tree(256, "A full tile, and its root in a partial one above.", True)
    yield tree(257, "A full tile and a partial one.", True)
    yield tree(600, "Two full tiles and a partial one.", True)
    yield tree(65_537, "A full tile of full tiles: three levels.")
    yield tree(256_001, "More than a thousand tiles: an index of two parts.")
