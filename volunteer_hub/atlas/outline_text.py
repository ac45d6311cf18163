"""What somebody sends as an outline becomes coordinates, or a reason why not. Pure; it runs in a process of its own.

Read are GeoJSON (RFC 7946) and lines of "latitude, longitude". Nothing that is sent is believed: `Unfit` names the
first thing that is wrong, and `outline_words` says it in words.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any, NoReturn

MOST_BYTES = 20_000_000
MOST_CORNERS = 200_000
MOST_DISTRICTS = 500
LONGEST_NAME = 80
MOST_PROPERTIES = 40

# Each corner is one array, and what stands around corners is small beside them. Counted before anything is built: a
# file of nothing but "[],[]," would else fill the memory.
MOST_ARRAYS = 2 * MOST_CORNERS + 50_000
MOST_VALUES = 4 * MOST_CORNERS + 500_000

# Where Poland lies, in degrees and in the metres of the systems its offices use: (what, x from, to, y from, to).
LATITUDES, LONGITUDES = (48.9, 55.0), (14.0, 24.3)
SYSTEMS = (
    ("PUWG 1992 (EPSG:2180)", 140_000, 880_000, 110_000, 800_000),
    ("PUWG 2000 (EPSG:2176–2179)", 5_300_000, 8_700_000, 5_400_000, 6_200_000),
    ("Web Mercator (EPSG:3857)", 1_500_000, 2_750_000, 6_200_000, 7_400_000),
    ("UTM (EPSG:32633, 32634)", 160_000, 840_000, 5_400_000, 6_200_000),
)
WGS84 = re.compile(r"(crs84|epsg:{1,2}4326|epsg/0/4326)$", re.IGNORECASE)

Ring = list[tuple[float, float]]
Polygons = list[list[Ring]]

# "52.65, 19.06", "52,65; 19,06", "52.65 19.06", "52.65,19.06".
DECIMAL = r"[+-]?\d+(?:[.,]\d+)?"
LINE = re.compile(rf"({DECIMAL})\s*°?(?:\s*;\s*|,\s+|\s+)({DECIMAL})\s*°?[;,]?$")
TIGHT = re.compile(r"([+-]?\d+(?:\.\d+)?),([+-]?\d+(?:\.\d+)?)$")


class Unfit(Exception):
    """Why an outline cannot be taken: a word for it, and what its sentence tells."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Drawn:
    """One district of a file: what it is called for now, its properties that are words, and its polygons."""

    called: str
    properties: dict[str, str]
    polygons: Polygons


def read(data: bytes, *, swap: bool = False) -> list[Drawn]:
    """The districts of a GeoJSON text, of which at least one. `swap`: latitude stands first. Raises Unfit."""
    found = [_drawn(n, feature, swap) for n, feature in enumerate(_features(_parsed(data)), 1)]
    if not found:
        raise Unfit("empty")
    _numbers(found)
    return found


def read_text(text: str) -> Polygons:
    """The polygons of one outline: a GeoJSON text with a single district, or lines of "latitude, longitude".

    Lines say each corner once; an empty line begins another part. Raises Unfit.
    """
    if text.lstrip().startswith(("{", "[")):
        drawn = read(text.encode())
        if len(drawn) > 1:
            raise Unfit("one-only", n=len(drawn))
        return drawn[0].polygons
    parts: Polygons = []
    for block in re.split(r"\n\s*\n", text.strip().replace("\r", "")):
        ring = [_line(n, line) for n, line in enumerate(block.split("\n"), 1)]
        parts.append([ring if ring[0] == ring[-1] and len(ring) > 1 else [*ring, ring[0]]])
    _checked_rings("", parts)
    try:
        _numbers([Drawn("", {}, parts)])
    except Unfit as unfit:
        raise (Unfit("swapped-lines") if unfit.code == "swapped" else unfit) from None
    return parts


def _line(n: int, line: str) -> tuple[float, float]:
    found = TIGHT.match(line.strip()) or LINE.match(line.strip())
    if not found:
        raise Unfit("bad-line", n=n, line=line.strip()[:40])
    latitude, longitude = (float(part.replace(",", ".")) for part in found.groups())
    return longitude, latitude


