"""Derives districts.csv, centres.csv and outlines.csv from the three downloaded files that README.md names.

    python3 data/derive.py FOLDER

FOLDER holds the downloads. Standard library only, exact arithmetic only: the same input gives the same bytes. Anything
unexpected (another edition of a file, a district that does not join, a total that does not add up) stops the script
before it writes.
"""

import csv
import hashlib
import io
import json
import re
import sys
import unicodedata
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path

import outlines

POPULATION = "population_age10_sex_sigungu_2026-03.csv"
CENTRES = "covid19_vaccination_centres.csv"
OUTLINES = "skorea-municipalities-2018-topo-simple.json"

# Another edition is another derivation: its exceptions have to be looked at by a person first.
EDITIONS = {
    POPULATION: "6301a8dccd3aa8758f63add7127550621ae35438158bb4b47a1316c880a575d6",
    CENTRES: "cc9c20f43374ba59a48b4e7e7b876cefae60f7472b22a20b86be1383382ac858",
    OUTLINES: "f27afa0240e1a93f5befdc65ef9ea9e1d95584edf7173740391e8812a7896a9c",
}

BANDS = ("50-59", "60-69")

# First two digits of the 2018 district code: the province as the residents' table of 2026 calls it.
PROVINCES = {
    "11": ("서울특별시", "Seoul"),
    "21": ("부산광역시", "Busan"),
    "22": ("대구광역시", "Daegu"),
    "23": ("인천광역시", "Incheon"),
    "24": ("광주광역시", "Gwangju"),
    "25": ("대전광역시", "Daejeon"),
    "26": ("울산광역시", "Ulsan"),
    "29": ("세종특별자치시", "Sejong"),
    "31": ("경기도", "Gyeonggi"),
    "32": ("강원특별자치도", "Gangwon"),
    "33": ("충청북도", "Chungbuk"),
    "34": ("충청남도", "Chungnam"),
    "35": ("전북특별자치도", "Jeonbuk"),
    "36": ("전라남도", "Jeonnam"),
    "37": ("경상북도", "Gyeongbuk"),
    "38": ("경상남도", "Gyeongnam"),
    "39": ("제주특별자치도", "Jeju"),
}

# The three districts of 2018 that do not join by province and name: district code -> region code of 2026.
EXCEPTIONS = {
    "23030": "2817700000",  # Incheon Nam-gu, renamed Michuhol-gu in July 2018
    "29010": "3611000000",  # Sejong: province and district in one, the district's row carries the province's name
    "37310": "2772000000",  # Gunwi-gun, moved from Gyeongbuk to Daegu in July 2023
}

# Where the outlines' English name is wrong or of another time.
ENGLISH = {
    "23030": "Michuhol-gu",
    "31250": "Gwangju-si",  # the source says Gwangju, the name of a metropolitan city elsewhere
    "32360": "Cheorwon-gun",  # the source says Gongju-si
}

# Cities that the source leaves out of the English names of their gu.
CITIES = {"3701": "Pohang-si", "3811": "Changwon-si"}


class Unexpected(Exception):
    """The input is not what this derivation was written for."""


def require(condition, message):
    if not condition:
        raise Unexpected(message)


def main(arguments):
    require(len(arguments) == 1, "usage: derive.py FOLDER")
    texts = {name: read_edition(Path(arguments[0]) / name) for name in EDITIONS}
    districts = derive_districts(texts[POPULATION], texts[OUTLINES])
    centres = derive_centres(texts[CENTRES], {district["code"] for district in districts})
    here = Path(__file__).resolve().parent
    write(here / "districts.csv", districts)
    write(here / "centres.csv", centres)
    topology = json.loads(texts[OUTLINES], parse_float=Decimal)
    write(here / "outlines.csv", outlines.rows(topology, absolute, PROVINCES))
    print(f"{len(districts)} districts, {len(centres)} centres")
    for band in BANDS:
        print(f"residents {band}: {sum(district[column(band)] for district in districts)}")
    print(f"districts with a centre: {len({centre['district'] for centre in centres})}")


def derive_districts(population_text, outlines_text):
    regions = read_regions(population_text)
    by_name = {(region["province"], region["name"].replace(" ", "")): key for key, region in regions.items()}
    require(len(by_name) == len(regions), "two regions share province and name")
    districts, used = [], {}
    for code, outline in sorted(read_outlines(outlines_text).items()):
        province, _ = PROVINCES[code[:2]]
        key = EXCEPTIONS.get(code) or by_name.get((province, outline["name"]))
        require(key in regions, f"{code} {province} {outline['name']}: no such region among the residents")
        require(key not in used, f"{code}: region {key} was already given to {used.get(key)}")
        used[key] = code
        region = regions[key]
        name_ko = region["name"] or outline["name"]
        districts.append(
            {
                "code": code,
                "province_ko": region["province"],
                "province_en": dict(PROVINCES.values())[region["province"]],
                "name_ko": name_ko,
                "name_en": english_name(code, name_ko, outline["name_eng"]),
                **{column(band): region["residents"][band] for band in BANDS},
                "latitude": degrees(outline["latitude"]),
                "longitude": degrees(outline["longitude"]),
            }
        )
    require(len(districts) == 250, f"{len(districts)} districts, 250 expected")
    check_provinces(districts, population_text)
    return districts


