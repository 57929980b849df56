"""A second implementation of SPEC.md, as far as the vectors need one: written from the text, in another language.

Where it and the crate differ, one of them or the text is wrong; that is what the vectors are for.
"""

import base64
import csv
import datetime
import hashlib
import io
import json
import tomllib
import unicodedata
from decimal import Decimal
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SAMPLE = Path(__file__).parent / "sample"
FILES = ["programme.toml", "districts.csv", "sites.csv", "sessions.csv"]
RESERVES, REACH = "reserves.csv", "reach.csv"  # which the sample does without


def canonical(value) -> bytes:
    """§2.4, for values that keep its rules."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def tagged(name: str, *parts: bytes) -> bytes:
    """§2.2."""
    return hashlib.sha256(b"jebi/v0/" + name.encode() + b"\n" + b"".join(parts)).digest()


# --- §2.3


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\0" + leaf).digest()


def split(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def root(hashes: list[bytes]) -> bytes:
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return hashlib.sha256(b"\1" + root(hashes[:k]) + root(hashes[k:])).digest()


def audit_path(index: int, hashes: list[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return audit_path(index, hashes[:k]) + [root(hashes[k:])]
    return audit_path(index - k, hashes[k:]) + [root(hashes[:k])]


def consistency(old: int, hashes: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962 §2.1.2."""
    if old == len(hashes):
        return [] if whole else [root(hashes)]
    k = split(len(hashes))
    if old <= k:
        return consistency(old, hashes[:k], whole) + [root(hashes[k:])]
    return consistency(old - k, hashes[k:], False) + [root(hashes[:k])]


# --- §2.6


class Key:
    """An Ed25519 key whose seed is one byte 32 times."""

    def __init__(self, name: str, seed: int, kind: int = 1, material: bytes | None = None):
        self.name, self.secret = name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.material = material or bytes([kind]) + self.secret.public_key().public_bytes_raw()
        self.id = hashlib.sha256(name.encode() + b"\n" + self.material).digest()[:4]
        self.public = f"{name}+{self.id.hex()}+{base64.b64encode(self.material).decode()}"

    def line(self, signature: bytes) -> str:
        return f"— {self.name} {base64.b64encode(self.id + signature).decode()}\n"

    def sign(self, text: str) -> str:
        return self.line(self.secret.sign(text.encode()))


# --- §3


def programme_hash(fields: dict) -> str:
    return tagged("programme", canonical(fields)).hex()


def first_round(time_unix_s: int) -> int:
    """§9.1: the first round whose time is at or after this one."""
    return max(0, -(-(time_unix_s - 1692803367) // 3)) + 1


def seconds(when: datetime.datetime | str) -> int:
    if isinstance(when, str):
        when = datetime.datetime.fromisoformat(when)
    assert when.tzinfo and when.microsecond == 0
    return int(when.timestamp())


def microdegrees(degrees: str) -> int:
    return int(Decimal(degrees).scaleb(6).to_integral_exact())


def sample() -> dict[str, str]:
    return {name: (SAMPLE / name).read_text() for name in FILES}


def compile(files: dict[str, str]) -> dict:
    """§3.3, for sources that keep its rules: the fields of the canonical form."""
    toml = normal(tomllib.loads(files["programme.toml"].removeprefix("\ufeff")))
    window = {f"{name}_unix_s": seconds(time) for name, time in toml["window"].items()}
    defaults = {"reserves": [], "disclosure": "open", "apportionment": None, "refill": None, "supersedes": None}
    fields = defaults | toml | {
        "window": window,
        "beacon": toml["beacon"] | {"round": first_round(window["objection_ends_at_unix_s"])},
        "mechanism": {"rank_costs": [], "unplaced_costs": [], "outsider_cost": 0} | toml["mechanism"],
        "cohorts": [{"lots": 1, "districts": [], "attributes": []} | cohort for cohort in toml["cohorts"]],
        "districts": [
            {"code": row["code"], "name": {"en": row["name_en"], "ko": row["name_ko"]}}
            for row in rows(files["districts.csv"])
        ],
        "sites": [
            {
                "id": row["id"],
                "name": row["name"],
                "district": row["district"],
                "latitude_microdeg": microdegrees(row["latitude"]),
                "longitude_microdeg": microdegrees(row["longitude"]),
            }
            for row in rows(files["sites.csv"])
        ],
        "sessions": [
            {
                "id": row["id"],
                "site": row["site"],
                "starts_at_unix_s": seconds(row["starts_at"]),
                "capacity": int(row["capacity"]),
                "reserves": [],
            }
            for row in rows(files["sessions.csv"])
        ],
        "reserves": [{"cohorts": [], "districts": []} | reserve for reserve in toml.get("reserves", [])],
        "reach": {"rule": "anywhere"},
    }
    if rule := fields["apportionment"]:
        with_site = lambda bounds: [{"site": None} | bound for bound in bounds]
        fields["apportionment"] = rule | {kind: with_site(rule.get(kind, [])) for kind in ("floors", "ceilings")}
    keep(fields, rows(files.get(RESERVES, "")))
    if REACH in files:
        given = [{key: name or None for key, name in row.items()} for row in rows(files[REACH])]
        fields["reach"] = {"rule": "table", "rows": sorted(given, key=lambda row: reach_key(fields, row))}
    return fields


def keep(fields: dict, lines: list):
    """Seats of sessions for reserves, in the order of the programme's."""
    for reserve in fields["reserves"]:
        for session in fields["sessions"]:
            mine = [line for line in lines if (line["session"], line["reserve"]) == (session["id"], reserve["id"])]
            session["reserves"] += [{"reserve": reserve["id"], "seats": int(line["seats"])} for line in mine]


def reach_key(fields: dict, row: dict):
    """§3.1: rows go by the places of what they name, null first."""
    lists = [("cohort", "cohorts", "id"), ("district", "districts", "code"), ("site", "sites", "id")]
    places = [[item[key] for item in fields[list_]] for _, list_, key in lists]
    return [-1 if row[name] is None else ids.index(row[name]) for (name, _, _), ids in zip(lists, places)]


def normal(value):
    """Texts in NFC, days as texts; times are left to `seconds`."""
    match value:
        case dict():
            return {key: normal(item) for key, item in value.items()}
        case list():
            return [normal(item) for item in value]
        case str():
            return unicodedata.normalize("NFC", value)
        case datetime.date() if not isinstance(value, datetime.datetime):
            return value.isoformat()
    return value


def rows(text: str):
    return normal(list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)))


# --- §4

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def spell(ticket: bytes) -> str:
    check = int.from_bytes(tagged("ticket", ticket)[:2]) >> 7
    number = int.from_bytes(ticket) << 9 | check
    digits = "".join(DIGITS[number >> 5 * (20 - place) & 31] for place in range(21))
    return "-".join([digits[:7], digits[7:14], digits[14:]])
