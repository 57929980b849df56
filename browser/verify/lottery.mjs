// Seed, lottery number, rotation and weight. SPEC §9.2, §10.

import { chacha20 } from "@noble/ciphers/chacha.js";
import { u64 } from "./bytes.mjs";
import { tagged } from "./hash.mjs";

/** The seed of a programme, a register of `size` entries, and a beacon's randomness. */
export const seedOf = (programme, registerRoot, size, randomness) =>
  tagged("seed", programme, registerRoot, u64(size), randomness);

const BLOCK = 64;
/** Blocks of the keystream: lottery numbers, rotation, and weights of the levels 1, 2 and 3. */
const BLOCKS = 5;
const LARGEST = (1n << 64n) - 1n;

/** What seed and ticket give: {number, rotation, weight, weights}, the weights of all levels. Smaller numbers are luckier. */
export function draw(seed, ticket, lots = 1) {
  const stream = chacha20(seed, ticket, new Uint8Array(BLOCKS * BLOCK));
  const words = Array.from({ length: lots }, (_, at) => littleEndian(stream, 8 * at));
  const number = words.reduce((least, word) => (word < least ? word : least));
  const further = Array.from({ length: BLOCKS - 2 }, (_, level) => littleEndian(stream, (level + 2) * BLOCK));
  const weights = [number, ...further].map((word) => (LARGEST - word) / 4n + 1n);
  return { number, rotation: littleEndian(stream, BLOCK), weight: weights[0], weights };
}

function littleEndian(bytes, at) {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true);
}

/** -1, 0 or 1: draw keys {tier, number, ticket} in draw order; `ticket` is twelve bytes. SPEC §10.3. */
export function drawOrder(a, b) {
  if (a.tier !== b.tier) return a.tier < b.tier ? -1 : 1;
  if (a.number !== b.number) return a.number < b.number ? -1 : 1;
  for (let at = 0; at < 12; at += 1) if (a.ticket[at] !== b.ticket[at]) return a.ticket[at] < b.ticket[at] ? -1 : 1;
  return 0;
}
