// Merkle trees, paths and consistency. SPEC §2.3; RFC 6962 §2.1, RFC 9162 §2.1.3 and §2.1.4.
//
// Invariant: a path or proof that is longer or shorter than the tree's shape asks for leads nowhere.

import { joined, same } from "./bytes.mjs";
import { sha256 } from "./hash.mjs";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Hash of a leaf. */
export const leafHash = (leaf) => sha256(joined(LEAF, leaf));

/** Hash of two subtrees. */
export const nodeHash = (left, right) => sha256(joined(NODE, left, right));

/** Root over leaf hashes. */
export function rootOf(hashes) {
  if (hashes.length === 0) return sha256(new Uint8Array(0));
  // Pairing neighbours and lifting the odd last one is the split at the largest power of two.
  let level = hashes;
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(nodeHash(level[at], level[at + 1]));
    if (level.length % 2 === 1) above.push(level[level.length - 1]);
    level = above;
  }
  return level[0];
}

/** The path of leaf `index`, from the leaf upward. */
export function pathOf(hashes, index) {
  const path = [];
  let level = hashes;
  for (let at = index; level.length > 1; at >>= 1) {
    const neighbour = at ^ 1;
    if (neighbour < level.length) path.push(level[neighbour]);
    const above = [];
    for (let pair = 0; pair + 1 < level.length; pair += 2) above.push(nodeHash(level[pair], level[pair + 1]));
    if (level.length % 2 === 1) above.push(level[level.length - 1]);
    level = above;
  }
  return path;
}

/** Where the path leads from a leaf's hash in a tree of `size`; null if the tree's shape asks for another length. */
export function rootByPath(hash, index, size, path) {
  if (!(index >= 0 && index < size)) return null;
  let [at, last, root] = [index, size - 1, hash];
  for (const neighbour of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      root = nodeHash(neighbour, root);
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    } else {
      root = nodeHash(root, neighbour);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? root : null;
}

/** The proof that a tree of all leaves grew out of the one of the first `old`. */
export function consistencyOf(hashes, old) {
  const proof = (leaves, size, whole) => {
    if (size === leaves.length) return whole ? [] : [rootOf(leaves)];
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
    if (size <= split) return [...proof(left, size, whole), rootOf(right)];
    return [...proof(right, size - split, false), rootOf(left)];
  };
  return old === 0 ? [] : proof(hashes, old, true);
}

/** Whether `proof` shows that the tree with `root` grew out of the one with `oldRoot`. */
export function isConsistent(old, oldRoot, size, root, proof) {
  if (old > size) return false;
  if (old === size) return proof.length === 0 && same(oldRoot, root);
  if (old === 0) return proof.length === 0;
  const rest = [...proof];
  if (Number.isInteger(Math.log2(old))) rest.unshift(oldRoot);
  if (rest.length === 0) return false;
  let [at, last] = [old - 1, size - 1];
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  let [before, after] = [rest[0], rest[0]];
  for (const hash of rest.slice(1)) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      [before, after] = [nodeHash(hash, before), nodeHash(hash, after)];
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    } else {
      after = nodeHash(after, hash);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(before, oldRoot) && same(after, root);
}
