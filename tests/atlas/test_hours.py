"""Opening hours: what is a rule of days, on which days it falls, and how people say it."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from volunteer_hub.atlas import hours, hours_words
from volunteer_hub.atlas.hours import BadRule, Hours, Plain
from volunteer_hub.people.rules import slots_of, week_of

SUNDAY = date(2026, 11, 22)


def open_on(rule: str, opens: time = time(9), closes: time = time(15), **values: object) -> Hours:
    return Hours(hours.normal(rule, SUNDAY), opens, closes, SUNDAY, **values)  # type: ignore[arg-type]


def plain_words(rule: str, **values: object) -> str:
    return hours_words.said(open_on(rule, **values), SUNDAY).replace("\N{WORD JOINER}", "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,WE", "poniedziałki i środy 9:00–15:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "poniedziałek–piątek 9:00–15:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,FR", "poniedziałek–środa i piątki 9:00–15:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "codziennie 9:00–15:00"),
        ("FREQ=DAILY", "codziennie 9:00–15:00"),
        ("FREQ=DAILY;INTERVAL=3", "co 3 dni 9:00–15:00"),
        ("FREQ=WEEKLY", "niedziele 9:00–15:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "piątki co drugi tydzień 9:00–15:00"),
        ("FREQ=WEEKLY;INTERVAL=5;BYDAY=FR", "piątki co 5 tygodni 9:00–15:00"),
        ("FREQ=MONTHLY;BYDAY=1TU", "pierwszy wtorek miesiąca 9:00–15:00"),
        ("FREQ=MONTHLY;BYDAY=1WE,-1SA", "pierwsza środa i ostatnia sobota miesiąca 9:00–15:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "1. i 15. dzień miesiąca 9:00–15:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "ostatni dzień miesiąca 9:00–15:00"),
        ("FREQ=WEEKLY;BYDAY=MO;BYMONTH=7,8", "poniedziałki (lipiec, sierpień) 9:00–15:00"),
        ("FREQ=WEEKLY;UNTIL=20270630", "niedziele 9:00–15:00 do 30 czerwca 2027"),
        ("FREQ=WEEKLY;COUNT=3", "niedziele 9:00–15:00 do 6 grudnia 2026"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-2", "według reguły FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-2 9:00–15:00"),
    ],
)
def test_a_rule_is_said_as_people_say_it(rule: str, words: str) -> None:
    assert plain_words(rule) == words


def test_from_when_to_when_and_a_note_are_said() -> None:
    later = Hours("FREQ=WEEKLY;BYDAY=MO", time(8), time(9, 30), date(2027, 1, 4), date(2027, 6, 28), "bez ferii")
    told = hours_words.said(later, SUNDAY).replace("\N{WORD JOINER}", "")
    assert told == "poniedziałki 8:00–9:30 od 4 stycznia 2027 do 28 czerwca 2027 (bez ferii)"
    assert hours_words.all_said([later], date(2027, 6, 29)) == ()
    assert hours_words.checked_in(date(2026, 3, 9)) == "sprawdzone w marcu 2026"


@pytest.mark.parametrize(
    "rule",
    [
        "", "x", "BYDAY=MO", "FREQ=HOURLY", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=3", "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=1MO", "FREQ=WEEKLY;FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=9999",
        "FREQ=WEEKLY;INTERVAL=²", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=YEARLY;BYMONTH=13",
        "FREQ=WEEKLY;UNTIL=tomorrow", "FREQ=WEEKLY;UNTIL=20261301", "FREQ=WEEKLY;COUNT=-1", "FREQ=DAILY;BYMONTHDAY=3",
        "FREQ=MONTHLY;BYMONTHDAY=" + ",".join(["1"] * 200), "FREQ=WEEKLY;BYDAY=MO\x00",
    ],
)  # fmt: skip
def test_what_is_no_rule_of_days_is_refused_with_a_sentence(rule: str) -> None:
    with pytest.raises(BadRule) as refused:
        hours.normal(rule, SUNDAY)
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", "FREQ=WEEKLY;UNTIL=20261101",
    ],
)  # fmt: skip
def test_a_rule_that_never_falls_is_refused(rule: str) -> None:
    with pytest.raises(BadRule, match="ani jeden dzień"):
        hours.normal(rule, SUNDAY)


def test_a_rule_is_kept_in_one_form() -> None:
    assert hours.normal(" rrule:freq=weekly; byday=mo,we;interval=1 ", SUNDAY) == "FREQ=WEEKLY;BYDAY=MO,WE"
    assert hours.normal("FREQ=WEEKLY;", SUNDAY) == "FREQ=WEEKLY"
    assert hours.normal("FREQ=WEEKLY;UNTIL=20270630T215959Z", SUNDAY) == "FREQ=WEEKLY;UNTIL=20270630"


@given(
    days=some.lists(some.integers(1, 7), min_size=1, max_size=7, unique=True),
    weeks=some.integers(1, 2),
    nths=some.lists(some.sampled_from(hours.NTHS), max_size=3, unique=True),
)
def test_the_plain_form_and_the_rule_say_the_same(days: list[int], weeks: int, nths: list[int]) -> None:
    asked = Plain(tuple(sorted(days)), 1 if nths else weeks, tuple(sorted(nths)))
    rule = hours.made(asked)
    assert hours.normal(rule, SUNDAY) == rule
    assert hours.plain_of(rule) == asked
    assert {day.isoweekday() for day in hours.days(open_on(rule), SUNDAY, SUNDAY + timedelta(days=400))} == set(days)


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO;BYMONTH=7", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO"])
def test_a_rule_beyond_the_plain_form_is_shown_as_it_is(rule: str) -> None:
    assert hours.plain_of(rule) is None


def test_the_next_seven_days_stand_in_order() -> None:
    of = [open_on("FREQ=WEEKLY;BYDAY=WE", time(15), time(17)), open_on("FREQ=WEEKLY;BYDAY=MO,WE")]
    told = [(day.isoweekday(), one.opens.hour) for day, one in hours.coming(of, SUNDAY)]
    assert told == [(1, 9), (3, 9), (3, 15)]
    assert hours.coming(of, SUNDAY - timedelta(days=30)) == [], "before the first day"
    assert hours.days(open_on("FREQ=DAILY", last_day=SUNDAY), SUNDAY, SUNDAY + timedelta(9)) == [SUNDAY]


def test_the_week_of_help_is_that_of_the_hours() -> None:
    morning, evening = open_on("FREQ=WEEKLY;BYDAY=MO"), open_on("FREQ=MONTHLY;BYDAY=1SU", time(20), time(22))
    assert slots_of(hours.week([morning, evening], SUNDAY)) == ["1-morning", "1-afternoon", "7-evening"]
    assert hours.week([], SUNDAY) == 0
    assert hours.week([open_on("FREQ=DAILY", last_day=SUNDAY)], SUNDAY + timedelta(days=1)) == 0
    assert hours.over([open_on("FREQ=DAILY", last_day=SUNDAY)], SUNDAY + timedelta(days=1))
    assert not hours.over([], SUNDAY)


def test_a_week_of_free_hours_is_said_by_its_days() -> None:
    slots = [f"{day}-{part}" for day in range(1, 6) for part in ("morning", "afternoon")] + ["6-morning", "3-evening"]
    told = [one.replace("\N{WORD JOINER}", "") for one in hours_words.week_said(week_of(slots))]
    assert told == [
        "poniedziałki, wtorki, czwartki i piątki 8:00–16:00", "środy 8:00–20:00", "soboty 8:00–12:00",
    ]  # fmt: skip
    assert hours_words.week_said(0) == ()