def _parsed(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise Unfit("too-big", mb=MOST_BYTES // 1_000_000)
    if data[:2] == b"PK":
        raise Unfit("archive")
    if data.lstrip()[:1] == b"<":
        raise Unfit("xml")
    if data.count(b"[") + data.count(b"{") > MOST_ARRAYS or data.count(b",") > MOST_VALUES:
        raise Unfit("too-many-corners", n=MOST_CORNERS)
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_constant, parse_int=_whole)
    except UnicodeDecodeError as error:
        raise Unfit("not-utf8") from error
    except json.JSONDecodeError as error:
        raise Unfit("not-json", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise Unfit("too-deep") from error


def _constant(word: str) -> NoReturn:
    raise Unfit("not-a-number", word=word)


def _whole(digits: str) -> float:
    return int(digits) if len(digits) < 16 else float(digits)


def _features(root: Any) -> list[Any]:
    """What could be districts: the features of a collection, one feature, or one bare geometry."""
    kind = root.get("type") if isinstance(root, dict) else None
    if kind == "Topology":
        raise Unfit("topojson")
    if kind in ("FeatureCollection", "Feature", "Polygon", "MultiPolygon"):
        _system(root.get("crs"))
    if kind == "FeatureCollection" and isinstance(root.get("features"), list):
        if len(root["features"]) > MOST_DISTRICTS:
            raise Unfit("too-many-districts", n=MOST_DISTRICTS)
        return root["features"]
    if kind == "Feature":
        return [root]
    if kind in ("Polygon", "MultiPolygon"):
        return [{"type": "Feature", "geometry": root, "properties": None}]
    raise Unfit("wrong-type", type=str(kind)[:40] if kind else "")


def _system(crs: Any) -> None:
    """Refuses a named system of coordinates that is not WGS 84; RFC 7946 knows no other."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if not WGS84.search(name):
        code = re.search(r"(\d{4,6})$", name)
        raise Unfit("projection", name=f"EPSG:{code[1]}" if code else name[:60] or "?")


def _drawn(n: int, feature: Any, swap: bool) -> Drawn:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    words = _words(properties if isinstance(properties, dict) else {})
    called = next((words[key] for key in naming([words])), "")
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    where = {"n": n, "name": called}
    if kind not in ("Polygon", "MultiPolygon"):
        raise Unfit("wrong-geometry" if kind else "no-geometry", type=str(kind)[:40], **where)
    given = geometry["coordinates"] if isinstance(geometry, dict) and "coordinates" in geometry else None
    parts = [given] if kind == "Polygon" else given
    if not isinstance(parts, list) or not parts or not all(isinstance(part, list) and part for part in parts):
        raise Unfit("no-geometry", **where)
    polygons = [[_ring(ring, swap, where) for ring in part] for part in parts]
    _checked_rings(called or str(n), polygons)
    return Drawn(called or str(n), words, polygons)


def _ring(ring: Any, swap: bool, where: dict[str, Any]) -> Ring:
    if not isinstance(ring, list):
        raise Unfit("bad-position", **where)
    made: Ring = []
    for position in ring:
        if not isinstance(position, list) or len(position) < 2:
            raise Unfit("bad-position", **where)
        x, y = position[:2]
        if type(x) not in (int, float) or type(y) not in (int, float):
            raise Unfit("bad-position", **where)
        made.append((float(y), float(x)) if swap else (float(x), float(y)))
    return made


def _checked_rings(name: str, polygons: Polygons) -> None:
    for ring in (ring for polygon in polygons for ring in polygon):
        if len(set(ring)) < 3:
            raise Unfit("too-few-corners", name=name)
        if ring[0] != ring[-1]:
            raise Unfit("not-closed", name=name)


def _numbers(drawn: list[Drawn]) -> None:
    """Refuses too many corners, and coordinates that are no degrees, or degrees the wrong way round."""
    corners = list(_corners(drawn))
    if len(corners) > MOST_CORNERS:
        raise Unfit("too-many-corners", n=MOST_CORNERS)
    if not all(isfinite(x) and isfinite(y) for x, y in corners):
        raise Unfit("not-a-number", word="Infinity")
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    if west < -180 or east > 180 or south < -90 or north > 90:
        name = _system_of(west, east, south, north) or _system_of(south, north, west, east)
        # Not even twice around the Earth in metres.
        raise Unfit("huge-number") if max(-west, east, -south, north) > 1e8 else Unfit("projection", name=name)
    if _within(west, east, LATITUDES) and _within(south, north, LONGITUDES):
        raise Unfit("swapped")


def _system_of(west: float, east: float, south: float, north: float) -> str:
    """The system in whose metres Poland lies there; empty for none."""
    for name, *(x, to_x, y, to_y) in SYSTEMS:
        if _within(west, east, (x, to_x)) and _within(south, north, (y, to_y)):
            return name
    return ""


def _within(low: float, high: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= low and high <= bounds[1]


def _corners(drawn: list[Drawn]) -> Iterator[tuple[float, float]]:
    return (corner for one in drawn for polygon in one.polygons for ring in polygon for corner in ring)


def _words(properties: dict[str, Any]) -> dict[str, str]:
    """The properties that could be a name: short words, or numbers as words."""
    kept: dict[str, str] = {}
    for key, value in properties.items():
        if isinstance(value, str | int | float) and not isinstance(value, bool) and len(kept) < MOST_PROPERTIES:
            text = " ".join(str(value).split())
            if 0 < len(text) <= LONGEST_NAME and text.isprintable() and 0 < len(key) <= LONGEST_NAME:
                kept[key] = text
    return kept


USUAL = ("nazwa", "name", "osiedle", "dzielnica", "rejon", "nazwa_osiedla", "jpt_nazwa_", "district", "title")


def naming(districts: list[dict[str, str]]) -> list[str]:
    """The properties that every district has, the likeliest name first: the usual words, then letters before digits."""
    first, *others = districts
    shared = [key for key in first if all(key in other for other in others)]

    def likely(key: str) -> tuple[int, bool, bool]:
        values = {one[key] for one in districts}
        usual = USUAL.index(key.lower()) if key.lower() in USUAL else len(USUAL)
        return usual, len(values) < len(districts), not all(any(c.isalpha() for c in value) for value in values)

    return sorted(shared, key=likely)
