"""When a rule reminds: each once, at its promised hour or before the night, whatever clocks do."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from volunteer_hub.kit import clock
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.quiet import BEGINS, ENDS, Hours
from volunteer_hub.schedule.reminding import plan as planner
from volunteer_hub.schedule.reminding.rules import APART, LEAST, USUAL, Kind, Planned, Rule, covers, due, planned

WARSAW = "Europe/Warsaw"
ZONES = (WARSAW, "Europe/Kyiv", "Atlantic/Azores", "America/New_York", "Australia/Lord_Howe", "UTC")
NIGHT = Hours(BEGINS, ENDS, WARSAW)
EVENING, MORNING = Rule(Kind.EVENING), Rule(Kind.MORNING)
FIVE = (EVENING, MORNING, Rule(Kind.HOURS, 24), Rule(Kind.HOURS, 2), Rule(Kind.HOURS, 72))
# Every change of the clocks in Warsaw until 2031, and the days around them.
CHANGES = [
    date.fromisoformat(text)
    for text in (
        *("2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2028-03-26", "2028-10-29"),
        *("2029-03-25", "2029-10-28", "2030-03-31", "2030-10-27", "2031-03-30", "2031-10-26"),
    )
]
near_a_change = st.builds(
    lambda day, off, minute: datetime.combine(day + timedelta(days=off), time(minute // 60, minute % 60)),
    st.sampled_from(CHANGES),
    st.integers(-2, 2),
    st.integers(0, 24 * 60 - 1),
)
any_day = st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2037-12-31"))
starts = near_a_change | any_day
RULES = st.lists(st.sampled_from((*FIVE, Rule(Kind.HOURS, 168))), min_size=1, unique=True).map(tuple)
NIGHTS = st.sampled_from((NIGHT, None, Hours(time(22), time(6, 30), WARSAW), Hours(time(0), time(9), WARSAW)))


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def wanted(rule: Rule, start: datetime, zone: str) -> datetime:
    """What the rule says on the clock, without any night."""
    if rule.kind is Kind.HOURS:
        return clock.instant(start, zone) - timedelta(hours=rule.hours)
    day = start.date() - timedelta(days=rule.kind is Kind.EVENING)
    return clock.instant(datetime.combine(day, time(17 if rule.kind is Kind.EVENING else 8)), zone)


@pytest.mark.parametrize("day", CHANGES)
def test_every_minute_of_a_day_of_change_has_one_reminder_by_each_rule(day: date) -> None:
    """Never at night, never after its promised hour, never when the meeting has begun; and never hours too early."""
    for rule in FIVE:
        for minute in range(24 * 60):
            start = datetime.combine(day, time(minute // 60, minute % 60))
            begins, told = clock.instant(start, WARSAW), wanted(rule, start, WARSAW)
            (one,) = planned.__wrapped__(start, WARSAW, (rule,), NIGHT)
            assert not quiet.is_quiet(one.at, NIGHT)
            assert one.at <= told and one.at <= begins - LEAST
            if not quiet.is_quiet(told, NIGHT) and told <= begins - LEAST:
                assert one.at == told
            else:
                # The last half hour before the night or holiday that it would have fallen into.
                after = one.at + timedelta(minutes=30)
                assert quiet.is_quiet(after, NIGHT) and quiet.leaves(after, NIGHT) > min(told, begins - LEAST)


def test_control_without_the_rules_of_night_they_ring_at_night() -> None:
    at_night = [
        minute
        for minute in range(24 * 60)
        for one in planned(datetime.combine(CHANGES[0], time(minute // 60, minute % 60)), WARSAW, FIVE[3:4], None)
        if quiet.is_quiet(one.at, NIGHT)
    ]
    assert len(at_night) > 600


@given(starts, st.sampled_from(ZONES), RULES, NIGHTS)
def test_all_in_order_far_enough_apart_and_before_it_begins(
    start: datetime, zone: str, rules: tuple[Rule, ...], hours: Hours | None
) -> None:
    found = planned(start, zone, rules, hours)
    begins = clock.instant(start, zone)
    assert found and len({one.rule for one in found}) == len(found)
    assert all(later.at - sooner.at >= APART for sooner, later in pairwise(found))
    for one in found:
        assert one.at <= wanted(one.rule, start, zone) and one.at <= begins - LEAST
        assert not quiet.is_quiet(one.at, hours)
        assert begins - one.at < planner.AHEAD + timedelta(hours=one.rule.hours), "the planner looks far enough ahead"
    assert found == planned(start, zone, tuple(reversed(rules)), hours), "the order of the rules says nothing"


@given(starts, st.sampled_from(ZONES), RULES, NIGHTS, st.integers(0, 599), st.sampled_from([7, 37, 90]))
@example(wall("2026-11-24 13:00"), WARSAW, (MORNING, Rule(Kind.HOURS, 2)), NIGHT, 5, 7)  # just far enough apart
def test_ticking_every_so_often_sends_each_once(
    start: datetime, zone: str, rules: tuple[Rule, ...], hours: Hours | None, offset: int, step: int
) -> None:
    """The planner as it lives: at each tick it sends what is due unless they were told lately. Every one it plans goes
    out once, within a tick, and two never come within a short time."""
    promised = list(planned(start, zone, rules, hours))
    tick = promised[0].at - timedelta(hours=9) + timedelta(seconds=offset)
    sent: list[tuple[Planned, datetime]] = []
    while tick < clock.instant(start, zone) + timedelta(hours=1):
        one = due(start, zone, rules, hours, tick)
        if one and (not sent or sent[-1][1] <= covers(one.at)):
            sent.append((one, tick))
        tick += timedelta(minutes=step)
    assert len({one.rule for one, _ in sent}) == len(sent)
    kept = [one for one, _ in sent]
    assert kept == promised if step == 7 and hours in (None, NIGHT) else set(kept) <= set(promised)
    for one, moment in sent:
        assert timedelta() <= moment - one.at and not quiet.is_quiet(moment, hours)
        assert moment < clock.instant(start, zone)


@pytest.mark.parametrize(
    ("start", "rules", "reminded"),
    [
        ("2026-11-24 17:00", [24, 2], ["2026-11-23 17:00", "2026-11-24 15:00"]),
        ("2026-11-24 17:00", [EVENING], ["2026-11-23 17:00"]),
        ("2026-11-24 17:00", [EVENING, 24], ["2026-11-23 17:00"]),  # one, not two in an hour
        ("2026-11-24 18:30", [EVENING, 24, MORNING], ["2026-11-23 17:00", "2026-11-24 08:00"]),
        ("2026-11-24 09:00", [2], ["2026-11-23 19:30"]),  # at seven phones are silent: the evening earlier
        ("2026-11-24 08:30", [MORNING], ["2026-11-23 19:30"]),  # half an hour before is on the way
        ("2026-11-24 23:30", [2], ["2026-11-24 19:30"]),
        ("2026-11-12 10:00", [EVENING], ["2026-11-10 19:30"]),  # the day before is a holiday
        ("2026-12-26 15:00", [EVENING, 2], ["2026-12-23 19:30"]),
        ("2027-03-28 02:30", [EVENING], ["2027-03-27 17:00"]),
        ("2026-10-25 17:00", [24], ["2026-10-24 18:00"]),  # the night is an hour longer
        ("2026-11-24 17:00", [Rule(Kind.NONE)], []),
    ],
)
def test_in_plain_figures(start: str, rules: list[Rule | int], reminded: list[str]) -> None:
    asked = tuple(Rule(Kind.HOURS, rule) if isinstance(rule, int) else rule for rule in rules)
    found = planned(wall(start), WARSAW, asked, NIGHT)
    assert [clock.wall(one.at, WARSAW) for one in found] == [wall(text) for text in reminded]


@pytest.mark.parametrize(
    ("now", "reminded"),
    [
        ("2026-11-25 16:59", False),
        ("2026-11-25 17:00", True),
        ("2026-11-25 18:30", True),  # who joins then
        ("2026-11-25 20:00", False),  # who joins at night hears in the morning
        ("2026-11-26 08:00", True),
        ("2026-11-26 16:59", True),
        ("2026-11-26 17:00", False),
    ],
)
def test_whoever_joins_late(now: str, reminded: bool) -> None:
    moment = clock.instant(wall(now), WARSAW)
    assert bool(due(wall("2026-11-26 17:00"), WARSAW, USUAL, NIGHT, moment)) == reminded
