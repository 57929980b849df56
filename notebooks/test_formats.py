"""The examples that the SPEC prints, and the faults it names."""

import json
import unittest
from base64 import b64decode
from pathlib import Path

import beacon
import formats
import log
from formats import H, Rejected

VECTORS = Path(__file__).parent.parent / "protocol" / "vectors"


class Examples(unittest.TestCase):
    def test_a_hash_names_what_it_is_of(self):
        expected = "10e41ebeb70c45c39202c62c6eacead3873c548f49ab3283888302db4c28a352"
        self.assertEqual(H("ticket", bytes(range(12))).hex(), expected)

    def test_a_ticket_is_spelt_with_its_check(self):
        self.assertEqual(formats.spell_ticket(bytes(range(12))), "000G40R-40M30E2-09185H1")

    def test_a_lottery_number_is_read_little_endian(self):
        seed, ticket = bytes(range(32)), bytes(range(100, 112))
        self.assertEqual(formats.keystream(seed, ticket)[:8].hex(), "efda33228dc01766")
        self.assertEqual(formats.lottery_number(seed, ticket), 7356560228729740015)

    def test_round_1000_is_at_its_time_and_no_earlier(self):
        self.assertEqual(beacon.time_of(1000), 1692806364)
        self.assertEqual(beacon.first_round_from(1692806364), 1000)
        self.assertEqual(beacon.first_round_from(1692806365), 1001)
        self.assertEqual(beacon.first_round_from(1692806361), 999)


class Beacon(unittest.TestCase):
    SIGNATURE = bytes.fromhex(
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
    )

    def test_the_network_signed_round_1000(self):
        beacon.check_signature(1000, self.SIGNATURE)
        expected = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
        self.assertEqual(formats.sha256(self.SIGNATURE).hex(), expected)

    def test_a_signature_counts_for_its_round_alone(self):
        with self.assertRaises(Rejected):
            beacon.check_signature(1001, self.SIGNATURE)

    def test_bytes_that_are_no_point_are_refused(self):
        for wrong in [self.SIGNATURE[:-1], bytes(48), b"\xc0" + bytes(47), self.SIGNATURE[:-1] + b"\x38"]:
            with self.subTest(wrong.hex()), self.assertRaises(Rejected):
                beacon.check_signature(1000, wrong)


class Trees(unittest.TestCase):
    def test_an_empty_tree_has_the_hash_of_nothing(self):
        self.assertTrue(formats.root_of([]).hex().startswith("e3b0c442"))

    def test_every_path_leads_to_the_root_and_nowhere_else(self):
        for size in range(1, 18):
            leaves = [formats.leaf_hash(bytes([n])) for n in range(size)]
            root = formats.root_of(leaves)
            for index in range(size):
                path = path_of(leaves, index)
                self.assertEqual(formats.root_by_path(leaves[index], index, size, path), root)
                if size > 1:
                    other = formats.root_by_path(leaves[index - 1], index, size, path)
                    self.assertNotEqual(other, root)
                    with self.assertRaises(Rejected):
                        formats.root_by_path(leaves[index], index, size, path[:-1])


def path_of(leaves, index):
    """RFC 6962 section 2.1.1, word for word: an oracle that shares no loop with root_of and root_by_path."""
    if len(leaves) == 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if index < k:
        return [*path_of(leaves[:k], index), formats.root_of(leaves[k:])]
    return [*path_of(leaves[k:], index - k), formats.root_of(leaves[:k])]


class Vectors(unittest.TestCase):
    """The examples and faults beside the SPEC, in the areas that this verifier reads on its own."""

    def each(self, area, read):
        files = sorted(VECTORS.glob(f"*/{area}-*.json"))
        self.assertGreater(len(files), 4, f"no vectors of {area}")
        for file in files:
            vector = json.loads(file.read_text())
            with self.subTest(file.name):
                if file.parent.name == "accept":
                    read(vector["input"], vector["expect"])
                elif vector["expect"]["label"] != "R-JSON-FIELDS":  # fields are checked where they are used
                    self.assertRaises(Rejected, read, vector["input"], None)

    def test_json(self):
        self.each("json", lambda given, _: formats.read_canonical(bytes_of(given, "json")))

    def test_notes(self):
        def read(given, expected):
            text = log.open_note(bytes_of(given, "note"), given["keys"], "a vector")
            self.assertEqual(text, expected["text"])

        self.each("note", read)

    def test_trees(self):
        def read(given, expected):
            leaves = [formats.leaf_hash(bytes.fromhex(leaf)) for leaf in given["leaves"]]
            self.assertEqual(formats.root_of(leaves).hex(), expected["root"])
            if "index" in given:
                path = [bytes.fromhex(hash_) for hash_ in expected["path"]]
                root = formats.root_by_path(leaves[given["index"]], given["index"], len(leaves), path)
                self.assertEqual(root, formats.root_of(leaves))

        self.each("merkle", read)


def bytes_of(given, name):
    return given[name].encode() if name in given else b64decode(given[f"{name}_base64"])


if __name__ == "__main__":
    unittest.main()
