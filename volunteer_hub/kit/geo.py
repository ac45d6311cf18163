"""Places on the globe. Points are (latitude, longitude) in degrees."""

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088

Point = tuple[float, float]


def km(a: Point, b: Point) -> float:
    """Great-circle distance in kilometres by the haversine formula on a sphere of the Earth's mean radius."""
    lat_a, lat_b = radians(a[0]), radians(b[0])
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


def middle(polygon: Sequence[Point]) -> Point:
    """The mean of a polygon's corners: good enough to put its name there."""
    return sum(p[0] for p in polygon) / len(polygon), sum(p[1] for p in polygon) / len(polygon)
