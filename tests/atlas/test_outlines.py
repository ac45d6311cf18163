"""Outlines that somebody sends: what is taken, and for each way to be wrong its own reason."""

import json
import math
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.atlas import outline_text, outline_words, outlines
from volunteer_hub.atlas.outline_text import Unfit
from volunteer_hub.kit import geo

SQUARE = [[19.0, 52.6], [19.1, 52.6], [19.1, 52.7], [19.0, 52.7], [19.0, 52.6]]
HOLE = [[19.02, 52.62], [19.02, 52.64], [19.04, 52.64], [19.04, 52.62], [19.02, 52.62]]


def moved(ring: list[list[float]], by: float) -> list[list[float]]:
    return [[lon + by, lat] for lon, lat in ring]


def feature(*rings: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": list(rings)}
    return {"type": "Feature", "properties": {"nazwa": "Michelin"} | properties, "geometry": geometry}


def collection(*features: Any, **members: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | members).encode()


def metres(x: float, y: float) -> bytes:
    return collection(feature([[x, y], [x + 900, y], [x + 900, y + 900], [x, y]]))


BOW = [[19.0, 52.6], [19.1, 52.7], [19.1, 52.6], [19.0, 52.7], [19.0, 52.6]]
SWAPPED = [[lat, lon] for lon, lat in SQUARE]

# What is sent → the reason, and what its sentence must tell.
HOSTILE: dict[str, tuple[bytes, str, str]] = {
    "no JSON": (b"osiedla", "not-json", "w wierszu 1, w kolumnie 1"),
    "half a file": (collection(feature(SQUARE))[:-40], "not-json", "w wierszu 1"),
    "not UTF-8": ("\x00osiedle é".encode("utf-16"), "not-utf8", "UTF-8"),
    "a packed file": (b"PK\x03\x04shp", "archive", "Rozpakuj"),
    "KML": (b"  <?xml version='1.0'?><kml/>", "xml", "KML"),
    "TopoJSON": (b'{"type": "Topology", "objects": {}}', "topojson", "TopoJSON"),
    "a list": (b"[1, 2]", "wrong-type", "brakuje w nim „type”"),
    "a number": (b"7", "wrong-type", "brakuje"),
    "a line": (b'{"type": "LineString", "coordinates": []}', "wrong-type", "„LineString”"),
    "features are no list": (b'{"type": "FeatureCollection", "features": {}}', "wrong-type", "FeatureCollection"),
    "no features": (collection(), "empty", "nie ma żadnego osiedla"),
    "a feature is a word": (collection("x"), "no-geometry", "Obiekt nr 1"),
    "no geometry": (collection({"type": "Feature", "properties": {}, "geometry": None}), "no-geometry", "Obiekt nr 1"),
    "coordinates are a word": (collection(feature() | {"geometry": {"type": "Polygon", "coordinates": "x"}}),
                               "no-geometry", "obiekt nr 1"),
    "no coordinates": (collection(feature() | {"geometry": {"type": "Polygon"}}), "no-geometry", "obiekt nr 1"),
    "a point": (collection(feature(19, 52, kind="Point")), "wrong-geometry", "„Point”"),
    "a ring is a number": (collection(feature(7)), "bad-position", "Michelin"),
    "a corner is a word": (collection(feature(["x"] * 4)), "bad-position", "Michelin"),
    "a coordinate is a word": (collection(feature([["19", "52"]] * 4)), "bad-position", "Michelin"),
    "a coordinate is true": (collection(feature([[True, False]] * 4)), "bad-position", "Michelin"),
    "one number": (collection(feature([[19.0]] * 4)), "bad-position", "Michelin"),
    "an empty ring": (collection(feature([])), "too-few-corners", "trzy różne punkty"),
    "two corners": (collection(feature([SQUARE[0], SQUARE[1], SQUARE[0]])), "too-few-corners", "trzy różne punkty"),
    "one corner four times": (collection(feature([SQUARE[0]] * 4)), "too-few-corners", "trzy różne punkty"),
    "all in a line": (collection(feature([[19.0, 52.6], [19.1, 52.6], [19.2, 52.6], [19.0, 52.6]])),
                      "self-crossing", "przecina"),
    "an open ring": (collection(feature(SQUARE[:-1])), "not-closed", "nie jest zamknięta"),
    "crossing itself": (collection(feature(BOW)), "self-crossing", "52.65000, 19.05000"),
    "a hole outside": (collection(feature(SQUARE, moved(HOLE, 0.5))), "bad-hole", "52.6"),
    "parts over parts": (collection(feature([SQUARE], [moved(SQUARE, 0.05)], kind="MultiPolygon")),
                         "self-crossing", "przecina"),
    "a part in a part": (collection(feature([SQUARE], [HOLE], kind="MultiPolygon")), "bad-parts", "nachodzą"),
    "NaN": (collection(feature(SQUARE)).replace(b"19.1", b"NaN", 1), "not-a-number", "NaN"),
    "Infinity": (collection(feature(SQUARE)).replace(b"19.1", b"-Infinity", 1), "not-a-number", "-Infinity"),
    "infinite by digits": (collection(feature(SQUARE)).replace(b"19.1", b"1e999", 1), "not-a-number", "Infinity"),
    "an endless number": (collection(feature(SQUARE)).replace(b"19.1", b"9" * 5000, 1), "not-a-number", "Infinity"),
    "a huge number": (collection(feature(SQUARE)).replace(b"19.1", b"1e300", 1), "huge-number", "za duże"),
    "latitude first": (collection(feature(SWAPPED)), "swapped", "Zamień kolejność"),
    "a named system": (collection(feature(SQUARE), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::2180"}}),
                       "projection", "EPSG:2180"),
    "a system of rubbish": (collection(feature(SQUARE), crs=[7]), "projection", "?"),
    "PUWG 1992": (metres(502_000, 532_000), "projection", "PUWG 1992 (EPSG:2180)"),
    "PUWG 1992, north first": (metres(532_000, 502_000), "projection", "PUWG 1992 (EPSG:2180)"),
    "PUWG 2000": (metres(6_503_000, 5_835_000), "projection", "PUWG 2000"),
    "Web Mercator": (metres(2_120_000, 6_900_000), "projection", "Web Mercator (EPSG:3857)"),
    "UTM": (metres(370_000, 5_835_000), "projection", "UTM"),
    "metres of nowhere": (metres(3_000, 3_000), "projection", "nie poznajemy"),
    "nested too deep": (b"[" * 100_000, "too-deep", "nawiasów"),
    "nested too deep, closed": (b'{"type":' * 5_000 + b"1" + b"}" * 5_000, "too-deep", "nawiasów"),
    "too many corners": (collection(feature(SQUARE * 50_001)), "too-many-corners", "200000"),
    "nothing but arrays": (b"[" + b"[]," * 900_000 + b"[]]", "too-many-corners", "200000"),
    "nothing but numbers": (b"[" + b"1," * 4_000_000 + b"1]", "too-many-corners", "200000"),
    "too many bytes": (b" " * 20_000_001, "too-big", "20 MB"),
    "too many districts": (collection(*[feature(SQUARE)] * 501), "too-many-districts", "500"),
    "two over each other": (collection(feature(SQUARE), feature(moved(SQUARE, 0.05), nazwa="Rybnica")),
                            "overlap", "„Rybnica”"),
    "no names": (collection(feature(SQUARE, nazwa=""), feature(moved(SQUARE, 0.1), nazwa=None)), "no-names", "nazw"),
}  # fmt: skip


@pytest.mark.parametrize("sent", HOSTILE)
def test_what_is_wrong_is_told(sent: str) -> None:
    data, code, told = HOSTILE[sent]
    with pytest.raises(Unfit) as caught:
        outlines.read(data, swap=False)
    assert caught.value.code == code
    assert told in outline_words.refused(code, caught.value.values).sentence


def test_every_reason_has_a_sentence_and_every_sentence_a_reason() -> None:
    seen = {code for _, code, _ in HOSTILE.values()}
    elsewhere = {"too-much", "one-only", "bad-line", "swapped-lines", "no-type", "unknown-projection"}
    assert seen | elsewhere == set(outline_words.SENTENCES)


def test_names_corners_and_surface_of_a_file(tmp_path: object) -> None:
    data = collection(feature(SQUARE, kod=7), feature(moved(SQUARE, 0.1), nazwa=" Rybnica ", kod=8, opis="x" * 300))
    found = outlines.read(data, swap=False)
    assert found["naming"] == ["nazwa", "kod"]
    assert [one["properties"]["nazwa"] for one in found["districts"]] == ["Michelin", "Rybnica"]
    assert [one["corners"] for one in found["districts"]] == [4, 4]
    assert found["districts"][0]["km2"] == pytest.approx(75.0, abs=0.1)


def test_a_byte_order_mark_heights_and_a_system_of_degrees_do_no_harm() -> None:
    high = [[lon, lat, 61.5] for lon, lat in SQUARE]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    (one,) = outlines.read(b"\xef\xbb\xbf" + collection(feature(high), crs=crs), swap=False)["districts"]
    assert json.loads(one["shape"])[0][0][0] == [19.0, 52.6]


def test_rings_come_the_right_way_round_whichever_way_they_were_sent() -> None:
    for outer, hole in ((SQUARE, HOLE), (SQUARE[::-1], HOLE[::-1])):
        (one,) = outlines.read(collection(feature(outer, hole)), swap=False)["districts"]
        ((ring, inner),) = json.loads(one["shape"])
        assert shapely.LinearRing(ring).is_ccw and not shapely.LinearRing(inner).is_ccw
        assert one["km2"] == pytest.approx(geo.km2([[SQUARE]]) - geo.km2([[HOLE]]))


def test_several_parts_are_kept() -> None:
    parts = feature([SQUARE, HOLE], [moved(SQUARE, 0.5)], kind="MultiPolygon")
    (one,) = outlines.read(collection(parts), swap=False)["districts"]
    assert [len(rings) for rings in json.loads(one["shape"])] == [2, 1]


def test_a_file_with_latitude_first_is_read_when_somebody_says_so() -> None:
    (one,) = outlines.read(collection(feature(SWAPPED)), swap=True)["districts"]
    assert json.loads(one["shape"])[0][0][0] == [19.0, 52.6]
    with pytest.raises(Unfit, match="swapped"):
        outlines.read(collection(feature(SQUARE)), swap=True)


def test_a_sliver_along_a_border_is_no_overlap() -> None:
    neighbour = [[lon - 0.0005 if lon == 19.1 else lon, lat] for lon, lat in moved(SQUARE, 0.1)]
    assert len(outlines.read(collection(feature(SQUARE), feature(neighbour)), swap=False)["districts"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "52.6, 19.0\n52.6, 19.1\n52.7, 19.1",
        "52,6; 19,0\r\n52,6; 19,1\r\n52,7; 19,1\r\n52,6; 19,0",
        "52.6 19.0\n52.6\t19.1\n52.7°  19.1°",
        " 52.6,19.0 \n52.6,19.1\n52.7,19.1\n",
        json.dumps({"type": "Polygon", "coordinates": [[[19.0, 52.6], [19.1, 52.6], [19.1, 52.7], [19.0, 52.6]]]}),
        collection(feature([[19.0, 52.6], [19.1, 52.6], [19.1, 52.7], [19.0, 52.6]])).decode(),
    ],
)
def test_an_outline_is_typed_as_lines_or_as_geojson(text: str) -> None:
    found = outlines.read_text(text.encode())
    assert found["corners"] == 3 and found["km2"] == pytest.approx(37.5, abs=0.1)


def test_an_empty_line_begins_another_part() -> None:
    text = "52.6, 19.0\n52.6, 19.1\n52.7, 19.1\n\n52.6, 19.5\n52.6, 19.6\n52.7, 19.6"
    assert len(json.loads(outlines.read_text(text.encode())["shape"])) == 2


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("", "bad-line", "Wiersz 1"),
        ("52.6, 19.0\nPłocka 5\n52.7, 19.1", "bad-line", "Wiersz 2 to nie są dwie liczby: „Płocka 5”"),
        ("52.6, 19.0, 3\n52.6, 19.1\n52.7, 19.1", "bad-line", "Wiersz 1"),
        ("52.6, 19.0", "too-few-corners", "trzy różne punkty"),
        ("19.0, 52.6\n19.1, 52.6\n19.1, 52.7", "swapped-lines", "najpierw szerokość"),
        ("52.6, 19.0\n52.7, 19.1\n52.6, 19.1\n52.7, 19.0", "self-crossing", "Granica przecina samą siebie"),
        ("9" * 400 + ", 19\n52.6, 19.1\n52.7, 19.1", "not-a-number", "Infinity"),
        (collection(feature(SQUARE), feature(SQUARE)).decode(), "one-only", "2"),
    ],
)
def test_what_is_wrong_with_a_typed_outline_is_told(text: str, code: str, told: str) -> None:
    with pytest.raises(Unfit) as caught:
        outlines.read_text(text.encode())
    assert caught.value.code == code
    assert told in outline_words.refused(code, caught.value.values).sentence


