"""Nothing that the edition for publication hides follows from what it tells: a plain search of every town there is.

The search knows how the edition is made. For a small bound it takes all tables (districts and ages of the same people),
publishes each, and puts those side by side that publish the same: to whoever reads it they are one town. In them each
hidden cell must take at least five values.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from support import people
from support.people import ZONE

from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.reports.indicators import publication
from volunteer_hub.reports.indicators.publication import published
from volunteer_hub.reports.indicators.values import (
    CONFIDED,
    CONTRACT,
    By,
    Figure,
    Indicator,
    Part,
    Period,
    Under,
    Withheld,
)

LEAST = 5
Cells = tuple[int, ...]


def figure(total: int, areas: Cells, ages: Cells = (), indicator: Indicator = Indicator.REGISTERED) -> Figure:
    parts = {By.AREA: areas, By.AGE: ages}
    return Figure(
        indicator, total,
        parts={by: tuple(Part(str(n), cell) for n, cell in enumerate(cells)) for by, cells in parts.items() if cells},
    )  # fmt: skip


def told(town: tuple[int, Cells, Cells], complementary: bool) -> Any:
    """What is published of a town, as something that can be looked up."""
    (one,) = published([figure(*town)], complementary=complementary)
    return one.amount, tuple((by, tuple((part.key, part.amount) for part in parts)) for by, parts in one.parts.items())


def towns(most: int, areas: int, ages: int) -> Iterator[tuple[int, Cells, Cells]]:
    """Every town of at most `most` people in these districts and ages."""
    of_areas, of_ages = defaultdict(list), defaultdict(list)
    for n, found in ((areas, of_areas), (ages, of_ages)):
        for cells in product(range(most + 1), repeat=n):
            if sum(cells) <= most:
                found[sum(cells)].append(cells)
    for total in range(most + 1):
        for one in of_areas[total]:
            for other in of_ages[total] if ages else [()]:
                yield total, one, other


def fewest(most: int, areas: int, ages: int, complementary: bool) -> int:
    """How many values the hidden cell has that is told most narrowly. `most` ends with 4, so that no group is cut."""
    alike: defaultdict[Any, list[tuple[int, Cells, Cells]]] = defaultdict(list)
    for town in towns(most, areas, ages):
        alike[told(town, complementary)].append(town)
    least = most
    for group in alike.values():
        for by, n in ((1, areas), (2, ages)):
            for at in range(n):
                values = {town[by][at] for town in group}
                if min(values) < publication.FEWEST:
                    least = min(least, len(values))
    return least


@pytest.mark.parametrize(("most", "areas", "ages"), [(44, 3, 0), (24, 3, 2), (24, 2, 2), (34, 2, 2), (24, 4, 0)])
def test_no_hidden_cell_follows_from_the_rest(most: int, areas: int, ages: int) -> None:
    assert fewest(most, areas, ages, complementary=True) >= LEAST


@pytest.mark.parametrize(("most", "areas", "ages"), [(24, 2, 0), (34, 3, 0), (24, 2, 2)])
def test_control_without_complementary_suppression_it_does(most: int, areas: int, ages: int) -> None:
    assert fewest(most, areas, ages, complementary=False) < LEAST


def interval(amount: Any) -> tuple[int, int]:
    if isinstance(amount, Under):
        return 0, amount.than - 1
    if isinstance(amount, Withheld):
        return 10, 10**6
    return (10 if amount == 10 else amount - 5), amount + 4


def narrowed(one: Figure) -> int:
    """By intervals, for towns too large to search: the fewest values of a hidden cell, its divisions taken together."""
    low, high = interval(one.amount)
    sides = {by: [interval(part.amount) for part in parts] for by, parts in one.parts.items()}
    for cells in sides.values():
        low, high = max(low, sum(cell[0] for cell in cells)), min(high, sum(cell[1] for cell in cells))
    least = 10
    for by, cells in sides.items():
        for at, (first, last) in enumerate(cells):
            if isinstance(one.parts[by][at].amount, Under):
                rest = [cell for other, cell in enumerate(cells) if other != at]
                first = max(first, low - sum(cell[1] for cell in rest))
                last = min(last, high - sum(cell[0] for cell in rest))
                least = min(least, last - first + 1)
    return least


@pytest.mark.parametrize(
    ("areas", "ages"),
    [
        ((24, 24, 24, 24, 9), ()),  # the rest at its top and the whole at the bottom of its ten: it must be nine
        ((24,) * 9 + (9,), ()),
        ((15, 15, 15, 15, 10, 0), (14, 14, 14, 14, 14)),  # ages say that there are at most 70, districts at least 70
    ],
)
def test_at_the_edges_of_the_tens_nothing_follows_either(areas: Cells, ages: Cells) -> None:
    town = figure(sum(areas), areas, ages)
    (kept,), (bare,) = published([town]), published([town], complementary=False)
    assert narrowed(bare) == 1, "control: without complementary suppression the hidden number is known"
    assert narrowed(kept) >= LEAST


ALIKE = [("group", By.THEME, CONFIDED), (CONTRACT, By.THEME, ""), (CONTRACT, By.AREA, "")]


@pytest.mark.parametrize(("kind", "by", "rest"), ALIKE)
@pytest.mark.parametrize("protected", [True, False])
def test_what_another_division_tells_hides_nothing(
    kind: str, by: By, rest: str, protected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of those of a kind the other division says as many as there are: whoever withholds them must not rely on it."""
    if not protected:
        monkeypatch.setattr(publication, "TOLD_TWICE", frozenset())
    kinds = {kind: 34, "partnership": 24, "long_term": 24, "educational": 24, "one_off": 9}
    parts = {
        By.KIND: tuple(Part(key, n) for key, n in kinds.items()),
        by: (Part("one", 81), Part(rest, 34)),
    }
    (one,) = published([Figure(Indicator.MEETINGS, sum(kinds.values()), parts=parts)])
    told = {(of, part.key): interval(part.amount) for of, parts in one.parts.items() for part in parts}
    upper = {key: told[By.KIND, key][1] for key in kinds}
    upper[kind] = min(upper[kind], told.get((by, rest), (0, 10**6))[1])
    least = interval(one.amount)[0] - sum(upper[key] for key in kinds if key != "one_off")
    values = 10 - max(0, least)
    assert values >= LEAST if protected else values == 1, "control: without it the hidden number is known"


