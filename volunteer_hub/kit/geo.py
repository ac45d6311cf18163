"""Places on the globe. Points are (latitude, longitude) in degrees."""

from collections.abc import Sequence
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088

Point = tuple[float, float]

# The coordinates of a GeoJSON MultiPolygon (RFC 7946): polygons of rings of [longitude, latitude]; the first ring is
# the outer one, the others are holes, and each ends where it began.
Shape = Sequence[Sequence[Sequence[Sequence[float]]]]


def km(a: Point, b: Point) -> float:
    """Great-circle distance in kilometres by the haversine formula on a sphere of the Earth's mean radius."""
    lat_a, lat_b = radians(a[0]), radians(b[0])
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


def shape_of(corners: Sequence[Point]) -> Shape:
    """One polygon without holes out of its corners, each said once; against the clock, as RFC 7946 wants it."""
    ring = [[lon, lat] for lat, lon in corners]
    turns = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise([*ring, ring[0]]))
    ring = [ring[0], *ring[:0:-1]] if turns > 0 else ring
    return [[[*ring, ring[0]]]]


def km2(shape: Shape) -> float:
    """The surface in square kilometres on a sphere of the Earth's mean radius; in Poland within 0.5 % of the ellipsoid.

    The sum over the edges is that of R. G. Chamberlain and W. H. Duquette, "Some Algorithms for Polygons on a Sphere",
    JPL Publication 07-03 (2007), exact for edges that are straight in longitude and sine of latitude.
    """
    return sum(_ring_km2(rings[0]) - sum(_ring_km2(hole) for hole in rings[1:]) for rings in shape)


def _ring_km2(ring: Sequence[Sequence[float]]) -> float:
    edges = pairwise(ring)
    twice = sum(radians(b[0] - a[0]) * (2 + sin(radians(a[1])) + sin(radians(b[1]))) for a, b in edges)
    return abs(twice) * EARTH_RADIUS_KM**2 / 2


def middle(polygon: Sequence[Point]) -> Point:
    """The mean of a polygon's corners: good enough to put its name there."""
    return sum(p[0] for p in polygon) / len(polygon), sum(p[1] for p in polygon) / len(polygon)


def inside(point: Point, shape: Shape) -> bool:
    """Whether `point` lies in `shape`, holes left out, by counting the borders a ray to the east crosses.

    Degrees are taken for a plane: exact enough for a town, wrong for a shape over the date line. A point on a border
    may fall either way, but to one of two neighbours that share it only.
    """
    latitude, longitude = point
    crossed = False
    for ring in (ring for polygon in shape for ring in polygon):
        for start, end in zip(ring, (*ring[1:], ring[0]), strict=True):
            # Always from the southern end, so that both neighbours round alike.
            (lat_a, lon_a), (lat_b, lon_b) = sorted(((start[1], start[0]), (end[1], end[0])))
            if lat_a <= latitude < lat_b:
                crossed ^= longitude < lon_a + (lon_b - lon_a) * (latitude - lat_a) / (lat_b - lat_a)
    return crossed
