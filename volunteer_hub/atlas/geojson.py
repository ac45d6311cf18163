"""What maps draw, as GeoJSON (RFC 7946: longitude first). Every feature carries the words that a marker says.

Beside the features an answer holds what they share, so that ten thousand points stay light: names of themes, words of
urgency, and which kinds came as clusters because there were too many.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from volunteer_hub.atlas.queries import District
from volunteer_hub.atlas.rules import CROWD
from volunteer_hub.atlas.viewport import Spot, Spots
from volunteer_hub.kit.geo import Point
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark

Feature = dict[str, Any]

# The words of the levels of urgency, as parts/words.html has them for pages.
URGENCY = {1: mark("Spokojnie"), 2: mark("Wkrótce"), 3: mark("Pilne"), 4: mark("Na dziś")}


def collection(features: Iterable[Feature], **shared: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **shared}


def point(at: Point, **properties: Any) -> Feature:
    geometry = {"type": "Point", "coordinates": [at[1], at[0]]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def polygon(district: District, **properties: Any) -> Feature:
    """A district with its simplified outline."""
    words = {
        "kind": "district",
        "name": district.name,
        "slug": district.slug,
        "schematic": district.schematic,
        "centre": [district.centre[1], district.centre[0]],
    }
    return {
        "type": "Feature",
        "geometry": {"type": "MultiPolygon", "coordinates": district.outline},
        "properties": words | properties,
    }


def spots(kinds: Mapping[str, Spots], themes: Mapping[str, str], gaps: Iterable[Any] = ()) -> dict[str, Any]:
    """Points of needs and resources, or clusters of them; `gaps` are the ids of needs that nothing reaches."""
    struck = frozenset(gaps)
    return collection(
        [_spot(kind, one, struck) for kind, found in kinds.items() for one in found.spots],
        clustered={kind: found.clustered for kind, found in kinds.items()},
        themes=dict(themes),
        urgency={level: _(words) for level, words in URGENCY.items()},
    )


def _spot(kind: str, one: Spot, struck: frozenset[Any]) -> Feature:
    if one.id is None:
        return point(one.at, kind=kind, count=one.count, urgency=one.urgency)
    found: dict[str, Any] = {"kind": kind, "id": str(one.id), "name": one.name, "theme": one.theme}
    if one.urgency:
        found |= {"urgency": one.urgency, "people": one.people}
    if one.id in struck:
        found["gap"] = True
    return point(one.at, **found)


def crowd(at_least: int) -> str:
    """A count as the public is told it: its ten, or that it is fewer than ten."""
    return f"{at_least}–{at_least + CROWD - 1}" if at_least else _("mniej niż 10")


def ring(south: float, west: float, north: float, east: float) -> Sequence[Sequence[float]]:
    """The closed ring of a rectangle, counter-clockwise as the RFC wants it."""
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]
