"""Signed notes: §2.6."""

import base64

from reference import Key

from . import edwards
from .vector import accept, reject

b64 = lambda data: base64.b64encode(data).decode()
TEXT = "This is an example message.\n"
ALICE, BOB = Key("alice.example", 1), Key("bob.example/jebi", 2)
SEED = bytes([1]) * 32


def good(fault, comment, note, keys, signers, text=TEXT):
    given = {"note": note, "keys": [key.public for key in keys]}
    return accept("note", fault, comment, given, {"text": text, "signers": signers})


def bad(fault, comment, note, label="R-NOTE-FORM", keys=(ALICE,)):
    given = {"note": note} if isinstance(note, str) else {"note_base64": base64.b64encode(note).decode()}
    return reject("note", fault, comment, given | {"keys": [key.public for key in keys]}, label)


def vectors():
    signed = f"{TEXT}\n{ALICE.sign(TEXT)}"
    raw = ALICE.secret.sign(TEXT.encode())
    go = type("Public", (), {"public": "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"})
    line = (
        "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )
    yield good("c2sp", "The example of c2sp.org/signed-note.", f"{TEXT}\n{line}", [go], [0])
    yield good("one-of-two", "One of two known keys signed.", signed, [BOB, ALICE], [1])
    yield good("two", "Both signed, in another order than they are known.", signed + BOB.sign(TEXT), [BOB, ALICE], [0, 1])
    yield good("stranger", "A signature that nobody knows is left aside.", signed + BOB.line(bytes(64)), [ALICE], [0])
    many = "".join(BOB.line(place.to_bytes(64)) for place in range(99))
    yield good("100-signatures", "99 strangers and one who counts.", f"{TEXT}\n{many}{ALICE.sign(TEXT)}", [ALICE], [0])
    own = edwards.sign(SEED, TEXT.encode(), 5)
    ALICE.secret.public_key().verify(own, TEXT.encode())
    yield good("another-nonce", "A signature that holds, though no library makes it: its nonce is 5.", f"{TEXT}\n{ALICE.line(own)}", [ALICE], [0])
    gap = "First part.\n\nSecond part.\n"
    yield good("empty-line", "The last empty line divides.", f"{gap}\n{ALICE.sign(gap)}", [ALICE], [0], gap)

    sign = "R-NOTE-SIGNATURE"
    yield bad("unsigned", "Only a stranger signed.", f"{TEXT}\n{BOB.sign(TEXT)}", sign)
    yield bad("other-text", "A full stop was made an exclamation mark.", signed.replace(".\n\n", "!\n\n"), sign)
    yield bad("one-bad-of-two", "One signature of the key is good, another of the same key is not.", signed + ALICE.line(bytes(64)), sign)
    other = Key("alice.example", 3)
    yield bad("other-key", "Another key of the same name.", f"{TEXT}\n{other.sign(TEXT)}", sign)
    short = f"{TEXT}\n{ALICE.line(raw[:63])}"
    yield bad("signature-short", "63 bytes, where Ed25519 has 64.", short, sign)
    scalar = (int.from_bytes(raw[32:], "little") + edwards.ORDER).to_bytes(32, "little")
    yield bad("scalar-not-reduced", "S plus the group's order: RFC 8032 §5.1.7 refuses it.", f"{TEXT}\n{ALICE.line(raw[:32] + scalar)}", sign)
    yield bad("no-newline-in-text", "The signature is over the text without its newline.", f"{TEXT}\n{ALICE.sign(TEXT[:-1])}", sign)

    message, small = TEXT.encode(), edwards.eighth()
    assert edwards.times(8, small) == edwards.ZERO != edwards.times(4, small)
    eighth = edwards.sign(SEED, message, 5, small)
    yield bad("cofactor", "The equation holds only after it is multiplied by eight.", f"{TEXT}\n{ALICE.line(eighth)}", sign)
    nothing = edwards.sign(SEED, message, 0)
    yield bad("nonce-of-zero", "The equation holds, and R is the neutral point: of small order.", f"{TEXT}\n{ALICE.line(nothing)}", sign)
    above = (1 + edwards.PRIME).to_bytes(32, "little") + nothing[32:]
    yield bad("nonce-not-reduced", "The neutral point with its y plus the field's prime.", f"{TEXT}\n{ALICE.line(above)}", sign)
    many = "".join(BOB.line(place.to_bytes(64)) for place in range(100))
    yield bad("101-signatures", "A hundred signatures of strangers before the one that counts.", f"{TEXT}\n{many}{ALICE.sign(TEXT)}")

    yield bad("no-empty-line", "Text and signature are not divided.", TEXT + ALICE.sign(TEXT))
    yield bad("no-last-newline", "The last line does not end.", signed[:-1])
    yield bad("no-signature", "Nothing after the empty line.", TEXT + "\n")
    yield bad("hyphen", "A hyphen where the dash must be.", signed.replace("—", "-"))
    stray = f"— {BOB.name} {b64(b'1234')}\n"
    yield bad("stranger-too-short", "A stranger's line has a key ID and no signature behind it.", signed + stray)
    loose = f"— {BOB.name} {b64(bytes(5))[:-2]}B=\n"
    yield bad("stranger-loose-base64", "Bits behind the last byte of a stranger's line are not zero.", signed + loose)
    yield bad("crlf", "Line endings of another system.", signed.replace("\n", "\r\n"))
    yield bad("base64-unpadded", "The padding is missing.", signed.replace("=", ""))
    yield bad("two-spaces", "Two spaces between name and signature.", signed.replace("alice.example ", "alice.example  "))
    yield bad("text-after", "A line after the signatures.", signed + "and more\n")
    yield bad("not-utf-8", "EUC-KR bytes in the text.", b"\xc1\xa6\n\n" + ALICE.sign(TEXT).encode())
