"""Values read from JSON, each with its place in the file; whatever is wrong is one sentence (Fault)."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from volunteer_hub.matching.engine.instance import DAY, Fault

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
# Beyond any town and any life, and still counted exactly.
MOST = 1_000_000_000

T = TypeVar("T")
Read = Callable[[Any, str], T]


class Object:
    """A JSON object that is asked for its keys one by one, and at the end whether it had others."""

    def __init__(self, said: Any, at: str) -> None:
        if not isinstance(said, dict):
            raise Fault(at, "an object is needed here.")
        self.said, self.at, self.asked = said, at, set[str]()

    def get(self, key: str, read: Read[T], default: Any = None) -> Any:
        """What `read` makes of the key's value; a default makes it optional, and null is then as if it were absent."""
        self.asked.add(key)
        if key not in self.said and default is None:
            raise Fault(f"{self.at}.{key}", "this is required.")
        value = self.said.get(key)
        return default if value is None and default is not None else read(value, f"{self.at}.{key}")

    def maybe(self, key: str, read: Read[T]) -> T | None:
        self.asked.add(key)
        value = self.said.get(key)
        return None if value is None else read(value, f"{self.at}.{key}")

    def nothing_else(self) -> None:
        for key in self.said:
            if key not in self.asked:
                raise Fault(f"{self.at}.{key}", "this key is not known.")


def list_of(read: Read[T]) -> Read[tuple[T, ...]]:
    def read_all(said: Any, at: str) -> tuple[T, ...]:
        if not isinstance(said, list):
            raise Fault(at, "a list is needed here.")
        return tuple(read(one, f"{at}[{n}]") for n, one in enumerate(said))

    return read_all


def texts(said: Any, at: str) -> frozenset[str]:
    return frozenset(list_of(text)(said, at))


def text(said: Any, at: str) -> str:
    if not isinstance(said, str) or not said:
        raise Fault(at, "a text is needed here.")
    return said


def yes_or_no(said: Any, at: str) -> bool:
    if not isinstance(said, bool):
        raise Fault(at, "true or false is needed here.")
    return said


def whole(said: Any, at: str) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said <= MOST:
        raise Fault(at, "a whole number, 0 or more, is needed here.")
    return said


def number(least: float, most: float = MOST) -> Read[float]:
    def read(said: Any, at: str) -> float:
        if not isinstance(said, int | float) or isinstance(said, bool) or not least <= said <= most:
            raise Fault(at, f"a number from {least} to {most} is needed here.")
        return said

    return read


def positive(said: Any, at: str) -> float:
    found = number(0)(said, at)
    if not found:
        raise Fault(at, "a number above 0 is needed here.")
    return found


def day(said: Any, at: str) -> date:
    try:
        if isinstance(said, str) and DATE.fullmatch(said):
            return date.fromisoformat(said)
    except ValueError:
        pass
    raise Fault(at, "a day of the calendar as YYYY-MM-DD is needed here.")


def moment(said: Any, at: str) -> int:
    found = MOMENT.fullmatch(said) if isinstance(said, str) else None
    if not found:
        raise Fault(at, "a time as YYYY-MM-DDTHH:MM, without a zone, is needed here.")
    return day(found[1], at).toordinal() * DAY + int(found[2]) * 60 + int(found[3])


def clock(said: Any, at: str) -> int:
    found = CLOCK.fullmatch(said) if isinstance(said, str) else None
    if not found:
        raise Fault(at, "a time of the day as HH:MM is needed here.")
    return int(found[1]) * 60 + int(found[2])


def clock_or_midnight(said: Any, at: str) -> int:
    return DAY if said == "24:00" else clock(said, at)
