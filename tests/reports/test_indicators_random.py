"""A random town, every indicator of it counted again by slow plain Python: figures, parts, lists, and who is named."""

import random
from datetime import date
from typing import Any

import pytest
from reports.random_town import build
from reports.slow_count import Slow
from support.people import ZONE

from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.reports.indicators import figures, lists
from volunteer_hub.reports.indicators.facts import COUNTED
from volunteer_hub.reports.indicators.values import CONFIDED, By, Figure, Indicator, Period

PERIODS = (
    Period.of_year(2023), Period.of_year(2024), Period.of_year(2025), Period(date(2024, 4, 1), date(2024, 6, 30)),
    Period(date(2025, 2, 11), date(2025, 11, 3)), Period(date(2024, 2, 29), date(2024, 2, 29)),
    Period(date(2023, 1, 1), date(2025, 12, 31)), Period(date(2025, 6, 1), date(2027, 12, 31)),
)  # fmt: skip
SHARES = (Indicator.COVERED_SHARE, Indicator.OUTSIDE_SHARE)


def nonzero(figure: Figure) -> dict[tuple[str, str], Any]:
    return {(by.value, part.key): part.amount for by, parts in figure.parts.items() for part in parts if part.amount}


def same(figure: Figure, told: Any) -> None:
    if figure.indicator in SHARES:
        near = told.whole is None if figure.amount is None else abs(float(figure.amount) - told.whole) <= 0.0501
        assert near, (figure, told)
        return
    assert figure.amount == told.whole, figure.indicator
    assert nonzero(figure) == {part: amount for part, amount in told.parts.items() if amount}, figure.indicator


async def lists_agree(actor: Actor, figure: Figure, told: Any, period: Period) -> None:
    """Each list adds up to its figure, has a line for each counted, and names those it may and nobody else."""
    asked: list[tuple[By | None, str, Any]] = [(None, "", figure.amount)]
    asked += [(by, part.key, part.amount) for by, parts in figure.parts.items() for part in parts]
    for by, key, amount in asked:
        found = await lists.listed(actor, figure.indicator, period, ZONE, by, key, on_a_page=1000)
        assert found.amount == amount or (not found.amount and not amount), (figure.indicator, by, key)
        assert sum(line.amount for line in found.lines) == (amount or 0) and found.total == len(found.lines)
        named = {line.address for line in found.lines if line.address}
        if COUNTED[figure.indicator].of == "participant":
            who = told.named.get((by.value if by else "", key), set())
            assert named == {f"/desk/participants/{id}" for id in who}, (figure.indicator, by, key)
        if COUNTED[figure.indicator].of == "step":
            assert len([line for line in found.lines if line.address]) == len(told.named.get(("", ""), set()))


@pytest.mark.parametrize("seed", range(4))
async def test_every_indicator_by_every_division_is_what_a_slow_count_says(db: str, seed: int) -> None:
    readers = await build(random.Random(seed))
    rows = await Slow.rows_now()
    seen = set()
    for actor in (readers.runs, readers.other):
        for period in PERIODS:
            told = Slow(rows, actor, period.first, period.last).everything()
            found = await figures.figures(actor, period, ZONE)
            assert [figure.indicator for figure in found] == list(Indicator)
            for figure in found:
                same(figure, told[figure.indicator.value])
                seen.add((figure.indicator, bool(figure.amount)))
                if figure.indicator not in SHARES:
                    await lists_agree(actor, figure, told[figure.indicator.value], period)
    assert {indicator for indicator, some in seen if some} == set(Indicator), "control: none is nothing throughout"


async def test_each_year_is_what_it_is_alone(db: str) -> None:
    readers = await build(random.Random(9))
    by_year = await figures.yearly(readers.runs, range(2023, 2026), ZONE)
    alone = {year: await figures.figures(readers.runs, Period.of_year(year), ZONE) for year in range(2023, 2026)}
    assert by_year == alone
    assert await figures.yearly(readers.runs, (2025, 2023), ZONE) == {year: alone[year] for year in (2025, 2023)}


async def test_one_indicator_is_what_it_is_among_all(db: str) -> None:
    readers = await build(random.Random(11))
    for period in PERIODS[-2:]:
        for figure in await figures.figures(readers.runs, period, ZONE):
            assert await figures.one(readers.runs, figure.indicator, period, ZONE) == figure


async def test_pages_of_a_list_are_the_whole_list(db: str) -> None:
    readers = await build(random.Random(5))
    period = Period(date(2023, 1, 1), date(2026, 12, 31))
    whole = await lists.listed(readers.other, Indicator.COVERED, period, ZONE, on_a_page=1000)
    pages = [
        await lists.listed(readers.other, Indicator.COVERED, period, ZONE, page=page, on_a_page=3)
        for page in range(1, whole.total // 3 + 3)
    ]
    assert [line for page in pages for line in page.lines] == whole.lines
    assert {(page.total, page.amount) for page in pages} == {(whole.total, whole.amount)}


async def test_only_coordinators_read_figures_and_lists(db: str) -> None:
    readers = await build(random.Random(3))
    for role in ("facilitator", "administrator", "volunteer", "first-contact", "anyone"):
        actor = Actor(role=type(readers.runs.role)(role), account=readers.runs.account)
        assert await figures.figures(actor, PERIODS[0], ZONE) == []
        assert await figures.yearly(actor, [2024], ZONE) == {}
        with pytest.raises(Refused):
            await lists.listed(actor, Indicator.COVERED, PERIODS[0], ZONE)
        with pytest.raises(Refused):
            await figures.one(actor, Indicator.COVERED, PERIODS[0], ZONE)
    with pytest.raises(Refused):
        await lists.listed(readers.runs, Indicator.REGISTERED, PERIODS[0], ZONE, By.THEME, "x")


async def test_which_parts_there_are_tells_nothing_of_what_is_in_them(db: str) -> None:
    """A part that stands there only when it is something would be told from nothing where both are "<10"."""
    readers = await build(random.Random(1))
    parts: dict[Indicator, list[Any]] = {}
    for period in (Period.of_year(2024), Period.of_year(2019)):
        for figure in await figures.figures(readers.other, period, ZONE):
            keys = {by: [part.key for part in found if part.key != CONFIDED] for by, found in figure.parts.items()}
            parts.setdefault(figure.indicator, []).append(keys)
    money = (Indicator.COST, Indicator.OUTSIDE)
    assert all(first == second for indicator, (first, second) in parts.items() if indicator not in money)
    assert "" in parts[Indicator.COVERED][0][By.AREA] and "" in parts[Indicator.COVERED][0][By.THEME]
