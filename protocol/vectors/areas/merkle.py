"""Merkle trees: §2.3."""

from reference import audit_path, consistency, leaf_hash, root

from .vector import accept


def tree(fault, comment, count, index=None, old=None):
    leaves = [bytes([place]) for place in range(count)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    given, expect = {"leaves": [leaf.hex() for leaf in leaves]}, {"root": root(hashes).hex()}
    if index is not None:
        given["index"], expect["path"] = index, [step.hex() for step in audit_path(index, hashes)]
    if old is not None:
        given["old"], expect["old_root"] = old, root(hashes[:old]).hex()
        expect["consistency"] = [step.hex() for step in consistency(old, hashes)]
    return accept("merkle", fault, comment, given, expect)


def vectors():
    yield tree("empty", "No leaves: SHA-256 of nothing.", 0)
    yield tree("one", "One leaf: its hash is the root, its path is empty.", 1, 0)
    yield tree("two-the-right-one", "The path of the right leaf is its left neighbour.", 2, 1)
    yield tree("five-the-last", "The last of five leaves hangs at the root.", 5, 4)
    yield tree("seven-in-the-middle", "Leaf 3 of 7.", 7, 3)
    yield tree("grows-by-one", "Four leaves are the left half of five.", 5, old=4)
    yield tree("grows-across", "Six leaves, a tree that was not whole, within eight.", 8, old=6)
    yield tree("grows-not-at-all", "The same tree twice: nothing to prove.", 3, old=3)
