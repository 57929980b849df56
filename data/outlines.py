"""Draws outlines.csv, the map's shapes, from the boundaries that README.md names: on a coarse grid, with fewer points.

Neighbours share the lines between them, and a line is thinned once, so that no gap opens between two districts. Integers
and fractions only: the same input gives the same bytes.
"""

from fractions import Fraction

# A cell of the grid, in degrees of latitude: about 165 metres.
CELL = Fraction(3, 2000)

# Length of a degree of longitude in degrees of latitude, at 36 degrees north: the cosine.
SQUEEZE = Fraction(809, 1000)

# A corner is left out while the triangle that it makes with its neighbours has less than this area, in half cells: where
# districts are drawn again, enlarged, and elsewhere.
FINE, COARSE = 6, 90

# An island smaller than this, in half cells, is left out, unless it is all that a district has, or Dokdo.
ISLAND = 160

# East of this column there is nothing but Dokdo.
DOKDO = 3800

# Provinces whose districts a map of the whole country shows too small to see: they are drawn again, enlarged.
ENLARGED = {"11", "21", "22"}


def rows(topology, absolute, provinces):
    """One row per district: code, its rings, the title of the enlargement it belongs to in both languages."""
    (layer,) = topology["objects"].values()
    place = to_grid(topology["transform"], [absolute(arc) for arc in topology["arcs"]])
    enlarged = lines_of(geometry for geometry in layer["geometries"] if geometry["properties"]["code"][:2] in ENLARGED)
    corner = [FINE if number in enlarged else COARSE for number in range(len(topology["arcs"]))]
    arcs = [thin([place(point) for point in absolute(arc)], least) for arc, least in zip(topology["arcs"], corner)]
    found = []
    for geometry in layer["geometries"]:
        code = geometry["properties"]["code"]
        land = [ring(polygon[0], arcs) for polygon in geometry["arcs"]]
        holes = [ring(indices, arcs) for polygon in geometry["arcs"] for indices in polygon[1:]]
        largest = max(land, key=twice_area)
        kept = [points for points in land if points is largest or twice_area(points) >= ISLAND]
        kept += [islet(points) for points in land if points not in kept and min(points)[0] >= DOKDO]
        kept += [points for points in holes if twice_area(points) >= ISLAND]
        korean, english = provinces[code[:2]] if code[:2] in ENLARGED else ("", "")
        outline = ";".join(map(spell, kept))
        found.append({"code": code, "enlarged_ko": korean, "enlarged_en": english, "outline": outline})
    return sorted(found, key=lambda row: row["code"])


def lines_of(geometries):
    """Numbers of the arcs of these districts, in whichever direction they run."""
    rings = (ring for geometry in geometries for polygon in geometry["arcs"] for ring in polygon)
    return {index if index >= 0 else ~index for ring in rings for index in ring}


def to_grid(transform, arcs):
    """From the topology's integers to cells: x from the west, y from the north."""
    (scale_x, scale_y) = (Fraction(number) for number in transform["scale"])
    top = max(y for arc in arcs for _, y in arc)
    return lambda point: (round(point[0] * scale_x * SQUEEZE / CELL), round((top - point[1]) * scale_y / CELL))


def thin(points, corner):
    """Visvalingam and Whyatt 1993: the least corner goes first, up to `corner`. Ends stay; a closed line keeps three corners."""
    points = [point for place, point in enumerate(points) if place == 0 or point != points[place - 1]]
    least = 4 if points[0] == points[-1] else 2
    while len(points) > least:
        corners = [(triangle(*points[at - 1 : at + 2]), at) for at in range(1, len(points) - 1)]
        area, at = min(corners)
        if area >= corner:
            break
        del points[at]
    return points


def triangle(a, b, c):
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]))


def ring(indices, arcs):
    """The corners of a closed line, the first one not repeated."""
    points = []
    for index in indices:
        part = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(part[1:] if points else part)
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def twice_area(points):
    pairs = zip(points, points[1:] + points[:1])
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs))


def islet(points):
    """An island too small for the grid, as the smallest shape that can be seen."""
    x, y = min(points)
    return [(x, y - 4), (x + 4, y), (x, y + 4), (x - 4, y)]


def spell(points):
    """The first corner on the grid, then each from the one before."""
    steps = [points[0]] + [(bx - ax, by - ay) for (ax, ay), (bx, by) in zip(points, points[1:])]
    return " ".join(f"{x} {y}" for x, y in steps)
