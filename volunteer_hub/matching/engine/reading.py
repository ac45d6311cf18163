"""Reads an instance out of JSON; whatever is wrong is one sentence with its place."""

import json
from functools import lru_cache
from itertools import pairwise
from math import floor
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from volunteer_hub.matching.engine.instance import DAY, Fault, Instance, Kept, Opening, Place, Point, Travel, Volunteer
from volunteer_hub.matching.engine.parsing import Streamed, parsed
from volunteer_hub.matching.engine.values import (
    Object,
    Read,
    clock,
    clock_or_midnight,
    day,
    list_of,
    moment,
    name,
    number,
    positive,
    text,
    texts,
    whole,
    yes_or_no,
)  # fmt: skip

T = TypeVar("T")


def parse(text: bytes | str) -> Instance:
    """The instance in `text`; raises Fault."""
    streamed = {"volunteers": _volunteer, "openings": _opening}
    try:
        return instance(parsed(text if isinstance(text, str) else text.decode("utf-8"), streamed))
    except UnicodeDecodeError:
        raise Fault("$", "the file is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise Fault("$", f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}.") from None


def instance(said: Any) -> Instance:
    """The instance that a value read from JSON means; raises Fault."""
    top = Object(said, "$")
    if top.get("version", _as_is) != 1:
        raise Fault("$.version", "this engine reads version 1.")
    volunteers = top.get("volunteers", _all(_volunteer))
    openings = top.get("openings", _all(_opening))
    places_of_volunteers = _unique([one.id for one in volunteers], "$.volunteers")
    places_of_openings = _unique([one.id for one in openings], "$.openings")
    found = Instance(
        volunteers=volunteers,
        openings=openings,
        travel=top.get("travel", _travel, Travel()),
        stability=top.get("stability", number(0), 0),
        timezone=top.get("timezone", _zone, "Europe/Warsaw"),
        keep=top.get("keep", list_of(lambda one, at: _kept(one, at, places_of_volunteers, places_of_openings)), ()),
    )
    top.nothing_else()
    seen: set[tuple[int, int]] = set()
    for n, kept in enumerate(found.keep):
        if (kept.volunteer, kept.opening) in seen:
            raise Fault((("$", "keep"), n), "the pair stands here twice.")
        seen.add((kept.volunteer, kept.opening))
    return found


def _all(read: Read[T]) -> Read[tuple[T, ...]]:
    def read_all(said: Any, at: Place) -> tuple[T, ...]:
        return said.values if isinstance(said, Streamed) else list_of(read)(said, at)

    return read_all


def _volunteer(said: Any, at: Place) -> Volunteer:
    one = Object(said, at)
    found = Volunteer(
        id=one.get("id", text),
        birth_date=one.get("birth_date", day),
        max_km=one.get("max_km", positive),
        week_minutes=_minutes(one.get("max_hours_week", _hours)),
        at=one.maybe("at", _point),
        guardian_consent=one.get("guardian_consent", yes_or_no, False),
        gender=one.maybe("gender", name),
        recent=one.get("recent", whole, 0),
        skills=one.get("skills", texts, frozenset()),
        languages=one.get("languages", texts, frozenset()),
        causes=one.get("causes", texts, frozenset()),
        never_with=one.get("never_with", texts, frozenset()),
        clearances=one.get("clearances", _clearances, ()),
        free=_merged(one.get("free", _windows, ())),
        away=one.get("away", _aways, ()),
    )
    one.nothing_else()
    return found


def _opening(said: Any, at: Place) -> Opening:
    one = Object(said, at)
    found = Opening(
        id=one.get("id", text),
        organisation=one.get("organisation", name),
        times=_times(one.get("times", _intervals), (at, "times")),
        least=one.get("least", whole),
        most=one.get("most", whole),
        at=one.maybe("at", _point),
        urgent=one.get("urgent", yes_or_no, False),
        skills=one.get("skills", texts, frozenset()),
        languages=one.get("languages", texts, frozenset()),
        clearances=one.get("clearances", texts, frozenset()),
        min_age=one.maybe("min_age", whole),
        max_age=one.maybe("max_age", whole),
        minor_safe=one.get("minor_safe", yes_or_no, False),
        gender=one.maybe("gender", name),
        cause=one.maybe("cause", name),
        known=one.get("known", texts, frozenset()),
        never=one.get("never", texts, frozenset()),
    )
    one.nothing_else()
    if found.least > found.most:
        raise Fault((at, "least"), f"{found.least} is more than most, which is {found.most}.")
    return found


def _kept(said: Any, at: Place, volunteers: dict[str, int], openings: dict[str, int]) -> Kept:
    one = Object(said, at)
    v, o, locked = one.get("volunteer", text), one.get("opening", text), one.get("locked", yes_or_no, False)
    one.nothing_else()
    if v not in volunteers:
        raise Fault((at, "volunteer"), f"no volunteer has the id {v!r}.")
    if o not in openings:
        raise Fault((at, "opening"), f"no opening has the id {o!r}.")
    return Kept(volunteers[v], openings[o], locked)


