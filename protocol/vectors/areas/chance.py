"""The beacon, the seed and the lottery numbers: §9 and §10."""

import hashlib
import json

import mechanism
from entries import made
from publish import SIGNATURE
from reference import tagged

from .vector import accept, reject

PRIME = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
RANDOMNESS = hashlib.sha256(bytes.fromhex(SIGNATURE)).hexdigest()
COUNTING = bytes(range(32))


def vectors():
    yield from beacons()
    yield from seeds()
    yield from lotteries()


def drand(round_=1000, signature=SIGNATURE, randomness=None) -> dict:
    """What drand's relays answer."""
    fields = {"round": round_, "signature": signature}
    return {"beacon": json.dumps(fields | ({"randomness": randomness} if randomness else {}))}


def point(x: int, above: bool) -> str:
    """The compressed form of a point of G1, or of an x that has none."""
    return (x | 1 << 383 | above << 381).to_bytes(48).hex()


def is_on_curve(x: int) -> bool:
    return pow(x**3 + 4, (PRIME - 1) // 2, PRIME) == 1


def beacons():
    assert RANDOMNESS == "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
    good = {"randomness": RANDOMNESS, "round": 1000}
    yield accept("beacon", "round-1000", "The round of the text.", drand(), good)
    yield accept(
        "beacon", "with-randomness", "As a relay gives it, with the randomness.", drand(randomness=RANDOMNESS), good
    )

    def bad(fault, comment, label="R-BEACON-SIGNATURE", **what):
        return reject("beacon", fault, comment, drand(**what), label)

    yield bad("round-before", "The signature of round 1000 for round 999.", round_=999)
    yield bad("round-after", "The signature of round 1000 for round 1001.", round_=1001)
    yield bad("round-0", "There is no round 0.", round_=0)
    yield bad(
        "round-byte-order",
        "The round's number from the other end.",
        round_=int.from_bytes((1000).to_bytes(8), "little"),
    )
    x = int(SIGNATURE, 16) & (1 << 381) - 1
    above = int(SIGNATURE[:2], 16) & 0x20 > 0
    assert is_on_curve(x) and point(x, above) == SIGNATURE
    yield bad("negated", "The opposite point.", signature=point(x, not above))
    yield bad("infinity", "The point at infinity.", signature="c0" + "00" * 47)
    beside = next(x + step for step in range(1, 99) if not is_on_curve(x + step))
    yield bad("no-point", "An x that no point of the curve has.", signature=point(beside, above))
    # One point in 2^125 is of the group: a point found by counting is not.
    other = next(x + step for step in range(1, 99) if is_on_curve(x + step))
    yield bad("outside-the-group", "A point of the curve that is not of the group.", signature=point(other, above))
    yield bad("x-not-reduced", "The field's prime stands for the x 0.", signature=point(PRIME, above))
    generator = "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
    yield bad("generator", "The group's generator, which nobody had to sign.", signature=generator)
    yield bad(
        "not-compressed",
        "The flag of compression is missing.",
        signature=f"{int(SIGNATURE[:2], 16) ^ 0x80:02x}{SIGNATURE[2:]}",
    )
    yield bad("47-bytes", "The last byte is missing.", signature=SIGNATURE[:-2])
    yield bad("49-bytes", "A byte more.", signature=SIGNATURE + "00")
    yield bad("capitals", "Capital letters.", signature=SIGNATURE.upper())
    rule = "R-BEACON-RANDOMNESS"
    yield bad("randomness-wrong", "Another randomness.", rule, randomness=made("x").hex())
    yield bad(
        "randomness-of-digits",
        "The hash of the signature's digits.",
        rule,
        randomness=hashlib.sha256(SIGNATURE.encode()).hexdigest(),
    )


def seeds():
    def seed(fault, comment, programme, root, size):
        parts = [programme, root, size.to_bytes(8), bytes.fromhex(RANDOMNESS)]
        given = {"programme": programme.hex(), "register_root": root.hex(), "size": size} | drand()
        return accept("seed", fault, comment, given, {"seed": tagged("seed", *parts).hex()})

    yield seed("of-a-register", "A register of 18 entries.", made("programme"), made("root"), 18)
    yield seed(
        "of-an-empty-register",
        "The empty tree's root, and no entries.",
        made("programme"),
        hashlib.sha256().digest(),
        0,
    )
    yield seed("of-many", "More entries than 32 bits count.", made("programme"), made("root"), 2**40)


def lotteries():
    def drawn(fault, comment, key, ticket, lots=1):
        number = mechanism.number(key, ticket, lots)
        given = {"seed": key.hex(), "ticket": ticket.hex(), "lots": lots}
        numbers = {"number": number, "rotation": mechanism.rotation(key, ticket), "weight": mechanism.weight(number)}
        return accept("lottery", fault, comment, given, {name: str(value) for name, value in numbers.items()})

    ticket = bytes(range(0x64, 0x70))
    assert mechanism.keystream(COUNTING, ticket, 0)[:8].hex() == "efda33228dc01766"
    assert mechanism.number(COUNTING, ticket) == 7356560228729740015
    yield drawn("of-the-text", "The example of the text.", COUNTING, ticket)
    yield drawn("zeros", "A key and a ticket of zeros.", bytes(32), bytes(12))
    yield drawn("ones", "A key and a ticket of ones.", b"\xff" * 32, b"\xff" * 12)
    yield drawn("last-byte", "The ticket's last byte is part of the nonce.", COUNTING, ticket[:-1] + b"\0")
    yield drawn("first-byte", "The ticket's first byte is next to the counter.", COUNTING, b"\xff" + ticket[1:])
    yield drawn("eight-lots", "The smallest of eight words, for versions that have lots.", COUNTING, ticket, 8)
    lucky = next(made(place)[:12] for place in range(10**6) if mechanism.number(COUNTING, made(place)[:12]) < 2**53)
    yield drawn("lucky", "A number with zeros at its upper end.", COUNTING, lucky)
