"""Last year's figures stay what they were when somebody is erased, by every division, for every period of quarters."""

import random
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from reports.random_town import build
from support import people
from support.people import ZONE

from volunteer_hub.initiatives.course_tables import Contract, ContractGoal, ContractStep
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor
from volunteer_hub.privacy import erasure, retention
from volunteer_hub.reports.indicators import figures, lists, publication
from volunteer_hub.reports.indicators.values import Indicator, Period, Withheld
from volunteer_hub.schedule.hours.tables import HoursWorked
from volunteer_hub.settings import Settings, load

PERIODS = (
    Period.of_year(2023), Period.of_year(2024), Period.of_year(2025), Period(date(2023, 1, 1), date(2025, 12, 31)),
    Period(date(2024, 4, 1), date(2024, 6, 30)), Period(date(2024, 7, 1), date(2025, 3, 31)),
)  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test", "HUB_DATA_DIR": str(tmp_path)})


async def told(actor: Actor) -> list[Any]:
    """Every figure and part that is something; of hours without the number of people, which erasure forgets."""
    return [
        (figure.indicator, figure.amount, by, part.key, part.amount)
        for period in PERIODS
        for figure in await figures.figures(actor, period, ZONE)
        for by, parts in ({None: ()} | dict(figure.parts)).items()
        for part in parts
        if part.amount
    ] + [
        (period, figure.indicator, figure.amount)
        for period in PERIODS
        for figure in await figures.figures(actor, period, ZONE)
    ]


async def erase_half(settings: Settings, chance: random.Random) -> None:
    for kind in ("volunteer", "participant"):
        ids: list[UUID] = [row["id"] for row in await database.fetch(f"SELECT id FROM {kind} ORDER BY id")]
        for id in chance.sample(ids, len(ids) // 2):
            assert await erasure.erase(settings, SYSTEM, f"{kind}:{id}", why="asked")


@pytest.mark.parametrize("seed", range(2))
async def test_no_figure_of_whole_quarters_changes_when_half_the_town_is_erased(
    db: str, settings: Settings, seed: int
) -> None:
    chance = random.Random(seed)
    readers = await build(chance)
    before = await told(readers.other)
    await erase_half(settings, chance)
    assert await told(readers.other) == before
    whole = Period(date(2023, 1, 1), date(2025, 12, 31))
    for figure in await figures.figures(readers.other, whole, ZONE):
        if figure.indicator not in (Indicator.COVERED_SHARE, Indicator.OUTSIDE_SHARE):
            found = await lists.listed(readers.other, figure.indicator, whole, ZONE, on_a_page=1000)
            assert (found.amount or 0) == (figure.amount or 0) == sum(line.amount for line in found.lines)
    await database.execute("TRUNCATE past_indicator")
    left = {line[0] for line in set(before) - set(await told(readers.other)) if isinstance(line[0], Indicator)}
    fall = {Indicator.REGISTERED, Indicator.AGREED, Indicator.ACTIVE, Indicator.HOURS, Indicator.COVERED}
    assert fall <= left, "control: without the numbers that were kept they fall"


async def test_of_an_erased_persons_group_its_theme_is_not_kept(db: str, settings: Settings) -> None:
    chance = random.Random(1)
    await build(chance)
    await erase_half(settings, chance)
    groups = "initiative i JOIN theme t ON t.id = i.theme WHERE i.kind IN ('group', 'circle')"
    of_groups = {row["slug"] for row in await database.fetch(f"SELECT t.slug FROM {groups}")}
    of_others = {
        row["slug"] for row in await database.fetch(
            "SELECT t.slug FROM initiative i JOIN theme t ON t.id = i.theme WHERE i.kind NOT IN ('group', 'circle')"
        )
    }  # fmt: skip
    kept = {row["part"] for row in await database.fetch("SELECT part FROM past_indicator WHERE by = 'theme'")}
    assert "_confided" in kept and not kept & (of_groups - of_others)
    assert not await database.fetch("SELECT FROM past_indicator WHERE people < 0 OR amount < 0")


async def test_hours_of_a_few_who_were_erased_are_not_published(db: str, settings: Settings) -> None:
    """Three people in four quarters are not twelve."""
    of = await people.initiative(starts_on=date(2024, 1, 1))
    gone = [await people.volunteer() for _ in range(3)]
    for who in gone:
        for month in (1, 4, 7, 10):
            await people.save(
                HoursWorked(
                    volunteer=who.id, initiative=of.id, day=date(2025, month, 5), minutes=1200, state="approved"
                )
            )
        await erasure.erase(settings, SYSTEM, f"volunteer:{who.id}", why="asked")
    exact = await figures.figures(publication.ANY_COORDINATOR, Period.of_year(2025), ZONE)
    assert {one.indicator: one.amount for one in exact}[Indicator.HOURS] == 14_400
    told = {one.indicator: one for one in await publication.of_year(2025, ZONE)}
    assert told[Indicator.HOURS].amount == Withheld() and not told[Indicator.HOURS].parts


async def test_steps_stay_counted_when_the_words_of_their_contract_go(db: str, settings: Settings) -> None:
    day = date(2024, 2, 1)
    who = await people.participant()
    over = await people.save(
        Contract(participant=who.id, state="finished", signed_on=day, first_day=day, ended_on=date(2024, 9, 1))
    )
    goal = await people.save(ContractGoal(contract=over.id, sealed=b"x"))
    await people.save(ContractStep(goal=goal.id, sealed=b"x", done_on=date(2024, 5, 5)))
    before = await told(publication.ANY_COORDINATOR)
    for key in ("contract-words", "contract-steps"):
        await retention.carry_out(settings, retention.BY_KEY[key])
    words = await database.fetch("SELECT sealed FROM contract_goal UNION ALL SELECT sealed FROM contract_step")
    assert [row["sealed"] for row in words] == [None, None]
    assert await told(publication.ANY_COORDINATOR) == before
    assert (PERIODS[1], Indicator.STEPS, 1) in before, "control: there was one to be lost"