def lay(*shapes: object, points: object = ()) -> dict[str, Any]:
    return outlines.lay(json.dumps({"shapes": shapes, "points": points}).encode())


def round_town(n: int, centre: float = 19.05) -> list[list[float]]:
    """A ring of `n` corners around a town."""
    turn = [2 * math.pi * k / n for k in range(n)]
    ring = [[centre + 0.03 * math.cos(a), 52.65 + 0.02 * math.sin(a)] for a in turn]
    return [*ring, ring[0]]


def test_pictures_of_a_town_are_small_and_neighbours_keep_their_border() -> None:
    wave = [[19.1 + 0.004 * math.sin(k / 30), 52.5 + k / 100_000] for k in range(20_001)]
    west = [[18.9, 52.5], *wave, [18.9, 52.7], [18.9, 52.5]]
    east = [[19.3, 52.7], *wave[::-1], [19.3, 52.5], [19.3, 52.7]]
    drawn = lay([[west]], [[east]])["outlines"]
    assert sum(map(len, drawn)) <= outlines.PICTURE_BYTES
    pictures = [json.loads(text) for text in drawn]
    borders = [{(lon, lat) for lon, lat in one[0][0] if 19.05 < lon < 19.15} for one in pictures]
    assert len(borders[0]) > 100 and borders[0] == borders[1]


