"""The centre's year in figures, exact: each indicator by one statement over its facts. Coordinators only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.initiatives.queries import reader
from volunteer_hub.initiatives.rules import PROJECTS, FundingSource, InitiativeKind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.people.rules import Kind
from volunteer_hub.reports.indicators import facts, past
from volunteer_hub.reports.indicators.facts import COUNTED, MONIES, PERIOD, STOCKS, WITH, YEARS
from volunteer_hub.reports.indicators.moment import at_once
from volunteer_hub.reports.indicators.values import (
    AGE_KEYS,
    CONFIDED,
    CONTRACT,
    Amount,
    By,
    Figure,
    Indicator,
    Part,
    Period,
)
from volunteer_hub.web.i18n import language

AREAS = "SELECT slug AS key, name, false AS confidential FROM area ORDER BY sort_key(name), slug"
THEMES = f"""
    SELECT slug AS key, {theme_name()} AS name, confidential FROM theme t
    ORDER BY position, sort_key(name_pl), slug"""
VOLUNTEERS = tuple(kind.value for kind in Kind)
WORK = tuple(kind.value for kind in InitiativeKind)
# Which kinds each indicator may have, where not all kinds of initiative.
KINDS: Mapping[Indicator, tuple[str, ...]] = {
    Indicator.REGISTERED: VOLUNTEERS,
    Indicator.AGREED: VOLUNTEERS,
    Indicator.ACTIVE: VOLUNTEERS,
    Indicator.PROJECTS: tuple(kind for kind in WORK if kind in PROJECTS),
    Indicator.COVERED: (*WORK, CONTRACT),
}
# What may be without a district, or a theme, stands there also when it is nothing: its being there must tell nothing.
PLACED = {*STOCKS, Indicator.MEETINGS}
NONE = ("", "", False)
SHARES = {
    Indicator.COVERED_SHARE: (Indicator.COVERED, Indicator.ASSISTED),
    Indicator.OUTSIDE_SHARE: (Indicator.OUTSIDE, Indicator.COST),
}
# Rows by what they divide (By, "" of the whole) and by the key of their part.
Found = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Named:
    """The parts that a figure may have by what data say: `(key, name, confidential)` in their order."""

    areas: tuple[tuple[str, str, bool], ...]
    themes: tuple[tuple[str, str, bool], ...]


async def figures(actor: Actor, period: Period, zone: str) -> list[Figure]:
    """Every indicator, in the order of `Indicator`; nothing for who is no coordinator. Parts of nothing stand as 0."""
    if not actor.coordinates:
        return []
    (told,) = await _told(actor, COUNTED, [period], zone)
    return [told[indicator] for indicator in Indicator]


async def one(actor: Actor, indicator: Indicator, period: Period, zone: str) -> Figure:
    """That indicator alone. Raises Refused 404 for others than coordinators."""
    coordinators_only(actor)
    (told,) = await _told(actor, SHARES.get(indicator, (indicator,)), [period], zone)
    return told[indicator]


async def yearly(actor: Actor, years: Iterable[int], zone: str) -> dict[int, list[Figure]]:
    """The same as `figures` for each of these calendar years, at little more than the price of one."""
    wanted = sorted(set(years))
    if not actor.coordinates or not wanted:
        return {}
    told = await _told(actor, COUNTED, [Period.of_year(year) for year in wanted], zone)
    return {year: [of[indicator] for indicator in Indicator] for year, of in zip(wanted, told, strict=True)}


def share(part: Amount, whole: Amount) -> Decimal | None:
    """`part` of `whole` in hundredths, to a tenth; None where either cannot be told or the whole is nothing."""
    if not isinstance(part, int | Decimal) or not isinstance(whole, int | Decimal) or not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


async def _told(
    actor: Actor, indicators: Iterable[Indicator], spans: Sequence[Period], zone: str
) -> list[dict[Indicator, Figure]]:
    """These indicators, and their shares, in each of the spans: one of any days, or calendar years."""
    told: list[dict[Indicator, Figure]] = [{} for _ in spans]
    async with at_once():
        named = await _named()
        for indicator in indicators:
            found = await _found(actor, indicator, spans, zone)
            for span, figures in zip(spans, told, strict=True):
                untold = indicator in MONIES and not span.whole_years
                figures[indicator] = Figure(indicator, None) if untold else _figure(indicator, found[span.first], named)
    for figures in told:
        for indicator, (part, whole) in SHARES.items():
            if part in figures and whole in figures:
                figures[indicator] = Figure(indicator, share(figures[part].amount, figures[whole].amount))
    return told


async def _found(actor: Actor, indicator: Indicator, spans: Sequence[Period], zone: str) -> Mapping[date, Found]:
    """What the database counted, by the first day of its span."""
    found: dict[date, Found] = defaultdict(lambda: defaultdict(dict))
    asked = statement(indicator, YEARS if len(spans) > 1 else PERIOD)
    for row in await database.fetch(asked, *reader(actor), spans[0].first, spans[-1].last, zone):
        found[row["span"]][row["by"]][row["key"]] = row
    return found


def _figure(indicator: Indicator, found: Found, named: Named) -> Figure:
    whole = found[""].get("")
    parts = {by: _parts(indicator, by, found[by.value], named) for by in COUNTED[indicator].by}
    return Figure(indicator, _amount(indicator, whole), _people(indicator, whole), parts)


def statement(indicator: Indicator, spans: str = PERIOD) -> str:
    """The whole and each part of an indicator, in one statement over its facts: span, by, key, amount, people."""
    of = COUNTED[indicator]
    counts = [_once(indicator, by) for by in (None, *of.by)]
    if of.person:
        counts.append(past.counted(indicator))
    return f"""
        WITH asked AS (SELECT $1::uuid, $2::bool, $3::bool, $4::date, $5::date, $6::text), {spans}, {WITH},
        facts AS MATERIALIZED ({facts.sql(indicator)})
        SELECT span, by, key, sum(amount) AS amount, sum(people)::int AS people
        FROM ({" UNION ALL ".join(counts)}) AS n GROUP BY span, by, key"""


def _once(indicator: Indicator, by: By | None) -> str:
    """The whole, or the parts: each subject once in each. Grouped twice, for count(DISTINCT …) would sort."""
    key = by.value if by else "''"
    each = f"SELECT span, {key} AS key, amount FROM facts"
    if indicator in STOCKS and not by:
        each += " WHERE whole"
    if COUNTED[indicator].many:
        each = f"SELECT span, {key} AS key, sum(amount) AS amount FROM facts GROUP BY 1, 2, subject"
    amount = "sum(amount)" if COUNTED[indicator].sums else "count(*)"
    return f"""
        SELECT span, '{by.value if by else ""}' AS by, key, {amount} AS amount, count(*) AS people
        FROM ({each}) AS each WHERE key IS NOT NULL GROUP BY span, key"""


def _amount(indicator: Indicator, row: Any) -> Amount:
    amount = row["amount"] if row else None
    if indicator in MONIES:
        return Decimal(amount or 0).quantize(Decimal("0.01"))
    if indicator in STOCKS:
        return None if amount is None else int(amount)
    return int(amount or 0)


def _people(indicator: Indicator, row: Any) -> int | None:
    """How many stand behind it, where it is not people that are counted."""
    return (row["people"] if row else 0) if indicator is Indicator.HOURS else None


def _parts(indicator: Indicator, by: By, found: Mapping[str, Any], named: Named) -> tuple[Part, ...]:
    keys = [*_keys(indicator, by, named)]
    keys += [(key, "", True) for key in (CONFIDED,) if key in found]
    known = {key for key, _, _ in keys}
    keys += [(key, "", False) for key in sorted(found) if key not in known]
    return tuple(
        Part(key, _amount(indicator, found.get(key)), name, _people(indicator, found.get(key)), confidential)
        for key, name, confidential in keys
    )


def _keys(indicator: Indicator, by: By, named: Named) -> Iterable[tuple[str, str, bool]]:
    if by is By.AREA:
        return named.areas if indicator in PLACED else (*named.areas, NONE)
    if by is By.THEME:
        return (*named.themes, NONE) if indicator is Indicator.COVERED else named.themes
    known = {By.AGE: AGE_KEYS, By.SOURCE: tuple(source.value for source in FundingSource)}
    keys = known.get(by) or KINDS.get(indicator, WORK)
    outside = [key for key in keys if indicator is not Indicator.OUTSIDE or key != FundingSource.OWN]
    return [(key, "", False) for key in outside]


async def _named() -> Named:
    areas = [tuple(row) for row in await database.fetch(AREAS)]
    themes = [tuple(row) for row in await database.fetch(THEMES, language())]
    return Named(tuple(areas), tuple(themes))
