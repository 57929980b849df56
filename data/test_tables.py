"""Checks the committed tables, and the parts of their derivation that a wrong figure would hide in.

    python3 -m unittest discover -s data -p 'test_*.py'
"""

import csv
import re
import tempfile
import unicodedata
import unittest
from fractions import Fraction
from pathlib import Path

import derive
import outlines

HERE = Path(__file__).resolve().parent

# Sums of the 17 provinces' own rows in the residents' table, men and women (not of the districts).
NATIONAL = {"residents_50_59": 8_561_689, "residents_60_69": 7_918_684}

SUFFIXES = {"시": "-si", "군": "-gun", "구": "-gu"}


def rows(name):
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Tables(unittest.TestCase):
    def setUp(self):
        self.districts = rows("districts.csv")
        self.centres = rows("centres.csv")

    def test_counts_and_columns(self):
        self.assertEqual(len(self.districts), 250)
        self.assertEqual(len(self.centres), 284)
        columns = "code province_ko province_en name_ko name_en residents_50_59 residents_60_69 latitude longitude"
        self.assertEqual(list(self.districts[0]), columns.split())
        self.assertEqual(list(self.centres[0]), "id district name latitude longitude".split())

    def test_codes_are_unique_and_in_order(self):
        codes = [district["code"] for district in self.districts]
        self.assertEqual(codes, sorted(set(codes)))
        self.assertTrue(all(re.fullmatch(r"[0-9]{5}", code) for code in codes))
        self.assertEqual([centre["id"] for centre in self.centres], [f"c{n:03}" for n in range(1, 285)])

    def test_province_and_name_tell_districts_apart_in_both_languages(self):
        for language in ("ko", "en"):
            names = {(d[f"province_{language}"], d[f"name_{language}"]) for d in self.districts}
            self.assertEqual(len(names), 250)

    def test_every_centre_stands_in_a_known_district(self):
        codes = {district["code"] for district in self.districts}
        used = {centre["district"] for centre in self.centres}
        self.assertLessEqual(used, codes)
        self.assertEqual(codes - used, {"38111", "38113"})

    def test_residents_add_up_to_the_nation(self):
        for column, total in NATIONAL.items():
            self.assertEqual(sum(int(d[column]) for d in self.districts), total)

    def test_no_district_is_empty_or_holds_a_whole_province(self):
        for district in self.districts:
            for column in NATIONAL:
                self.assertIn(int(district[column]), range(1_000, 200_000), district["name_en"])

    def test_cities_with_gu_appear_only_as_their_gu(self):
        names = {d["name_ko"] for d in self.districts}
        self.assertEqual({n for n in names if " " in n and n.split()[0] in names}, set())
        self.assertEqual(sum(" " in d["name_ko"] for d in self.districts), 32)

    def test_the_three_exceptions(self):
        by_code = {d["code"]: d for d in self.districts}
        self.assertEqual(by_code["23030"]["name_ko"], "미추홀구")
        self.assertEqual(by_code["29010"]["name_ko"], "세종시")
        self.assertEqual(by_code["37310"]["province_ko"], "대구광역시")

    def test_korean_and_english_names_are_of_one_kind(self):
        for district in self.districts:
            self.assertTrue(district["name_en"].endswith(SUFFIXES[district["name_ko"][-1]]), district)
            self.assertEqual(district["name_ko"].count(" "), district["name_en"].count(" "), district)

    def test_text_is_nfc_and_trimmed(self):
        for name in ("districts.csv", "centres.csv", "outlines.csv"):
            content = (HERE / name).read_bytes().decode("utf-8")
            self.assertEqual(content, unicodedata.normalize("NFC", content))
            self.assertNotIn("\r", content)
            self.assertIsNone(re.search(r" (,|$)|(,|^) |  ", content, re.MULTILINE))

    def test_places_are_distinct_and_in_korea(self):
        for table in (self.districts, self.centres):
            for row in table:
                self.assertRegex(row["latitude"], r"^3[3-8]\.[0-9]{6}$")
                self.assertRegex(row["longitude"], r"^1(2[5-9]|3[01])\.[0-9]{6}$")
            self.assertEqual(len({(row["latitude"], row["longitude"]) for row in table}), len(table))

    def test_centres_are_near_their_district(self):
        """Swapped columns or a wrong join would put a centre far away; only Ongjin's islands spread this wide."""
        by_code = {d["code"]: d for d in self.districts}
        for centre in self.centres:
            district = by_code[centre["district"]]
            north = abs(Fraction(centre["latitude"]) - Fraction(district["latitude"]))
            east = abs(Fraction(centre["longitude"]) - Fraction(district["longitude"]))
            limit = Fraction(1) if centre["district"] == "23320" else Fraction(3, 10)
            self.assertLess(max(north, east), limit, centre)


