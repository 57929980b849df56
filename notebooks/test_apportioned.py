"""The apportionments beside the SPEC, as numbers: the conditions accept what holds and refuse each with one fault."""

import json
import unittest
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import apportioned
from formats import Rejected, require

VECTORS = Path(__file__).parent.parent / "protocol" / "vectors"


class Apportionments(unittest.TestCase):
    def test_accepted(self):
        for name, given in self.each("accept"):
            with self.subTest(name):
                shares = check(given["input"])
                self.assertEqual([str(share) for share in shares], given["expect"]["shares"])

    def test_rejected(self):
        for name, given in self.each("reject"):
            with self.subTest(name), self.assertRaises(Rejected):
                check(given["input"])

    def each(self, folder):
        files = sorted((VECTORS / folder).glob("apportionment-*.json"))
        self.assertGreater(len(files), 10)
        for file in files:
            yield file.name, json.loads(file.read_text())


def check(given):
    """Numbers as the file would have them; returns the shares."""
    counts = len(given["shares"]), len(given["seats"]), len(given["prices"])
    require(counts == (len(given["cells"]), len(given["cells"]), len(given["rooms"])), "lists of another length")
    cells = [apportioned.Cell(*cell) for cell in given["cells"]]
    for cell, share, seats in zip(cells, given["shares"], given["seats"]):
        cell.share, cell.seats = int(share), seats
    groups = []
    for g, (registrants, floor, ceiling) in enumerate(given["groups"]):
        least = max(floor, sum(cell.least for cell in cells if cell.group == g))
        groups.append(apportioned.Group(str(g), [], registrants, least, max(least, min(registrants, ceiling))))
    sites = list(range(len(given["rooms"])))
    problem = SimpleNamespace(groups=groups, cells=cells, room=given["rooms"], sites=sites)
    levels = [(Fraction(*map(int, level["ratio"])), level["groups"], level["sites"]) for level in given["levels"]]
    apportionment = SimpleNamespace(problem=problem, levels=levels, price=list(map(int, given["prices"])))
    apportioned.check(apportionment)
    return apportioned.check_shares(apportionment)[0]


if __name__ == "__main__":
    unittest.main()
