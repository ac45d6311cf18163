"""The edition for publication: every count rounded to tens, fewer than ten not told, and nothing told that gives one
of those away. docs/decisions/0053-indicators.md says why it is so; the tests search for what would follow.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.reports.indicators import figures as exact
from volunteer_hub.reports.indicators.values import (
    CONFIDED,
    CONTRACT,
    Amount,
    By,
    Figure,
    Part,
    Period,
    Under,
    Unit,
    Withheld,
)
from volunteer_hub.web.i18n import mark

FEWEST = 10
# A coordinator who runs no group: the same edition for whoever asks for it.
ANY_COORDINATOR = Actor(role=Role.COORDINATOR)
# Two divisions tell these alike: a contract has no theme and no district, and the theme of groups and circles is not
# said. So withholding one of them hides nothing: the other division tells it.
TOLD_TWICE = frozenset({"", CONFIDED, CONTRACT, InitiativeKind.GROUP.value, InitiativeKind.CIRCLE.value})
# Minutes: hours too are told in tens.
STEP = {Unit.MINUTES: 600}


def may_be_published(period: Period, zone: str) -> bool:
    """One calendar year that is over: of periods that overlap, or of a year told again every day, the difference
    would tell what each of them hides."""
    return period == Period.of_year(period.first.year) and period.last < clock.today(zone)


async def of_year(year: int, zone: str) -> list[Figure]:
    """The edition for publication of a year; for everybody. Raises Refused 404 before it is over."""
    return (await of_years([year], zone))[year]


async def of_years(years: Sequence[int], zone: str) -> dict[int, list[Figure]]:
    """The same of several years, counted together. Raises Refused 404 unless all of them are over."""
    if not all(may_be_published(Period.of_year(year), zone) for year in years):
        raise Refused(mark("Do publikacji podajemy tylko całe lata, które już minęły."), 404)
    return {year: published(found) for year, found in (await exact.yearly(ANY_COORDINATOR, years, zone)).items()}


def published(figures: list[Figure], *, complementary: bool = True) -> list[Figure]:
    """The figures of a period that may be published, as everybody may read them.

    `complementary` withholds also what would give a hidden part away; only tests turn it off.
    """
    told = {figure.indicator: _published(figure, complementary) for figure in figures}
    for indicator, (part, whole) in exact.SHARES.items():
        if indicator in told and part in told and whole in told:
            told[indicator] = Figure(indicator, _share(told[part].amount, told[whole].amount))
    return list(told.values())


def _published(figure: Figure, complementary: bool) -> Figure:
    if figure.unit is Unit.ZLOTY:
        return replace(figure, parts={by: parts for by, parts in figure.parts.items() if by is By.SOURCE})
    divisions = {
        by: tuple(replace(part, amount=_cell(figure.unit, part.amount, part.people), people=None) for part in parts)
        for by, parts in figure.parts.items()
    }
    if complementary and any(_hidden(part) for parts in divisions.values() for part in parts):
        divisions = {by: _withheld(parts) for by, parts in divisions.items()}
    return Figure(
        figure.indicator,
        _cell(figure.unit, figure.amount, figure.people),
        parts={by: _without_confidential(parts) for by, parts in divisions.items() if parts},
    )


def _cell(unit: Unit, amount: Amount, people: int | None) -> Amount:
    if not isinstance(amount, int):
        return amount
    step = STEP.get(unit, FEWEST)
    if people is None and amount < step:
        return Under(step)
    if people is not None and (people < FEWEST or amount < step):
        return Withheld()
    return (amount + step // 2) // step * step


def _hidden(part: Part) -> bool:
    return isinstance(part.amount, Under | Withheld)


def _withheld(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Beside a hidden part the largest that no other division tells is not told either, whatever the numbers: it may be
    any number then, so that nothing is left over for the hidden ones. Where that would leave nothing, the division is
    not told at all.

    What is withheld depends on what is told alone, so that its being withheld tells no more.
    """
    visible = {part.key: part.amount for part in parts if isinstance(part.amount, int)}
    may_hide = [key for key in visible if key not in TOLD_TWICE]
    if len(visible) < 2 or not may_hide:
        return ()
    largest = max(may_hide, key=lambda key: visible[key])
    return tuple(replace(part, amount=Withheld()) if part.key == largest else part for part in parts)


def _without_confidential(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in parts if not (part.confidential and _hidden(part)))


def _share(part: Amount, whole: Amount) -> Decimal | None:
    """In whole hundredths, of what is told: it says no more than they do."""
    told = exact.share(part, whole)
    return None if told is None else told.quantize(Decimal(1), ROUND_HALF_UP)
