"""How well a candidate fits: kilometres, score and its whole parts. The sum is that of schedule.scoring.score."""

from math import exp

import numpy as np
from numpy.typing import NDArray

from volunteer_hub.kit.geo import EARTH_RADIUS_KM, Point, km
from volunteer_hub.matching.engine.instance import Opening, Volunteer

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]


def distance(v: Volunteer, o: Opening) -> float:
    """Kilometres between the two, 0 where either has no place."""
    return km(v.at, o.at) if v.at is not None and o.at is not None else 0.0


def distances(latitudes: Floats, longitudes: Floats, at: Point) -> Floats:
    """Kilometres from each place, given in radians, to `at`, given in degrees; NaN for who has none."""
    return between(latitudes, longitudes, np.radians(at[0]), np.radians(at[1]))


def between(latitudes: Floats, longitudes: Floats, latitude: Floats, longitude: Floats) -> Floats:
    """Kilometres between places of two lists, or of a list and one place, in radians; NaN where one is nowhere."""
    h = np.sin((latitudes - latitude) / 2) ** 2
    h += np.cos(latitudes) * np.cos(latitude) * np.sin((longitudes - longitude) / 2) ** 2
    kilometres: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(h)))
    return kilometres


def scores(near: Floats, liked: Bools, known: Bools, rested: Floats) -> NDArray[np.int64]:
    """Whole scores of candidates; `near` is 1 − d/max_km, `rested` is 100·exp(−recent/6)."""
    return np.asarray(100 + 300 * near + 250 * liked + 250 * known + rested).astype(np.int64)


def parts(v: Volunteer, o: Opening, total: int) -> dict[str, int]:
    """The whole parts that add up to `total`; what cutting to whole numbers leaves is counted to the distance."""
    whole = {"base": 100, "cause": 250 * (o.cause in v.causes), "known": 250 * (v.id in o.known)}
    whole["recent"] = int(100 * exp(-v.recent / 6))
    near = total - sum(whole.values())
    return {"base": 100, "distance": near, "cause": whole["cause"], "known": whole["known"], "recent": whole["recent"]}
