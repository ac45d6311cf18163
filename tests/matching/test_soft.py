"""What setting a wish aside would add, counted in SQL, is what the pure rules say of everybody, on random towns."""

from collections import Counter
from uuid import UUID

import pytest
from matching.test_search import dice, town

from volunteer_hub.kit import database
from volunteer_hub.matching import soft
from volunteer_hub.schedule.facts import opening_facts, volunteer_facts
from volunteer_hub.schedule.rules import WISHES, Rule, broken, km
from volunteer_hub.schedule.scoring import score

# On some days of the week a town lacks what a test wants to see; then others are looked at.
TOWNS = 5
Lacking = dict[UUID, tuple[tuple[Rule, ...], int]]


async def lacking(opening: UUID) -> Lacking:
    """What everybody not on the opening lacks, with their score; without those who live more than twice too far."""
    asked = await opening_facts(opening)
    free = "SELECT id FROM volunteer EXCEPT SELECT volunteer FROM assignment WHERE opening = $1"
    known = await volunteer_facts(asked, [row["id"] for row in await database.fetch(free, opening)])
    near = [v for v in known.values() if km(v, asked) <= 2 * v.max_km]
    return {v.id: (broken(v, asked), score(v, asked).total) for v in near}


@pytest.mark.parametrize("read", [soft.READ, 0])  # all in reach, and by the index of words alone
@pytest.mark.parametrize(
    ("seed", "without", "met"),
    [
        (4, (), {"time", "distance", "hours", "times", "language", "skill"}),
        (8, (), {"travel"}),
        (4, (Rule.TIME,), {"distance"}),
        (8, (Rule.DISTANCE, Rule.SKILL, Rule.HOURS), {"time"}),
    ],
)
async def test_what_each_wish_would_add_is_what_the_rules_say(
    seed: int, without: tuple[Rule, ...], met: set[str], read: int, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soft, "JUDGED", 1000)
    monkeypatch.setattr(soft, "READ", read)
    seen = await _compared(seed, without)
    for other in range(100, 100 + TOWNS):
        if met <= set(seen):
            break
        await database.execute("TRUNCATE volunteer, initiative, area, theme, place, policy, age_limit CASCADE")
        seen += await _compared(other, without)
    assert met <= set(seen) <= WISHES - set(without)


async def _compared(seed: int, without: tuple[Rule, ...]) -> Counter[Rule]:
    """Compares one town; how often each wish alone kept somebody out there."""
    seen: Counter[Rule] = Counter()
    for opening in await town(dice(seed)):
        everybody = await lacking(opening.id)
        left = {id: set(rules) - set(without) for id, (rules, _) in everybody.items()}
        expected = Counter(rule for rules in left.values() for rule in rules if len(rules) == 1 and rule in WISHES)
        fitting = [(id, points) for id, (rules, points) in everybody.items() if rules and not left[id]]
        fitting.sort(key=lambda one: (-one[1], one[0]))
        found = await soft.would_fit(await opening_facts(opening.id), without)
        assert {rule: adds.people for rule, adds in found.adds.items()} == expected
        assert not any(adds.more for adds in found.adds.values())
        assert found.relaxed == fitting[: soft.BEST]
        seen += expected
    return seen


@pytest.mark.parametrize("few", [{"JUDGED": 5}, {"READ": 0, "MOST": 20}])
async def test_of_a_crowd_some_are_looked_at_and_the_count_is_at_least(
    few: dict[str, int], db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    coming = await town(dice(7))
    exact = [await soft.would_fit(await opening_facts(opening.id)) for opening in coming]
    for name, number in few.items():
        monkeypatch.setattr(soft, name, number)
    fewer = [await soft.would_fit(await opening_facts(opening.id)) for opening in coming]
    pairs = [(one.adds[rule], adds) for one, few in zip(exact, fewer, strict=True) for rule, adds in few.adds.items()]
    assert all(few.people <= all_.people for all_, few in pairs)
    assert all(few.more for all_, few in pairs if few.people < all_.people)
    assert any(few.people < all_.people for all_, few in pairs)


async def test_nothing_but_wishes_is_set_aside(db: str) -> None:
    """Whoever asks for law to be set aside gets what the law lets through."""
    opening = (await town(dice(3)))[0]
    asked = await opening_facts(opening.id)
    assert await soft.would_fit(asked, tuple(Rule)) == await soft.would_fit(asked, soft.SOFT)


async def test_the_statement_stays_prepared(db: str) -> None:
    async with database.connection() as connection:
        longest = connection._config.max_cacheable_statement_size
    assert len(soft.WOULD_FIT.encode()) < longest
