"""Ed25519 without a library, as far as it takes to sign what libraries differ about: RFC 8032 §5.1."""

import hashlib

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, PRIME) % PRIME
ZERO = (0, 1)


def add(one, other):
    (a, b), (c, d) = one, other
    cross = D * a * b * c * d % PRIME
    x = (a * d + b * c) * pow(1 + cross, -1, PRIME)
    y = (b * d + a * c) * pow(1 - cross, -1, PRIME)
    return x % PRIME, y % PRIME


def times(count, point):
    total = ZERO
    for bit in bin(count)[2:]:
        total = add(total, total)
        if bit == "1":
            total = add(total, point)
    return total


def from_y(y, odd):
    """The point with this y, if there is one."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if x * x % PRIME != square:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if x * x % PRIME != square:
        return None
    return (x if x % 2 == odd else PRIME - x), y


BASE = from_y(4 * pow(5, -1, PRIME) % PRIME, 0)


def eighth():
    """A point of order eight: what is left of some point after multiplication by the group's order."""
    for y in range(2, 99):
        point = from_y(y, 0)
        left = times(ORDER, point) if point else ZERO
        if times(4, left) != ZERO:
            return left


def encode(point) -> bytes:
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def sign(seed: bytes, message: bytes, nonce: int, beside=ZERO) -> bytes:
    """A signature with the nonce of one's choice, to whose R a point is added."""
    digest = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    secret = (digest & (1 << 255) - 8) | 1 << 254
    first = encode(add(times(nonce, BASE), beside))
    hashed = hashlib.sha512(first + encode(times(secret, BASE)) + message).digest()
    second = (nonce + int.from_bytes(hashed, "little") * secret) % ORDER
    return first + second.to_bytes(32, "little")
