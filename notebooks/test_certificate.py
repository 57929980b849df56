"""Three results small enough to check by hand, and every number of them changed.

Two sessions of one seat each; the luckiest two applicants list both, the third only the first:

    0: session 0, then session 1        1: session 0, then session 1        2: session 0
"""

import json
import unittest
from dataclasses import replace
from pathlib import Path

from certificate import Applicant, Draw, Reserve, check
from formats import Rejected

LISTS = [[0, 1], [0, 1], [0]]
NUMBERS = [2**60, 2**61, 2**62]
WEIGHTS = [(2**64 - 1 - number) // 4 + 1 for number in NUMBERS]
KEYS = [(1, number, bytes([n])) for n, number in enumerate(NUMBERS)]

# Both close at applicant 2, since 0 and 1 may sit in either. Applicant 1 would pay (1, weight 1) to move to session 0.
PRIORITY = dict(
    mechanism="priority", rank_costs=[0, 1], unplaced_costs=[],
    closing=[[KEYS[2], KEYS[2]]], price=[(1, WEIGHTS[1]), (0, 0)],
)  # fmt: skip
# Applicant 1 found session 0 taken for good, and got the second choice; session 1 never closed.
SERIAL = dict(mechanism="serial", rank_costs=[], unplaced_costs=[], closing=[[KEYS[1], None]], price=[(0, 0), (0, 0)])
# Applicant 2 stays out for 10, so session 0 costs that much; session 1 so much that applicant 0 does not mind.
OPTIMAL = dict(
    mechanism="optimal", rank_costs=[0, 1], unplaced_costs=[10],
    closing=[], price=[(10, WEIGHTS[2]), (9, WEIGHTS[2] - WEIGHTS[0])],
)  # fmt: skip
SEATS = [0, 1, None]


def draw(result, seats=SEATS, **changes):
    applicants = [
        Applicant(f"applicant {n}", *KEYS[n][:2], 0, KEYS[n][2], [("session", j) for j in LISTS[n]], seat, choice(n, seat))
        for n, seat in enumerate(seats)
    ]
    return Draw(pools=[1, 1], sessions_of_site=[[0, 1]], applicants=applicants, **(result | changes))


def choice(n, seat):
    return LISTS[n].index(seat) if seat in LISTS[n] else 0


class ByHand(unittest.TestCase):
    def refused(self, *arguments, **changes):
        with self.subTest(changes or arguments), self.assertRaises(Rejected):
            check(draw(*arguments, **changes))

    def test_the_three_results_hold(self):
        for result in (PRIORITY, SERIAL, OPTIMAL):
            with self.subTest(result["mechanism"]):
                check(draw(result))

    def test_no_other_placement_holds(self):
        for result in (PRIORITY, SERIAL, OPTIMAL):
            for a in [0, 1, None]:
                for b in [0, 1, None]:
                    for c in [0, None]:
                        if [a, b, c] != SEATS:
                            self.refused(result, [a, b, c])

    def test_no_other_price_holds(self):
        for result in (PRIORITY, SERIAL, OPTIMAL):
            for j in range(2):
                for part in range(2):
                    for step in (-1, 1, 2**62):
                        price = [list(pair) for pair in result["price"]]
                        price[j][part] += step
                        self.refused(result, price=[tuple(pair) for pair in price])

    def test_no_other_closing_number_holds(self):
        for result in (PRIORITY, SERIAL):
            for j in range(2):
                for key in [*KEYS, None, (1, NUMBERS[0] + 1, b"\0"), (2, NUMBERS[0], b"\0")]:
                    if key != result["closing"][0][j]:
                        closing = list(result["closing"][0])
                        closing[j] = key
                        self.refused(result, closing=[closing])

    def test_two_who_can_swap_at_no_cost_are_not_a_unique_optimum(self):
        result = PRIORITY | {"rank_costs": [0, 0], "price": [(0, 0), (0, 0)]}
        swappable = draw(result)
        for applicant in swappable.applicants:
            applicant.position = dict.fromkeys(applicant.position, 0)
        with self.assertRaisesRegex(Rejected, "another placement is as good"):
            check(swappable)

    def test_a_site_is_turned_by_the_rotation_and_repeats_nothing(self):
        one = replace(draw(SERIAL).applicants[0], choices=[("session", 1), ("site", 0)], rotation=5, rank={}, position={})
        Draw("serial", [], [], [1, 1, 1], [[0, 1, 2]], [one], [[None] * 3], [(0, 0)] * 3)
        self.assertEqual(one.rank, {1: 0, 0: 1, 2: 1})
        self.assertEqual(one.position, {1: 0, 2: 1, 0: 2})  # 0 and 2 are left; 5 mod 2 turns them once


class Vectors(unittest.TestCase):
    """The certificates beside the SPEC: what holds, and one fault each."""

    def test_accepted(self):
        for name, given, expected in self.each("accept"):
            with self.subTest(name):
                accepted = read(given)
                check(accepted)
                self.assertEqual([i.name for i in accepted.applicants], expected["draw_order"])
                in_order = [[[j, i.rank[j]] for j in sorted(i.rank, key=i.position.get)] for i in accepted.applicants]
                self.assertEqual(in_order, expected["sessions"])
                self.assertEqual(len(accepted.placed), expected["placed"])

    def test_rejected(self):
        for name, given, _ in self.each("reject"):
            with self.subTest(name), self.assertRaises(Rejected):
                check(read(given))

    def each(self, folder):
        files = sorted((Path(__file__).parent.parent / "protocol/vectors" / folder).glob("certificate-*.json"))
        self.assertGreater(len(files), 9)
        for file in files:
            vector = json.loads(file.read_text())
            yield file.name, vector["input"], vector["expect"]


def read(given):
    return Draw(
        mechanism=given["mechanism"]["name"],
        rank_costs=given["mechanism"]["rank_costs"],
        unplaced_costs=given["mechanism"]["unplaced_costs"],
        pools=given["pools"],
        sessions_of_site=given["sites"],
        applicants=[applicant(fields) for fields in given["applicants"]],
        closing=[[key and (key["tier"], int(key["number"]), key["ticket"]) for key in turn] for turn in given["closing"]],
        price=[tuple(map(int, prices)) for prices in given["prices"]],
        reserves=[reserve(fields) for fields in given["reserves"]],
        outsider_cost=given["mechanism"]["outsider_cost"],
    )


def applicant(fields):
    """Tickets as they are spelt: Crockford's digits sort as their values do."""
    session, choice = fields["placed"] or (None, None)
    ticket, choices = fields["ticket"], [tuple(choice) for choice in fields["choices"]]
    number, turned = int(fields["number"]), int(fields["rotation"])
    more = tuple(map(int, fields["more_weights"]))
    of = fields["tier"] - 1, fields["district"]
    return Applicant(ticket, fields["tier"], number, turned, ticket, choices, session, choice, *of, fields["first_pass"], more)


def reserve(fields):
    """The cohorts of the vectors are the tiers."""
    return Reserve([tier - 1 for tier in fields["tiers"]], fields["districts"], fields["release"])


if __name__ == "__main__":
    unittest.main()
