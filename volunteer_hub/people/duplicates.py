"""Who may be here twice. Found by what people share: a phone, a mailbox, a day of birth; then by how near names are.

Two people on one phone are a family as long as neither names nor birth dates agree; they are not asked about. The rule
itself is `alike_to` in the database, which keeps all pairs in the table `alike`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.rules import Step

MOST_PAIRS = 100


class Why(StrEnum):
    """What makes two volunteers look like one person."""

    PHONE = "phone"
    EMAIL = "email"
    NAMES = "names"


@dataclass(frozen=True)
class Known:
    """A volunteer as far as it takes to tell them from another."""

    id: UUID
    name: str
    phone: str
    email: str | None
    birth_date: date
    step: Step
    created_at: datetime


@dataclass(frozen=True)
class Twins:
    """Two who may be one; `first` came first."""

    first: Known
    second: Known
    why: tuple[Why, ...]


# {found} is all pairs, as the database keeps them at the end of each transaction, or those of one person as they are
# now, in this one.
TWINS = """
    SELECT f.one, f.other, f.why FROM {found} f JOIN volunteer a ON a.id = f.one JOIN volunteer b ON b.id = f.other
    WHERE NOT EXISTS (SELECT FROM not_the_same n
                      WHERE n.one = least(f.one, f.other) AND n.other = greatest(f.one, f.other))
    ORDER BY cardinality(f.why) DESC, greatest(a.created_at, b.created_at) DESC, f.one, f.other LIMIT $1"""
ALL = TWINS.format(found="alike")
OF_ONE = TWINS.format(found="(SELECT $2::uuid AS one, other, why FROM alike_to($2))")


async def twins(actor: Actor) -> tuple[list[Twins], bool]:
    """All who may be here twice, the surest and newest first; and whether there are more. Raises Refused 404."""
    coordinators_only(actor)
    found = await _twins(await database.fetch(ALL, MOST_PAIRS + 1))
    return found[:MOST_PAIRS], len(found) > MOST_PAIRS


async def possible_duplicates(actor: Actor, volunteer: UUID) -> list[Known]:
    """Who may be the same person as this volunteer, for a link on their card. Raises Refused 404."""
    coordinators_only(actor)
    found = await _twins(await database.fetch(OF_ONE, 10, volunteer))
    return [two.second if two.first.id == volunteer else two.first for two in found]


# Of each of many who are not here yet, by their places in the lists.
LIKE_LINES = """
    SELECT l.n - 1 AS n, a.other, a.why
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[]) WITH ORDINALITY
         AS l (first_name, last_name, phone, email, born, n)
    CROSS JOIN LATERAL alike_as(l.first_name, l.last_name, l.phone, nullif(l.email, ''), l.born) a"""


async def looking_like(people: Sequence[tuple[str, str, str, str, date]]) -> list[tuple[int, UUID, tuple[Why, ...]]]:
    """Who is here already that each of `people` may be: its place among them, the volunteer, and why.

    Of each: first name, last name, phone (E.164), e-mail, day of birth. By the same rule as all pairs.
    """
    rows = await database.fetch(LIKE_LINES, *map(list, zip(*people, strict=True))) if people else []
    return [(row["n"], row["other"], tuple(map(Why, row["why"]))) for row in rows]


async def _twins(rows: list[asyncpg.Record]) -> list[Twins]:
    ids = {row[side] for row in rows for side in ("one", "other")}
    people = {
        row["id"]: Known(**dict(row) | {"step": Step(row["step"])})
        for row in await database.fetch(
            """SELECT id, first_name || ' ' || last_name AS name, phone, email, birth_date, step, created_at
               FROM volunteer WHERE id = ANY($1)""",
            list(ids),
        )
    }
    found = []
    for row in rows:
        first, second = sorted((people[row["one"]], people[row["other"]]), key=lambda one: (one.created_at, one.id))
        found.append(Twins(first, second, tuple(map(Why, row["why"]))))
    return found


async def tell_apart(actor: Actor, one: UUID, other: UUID) -> None:
    """A coordinator says that these are two people: they are asked about no more. Raises Refused 404."""
    coordinators_only(actor)
    if one == other:
        raise Refused("", 404)
    async with database.transaction():
        noted = await database.execute(
            """INSERT INTO not_the_same (id, one, other, said_at, said_by)
               SELECT gen_random_uuid(), a.id, b.id, now(), $3 FROM volunteer a, volunteer b
               WHERE a.id = least($1::uuid, $2) AND b.id = greatest($1::uuid, $2)
               ON CONFLICT (one, other) DO NOTHING""",
            one, other, actor.account,
        )  # fmt: skip
        if noted:
            for who in (one, other):
                await audit.record(actor, "people.not-the-same", f"volunteer:{who}")
        elif await database.fetchval("SELECT count(*) FROM volunteer WHERE id = ANY($1)", [one, other]) < 2:
            raise Refused("", 404)


async def merged_into(volunteer: UUID) -> UUID | None:
    """Who stands now for somebody who was merged, however often; None when nobody was."""
    return await database.fetchval(
        """WITH RECURSIVE way (id) AS (
               SELECT kept FROM merge WHERE gone = $1
               UNION SELECT m.kept FROM merge m JOIN way w ON m.gone = w.id)
           SELECT w.id FROM way w JOIN volunteer v ON v.id = w.id LIMIT 1""",
        volunteer,
    )


async def all_ids(volunteer: UUID) -> list[UUID]:
    """The volunteer and everybody who was merged into them: whose rows in the ledger of consents are theirs."""
    return await database.fetchval(
        """WITH RECURSIVE way (id) AS (
               SELECT $1::uuid UNION SELECT m.gone FROM merge m JOIN way w ON m.kept = w.id)
           SELECT array_agg(id) FROM way""",
        volunteer,
    )
