"""Many people at once: a tag put on or taken off, each in one transaction. Messages to many are in replies.bulk."""

from collections.abc import Sequence
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only

AT_ONCE = 2000
LONGEST_TAG = 40


async def names(actor: Actor, people: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """The people there are among `people`, by name. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(
        "SELECT id, first_name || ' ' || last_name AS name FROM volunteer WHERE id = ANY($1) ORDER BY name_key, id",
        list(people),
    )
    return [(row["id"], row["name"]) for row in rows]


async def tag(actor: Actor, people: Sequence[UUID], word: str) -> int:
    """Puts the tag on all of them; how many did not have it yet. Raises Refused 404."""
    return await _tag(
        actor,
        people,
        word,
        "UPDATE volunteer SET tags = array_append(tags, $2) WHERE id = ANY($1) AND NOT tags @> ARRAY[$2]::varchar[]",
        "people.tag",
    )


async def untag(actor: Actor, people: Sequence[UUID], word: str) -> int:
    """Takes the tag off all of them; how many had it. Raises Refused 404."""
    return await _tag(
        actor,
        people,
        word,
        "UPDATE volunteer SET tags = array_remove(tags, $2) WHERE id = ANY($1) AND tags @> ARRAY[$2]::varchar[]",
        "people.untag",
    )


async def _tag(actor: Actor, people: Sequence[UUID], word: str, change: str, verb: str) -> int:
    coordinators_only(actor)
    async with database.transaction():
        # In one order, so that two coordinators with many of the same people wait for each other only once.
        held = await database.fetch(
            "SELECT id FROM volunteer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", list(people)
        )
        rows = await database.fetch(f"{change} RETURNING id", [row["id"] for row in held], word)
        await audit.record_each(actor, verb, [f"volunteer:{row['id']}" for row in rows])
    return len(rows)
