"""A process of its own that judges and draws outlines: what is sent may be large, hostile or both. Decision 0025.

`python -m volunteer_hub.atlas.outlines JOB` reads its task from standard input and writes one JSON answer. The hub
never imports this module: shapely and numpy would cost every web process 30 MB and a fifth of a second. It has bounds
of memory and of time, no database and no secrets.
"""

import contextlib
import json
import resource
import sys
from collections.abc import Callable, Iterable, Sequence
from math import cos, radians
from typing import Any

import numpy
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.polygon import orient

from volunteer_hub.atlas import outline_text
from volunteer_hub.atlas.outline_text import Polygons, Unfit
from volunteer_hub.kit import geo

MEMORY = 1_500_000_000
SECONDS = 45

# A corner to the centimetre, in pictures to the metre.
DECIMALS, SEEN_DECIMALS = 7, 5
# The pictures of all districts together; and how coarse they may become for it, in degrees of latitude.
PICTURE_BYTES = 60_000
FINEST, COARSER, COARSEST = 0.00003, 1.6, 0.02

# Neighbours drawn by hand overlap along their border. What is more than this part of the smaller one, and more than a
# thousand square metres, is no such sliver.
SLIVER_SHARE, SLIVER_KM2 = 0.01, 0.001


def read(data: bytes, *, swap: bool) -> dict[str, Any]:
    """A file of districts: {"naming": [...], "districts": [{properties, corners, km2, shape}]}. Raises Unfit."""
    drawn = outline_text.read(data, swap=swap)
    shapes = [_sound(one.called, one.polygons) for one in drawn]
    for a, b, km2 in _overlaps(shapes):
        raise Unfit("overlap", name=drawn[a].called, other=drawn[b].called, km2=_round(km2))
    made = [_described(shape) | {"properties": one.properties} for one, shape in zip(drawn, shapes, strict=True)]
    naming = outline_text.naming([one.properties for one in drawn])
    if not naming and len(drawn) > 1:
        raise Unfit("no-names")
    return {"naming": naming, "districts": made}


def read_text(data: bytes) -> dict[str, Any]:
    """One outline as somebody typed it: {corners, km2, shape}. Raises Unfit."""
    return _described(_sound("", outline_text.read_text(data.decode())))


def lay(data: bytes) -> dict[str, Any]:
    """All districts side by side, as they would stand on the map.

    Given {"shapes": [...], "points": [[lat, lon, own], ...]}, `own` the place of the district it belongs to. Answers
    `overlaps` as [one, other, km²] by their places in the list, `outlines` for pictures in which neighbours share their
    border, `centres` where names stand, and for every point in `within` the district that holds it, its own before
    another, -1 for none.
    """
    given = json.loads(data)
    if not given["shapes"]:
        return {"overlaps": [], "outlines": [], "centres": [], "within": [-1] * len(given["points"])}
    shapes = [_multi(shape) for shape in given["shapes"]]
    outlines = _simplified(shapes)
    points = numpy.array(given["points"], dtype=float).reshape(-1, 3)
    within = numpy.full(len(points), -1)
    for n, shape in enumerate(shapes):
        shapely.prepare(shape)
        held = shapely.intersects_xy(shape, points[:, 1], points[:, 0])
        within[held & ((within < 0) | (points[:, 2] == n))] = n
    return {
        "overlaps": [[a, b, _round(km2)] for a, b, km2 in _overlaps(shapes)],
        "outlines": [_json(outline) for outline in outlines],
        "centres": [_centre(outline) for outline in outlines],
        "within": within.tolist(),
    }


