"""Limits by age: dated rows with their source, never rules in code. Read and kept by coordinators.

Whoever changes one has the rosters judged anew in the same transaction (schedule.standing).
"""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit as the desk sees it. `place` and `role` are names; both empty: it holds everywhere."""

    id: UUID
    from_age: int
    under_age: int
    place: str
    role: str
    barred: bool
    most_hours_day: int | None
    most_hours_week: int | None
    earliest: time | None
    latest: time | None
    valid_from: date
    valid_until: date | None
    source: str


# Places that are somebody's home are told by their area: a limit is read on many screens.
LINES = """
    SELECT l.id, l.from_age, l.under_age, l.barred, l.most_hours_day, l.most_hours_week, l.earliest, l.latest,
           l.valid_from, l.valid_until, l.source,
           coalesce(CASE WHEN p.private THEN a.name ELSE p.name END, '') AS place,
           coalesce(i.name || ': ' || r.name, '') AS role
    FROM age_limit l LEFT JOIN place p ON p.id = l.place LEFT JOIN area a ON a.id = p.area
    LEFT JOIN role_asked r ON r.id = l.role LEFT JOIN initiative i ON i.id = r.initiative"""


async def limits(actor: Actor, today: date) -> tuple[list[LimitLine], list[LimitLine]]:
    """Those in force today or later, and those that are over. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(f"{LINES} ORDER BY l.under_age, l.from_age, l.valid_from, l.id")
    lines = [LimitLine(**row) for row in rows]
    over = [line for line in lines if line.valid_until and line.valid_until < today]
    return [line for line in lines if line not in over], over


async def limit(actor: Actor, id: UUID) -> LimitLine:
    """Raises Refused 404."""
    coordinators_only(actor)
    row = await database.fetchrow(f"{LINES} WHERE l.id = $1", id)
    if row is None:
        raise Refused("", 404)
    return LimitLine(**row)


async def roles(actor: Actor) -> list[tuple[str, str]]:
    """Every role with its initiative, as the options of a list: what a limit may be about. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(
        """SELECT r.id, i.name || ': ' || r.name AS words FROM role_asked r JOIN initiative i ON i.id = r.initiative
           WHERE i.state IN ('idea', 'prepared', 'running') ORDER BY sort_key(i.name), sort_key(r.name), r.id"""
    )
    return [(str(row["id"]), row["words"]) for row in rows]


async def add_limit(
    actor: Actor,
    *,
    from_age: int,
    under_age: int,
    source: str,
    valid_from: date,
    valid_until: date | None = None,
    place: UUID | None = None,
    role: UUID | None = None,
    barred: bool = False,
    most_hours_day: int | None = None,
    most_hours_week: int | None = None,
    earliest: time | None = None,
    latest: time | None = None,
) -> UUID:
    """What people of an age may do, from a day on. Raises Refused (404; 409 when it would limit nothing)."""
    coordinators_only(actor)
    if not barred and (most_hours_day, most_hours_week, earliest, latest) == (None, None, None, None):
        raise Refused(mark("Wpisz, co to ograniczenie zmienia: zakaz, liczbę godzin albo porę dnia."))
    async with database.transaction():
        id: UUID = await database.fetchval(
            """INSERT INTO age_limit (id, from_age, under_age, place, role, barred, most_hours_day, most_hours_week,
                                      earliest, latest, valid_from, valid_until, source, noted_at, noted_by)
               VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now(), $13)
               RETURNING id""",
            from_age, under_age, place, role, barred, most_hours_day, most_hours_week, earliest, latest, valid_from,
            valid_until, source, actor.account,
        )  # fmt: skip
        await audit.record(actor, "initiatives.limit.add", f"limit:{id}")
    return id


async def end_limit(actor: Actor, id: UUID, last_day: date) -> None:
    """It holds no longer than `last_day`; one that would end before it began was a slip and goes.

    Raises Refused 404.
    """
    coordinators_only(actor)
    async with database.transaction():
        gone = await database.execute("DELETE FROM age_limit WHERE id = $1 AND valid_from > $2", id, last_day)
        ended = gone or await database.execute(
            "UPDATE age_limit SET valid_until = least(valid_until, $2) WHERE id = $1", id, last_day
        )
        if not ended:
            raise Refused("", 404)
        await audit.record(actor, "initiatives.limit.end", f"limit:{id}")
