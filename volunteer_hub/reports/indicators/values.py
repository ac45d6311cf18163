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


# Ages as they are reached in a calendar year, so that in one year nobody is in two groups: the first age of each.
AGES = (0, 16, 18, 25, 40, 60)
AGE_KEYS = tuple(f"{first}-{after - 1 if after else ''}" for first, after in zip(AGES, (*AGES[1:], None), strict=True))
# The kind of those covered by a social contract; the theme of groups and circles whose theme the reader must not know.
CONTRACT = "contract"
CONFIDED = "_confided"

UNITS = {
    Indicator.HOURS: Unit.MINUTES,
    Indicator.PROJECTS: Unit.TIMES,
    Indicator.GROUPS: Unit.TIMES,
    Indicator.MEETINGS: Unit.TIMES,
    Indicator.STEPS: Unit.TIMES,
    Indicator.FAMILIES: Unit.FAMILIES,
    Indicator.COST: Unit.ZLOTY,
    Indicator.OUTSIDE: Unit.ZLOTY,
    Indicator.COVERED_SHARE: Unit.PERCENT,
    Indicator.OUTSIDE_SHARE: Unit.PERCENT,
}


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included."""

    first: date
    last: date

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def whole_years(self) -> bool:
        """From a first of January to a last of December: money is told by years alone."""
        return (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31)


@dataclass(frozen=True, slots=True)
class Under:
    """Fewer than so many, and how many is nobody's business: shown as "<10"."""

    than: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """Known, and not said outside: something smaller would follow from it, or only a few people stand behind it."""


# None: cannot be told, for a yearly figure was never typed in, or money was asked of a part of a year.
Amount = int | Decimal | Under | Withheld | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a figure. `key` is its slug or enum value, "" of none; `name` what it is called, if by data.

    `people`: how many stand behind an amount that counts something else. `confidential`: a theme that is named
    outside only where it is of many.
    """

    key: str
    amount: Amount
    name: str = ""
    people: int | None = None
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator in a period, whole and by parts."""

    indicator: Indicator
    amount: Amount
    people: int | None = None
    parts: Mapping[By, tuple[Part, ...]] = field(default_factory=dict)

    @property
    def unit(self) -> Unit:
        return UNITS.get(self.indicator, Unit.PEOPLE)
