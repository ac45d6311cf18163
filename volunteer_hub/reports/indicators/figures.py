"""The centre's year in figures, exact: each indicator by one statement over its facts. Coordinators only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.initiatives.queries import reader
from volunteer_hub.initiatives.rules import PROJECTS, FundingSource, InitiativeKind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.people.rules import Kind
from volunteer_hub.reports.indicators import facts, past
from volunteer_hub.reports.indicators.facts import COUNTED, MONIES, STOCKS, WITH
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


@dataclass(frozen=True, slots=True)
class Named:
    """The parts that a figure may have by what data say: `(key, name, confidential)` in their order."""

    areas: tuple[tuple[str, str, bool], ...]
    themes: tuple[tuple[str, str, bool], ...]


async def figures(actor: Actor, period: Period, zone: str) -> list[Figure]:
    """Every indicator, in the order of `Indicator`; nothing for who is no coordinator. Parts of nothing stand as 0."""
    if not actor.coordinates:
        return []
    return await _figures(actor, period, zone, await _named())


async def yearly(actor: Actor, years: Iterable[int], zone: str) -> dict[int, list[Figure]]:
    """The same for each of these calendar years."""
    if not actor.coordinates:
        return {}
    named = await _named()
    return {year: await _figures(actor, Period.of_year(year), zone, named) for year in years}


def share(part: Amount, whole: Amount) -> Decimal | None:
    """`part` of `whole` in hundredths, to a tenth; None where either cannot be told or the whole is nothing."""
    if not isinstance(part, int | Decimal) or not isinstance(whole, int | Decimal) or not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


async def _figures(actor: Actor, period: Period, zone: str, named: Named) -> list[Figure]:
    told = {indicator: await _figure(actor, indicator, period, zone, named) for indicator in COUNTED}
    for indicator, (part, whole) in SHARES.items():
        told[indicator] = Figure(indicator, share(told[part].amount, told[whole].amount))
    return [told[indicator] for indicator in Indicator]


async def _figure(actor: Actor, indicator: Indicator, period: Period, zone: str, named: Named) -> Figure:
    if indicator in MONIES and not period.whole_years:
        return Figure(indicator, None)
    rows = await database.fetch(statement(indicator), *reader(actor), period.first, period.last, zone)
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        found[row["by"]][row["key"]] = row
    whole = found[""].get("")
    parts = {by: _parts(indicator, by, found[by.value], named) for by in COUNTED[indicator].by}
    return Figure(indicator, _amount(indicator, whole), _people(indicator, whole), parts)


def statement(indicator: Indicator) -> str:
    """The whole and each part of an indicator in one statement over its facts: rows of by, key, amount, people."""
    of = COUNTED[indicator]
    whole = "WHERE whole" if indicator in STOCKS else ""
    counts = [f"SELECT '' AS by, '' AS key, {_counting(indicator)} FROM {_once(indicator)} {whole}"]
    counts += [
        f"""SELECT '{by.value}', {by.value}, {_counting(indicator)} FROM {_once(indicator, by)}
            WHERE {by.value} IS NOT NULL GROUP BY {by.value}"""
        for by in of.by
    ]
    if of.person:
        counts.append(past.counted(indicator))
    return f"""
        WITH asked AS (SELECT $1::uuid, $2::bool, $3::bool, $4::date, $5::date, $6::text), {WITH},
        facts AS MATERIALIZED ({facts.sql(indicator)})
        SELECT by, key, sum(amount) AS amount, sum(people)::int AS people FROM ({" UNION ALL ".join(counts)}) AS n
        GROUP BY by, key"""


def _counting(indicator: Indicator) -> str:
    amount = "sum(amount)" if COUNTED[indicator].sums else "count(*)"
    people = "count(DISTINCT who)" if indicator is Indicator.HOURS else "NULL::bigint"
    return f"{amount} AS amount, {people} AS people"


def _once(indicator: Indicator, by: By | None = None) -> str:
    """The facts, or where subjects are counted each of them once: DISTINCT hashes what count(DISTINCT …) would sort."""
    if COUNTED[indicator].sums:
        return "facts"
    return f"(SELECT DISTINCT subject{f', {by.value}' if by else ''} FROM facts) AS once"


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