def _travel(said: Any, at: Place) -> Travel:
    one, usual = Object(said, at), Travel()
    found = Travel(
        rest_min=one.get("rest_min", number(0), usual.rest_min),
        far_km=one.get("far_km", number(0), usual.far_km),
        far_rest_min=one.get("far_rest_min", number(0), usual.far_rest_min),
    )
    one.nothing_else()
    return found


def _window(said: Any, at: Place) -> tuple[int, int, int]:
    try:
        if len(said) == 3 and (known := _known_window(said["weekday"], said["from"], said["to"])):
            return known
    except (KeyError, TypeError):
        pass
    return _new_window(said, at)


@lru_cache(10_000, typed=True)
def _known_window(*said: Any) -> tuple[int, int, int] | None:
    """A window without a fault: a hundred thousand people share a few hundred."""
    try:
        return _new_window(dict(zip(("weekday", "from", "to"), said, strict=True)), "")
    except Fault:
        return None


def _new_window(said: Any, at: Place) -> tuple[int, int, int]:
    one = Object(said, at)
    weekday, starts, ends = one.get("weekday", whole), one.get("from", clock), one.get("to", clock_or_midnight)
    one.nothing_else()
    if not 1 <= weekday <= 7:
        raise Fault((at, "weekday"), "a weekday is 1 (Monday) to 7 (Sunday).")
    if starts >= ends:
        raise Fault((at, "to"), "a window ends after it begins.")
    return weekday, starts, ends


def _merged(windows: tuple[tuple[int, int, int], ...]) -> tuple[tuple[int, int, int], ...]:
    """In order; those that touch or overlap are one."""
    merged: list[tuple[int, int, int]] = []
    for window in sorted(windows):
        weekday, starts, ends = window
        if merged and merged[-1][0] == weekday and starts <= merged[-1][2]:
            _, starts, before = merged.pop()
            merged.append((weekday, starts, max(ends, before)))
        else:
            merged.append(window)
    return tuple(merged)


def _away(said: Any, at: Place) -> tuple[int, int]:
    one = Object(said, at)
    first, last = one.get("from", day), one.get("to", day)
    one.nothing_else()
    if first > last:
        raise Fault((at, "to"), "the last day is before the first.")
    return first.toordinal(), last.toordinal()


def _clearances(said: Any, at: Place) -> tuple[tuple[str, int], ...]:
    one = Object(said, at)
    return tuple(sorted((kind, one.get(kind, day).toordinal()) for kind in list(one.left)))


def _interval(said: Any, at: Place) -> tuple[int, int]:
    one = Object(said, at)
    starts, ends = one.get("start", moment), one.get("end", moment)
    one.nothing_else()
    if starts >= ends:
        raise Fault((at, "end"), "an interval ends after it begins.")
    if starts // DAY != ends // DAY:
        raise Fault((at, "end"), "an interval ends on the day it begins.")
    return starts, ends


def _times(times: tuple[tuple[int, int], ...], at: Place) -> tuple[tuple[int, int], ...]:
    if not times:
        raise Fault(at, "an opening has at least one interval.")
    ordered = tuple(sorted(times))
    if any(a[1] > b[0] for a, b in pairwise(ordered)):
        raise Fault(at, "the intervals of an opening do not overlap.")
    return ordered


def _unique(ids: list[str], at: Place) -> dict[str, int]:
    places: dict[str, int] = {}
    for n, one in enumerate(ids):
        if places.setdefault(one, n) != n:
            raise Fault(((at, n), "id"), f"{one!r} is the id of another one as well.")
    return places


def _minutes(hours: float) -> int:
    """The most whole minutes that are no more than so many hours, whatever the rounding of their product."""
    minutes = floor(hours * 60)
    return minutes + 1 if (minutes + 1) / 60 <= hours else minutes


def _point(said: Any, at: Place) -> Point:
    if not isinstance(said, list) or len(said) != 2:
        raise Fault(at, "a place is [latitude, longitude].")
    return _latitude(said[0], (at, 0)), _longitude(said[1], (at, 1))


# Made once: a hundred thousand people are read by them.
_hours, _latitude, _longitude = number(0), number(-90, 90), number(-180, 180)
_windows, _aways, _intervals = list_of(_window), list_of(_away), list_of(_interval)


def _zone(said: Any, at: Place) -> str:
    try:
        return ZoneInfo(text(said, at)).key
    except (ValueError, ZoneInfoNotFoundError, OSError):
        raise Fault(at, "no time zone has this name.") from None


def _as_is(said: Any, at: Place) -> Any:
    return None if isinstance(said, bool | float) else said