def test_who_lies_where_is_told_and_a_hole_is_outside() -> None:
    points = [[52.63, 19.03, 0], [52.65, 19.05, -1], [52.65, 19.25, 0], [52.65, 18.0, 1]]
    assert lay([[SQUARE, HOLE]], [[moved(SQUARE, 0.2)]], points=points)["within"] == [-1, 0, 1, -1]


def test_on_a_shared_border_one_stays_where_one_belongs() -> None:
    points = [[52.65, 19.1, own] for own in (-1, 0, 1)]
    assert lay([[SQUARE]], [[moved(SQUARE, 0.1)]], points=points)["within"] == [0, 0, 1]


def test_a_name_stands_inside_its_district_even_where_the_middle_of_it_is_not() -> None:
    crescent = [[[19.0, 52.6], [19.1, 52.6], [19.1, 52.61], [19.01, 52.61], [19.01, 52.69], [19.1, 52.69],
                 [19.1, 52.7], [19.0, 52.7], [19.0, 52.6]]]  # fmt: skip
    ((lat, lon),) = lay([crescent])["centres"]
    assert shapely.Polygon(crescent[0]).contains(shapely.Point(lon, lat))


def test_nothing_laid_is_nothing() -> None:
    assert lay(points=[[52.0, 19.0, -1]]) == {"overlaps": [], "outlines": [], "centres": [], "within": [-1]}


@given(st.binary(max_size=300) | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(
    lambda value: json.dumps({"type": "Polygon", "coordinates": value}).encode()
))  # fmt: skip
def test_whatever_is_sent_is_read_or_refused(data: bytes) -> None:
    try:
        assert outlines.read(data, swap=False)["districts"]
    except Unfit as unfit:
        assert outline_words.refused(unfit.code, unfit.values).status == 422


def test_reading_keeps_to_its_bounds() -> None:
    found = outlines.read(collection(feature(round_town(190_000))), swap=False)
    assert found["districts"][0]["corners"] == 190_000 and outline_text.MOST_CORNERS == 200_000
