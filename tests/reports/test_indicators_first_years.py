"""The table that the centre in Włocławek reported for 2006–2008 follows, to the unit, from data loaded to that effect.

3,434 is assumed (the report says "over 3,000" and "21 %"): tests/support/first_years.py.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from support import first_years, people
from support.people import ZONE

from volunteer_hub.reports.indicators import figures, lists, publication
from volunteer_hub.reports.indicators.values import By, Indicator, Period

THREE_YEARS = Period(date(2006, 1, 1), date(2008, 12, 31))
TABLE = {
    Indicator.RESIDENTS: 115_818,
    Indicator.CONTRACTS: 252,
    Indicator.FINISHED: 148,
    Indicator.COVERED: 3434,
    Indicator.COVERED_SHARE: Decimal("21.0"),
    Indicator.FAMILIES: 7905,
    Indicator.ASSISTED: 16_350,
    Indicator.COST: Decimal("2606029.00"),
    Indicator.OUTSIDE: Decimal("2228426.00"),
    Indicator.OUTSIDE_SHARE: Decimal("85.5"),
}


def amounts(found: Any) -> dict[Indicator, Any]:
    return {figure.indicator: figure.amount for figure in found}


async def test_the_table_of_2006_to_2008_to_the_unit(db: str) -> None:
    actor = people.actor(await people.account())
    await first_years.load()
    told = amounts(await figures.figures(actor, THREE_YEARS, ZONE))
    assert {indicator: told[indicator] for indicator in TABLE} == TABLE
    by_year = {year: amounts(found) for year, found in (await figures.yearly(actor, (2006, 2008), ZONE)).items()}
    assert [by_year[year][Indicator.FAMILIES] for year in (2006, 2008)] == [9565, 7905]
    assert [by_year[year][Indicator.ASSISTED] for year in (2006, 2008)] == [19_739, 16_350]


async def test_people_in_three_groups_count_once_and_stand_once_in_the_list(db: str) -> None:
    actor = people.actor(await people.account())
    await first_years.load()
    (covered,) = [one for one in await figures.figures(actor, THREE_YEARS, ZONE) if one.indicator is Indicator.COVERED]
    assert sum(part.amount for part in covered.parts[By.KIND]) > 3434, "control: by kind some are in two of them"
    found = await lists.listed(actor, Indicator.COVERED, THREE_YEARS, ZONE, on_a_page=10_000)
    named = [line.address for line in found.lines if line.address]
    assert len(found.lines) == 3434 == found.total and len(set(named)) == len(named)


async def test_a_year_without_the_towns_figures_has_no_share(db: str) -> None:
    actor = people.actor(await people.account())
    await first_years.load()
    told = amounts((await figures.yearly(actor, [2007], ZONE))[2007])
    assert told[Indicator.ASSISTED] is None and told[Indicator.COVERED_SHARE] is None and told[Indicator.COVERED]


async def test_the_year_2008_for_publication(db: str) -> None:
    await people.account()
    await first_years.load()
    told = amounts(await publication.of_year(2008, ZONE))
    assert (told[Indicator.RESIDENTS], told[Indicator.ASSISTED], told[Indicator.FAMILIES]) == (115_820, 16_350, 7910)
    assert told[Indicator.COST] == Decimal("1398421.50") and told[Indicator.COVERED] % 10 == 0