def _sound(name: str, polygons: Polygons) -> MultiPolygon:
    """The polygons as one valid shape with its rings the right way round. Raises Unfit, which says where it is not."""
    rounded = [[[(round(x, DECIMALS), round(y, DECIMALS)) for x, y in ring] for ring in rings] for rings in polygons]
    made = MultiPolygon([Polygon(rings[0], rings[1:]) for rings in rounded])
    if not made.is_valid:
        reason = shapely.is_valid_reason(made)
        what, _, where = reason.partition("[")
        lon, lat = (float(part) for part in where.rstrip("]").split())
        raise Unfit(_invalid(what), name=name, lat=f"{lat:.5f}", lon=f"{lon:.5f}")
    if made.area == 0:
        raise Unfit("too-few-corners", name=name)
    return MultiPolygon([orient(part) for part in made.geoms])


def _invalid(reason: str) -> str:
    """Our word for what GEOS says of a shape that is not valid."""
    known = {"Hole": "bad-hole", "Nested": "bad-parts", "Duplicate": "bad-parts", "Too few": "too-few-corners"}
    return next((code for words, code in known.items() if words in reason), "self-crossing")


def _described(shape: MultiPolygon) -> dict[str, Any]:
    coordinates = _coordinates(shape)
    corners = sum(len(ring) - 1 for rings in coordinates for ring in rings)
    return {"corners": corners, "km2": geo.km2(coordinates), "shape": json.dumps(coordinates, separators=(",", ":"))}


def _overlaps(shapes: Sequence[MultiPolygon]) -> Iterable[tuple[int, int, float]]:
    """(one, other, km²) of those that overlap by more than a sliver."""
    for a, b in shapely.STRtree(shapes).query(shapes, predicate="intersects").T.tolist():
        if a < b:
            shared = sum(_km2(part) for part in shapely.get_parts(shapes[a] & shapes[b]) if isinstance(part, Polygon))
            if shared > max(SLIVER_KM2, SLIVER_SHARE * min(_km2(shapes[a]), _km2(shapes[b]))):
                yield a, b, shared


def _simplified(shapes: list[MultiPolygon]) -> list[MultiPolygon]:
    """The shapes coarsened together until their pictures are small enough; a border of two stays a border of two."""
    squeeze = cos(radians(shapely.total_bounds(shapes)[1::2].mean()))
    flat = shapely.transform(shapes, lambda xy: xy * (squeeze, 1.0))
    tolerance = FINEST
    while True:
        coarse = shapely.transform(shapely.coverage_simplify(flat, tolerance), lambda xy: xy / (squeeze, 1.0))
        made = [shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape]) for shape in coarse]
        if sum(len(_json(one)) for one in made) <= PICTURE_BYTES or tolerance > COARSEST:
            return made
        tolerance *= COARSER


def _centre(outline: MultiPolygon) -> list[float]:
    """Where a name stands best: the middle of the greatest circle inside, as [latitude, longitude]."""
    circle = shapely.maximum_inscribed_circle(outline)
    lon, lat = circle.coords[0]
    return [round(lat, SEEN_DECIMALS), round(lon, SEEN_DECIMALS)]


def _multi(coordinates: geo.Shape) -> MultiPolygon:
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in coordinates])


def _coordinates(shape: MultiPolygon, decimals: int = DECIMALS) -> list[list[list[list[float]]]]:
    rings = ([part.exterior, *part.interiors] for part in shape.geoms)
    return [[[[round(x, decimals), round(y, decimals)] for x, y in ring.coords] for ring in part] for part in rings]


def _json(shape: MultiPolygon) -> str:
    return json.dumps(_coordinates(shape, SEEN_DECIMALS), separators=(",", ":"))


def _km2(shape: Polygon | MultiPolygon) -> float:
    return geo.km2(_coordinates(shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])))


def _round(km2: float) -> float:
    return round(km2, 3)


JOBS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "file": lambda data: read(data, swap=False),
    "swapped-file": lambda data: read(data, swap=True),
    "text": read_text,
    "lay": lay,
}


def main(job: str) -> None:
    with contextlib.suppress(ValueError):  # macOS knows the limit and takes none
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        answer = JOBS[job](sys.stdin.buffer.read())
    except Unfit as unfit:
        answer = {"unfit": unfit.code, "values": unfit.values}
    except MemoryError:
        answer = {"unfit": "too-much", "values": {}}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
