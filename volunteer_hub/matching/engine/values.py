"""Values read from JSON, each with its place in the file; whatever is wrong is one sentence (Fault)."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from sys import intern
from typing import Any, TypeVar

from volunteer_hub.matching.engine.instance import DAY, Fault, Place

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
# Beyond any town and any life, and still counted exactly.
MOST = 1_000_000_000
ABSENT = object()

T = TypeVar("T")
Read = Callable[[Any, Place], T]


class Object:
    """A JSON object that is asked for its keys one by one, and at the end whether it had others."""

    def __init__(self, said: Any, at: Place) -> None:
        if not isinstance(said, dict):
            raise Fault(at, "an object is needed here.")
        self.left, self.at = dict(said), at

    def get(self, key: str, read: Read[T], default: Any = None) -> Any:
        """What `read` makes of the key's value; a default makes it optional, and null is then as if it were absent."""
        value = self.left.pop(key, ABSENT)
        if value is ABSENT or (value is None and default is not None):
            if default is None:
                raise Fault((self.at, key), "this is required.")
            return default
        return read(value, (self.at, key))

    def maybe(self, key: str, read: Read[T]) -> T | None:
        value = self.left.pop(key, None)
        return None if value is None else read(value, (self.at, key))

    def nothing_else(self) -> None:
        for key in self.left:
            raise Fault((self.at, key), "this key is not known.")


def list_of(read: Read[T]) -> Read[tuple[T, ...]]:
    def read_all(said: Any, at: Place) -> tuple[T, ...]:
        if not isinstance(said, list):
            raise Fault(at, "a list is needed here.")
        return () if not said else tuple([read(one, (at, n)) for n, one in enumerate(said)])

    return read_all


_texts = list_of(lambda said, at: text(said, at))


def texts(said: Any, at: Place) -> frozenset[str]:
    if isinstance(said, list):
        try:
            return _known_texts(*said)
        except (Fault, TypeError):
            pass
    return frozenset(_texts(said, at))


@lru_cache(4096, typed=True)
def _known_texts(*said: Any) -> frozenset[str]:
    """A list without a fault: a hundred thousand people have few different lists of skills."""
    return frozenset(text(one, "") for one in said)


def text(said: Any, at: Place) -> str:
    if not isinstance(said, str) or not said:
        raise Fault(at, "a text is needed here.")
    return said


def name(said: Any, at: Place) -> str:
    """A text that many have: it is kept once."""
    return intern(text(said, at))


def yes_or_no(said: Any, at: Place) -> bool:
    if not isinstance(said, bool):
        raise Fault(at, "true or false is needed here.")
    return said


def whole(said: Any, at: Place) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said <= MOST:
        raise Fault(at, "a whole number, 0 or more, is needed here.")
    return said


def number(least: float, most: float = MOST) -> Read[float]:
    def read(said: Any, at: Place) -> float:
        if not isinstance(said, int | float) or isinstance(said, bool) or not least <= said <= most:
            raise Fault(at, f"a number from {least} to {most} is needed here.")
        return said

    return read


def positive(said: Any, at: Place) -> float:
    found = number(0)(said, at)
    if not found:
        raise Fault(at, "a number above 0 is needed here.")
    return found


def day(said: Any, at: Place) -> date:
    found = _day(said) if isinstance(said, str) else None
    if found is None:
        raise Fault(at, "a day of the calendar as YYYY-MM-DD is needed here.")
    return found


@lru_cache(100_000)
def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if DATE.fullmatch(said) else None
    except ValueError:
        return None


def moment(said: Any, at: Place) -> int:
    found = _moment(said) if isinstance(said, str) else None
    if found is None:
        raise Fault(at, "a time as YYYY-MM-DDTHH:MM, without a zone, is needed here.")
    return day(found[0], at).toordinal() * DAY + found[1]


@lru_cache(10_000)
def _moment(said: str) -> tuple[str, int] | None:
    """The day as it is written and the minute of it."""
    found = MOMENT.fullmatch(said)
    return (found[1], int(found[2]) * 60 + int(found[3])) if found else None


def clock(said: Any, at: Place) -> int:
    found = _clock(said) if isinstance(said, str) else None
    if found is None:
        raise Fault(at, "a time of the day as HH:MM is needed here.")
    return found


@lru_cache(2_000)
def _clock(said: str) -> int | None:
    found = CLOCK.fullmatch(said)
    return int(found[1]) * 60 + int(found[2]) if found else None


def clock_or_midnight(said: Any, at: Place) -> int:
    return DAY if said == "24:00" else clock(said, at)