def test_counts_are_rounded_to_tens_and_the_whole_apart_from_its_parts() -> None:
    (one,) = published([figure(104, (24, 24, 56))])
    assert one.amount == 100 and [part.amount for part in one.parts[By.AREA]] == [20, 20, 60]
    (small,) = published([figure(9, (9,))])
    assert small.amount == Under(10) and not small.parts


def test_hours_of_few_people_are_not_told_though_they_are_many() -> None:
    hours = [(6000, 3), (6100, 12), (90, 10), (700, 10)]
    parts = tuple(Part(str(n), minutes, people=who) for n, (minutes, who) in enumerate(hours))
    (one,) = published([Figure(Indicator.HOURS, 12_890, 35, {By.AREA: parts})])
    assert one.amount == 12_600
    assert [part.amount for part in one.parts[By.AREA]] == [Withheld(), Withheld(), Withheld(), 600]
    assert all(part.people is None for part in one.parts[By.AREA])


def test_a_confidential_theme_of_few_is_not_even_named() -> None:
    parts = (
        Part("dzieci", 40),
        Part("praca", 25),
        Part("przemoc", 3, confidential=True),
        Part("nalogi", 22, "", None, True),
    )
    (one,) = published([Figure(Indicator.COVERED, 80, parts={By.THEME: parts})])
    assert [(part.key, part.amount) for part in one.parts[By.THEME]] == [
        ("dzieci", Withheld()), ("praca", 30), ("nalogi", 20)
    ]  # fmt: skip


def test_money_is_told_whole_and_by_source_alone() -> None:
    parts = {By.SOURCE: (Part("eu", Decimal("12.34")),), By.THEME: (Part("przemoc", Decimal("12.34"), "", None, True),)}
    (one,) = published([Figure(Indicator.COST, Decimal("12.34"), parts=parts)])
    assert one.amount == Decimal("12.34") and list(one.parts) == [By.SOURCE]


def shares(covered: int, assisted: int) -> Any:
    figures = [
        Figure(Indicator.COVERED, covered), Figure(Indicator.COVERED_SHARE, Decimal("1.2")),
        Figure(Indicator.ASSISTED, assisted),
    ]  # fmt: skip
    return {one.indicator: one.amount for one in published(figures)}[Indicator.COVERED_SHARE]


def test_a_share_says_no_more_than_the_numbers_beside_it() -> None:
    assert shares(3434, 16_350) == 21
    assert {shares(covered, 104) for covered in range(15, 25)} == {20}, "exact it would tell them apart"
    assert shares(9, 104) is None


async def test_only_a_whole_year_that_is_over_is_published(db: str) -> None:
    await people.account()
    last = clock.today(ZONE).year - 1
    assert publication.may_be_published(Period.of_year(last), ZONE)
    quarter, two_years = Period(date(last, 1, 1), date(last, 3, 31)), Period(date(last - 1, 1, 1), date(last, 12, 31))
    for period in (Period.of_year(last + 1), quarter, two_years):
        assert not publication.may_be_published(period, ZONE)
    assert len(await publication.of_year(last, ZONE)) == len(Indicator)
    with pytest.raises(Refused):
        await publication.of_year(last + 1, ZONE)


def quarters_and_year(quarter: Callable[[Figure], Any]) -> set[tuple[int, ...]]:
    """The first quarters of all years of four quarters that publish alike, where quarters too would be published."""
    alike: defaultdict[Any, set[int]] = defaultdict(set)
    for cells in product(range(15), repeat=4):
        alike[(quarter(figure(sum(cells), ())), *(quarter(figure(cell, ())) for cell in cells))].add(cells[0])
    return {tuple(sorted(values)) for values in alike.values() if min(values) < publication.FEWEST}


def test_control_with_quarters_beside_their_year_a_hidden_one_would_follow() -> None:
    assert min(len(values) for values in quarters_and_year(lambda one: published([one])[0].amount)) < LEAST