class Outlines(unittest.TestCase):
    def setUp(self):
        self.outlines = {row["code"]: row for row in rows("outlines.csv")}

    def rings(self, code):
        for spelled in self.outlines[code]["outline"].split(";"):
            numbers = [int(word) for word in spelled.split(" ")]
            x = y = 0
            points = []
            for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = x + dx, y + dy
                points.append((x, y))
            yield points

    def test_every_district_has_one_with_area(self):
        self.assertEqual(list(self.outlines), [district["code"] for district in rows("districts.csv")])
        for code in self.outlines:
            self.assertGreater(sum(map(outlines.twice_area, self.rings(code))), 80, code)

    def test_they_stay_small_and_on_the_grid(self):
        self.assertLess((HERE / "outlines.csv").stat().st_size, 70_000)
        for code in self.outlines:
            for points in self.rings(code):
                self.assertGreaterEqual(len(set(points)), 3, code)
                self.assertTrue(all(0 <= x <= 4000 and 0 <= y <= 3800 for x, y in points), code)

    def test_neighbours_meet(self):
        """Jongno-gu and Jung-gu share a border; thinned apart they would share no corner."""
        ours, theirs = (set(p for ring in self.rings(code) for p in ring) for code in ("11010", "11020"))
        self.assertGreaterEqual(len(ours & theirs), 2)

    def test_dokdo_is_on_the_map(self):
        self.assertGreater(max(x for ring in self.rings("37430") for x, _ in ring), outlines.DOKDO)

    def test_centroids_lie_within_the_extent(self):
        """A mirrored or shifted grid would put a district's centroid outside the box around its outline."""
        north, west = Fraction("38.6137093"), Fraction("124.6097176")
        for district in rows("districts.csv"):
            points = [point for ring in self.rings(district["code"]) for point in ring]
            x = (Fraction(district["longitude"]) - west) * outlines.SQUEEZE / outlines.CELL
            y = (north - Fraction(district["latitude"])) / outlines.CELL
            for value, axis in ((x, 0), (y, 1)):
                values = [point[axis] for point in points]
                self.assertTrue(min(values) - 4 <= value <= max(values) + 4, district["name_en"])

    def test_a_closed_line_keeps_three_corners_and_an_open_one_its_ends(self):
        self.assertEqual(outlines.thin([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)], 9)[0], (0, 0))
        self.assertEqual(len(set(outlines.thin([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)], 9))), 3)
        self.assertEqual(outlines.thin([(0, 0), (5, 1), (10, 0)], 11), [(0, 0), (10, 0)])


class Derivation(unittest.TestCase):
    def test_another_edition_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / derive.CENTRES
            path.write_text("facility_name,lat,lng\n", encoding="utf-8")
            with self.assertRaises(derive.Unexpected):
                derive.read_edition(path)

    def test_a_hole_moves_the_centroid_away_whatever_its_direction(self):
        outer = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
        hole = [(2, 0), (4, 0), (4, 4), (2, 4), (2, 0)]
        for second in (hole, hole[::-1]):
            self.assertEqual(derive.centroid([[[0], [1]]], [outer, second]), (Fraction(1), Fraction(2)))

    def test_two_islands_weigh_by_area(self):
        large = [(0, 0), (2, 0), (2, 2), (0, 2), (0, 0)]
        small = [(10, 0), (10, 2), (11, 2), (11, 0), (10, 0)]  # drawn the other way round
        self.assertEqual(derive.centroid([[[0]], [[1]]], [large, small]), (Fraction(25, 6), Fraction(1)))

    def test_arcs_join_forwards_and_backwards(self):
        arcs = [[(0, 0), (1, 0), (1, 1)], [(0, 0), (0, 1), (1, 1)]]
        self.assertEqual(derive.ring([0, ~1], arcs), [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])

    def test_degrees_round_half_to_even_and_keep_six_digits(self):
        self.assertEqual(derive.degrees(Fraction("37.1")), "37.100000")
        self.assertEqual(derive.degrees(Fraction("37.0000005")), "37.000000")
        self.assertEqual(derive.degrees(Fraction("37.0000015")), "37.000002")

    def test_english_names_take_one_spelling(self):
        self.assertEqual(derive.english_name("34011", "천안시 동남구", "Cheonansidongnamgu"), "Cheonan-si Dongnam-gu")
        self.assertEqual(derive.english_name("37011", "포항시 남구", "Nam-gu"), "Pohang-si Nam-gu")
        self.assertEqual(derive.english_name("31240", "화성시", "Hwaseongsi"), "Hwaseong-si")
        with self.assertRaises(derive.Unexpected):
            derive.english_name("99999", "공주시", "Cheorwon-gun")


if __name__ == "__main__":
    unittest.main()
