"""Signed notes, and the draw's log with its heads and tiles. SPEC sections 2.6 and 8.

C2SP signed-note, tlog-checkpoint, cosignature/v1 and tlog-tiles.
"""

import base64
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from formats import Reader, Rejected, leaf_hash, require, root_of, sha256

OF_A_TILE = 256


@dataclass
class Key:
    name: str
    id: bytes
    kind: int
    public: bytes


def read_key(text):
    name, id_, encoded = text.split("+", 2)
    body = base64.b64decode(encoded, validate=True)
    key = Key(name, bytes.fromhex(id_), body[0], body[1:])
    require(key.id == sha256(f"{name}\n".encode() + body)[:4], f"the key ID of {name} is not its hash")
    return key


def read_note(data):
    """A note's text, and its signatures as (name, key ID, bytes)."""
    require(len(data) <= 16_000_000, "too long for a note")
    try:
        text, found, block = data.decode().rpartition("\n\n")
        require(found and block.endswith("\n"), "not a signed note")
        signatures = [read_signature(line) for line in block.removesuffix("\n").split("\n")]
    except ValueError as error:
        raise Rejected(f"not a signed note: {error}") from None
    require(len(signatures) <= 100, "too many signatures")
    return text + "\n", signatures


def read_signature(line):
    dash, name, encoded = line.split(" ")
    raw = base64.b64decode(encoded, validate=True)
    require(dash == "\u2014" and name and "+" not in name and len(raw) > 4, "not the signature of a note")
    require(base64.b64encode(raw).decode() == encoded, "not how a signature is spelt")
    return name, raw[:4], raw[4:]


def is_signed(key, message, signature):
    """Strictly: no point of small order, nothing in another spelling. S is checked by the library."""
    if not (is_sound(key.public) and is_sound(signature[:32])):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


# The y coordinates of the eight points of small order on edwards25519; those of order 8 double to y = 0.
P = 2**255 - 19
OF_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER = {0, 1, P - 1, OF_ORDER_8, P - OF_ORDER_8}


def is_sound(point):
    y = int.from_bytes(point, "little") & (2**255 - 1)
    return y < P and y not in SMALL_ORDER


def open_note(data, keys, what):
    """The text of a note that one of the keys signed. A bad signature of another of them spoils it."""
    text, signatures = read_note(data)
    known = {(key.name, key.id): key for key in map(read_key, keys)}
    ours = [(known[name, id_], signature) for name, id_, signature in signatures if (name, id_) in known]
    require(ours, f"{what}: not signed by a key that the programme names")
    for key, signature in ours:
        require(is_signed(key, text.encode(), signature), f"{what}: the signature of {key.name} is wrong")
    return text


def cosigned_at(data, keys):
    """Whose witness key cosigned a checkpoint, and at what time: the earliest, if more than once."""
    text, signatures = read_note(data)
    times = {}
    for key in map(read_key, keys):
        for name, id_, raw in signatures:
            if (name, id_) == (key.name, key.id):
                time_unix_s = int.from_bytes(raw[:8], "big")
                message = f"cosignature/v1\ntime {time_unix_s}\n{text}".encode()
                good = len(raw) == 72 and time_unix_s < 2**63 and is_signed(key, message, raw[8:])
                require(good, f"the cosignature of {name} is wrong")
                times[name] = min(time_unix_s, times.get(name, time_unix_s))
    return times


def read_head(data, key, origin):
    """A checkpoint's size and root."""
    lines = open_note(data, [key], f"a head of {origin}").splitlines()
    require(len(lines) == 3 and lines[0] == origin, "not a head of this log")
    size, root = int(lines[1]) if lines[1].isdecimal() else 0, base64.b64decode(lines[2], validate=True)
    require(lines[1] == str(size) and size < 2**32 and len(root) == 32, "not a head's size and root")
    require(base64.b64encode(root).decode() == lines[2], "not how a root is spelt")
    return size, root


def read_log(read, paths, key, origin):
    """How many leaves the log had at the freeze, and all of them. `read` gives a file of the bundle, `paths` are all it has."""
    heads = [read_head(read(path), key, origin) for path in ["log/checkpoint-freeze", "log/checkpoint"]]
    (freeze_size, freeze_root), (size, root) = heads
    leaves = read_leaves(lambda path: read(f"log/{path}"), size)
    hashes = [leaf_hash(leaf) for leaf in leaves]
    require(root_of(hashes) == root, "the log is not the one of its head")
    require(root_of(hashes[:freeze_size]) == freeze_root, "the log before the freeze is not the one of its head")
    found = tiles_of_hashes(leaves)
    require(all(read(f"log/{path}") == tile for path, tile in found.items()), "a tile has other hashes than the log")
    expected = {*found, *(path for path, _ in tiles("entries", size)), "checkpoint-freeze", "checkpoint"}
    below = {path.removeprefix("log/") for path in paths if path.startswith("log/")}
    require(below == expected, "a log of this size has other tiles")
    return freeze_size, leaves


def read_leaves(read, size):
    """The log's leaves, from its tiles of entries; read gives the bytes of a file of the log."""
    leaves = []
    for path, width in tiles("entries", size):
        reader = Reader(read(path))
        leaves += [reader.take(reader.u(16)) for _ in range(width)]
        reader.end()
    return leaves


def tiles(level, size):
    """Path and width of each tile of a level that has so many hashes (or entries)."""
    for number in range(-(-size // OF_A_TILE)):
        digits = f"{number:03}"
        while len(digits) % 3:
            digits = "0" + digits
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        path = "/".join(["tile", str(level), *(f"x{group}" for group in groups[:-1]), groups[-1]])
        width = min(OF_A_TILE, size - OF_A_TILE * number)
        yield (path if width == OF_A_TILE else f"{path}.p/{width}"), width


def tiles_of_hashes(leaves):
    """Every tile of hashes that a log with these leaves has."""
    found, level, hashes = {}, 0, [leaf_hash(leaf) for leaf in leaves]
    while hashes:
        at = 0
        for path, width in tiles(level, len(hashes)):
            found[path] = b"".join(hashes[at : at + width])
            at += width
        complete = range(0, len(hashes) - OF_A_TILE + 1, OF_A_TILE)
        level, hashes = level + 1, [root_of(hashes[start : start + OF_A_TILE]) for start in complete]
    return found
