"""A self-help group out of people who named the same difficulty: who they are, and the group that is made of them.

They named it to a desk, which put their need on the map under a theme. The reader sees those of the own desks only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.initiatives import actions as initiatives
from volunteer_hub.initiatives.rules import InitiativeKind, InitiativeState
from volunteer_hub.intake.outcomes import came
from volunteer_hub.intake.queries import desks_of
from volunteer_hub.intake.rules import HELPS, Help
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import participants
from volunteer_hub.people.rules import Reach
from volunteer_hub.schedule.members import joining
from volunteer_hub.web.i18n import language, mark

CHANGED = mark("Któraś z tych osób ma już swoje miejsce albo jej zgłoszenie jest zamknięte. Zobacz listę jeszcze raz.")

# $1 the reader's desks, $2 the language of the themes' names.
NAMED = """
    FROM request r JOIN need n ON n.id = r.need JOIN theme t ON t.id = n.theme LEFT JOIN area a ON a.slug = r.area_slug
    WHERE r.desk = ANY($1) AND r.state <> 'closed' AND r.initiative IS NULL AND n.personal
      AND n.state IN ('open', 'addressed')"""
THEME_NAME = theme_name("$2")


@dataclass(frozen=True, slots=True)
class Difficulty:
    """A theme that several people named, and in which districts they live."""

    theme: UUID
    name: str
    people: int
    areas: list[str]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who named it: their request, as it calls them; whether there is a number to ring."""

    request: UUID
    number: str
    name: str
    area: str
    since: datetime
    has_phone: bool


@dataclass(frozen=True, slots=True)
class NewGroup:
    """What is typed of a group in the making; all but the theme is neutral."""

    name: str
    about: str
    meets: str
    least: int | None
    most: int | None
    starts_on: date


async def difficulties(actor: Actor) -> list[Difficulty]:
    """Themes that at least two people named and that no group was begun for, most people first. Raises Refused 404."""
    rows = await database.fetch(
        f"""SELECT t.id AS theme, {THEME_NAME} AS name, count(*)::int AS people,
                   coalesce(array_agg(DISTINCT a.name) FILTER (WHERE a.name IS NOT NULL), '{{}}') AS areas
            {NAMED} GROUP BY t.id HAVING count(*) > 1 ORDER BY people DESC, sort_key({THEME_NAME})""",
        _desks(actor), language(),
    )  # fmt: skip
    return [Difficulty(**row) for row in rows]


async def people_of(actor: Actor, theme: UUID) -> tuple[str, list[Person]]:
    """The theme's name, and who named it, who waits longest first. Raises Refused 404 where nobody did."""
    rows = await database.fetch(
        f"""SELECT {THEME_NAME} AS theme, r.id AS request, r.number, r.name, coalesce(a.name, '') AS area,
                   r.created_at AS since, r.phone <> '' AS has_phone
            {NAMED} AND t.id = $3 ORDER BY r.created_at, r.id""",
        _desks(actor), language(), theme,
    )  # fmt: skip
    if not rows:
        raise Refused("", 404)
    return rows[0]["theme"], [Person(*list(row)[1:]) for row in rows]


async def form_group(actor: Actor, theme: UUID, requests: Sequence[UUID], new: NewGroup) -> UUID:
    """The group as an idea, for their needs, with all of them on its list: once it is prepared they are asked.

    Raises Refused (404; 409 where one of them found a place meanwhile, or the name tells what it is about).
    """
    async with database.transaction():
        rows = await database.fetch(
            f"SELECT r.* {NAMED} AND t.id = $2 AND r.id = ANY($3) ORDER BY r.id FOR NO KEY UPDATE OF r",
            _desks(actor), theme, list(requests),
        )  # fmt: skip
        if len(rows) != len(set(requests)):
            raise Refused(CHANGED)
        group = await initiatives.start_initiative(
            actor, name=new.name, kind=InitiativeKind.GROUP, theme=theme, about=new.about, meets=new.meets,
            starts_on=new.starts_on, public=False, state=InitiativeState.IDEA, needs=[row["need"] for row in rows],
        )  # fmt: skip
        await database.execute(
            "UPDATE initiative SET least_members = $2, most_members = $3 WHERE id = $1", group, new.least, new.most
        )
        # Locked by id; in line they stand as they asked for help.
        for row in sorted(rows, key=lambda row: row["created_at"]):
            participant = row["participant"] or await _participant(actor, row)
            await joining.put_on_list(actor, group, participant)
            await came(actor, row, Help.GROUP, initiative=group, participant=participant)
    return group


def _desks(actor: Actor) -> list[str]:
    if Help.GROUP not in HELPS.get(actor.role, ()):
        raise Refused("", 404)
    return list(desks_of(actor))


async def _participant(actor: Actor, row: asyncpg.Record) -> UUID:
    """The one whose number it is, where that is one person; else somebody new, whom nobody may write to yet."""
    known = await database.fetch("SELECT id FROM participant WHERE phone = $1 AND phone <> '' LIMIT 2", row["phone"])
    if len(known) == 1:
        return UUID(str(known[0]["id"]))
    return await participants.add_participant(
        actor, first_name=row["name"], alias=row["name"][:60], phone=row["phone"] or None, language=row["language"],
        reach=Reach.CALL, shown_in=language(),
    )  # fmt: skip
