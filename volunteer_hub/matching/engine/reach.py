"""Who may reach a place: volunteers in classes of reach, each in order of latitude, so that few are looked at.

Near or far is told by chords, straight through the globe: never longer than the way on the ground, and without sines.
"""

import numpy as np

from volunteer_hub.kit.geo import EARTH_RADIUS_KM
from volunteer_hub.matching.engine.fit import Floats, Indices, distances
from volunteer_hub.matching.engine.instance import Point

# Kilometres by which rounding may be off, with room.
SLACK = 1e-6


class Reach:
    """Volunteers by how far they go; the reach of a class is up to twice that of the one before it."""

    def __init__(self, latitudes: Floats, longitudes: Floats, max_km: Floats) -> None:
        self._anywhere = np.flatnonzero(np.isnan(latitudes))
        placed = np.flatnonzero(~np.isnan(latitudes))
        exponents = np.frexp(max_km[placed])[1]
        self._classes: list[_Class] = []
        for exponent in np.unique(exponents):
            who = placed[exponents == exponent]
            who = who[np.argsort(latitudes[who], kind="stable")]
            self._classes.append(_Class(who, latitudes[who], longitudes[who], max_km[who]))

    def around(self, places: list[Point]) -> Indices:
        """Who may reach one of these places, in order: nobody who does is missing, a few who do not are there."""
        latitudes, longitudes = np.radians(np.array(places)).T
        radius = float(distances(latitudes, longitudes, places[0]).max()) + SLACK
        found = [one.around(latitudes[:1], longitudes[:1], radius) for one in self._classes]
        return np.sort(np.concatenate([self._anywhere, *found]))


class _Class:
    def __init__(self, who: Indices, latitudes: Floats, longitudes: Floats, max_km: Floats) -> None:
        self.who, self.latitudes, self.max_km, self.furthest = who, latitudes, max_km, float(max_km.max())
        self.spots = spots(latitudes, longitudes)

    def around(self, latitude: Floats, longitude: Floats, radius: float) -> Indices:
        """Who may reach a circle of so many kilometres, by the triangle inequality."""
        band = (self.furthest + radius) / EARTH_RADIUS_KM
        part = slice(*np.searchsorted(self.latitudes, (latitude[0] - band, latitude[0] + band)))
        chords = sum((mine[part] - its) ** 2 for mine, its in zip(self.spots, spots(latitude, longitude), strict=True))
        return self.who[part][chords <= (self.max_km[part] + radius) ** 2]


def spots(latitudes: Floats, longitudes: Floats) -> tuple[Floats, Floats, Floats]:
    """Places, given in radians, in kilometres from the middle of the globe."""
    around = EARTH_RADIUS_KM * np.cos(latitudes)
    return around * np.cos(longitudes), around * np.sin(longitudes), EARTH_RADIUS_KM * np.sin(latitudes)
