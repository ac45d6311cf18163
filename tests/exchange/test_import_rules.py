"""The pure parts of the import: words out of HTML, hours out of schedules, what is alike and what is near."""

import time as clocks
from datetime import date, time
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from volunteer_hub.atlas.hours import Hours
from volunteer_hub.exchange import comparing, schedules
from volunteer_hub.exchange.comparing import NEAR_KM, KnownPlace, fold, likeness
from volunteer_hub.exchange.given import Schedule, Service, plain
from volunteer_hub.exchange.reading import DEEPEST, _depth
from volunteer_hub.kit import database, geo

ZONE = "Europe/Warsaw"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>Ala &amp; <b>kot</b></p><p>Dom</p>", "Ala & kot\n\nDom"),
        ("raz<br>dwa<br/>trzy", "raz\ndwa\ntrzy"),
        ("<script>alert(1)</script>Klub<style>p{}</style>", "Klub"),
        ("<img src=x onerror=alert(1)>Klub", "Klub"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Klub", "Klub"),
        ("3 < 4 i 5 > 2", "3 < 4 i 5 > 2"),
        ("Tom & Ala", "Tom & Ala"),
        ("  za   dużo\t miejsca \x00\x07 ", "za dużo miejsca"),
        ("<svg><script>x</script></svg>po", "po"),
    ],
)
def test_only_words_stay_of_html(text: str, words: str) -> None:
    assert plain(text) == words


pieces = st.sampled_from(["<", ">", "&", "lt;", "script", "b", "/", "amp;", "p", " ", "kot", "!--", "\n", '"', "="])


@given(st.lists(pieces, max_size=40).map("".join))
def test_a_second_reading_changes_nothing(text: str) -> None:
    """However often something was escaped: nothing is stored that somebody else would take for HTML."""
    assert plain(plain(text)) == plain(text)


def test_mark_up_that_never_ends_costs_no_time() -> None:
    began = clocks.perf_counter()
    for text in ("<" * 50_000, "<p>" * 20_000, "&amp;" * 50_000, "<!--" * 20_000, "<a " + 'b="' * 20_000):
        plain(text)
        _depth(text)
    assert clocks.perf_counter() - began < 10


def told(**values: str) -> Schedule:
    return Schedule.model_validate({"freq": "WEEKLY", "byday": "MO", "opens_at": "9:00", "closes_at": "15:00"} | values)


@pytest.mark.parametrize(
    ("given", "opens"),
    [
        ("09:00", time(9)), ("9:00:00", time(9)), ("09:00+01:00", time(9)), ("09:00+02:00", time(9)),
        ("09:00+0100", time(9)), ("09:00Z", time(10)), ("04:00-05:00", time(10)),
    ],
)  # fmt: skip
def test_times_are_those_of_our_town(given: str, opens: time) -> None:
    read = schedules.read(told(opens_at=given, valid_from="2026-12-01"), ZONE, date(2026, 11, 22))
    assert (read.opens, read.first_day) == (opens, date(2026, 12, 1))


@pytest.mark.parametrize("given", ["", "25:00", "9", "9:99", "rano", "24:01", "09:00+25"])
def test_no_time_is_no_hours(given: str) -> None:
    with pytest.raises(schedules.NoHours):
        schedules.read(told(opens_at=given, closes_at=given), ZONE, date(2026, 11, 22))


def test_midnight_is_the_end_of_the_day_and_numbers_may_have_a_point() -> None:
    read = schedules.read(told(closes_at="24:00"), ZONE, date(2026, 11, 22))
    assert (read.closes, read.first_day) == (time(23, 59), date(2026, 11, 22))
    two = Schedule.model_validate(told().model_dump() | {"freq": "weekly", "interval": 2.0})
    assert schedules.read(two, ZONE, date(2026, 11, 22)).rrule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"


@pytest.mark.parametrize("rule", ["FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY"])
def test_a_rule_hsds_has_no_word_for_comes_back_whole(rule: str) -> None:
    hours = Hours(rule, time(9), time(10), date(2026, 1, 1))
    (said,) = schedules.told(uuid4(), [hours], 1.0) or ()
    back = schedules.read(Schedule.model_validate(said.model_dump(mode="json")), ZONE, date(2026, 11, 22))
    assert back.rrule == (rule if rule != "FREQ=DAILY" else f"FREQ=WEEKLY;BYDAY={schedules.WEEK}")


names = st.text("abc kls 12", max_size=20)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(names, names), min_size=1, max_size=20))
async def test_alike_is_what_the_database_finds_alike(db: str, pairs: list[tuple[str, str]]) -> None:
    rows = await database.fetch(
        "SELECT similarity(a, b) AS s FROM unnest($1::text[], $2::text[]) pair (a, b)", *zip(*pairs, strict=True)
    )
    assert [likeness(a, b) for a, b in pairs] == pytest.approx([row["s"] for row in rows], abs=1e-6)


def test_accents_and_signs_do_not_tell_names_apart() -> None:
    assert fold("Świetlica „Promyk”, ul. Łąkowa-3") == "swietlica promyk ul lakowa 3"
    assert likeness("Klub Seniora „Złota Jesień”", "klub seniora Zlota jesien") == 1


near = st.floats(-0.003, 0.003)


@given(st.floats(-85, 85), st.floats(-170, 170), st.lists(st.tuples(near, near), max_size=20))
def test_the_grid_finds_what_is_near_and_nothing_else(lat: float, lon: float, apart: list[tuple[float, float]]) -> None:
    places = [KnownPlace(uuid4(), "", "", (lat + a, lon + o)) for a, o in apart]
    found = comparing._Grid(places).near((lat, lon), NEAR_KM)
    slowly = [one for one in places if geo.km(one.point, (lat, lon)) <= NEAR_KM]
    assert {one.id for one in found} == {one.id for one in slowly} and len(found) == len(slowly)


def test_depth_is_that_of_brackets_outside_of_words() -> None:
    assert _depth('{"a": [1, {"b": "[[[[\\"[["}]}') == 3
    assert _depth("[" * (DEEPEST + 1)) == DEEPEST + 1


def test_a_service_may_leave_out_nearly_all() -> None:
    read = Service.model_validate({"name": "x", "status": "active", "phones": None, "unknown": {}})
    assert (read.phones, read.description) == ([], "")
