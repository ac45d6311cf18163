"""The tree of themes: no circles, confidential all the way down, found with all that lies beneath. In the database."""

import asyncio
from uuid import UUID

import asyncpg
import pytest
from support import people

from volunteer_hub.atlas.tables import Theme
from volunteer_hub.kit import database


async def under(slug: str) -> set[UUID]:
    return {row[0] for row in await database.fetch("SELECT themes_under($1)", slug)}


async def confidential() -> set[str]:
    return {row["slug"] for row in await database.fetch("SELECT slug FROM theme WHERE confidential")}


async def move(theme: Theme, parent: Theme | None) -> None:
    await database.execute("UPDATE theme SET parent = $2 WHERE id = $1", theme.id, parent.id if parent else None)


async def tree(**values: object) -> tuple[Theme, Theme, Theme]:
    health = await people.theme(slug="health", **values)
    addiction = await people.theme(slug="addiction", parent=health.id)
    alcohol = await people.theme(slug="alcohol", parent=addiction.id)
    return health, addiction, alcohol


async def test_a_theme_is_found_with_all_beneath_it_and_with_all_above_it(db: str) -> None:
    health, addiction, alcohol = await tree()
    other = await people.theme(slug="other")
    assert await under("health") == {health.id, addiction.id, alcohol.id}
    assert await under("other") == {other.id} and await under("nothing") == set()
    above = {row[0] for row in await database.fetch("SELECT themes_above($1)", alcohol.id)}
    assert above == {health.id, addiction.id, alcohol.id}


async def test_marking_once_marks_all_beneath(db: str) -> None:
    health, _, _ = await tree()
    await people.theme(slug="other")
    await database.execute("UPDATE theme SET confidential = true WHERE id = $1", health.id)
    assert await confidential() == {"health", "addiction", "alcohol"}


async def test_what_is_made_or_moved_beneath_a_confidential_one_is_confidential_with_all_it_brings(db: str) -> None:
    await people.theme(slug="apart", confidential=True)
    health, _addiction, _ = await tree()
    apart = await Theme.objects().get(Theme.slug == "apart")
    assert apart
    await people.theme(slug="born", parent=apart.id)
    assert await confidential() == {"apart", "born"}
    await move(health, apart)
    assert await confidential() == {"apart", "born", "health", "addiction", "alcohol"}


async def test_one_beneath_a_confidential_one_cannot_be_opened_alone(db: str) -> None:
    health, addiction, _ = await tree(confidential=True)
    await database.execute("UPDATE theme SET confidential = false WHERE id = $1", addiction.id)
    assert await confidential() == {"health", "addiction", "alcohol"}
    await database.execute("UPDATE theme SET confidential = false WHERE id = $1", health.id)
    assert await confidential() == {"addiction", "alcohol"}, "what lies beneath is opened one by one"


async def test_a_theme_cannot_lie_beneath_itself(db: str) -> None:
    health, _, alcohol = await tree()
    for parent in (health, alcohol):
        with pytest.raises(asyncpg.CheckViolationError, match="beneath itself"):
            await move(health, parent)


async def close_a_circle(one: Theme, other: Theme) -> bool:
    """Two hands at once put each of two themes under the other; whether a circle came of it."""
    barrier = asyncio.Barrier(2)

    async def put(theme: Theme, under: Theme) -> None:
        try:
            async with database.transaction():
                await database.fetchval("SELECT 1")
                await barrier.wait()
                await move(theme, under)
                await asyncio.sleep(0.1)
        except asyncpg.CheckViolationError:
            return

    await asyncio.gather(put(one, other), put(other, one))
    return await database.fetchval("SELECT count(*) FROM theme WHERE parent IS NOT NULL") == 2


async def test_two_hands_at_once_close_no_circle(db: str) -> None:
    assert not await close_a_circle(await people.theme(), await people.theme())


async def test_control_without_the_lock_they_would(db: str) -> None:
    source = await database.fetchval("SELECT pg_get_functiondef('theme_in_tree'::regproc)")
    lock = "PERFORM pg_advisory_xact_lock(727025);"
    assert lock in source
    await database.execute(source.replace(lock, ""))
    assert await close_a_circle(await people.theme(), await people.theme())
