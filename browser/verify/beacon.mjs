// The public beacon: drand quicknet. SPEC §9.1.

import { bls12_381 } from "@noble/curves/bls12-381.js";
import { ofHex, u64 } from "./bytes.mjs";
import { must } from "./fault.mjs";
import { sha256 } from "./hash.mjs";

/** The only chain of this version. */
export const CHAIN_HASH = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
const PERIOD_S = 3n;
const GENESIS_UNIX_S = 1692803367n;
const PUBLIC_KEY =
  "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb" +
  "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";
const DOMAIN = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/** When a round appears, in seconds since 1970. */
export const roundTime = (round) => GENESIS_UNIX_S + (BigInt(round) - 1n) * PERIOD_S;

/** The first round whose time is at or after `unixS`. */
export function roundAt(unixS) {
  const since = BigInt(unixS) - GENESIS_UNIX_S;
  return since <= 0n ? 1n : (since + PERIOD_S - 1n) / PERIOD_S + 1n;
}

/** Rejects a signature (48 bytes) that is not the chain's over this round. The slowest of all checks: two pairings. */
export function checkSignature(round, signature) {
  must(BigInt(round) >= 1n && BigInt(round) < 1n << 64n && isSigned(BigInt(round), signature), "R-BEACON-SIGNATURE");
}

function isSigned(round, signature) {
  const { shortSignatures, G1, G2 } = bls12_381;
  if (signature.length !== 48) return false;
  try {
    const point = G1.Point.fromBytes(signature);
    point.assertValidity();
    // One encoding for one point, and never the point at infinity, which signs everything for a key of zero.
    if (point.is0() || !point.toBytes(true).every((byte, at) => byte === signature[at])) return false;
    const message = shortSignatures.hash(sha256(u64(round)), DOMAIN);
    return shortSignatures.verify(point, message, G2.Point.fromBytes(ofHex(PUBLIC_KEY)));
  } catch {
    return false;
  }
}

/** SHA-256 of the signature. */
export const randomnessOf = (signature) => sha256(signature);
