"""When the reminders of a meeting go out. Pure; docs/decisions/0049-quiet-hours.md says why so."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from volunteer_hub.kit import clock
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.quiet import Hours

EVENING, MORNING = time(17), time(8)
MOST_HOURS = 168
# Nobody is reminded of one meeting twice within so long.
APART = timedelta(hours=3)
# A reminder that went out late, to who joined late, stands for one planned for less than so much later. Less than
# APART: two that are planned that far apart both go out, though the first one left some minutes late.
LATELY = timedelta(hours=2)
# What an evening before would be too late for leaves half an hour before the night: a worker may be away for a while.
EARLIER = timedelta(minutes=29)
# A reminder later than so before a meeting finds people on their way.
LEAST = timedelta(hours=1)


class Audience(StrEnum):
    VOLUNTEERS = "volunteers"
    PARTICIPANTS = "participants"


class Kind(StrEnum):
    """`none`: they are not reminded at all."""

    EVENING = "evening"
    MORNING = "morning"
    HOURS = "hours"
    NONE = "none"


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """`hours`: so long before the meeting, of the kind of that name alone; else 0."""

    kind: Kind
    hours: int = 0

    @property
    def suffix(self) -> str:
        """What tells its reminder from the others of a meeting; the evening's has none."""
        return {Kind.EVENING: "", Kind.HOURS: f":h{self.hours}"}.get(self.kind, f":{self.kind}")


# For who says nothing else.
USUAL = (Rule(Kind.EVENING),)


@dataclass(frozen=True, slots=True)
class Planned:
    rule: Rule
    at: datetime


@lru_cache(maxsize=4096)
def planned(starts_wall: datetime, zone: str, rules: tuple[Rule, ...], hours: Hours | None) -> tuple[Planned, ...]:
    """The reminders of a meeting at `starts_wall` in `zone` to somebody who comes for long, in order.

    Each by its rule, and where that is in quiet hours earlier, never later; never less than LEAST before it begins.
    Of those less than APART from the one before there is only that one.
    """
    starts = clock.instant(starts_wall, zone)
    found = sorted(
        ((_open(min(_wanted(rule, starts_wall, zone), starts - LEAST), hours), rule) for rule in rules if rule.kind
         is not Kind.NONE),
    )  # fmt: skip
    kept: list[Planned] = []
    for at, rule in found:
        if not kept or at - kept[-1].at >= APART:
            kept.append(Planned(rule, at))
    return tuple(kept)


def due(
    starts_wall: datetime, zone: str, rules: tuple[Rule, ...], hours: Hours | None, now: datetime
) -> Planned | None:
    """The reminder that anybody who comes should have had by `now`; None: none yet, or it is quiet, or too late.

    The newest one: who joins late, or when no worker ran, gets one and not all that were missed.
    """
    if now >= clock.instant(starts_wall, zone) or quiet.is_quiet(now, hours):
        return None
    return next((one for one in reversed(planned(starts_wall, zone, rules, hours)) if one.at <= now), None)


def covers(at: datetime) -> datetime:
    """Whoever was reminded of the meeting since this moment needs no reminder planned for `at`."""
    return at - LATELY


def _wanted(rule: Rule, starts_wall: datetime, zone: str) -> datetime:
    if rule.kind is Kind.HOURS:
        return clock.instant(starts_wall, zone) - timedelta(hours=rule.hours)
    if rule.kind is Kind.MORNING:
        return clock.instant(datetime.combine(starts_wall.date(), MORNING), zone)
    return clock.instant(datetime.combine(starts_wall.date() - timedelta(days=1), EVENING), zone)


def _open(at: datetime, hours: Hours | None) -> datetime:
    """`at`, or else earlier: before the night or the holidays it lies in."""
    if hours is None or not quiet.is_quiet(at, hours):
        return at
    last = quiet.before(at, hours)
    return max(quiet.window(last, hours)[0], last - EARLIER)