def derive_centres(text, codes):
    rows = list(csv.DictReader(io.StringIO(text)))
    require(len(rows) == 284, f"{len(rows)} centres, 284 expected")
    centres = []
    for row in rows:
        require(row["kostat2018_sigungu_code"] in codes, f"{row['facility_name']}: no such district")
        centres.append(
            {
                "district": row["kostat2018_sigungu_code"],
                "name": " ".join(unicodedata.normalize("NFC", row["facility_name"]).split()),
                "latitude": degrees(Fraction(row["lat"])),
                "longitude": degrees(Fraction(row["lng"])),
            }
        )
    centres.sort(key=lambda centre: tuple(centre.values()))
    places = {(centre["latitude"], centre["longitude"]) for centre in centres}
    require(len(places) == len(centres), "two centres stand on the same spot")
    return [{"id": f"c{number:03}", **centre} for number, centre in enumerate(centres, start=1)]


def read_edition(path):
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    require(found == EDITIONS[path.name], f"{path.name}: another edition, SHA-256 {found}")
    return content.decode("utf-8")


def read_regions(text):
    """Regions below the province by region code, men and women added: province, name within it, residents by band."""
    names = {province for province, _ in PROVINCES.values()}
    regions = {}
    for row in csv.DictReader(io.StringIO(text)):
        first, _, rest = row["region_name"].partition(" ")
        if row["region_code"].endswith("00000000") or first not in names:
            continue  # provinces, and branch offices written without a province
        region = regions.setdefault(row["region_code"], {"province": first, "name": rest, "residents": {}, "seen": set()})
        seen = (row["sex"], row["age_band"])
        require(seen not in region["seen"] and row["sex"] in ("M", "F"), f"{row}: repeated, or a third sex code")
        region["seen"].add(seen)
        sums = region["residents"]
        sums[row["age_band"]] = sums.get(row["age_band"], 0) + int(row["population"])
    require(all(len(region["seen"]) == 22 for region in regions.values()), "a region lacks a sex or an age band")
    return regions


def check_provinces(districts, text):
    """Each province's own row is the sum of its districts: nothing is missing, no city was added to its own gu."""
    expected = {}
    for row in csv.DictReader(io.StringIO(text)):
        if row["region_code"].endswith("00000000") and row["age_band"] in BANDS:
            key = (row["region_name"], row["age_band"])
            expected[key] = expected.get(key, 0) + int(row["population"])
    found = {}
    for district in districts:
        for band in BANDS:
            key = (district["province_ko"], band)
            found[key] = found.get(key, 0) + district[column(band)]
    require(found == expected, "the districts of a province do not add up to the province")


def read_outlines(text):
    """Districts of 2018 by code: name, English name, and the centroid of the outline in exact degrees."""
    topology = json.loads(text, parse_float=Decimal)
    (layer,) = topology["objects"].values()
    arcs = [absolute(arc) for arc in topology["arcs"]]
    scale = [Fraction(number) for number in topology["transform"]["scale"]]
    origin = [Fraction(number) for number in topology["transform"]["translate"]]
    found = {}
    for geometry in layer["geometries"]:
        require(geometry["type"] == "MultiPolygon", f"{geometry['type']} where an outline was expected")
        x, y = centroid(geometry["arcs"], arcs)
        properties = geometry["properties"]
        require(properties["code"] not in found, f"{properties['code']}: two outlines")
        found[properties["code"]] = {
            "name": properties["name"],
            "name_eng": properties["name_eng"],
            "longitude": origin[0] + x * scale[0],
            "latitude": origin[1] + y * scale[1],
        }
    return found


def absolute(arc):
    x, y, points = 0, 0, []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x, y))
    return points


def centroid(polygons, arcs):
    """Area-weighted centroid in the topology's grid. In each polygon the first ring is the land, the others are holes."""
    area, moment_x, moment_y = 0, 0, 0
    for polygon in polygons:
        for position, indices in enumerate(polygon):
            ring_area, ring_x, ring_y = ring_moments(ring(indices, arcs))
            sign = (1 if ring_area >= 0 else -1) * (1 if position == 0 else -1)
            area, moment_x, moment_y = area + sign * ring_area, moment_x + sign * ring_x, moment_y + sign * ring_y
    require(area > 0, "an outline without area")
    return Fraction(moment_x, 3 * area), Fraction(moment_y, 3 * area)


def ring(indices, arcs):
    points = []
    for index in indices:
        part = arcs[index] if index >= 0 else arcs[~index][::-1]
        require(not points or points[-1] == part[0], "arcs of a ring do not meet")
        points.extend(part[1:] if points else part)
    require(points[0] == points[-1], "an open ring")
    return points


def ring_moments(points):
    """Twice the signed area of a closed ring, and the two sums that, over three times that, are its centroid."""
    area, x, y = 0, 0, 0
    for (ax, ay), (bx, by) in zip(points, points[1:]):
        cross = ax * by - bx * ay
        area, x, y = area + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    return area, x, y


def english_name(code, name_ko, source):
    """The source's English name in one spelling: City-si, Some-gun, Some-gu, City-si Some-gu."""
    if code in ENGLISH:
        return ENGLISH[code]
    suffix = {"시": "si", "군": "gun", "구": "gu"}[name_ko[-1]]
    stem = re.sub(f"-?{suffix}$", "", source)
    require(stem != source, f"{code}: {source} does not end as {name_ko} does")
    if " " not in name_ko:
        return f"{stem}-{suffix}"
    if code[:4] in CITIES:
        return f"{CITIES[code[:4]]} {stem}-{suffix}"
    city, found, gu = stem.partition("si")
    require(found and gu, f"{code}: no city in {source}")
    return f"{city}-si {gu.capitalize()}-{suffix}"


def degrees(value):
    """Six digits after the point, about a tenth of a metre; halves to the even digit."""
    micro = round(value * 1_000_000)
    require(0 < micro < 180_000_000, f"{value}: not a coordinate of Korea")
    return str((Decimal(micro) / 1_000_000).quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN))


def column(band):
    return "residents_" + band.replace("-", "_")


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Unexpected, OSError) as error:
        sys.exit(f"error: {error}")
