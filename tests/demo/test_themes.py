"""The demo town's themes and figures, as the desk would take them."""

from volunteer_hub.atlas import areas, theme_rules, themes
from volunteer_hub.demo import themes as tree
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM


def test_every_look_is_one_that_the_desk_takes() -> None:
    colours = {row[4] for row in tree.BRANCHES} | {look[1] for look in tree.LOOKS.values()}
    icons = {row[5] for row in tree.BRANCHES} | {look[2] for look in tree.LOOKS.values()}
    assert all(theme_rules.is_seen(colour) for colour in colours) and icons <= set(theme_rules.ICONS)


def test_as_many_live_in_the_districts_as_in_the_town() -> None:
    assert sum(residents for residents, _ in tree.RESIDENTS.values()) == 115_818


async def test_the_tree_is_grown_and_addictions_are_nobody_elses_business(town: str) -> None:
    found = {one.theme.name_pl: (one.depth, one.theme.confidential) for one in await themes.tree(SYSTEM)}
    assert found["Uzależnienia"] == (1, True) and found["Uzależnienie od alkoholu"] == (2, True)
    assert found["Zdrowie i opieka"] == (0, False) and found["Starsi mieszkańcy"] == (1, False)
    assert all(one.theme.colour and one.theme.icon for one in await themes.tree(SYSTEM))


async def test_every_district_has_its_years(town: str) -> None:
    assert await areas.years(SYSTEM) == [2026, 2025, 2024]
    lines = await areas.lines(SYSTEM, 2024)
    assert areas.total(lines, 2024).residents == 115_818
    assert all(line.figures and line.figures.per_thousand for line in lines)
    assert await database.fetchval("SELECT count(*) FROM area_year WHERE source <> 'liczby przykładowe'") == 0
