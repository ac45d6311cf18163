"""Pictures of the reports: inside their frame, readable without colour, and each says in words what it shows."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.atlas.picture import Outline
from volunteer_hub.atlas.queries import District
from volunteer_hub.kit import geo
from volunteer_hub.reports.indicators.values import Amount, By, Figure, Indicator, Part, Under, Withheld
from volunteer_hub.reports.pictures import drawing, sentences
from volunteer_hub.reports.pictures.values import Bar, Line, Picture
from volunteer_hub.reports.year import drawn as of_year
from volunteer_hub.reports.year import paper
from volunteer_hub.web.i18n import speaking

SVG = "{http://www.w3.org/2000/svg}"
amounts = st.one_of(st.none(), st.integers(0, 10**9))


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own drawing


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in tree(svg).iter(f"{SVG}text")]


@given(st.lists(st.lists(amounts, min_size=5, max_size=5), min_size=1, max_size=4))
def test_lines_stay_inside_and_each_has_its_own_dash_and_name(values: list[list[int | None]]) -> None:
    drawn = [Line(f"linia {n}", tuple(of)) for n, of in enumerate(values)]
    root = tree(drawing.lines("k", "Mówi.", ["2022", "2023", "2024", "2025", "2026"], drawn))
    for spot in root.iter(f"{SVG}circle"):
        assert drawing.LEFT <= float(spot.attrib["cx"]) <= drawing.RIGHT
        assert drawing.TOP <= float(spot.attrib["cy"]) <= drawing.FLOOR
    assert len(list(root.iter(f"{SVG}circle"))) == sum(v is not None for of in values for v in of)
    dashes = {(one.attrib["class"], one.attrib["stroke-dasharray"])
              for one in root.iter(f"{SVG}path") if "line-" in one.attrib["class"]}  # fmt: skip
    assert len({dash for _, dash in dashes}) == len(dashes)
    names = {one.text for one in root.iter(f"{SVG}text")}
    assert {line.name for line in drawn if any(v is not None for v in line.values)} <= names


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7), st.booleans()), max_size=8))
def test_bars_are_as_long_as_their_values(rows: list[tuple[int, int, bool]]) -> None:
    drawn = [Bar(f"źródło {n}", v, str(v), hatched, max(v, w)) for n, (v, w, hatched) in enumerate(rows)]
    root = tree(drawing.bars("k", "Mówi.", drawn))
    height = float(root.attrib["height"])
    most = max([1, *(bar.whole for bar in drawn)])
    found = [one for one in root.iter(f"{SVG}rect") if one.attrib["class"] in ("bar", "hatched")]
    for bar, rect in zip([bar for bar in drawn if bar.value], found, strict=True):
        assert float(rect.attrib["width"]) == round(drawing.BAR_LONG * bar.value / most, 1)
        assert rect.attrib["fill"].startswith("url(#k-hatch") == bar.hatched
        assert float(rect.attrib["y"]) + 14 <= height and float(rect.attrib["width"]) <= drawing.WIDTH


def test_words_of_people_do_not_become_marks() -> None:
    svg = drawing.bars("k", "<script>", [Bar('<b onclick="x">', 3, "3 & 4")])
    assert "<script" not in svg and "<b " not in svg and texts(svg) == ['<b onclick="x">', "3 & 4"]


def test_districts_differ_by_pattern_and_not_by_colour_alone() -> None:
    shape = geo.shape_of([(52.6, 19.0), (52.6, 19.1), (52.7, 19.1), (52.7, 19.0)])
    outlines = [Outline(str(n), f"Osiedle {n}", shape, (52.65, 19.05), n, f"{n} osób") for n in range(6)]
    svg = drawing.districts("m", "Mówi.", outlines)
    shapes = [one for one in tree(svg).iter(f"{SVG}path") if one.attrib["class"].startswith("shape")]
    looks = {(one.attrib["fill"], one.attrib.get("stroke-dasharray")) for one in shapes}
    bare = [one.attrib["class"].split() for one in shapes if not one.attrib["fill"].startswith("url(")]
    assert len(bare) == 2 and all("paper" in kinds for kinds in bare), "the stylesheet makes paper dark in the dark"
    assert len(looks) == 6
    gaps = re.findall(r'id="m-\d" width="(\d+)"', svg)
    assert len(set(gaps)) == 4 and drawing.districts("m", "", []) == ""
    assert [one.find(f"{SVG}title").text for one in shapes][3] == "Osiedle 3: 3 osób"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([None, 120, 150, 180], "Godziny: rośnie z 120 (2023) do 180 (2025)."),
        ([285, None, 902, 650], "Godziny: rośnie z 285 (2022) do 650 (2025). Najwięcej: 902 (2024)."),
        ([200, 1, None, 180], "Godziny: spada z 200 (2022) do 180 (2025). Najmniej: 1 (2023)."),
        (
            [7, 9, 3, 7],
            "Godziny: tyle samo, 7 (2022) i 7 (2025). Najwięcej: 9 (2023). Najmniej: 3 (2024).",
        ),
        ([2, 9, 9, 7], "Godziny: rośnie z 2 (2022) do 7 (2025). Najwięcej: 9 (2023 i 2024)."),
        ([None, None, 5, None], "Godziny: 5 (2024)."),
        ([None] * 4, "Godziny: nie ma jeszcze danych."),
    ],
)
def test_a_trend_in_words(values: list[float | None], words: str) -> None:
    assert sentences.trend("Godziny", ["2022", "2023", "2024", "2025"], values) == words


def test_the_greatest_part_the_hardest_month_and_half_of_the_answers() -> None:
    assert sentences.greatest([("Unia", 60), ("gmina", 30), ("sponsor", 10)]) == (
        "Najwięcej: Unia, 60 (60%). Najmniej: sponsor, 10."
    )
    assert sentences.greatest([("Łęg", 6), ("Zawiśle", 3)], shared=False) == "Najwięcej: Łęg, 6. Najmniej: Zawiśle, 3."
    assert sentences.greatest([("Unia", 0)]) == "Nie ma jeszcze danych."
    assert sentences.filled([("styczeń", 8, 10), ("luty", 3, 10), ("marzec", 0, 0)]) == (
        "Zajęte było 11 z 20 miejsc (55%). Najtrudniej: luty, 30%."
    )
    assert sentences.answered([("w godzinę", 4), ("tego dnia", 2)], 4) == (
        "Połowa zaproszeń ma odpowiedź: tego dnia. Bez odpowiedzi: 4 z 10."
    )
    assert "Mniej niż połowa" in sentences.answered([("w godzinę", 4)], 6)


MONTHS = ["styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1, 5, 5, 2], "Najwięcej: luty i marzec, po 5 (38%). Najmniej: styczeń, 1."),
        ([1, 5, 1, 2], "Najwięcej: luty, 5 (56%). Najmniej: styczeń i marzec, po 1."),
        ([0, 5, 0, 5, 0], "Najwięcej: luty i kwiecień, po 5 (50%). Najmniej: styczeń, marzec i maj, po 0."),
        ([5, 0, 0, 0, 0, 0], "Najwięcej: styczeń, 5 (100%). Najmniej: luty, marzec, kwiecień i jeszcze 2, po 0."),
        ([4, 4, 4], "Wszystkie po tyle samo: 4."),
        ([4], "Najwięcej: styczeń, 4 (100%)."),
    ],
)
def test_whoever_is_equal_is_named_together(values: list[float], words: str) -> None:
    parts = list(zip(MONTHS, values, strict=False))
    assert sentences.greatest(parts) == words
    assert sentences.greatest(parts, shared=False) == re.sub(r" \(\d+%\)", "", words)


def test_what_is_written_the_same_is_equal() -> None:
    parts = [("marzec", 60.2), ("maj", 59.9), ("lipiec", 3.0)]
    said = sentences.greatest(parts, lambda minutes: f"{round(minutes)} min")
    assert said == "Najwięcej: marzec i maj, po 60 min (49%). Najmniej: lipiec, 3 min."


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([("luty", 3, 10), ("marzec", 6, 20), ("maj", 9, 10)], "Najtrudniej: luty i marzec, po 30%."),
        ([("luty", 5, 10), ("marzec", 10, 20), ("maj", 0, 0)], "W każdym miesiącu tyle samo."),
        ([("luty", 5, 10), ("maj", 0, 0)], "(50%)."),
    ],
)
def test_months_as_hard_as_each_other(parts: list[tuple[str, int, int]], words: str) -> None:
    assert sentences.filled(parts).endswith(words)


@pytest.mark.parametrize(("code", "words"), [("pl", "2023 i 2024"), ("en", "2023 and 2024"), ("uk", "2023 і 2024")])
def test_equal_years_are_joined_in_the_readers_language(code: str, words: str) -> None:
    with speaking(code):
        assert words in sentences.trend("X", ["2022", "2023", "2024", "2025"], [2, 9, 9, 7])


SHAPE = geo.shape_of([(52.6, 19.0), (52.6, 19.1), (52.7, 19.1), (52.7, 19.0)])


def covered(*amounts: Amount) -> Picture:
    """The map of coverage of districts with these figures."""
    districts = [District(str(n), f"Osiedle {n}", SHAPE, False, (52.65, 19.05)) for n in range(len(amounts))]
    parts = {By.AREA: tuple(Part(str(n), amount) for n, amount in enumerate(amounts))}
    (picture,) = of_year.coverage([Figure(Indicator.COVERED, 100, parts=parts)], districts)
    return picture


@pytest.mark.parametrize(
    ("amounts", "says"),
    [
        ((30, 20), None),
        ((30, Withheld()), "nie podajemy"),
        ((30, Under(10), Withheld(), Under(10)), "<10, nie podajemy"),
        ((30, None), "brak danych"),
    ],
)
def test_the_dashed_edge_of_a_district_is_explained_where_it_is_drawn(
    amounts: tuple[Amount, ...], says: str | None
) -> None:
    one = covered(*amounts)
    assert ('stroke-dasharray="4 4"' in one.svg) == (says is not None), "control: the sign itself"
    assert dict(one.legend).get("dashed") == says
    on_paper = [str(part["svg"]) for part in paper.of_picture(one) if part["kind"] == "picture"]
    assert ('class="dashed"' in "".join(on_paper)) == (says is not None)
    assert (says or "im gęściej, tym więcej osób") in [text for svg in on_paper for text in texts(svg)]
