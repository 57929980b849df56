"""The beacon: which round a draw uses, and whether its signature is drand quicknet's. SPEC section 9.

BLS12-381 in pure Python (py_ecc), so not the library that the operator's program uses.
"""

import hashlib

from formats import Rejected, require, sha256, u
from py_ecc.bls.g2_primitives import signature_to_G2, subgroup_check
from py_ecc.bls.hash_to_curve import hash_to_G1
from py_ecc.bls.point_compression import decompress_G1
from py_ecc.optimized_bls12_381 import FQ12, G2, final_exponentiate, is_inf, neg, pairing

CHAIN_HASH = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
PERIOD_S, GENESIS_UNIX_S = 3, 1692803367
PUBLIC_KEY = bytes.fromhex(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510"
    "d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"


def first_round_from(time_unix_s):
    """The first round whose time is at or after this one."""
    return max(0, -(-(time_unix_s - GENESIS_UNIX_S) // PERIOD_S)) + 1


def time_of(round_):
    return GENESIS_UNIX_S + (round_ - 1) * PERIOD_S


def check_signature(round_, signature):
    """e(signature, G2) = e(H(round), public key), both sides in one product."""
    require(len(signature) == 48, "a beacon signature has 48 bytes")
    try:
        point = decompress_G1(int.from_bytes(signature, "big"))
    except ValueError as error:
        raise Rejected(f"the beacon's signature is not a point: {error}") from None
    require(not is_inf(point) and subgroup_check(point), "the beacon's signature is not in the group")
    message = hash_to_G1(sha256(u(64, round_)), DOMAIN, hashlib.sha256)
    public_key = signature_to_G2(PUBLIC_KEY)  # named for Ethereum, which keeps signatures in G2; here the key is there
    left = pairing(G2, point, final_exponentiate=False)
    right = pairing(public_key, neg(message), final_exponentiate=False)
    require(final_exponentiate(left * right) == FQ12.one(), f"the beacon network did not sign round {round_} so")
