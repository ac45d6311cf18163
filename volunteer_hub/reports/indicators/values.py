"""What the centre answers for: indicators, the period they are counted over, and figures with their parts.

Pure values. A figure of people counts each person once in its period, in however many groups they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Indicator(StrEnum):
    """One line of the centre's year. How each is counted stands in words in `reports.indicators.words`."""

    RESIDENTS = "residents"
    REGISTERED = "registered"
    AGREED = "agreed"
    ACTIVE = "active"
    HOURS = "hours"
    PROJECTS = "projects"
    GROUPS = "groups"
    MEETINGS = "meetings"
    COVERED = "covered"
    COVERED_SHARE = "covered-share"
    CONTRACTS = "contracts"
    STEPS = "steps"
    FINISHED = "finished"
    FAMILIES = "families"
    ASSISTED = "assisted"
    COST = "cost"
    OUTSIDE = "outside"
    OUTSIDE_SHARE = "outside-share"


class Unit(StrEnum):
    """What a figure is a number of. Hours are counted in minutes, money in zloty, a share in hundredths."""

    PEOPLE = "people"
    FAMILIES = "families"
    TIMES = "times"
    MINUTES = "minutes"
    ZLOTY = "zloty"
    PERCENT = "percent"


class By(StrEnum):
    """By what a figure is divided. The parts of people may be more than the whole: one may be in two of them."""

    AREA = "area"
    KIND = "kind"
    AGE = "age"
    THEME = "theme"
    SOURCE = "source"


class Edition(StrEnum):
    """For whom figures are: inside they are exact and lead to their lists; for publication nobody follows from them."""

    INTERNAL = "internal"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included."""

    first: date
    last: date

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 31))


@dataclass(frozen=True, slots=True)
class Under:
    """Fewer than so many, and how many is nobody's business: shown as "<10"."""

    than: int


# None: cannot be told, for a yearly figure was never typed in.
Amount = int | Decimal | Under | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a figure. `key` is its slug or enum value, "" of none; `name` what it is called, if by data."""

    key: str
    amount: Amount
    name: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator in a period, whole and by parts."""

    indicator: Indicator
    amount: Amount
    parts: Mapping[By, tuple[Part, ...]] = field(default_factory=dict)
