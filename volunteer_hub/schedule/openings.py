"""What a role asks and how many seats a meeting has of it, corrected: with everybody who is on them already.

Locks in the order of schedule/seats.py.
"""

from dataclasses import asdict, dataclass
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.schedule import seats
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.waiting import offers as waiting
from volunteer_hub.web.i18n import mark

TAKEN = mark("Zapisało się już więcej osób. Najpierw zdejmij kogoś z listy albo zostaw im miejsca.")


@dataclass(frozen=True)
class Asked:
    """All that a role asks, in the order of its columns."""

    name: str
    tasks: str
    least: int
    most: int
    skills: list[str]
    languages: list[str]
    clearances: list[str]
    min_age: int | None
    max_age: int | None
    minor_safe: bool
    gender: str
    gender_reason: str
    continuity: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many people one meeting asks for in a role, and whether it is pressing."""

    least: int
    most: int
    urgent: bool
    urgent_reason: str


@dataclass(frozen=True)
class RoleSeen:
    """A role as its form shows it, `version` being what was seen."""

    id: UUID
    initiative: UUID
    initiative_name: str
    retired: bool
    version: int
    asked: Asked


@dataclass(frozen=True)
class OpeningSeen:
    id: UUID
    meeting: UUID
    role: str
    taken: int
    wanted: Wanted


COLUMNS = tuple(Asked.__dataclass_fields__)
SAVE_ROLE = f"""
    UPDATE role_asked SET {", ".join(f"{name} = ${n}" for n, name in enumerate(COLUMNS, 2))}, version = version + 1
    WHERE id = $1"""
# Meetings ahead that ask for as many as the role did follow it; where somebody chose another number, that stays.
FOLLOW = """
    SELECT o.id FROM opening o JOIN meeting m ON m.id = o.meeting
    WHERE o.role = $1 AND (o.least, o.most) = ($2, $3) AND m.state = 'planned' AND m.starts_at > now() ORDER BY o.id"""
SET = """
    UPDATE opening SET least = $2, most = $3, version = version + 1 WHERE id = $1 AND taken <= $3
    RETURNING most > taken"""
CHANGE = """
    UPDATE opening SET least = $2, most = $3, urgent = $4, urgent_reason = $5, version = version + 1
    WHERE id = $1 AND (least, most, urgent, urgent_reason) = ($6, $7, $8, $9)"""


async def role(actor: Actor, id: UUID) -> RoleSeen:
    """A role for its form. Raises Refused 404 for who may not change its initiative."""
    coordinators_only(actor)
    row = await database.fetchrow("SELECT * FROM role_asked WHERE id = $1", id)
    if row is None:
        raise Refused("", 404)
    of = await initiatives.changing(actor, row["initiative"])
    asked = Asked(**{name: row[name] for name in COLUMNS})
    return RoleSeen(id, of.id, of.name, row["retired_at"] is not None, row["version"], asked)


async def correct_role(actor: Actor, id: UUID, version: int, new: Asked) -> None:
    """Writes what was typed over what was seen. Meetings ahead ask for as many as it does, unless they have a number of
    their own or more have come; who no longer fits what the law or safety asks is at risk there, not off it.

    Raises Refused 404, Stale.
    """
    was = await role(actor, id)
    async with database.transaction():
        await database.execute("SELECT FROM meeting WHERE id IN (SELECT meeting FROM opening WHERE role = $1) "
                               "AND starts_at > now() ORDER BY id FOR SHARE", id)  # fmt: skip
        now = await database.fetchrow("SELECT version, least, most FROM role_asked WHERE id = $1 FOR UPDATE", id)
        if now is None or now["version"] != version:
            raise Stale
        await database.execute(SAVE_ROLE, id, *asdict(new).values())
        await standing.recheck_role(actor, id)
        if (new.least, new.most) != (now["least"], now["most"]):
            for row in await database.fetch(FOLLOW, id, now["least"], now["most"]):
                if await database.fetchval(SET, row["id"], new.least, new.most):
                    await waiting.seat_freed(row["id"])
        await audit.record(actor, "initiatives.edit", f"initiative:{was.initiative}")


async def retire_role(actor: Actor, id: UUID, *, retired: bool = True) -> None:
    """From now on no new meeting asks for it, or (`retired` False) they do again. Raises Refused 404."""
    of = await role(actor, id)
    async with database.transaction():
        await database.execute(
            "UPDATE role_asked SET retired_at = CASE WHEN $2 THEN coalesce(retired_at, now()) END,"
            " version = version + 1 WHERE id = $1", id, retired,
        )  # fmt: skip
        await audit.record(actor, "initiatives.edit", f"initiative:{of.initiative}")


async def opening(actor: Actor, id: UUID) -> OpeningSeen:
    """An opening for its form. Raises Refused: 404; 410 where its meeting is off or has begun."""
    coordinators_only(actor)
    row = await database.fetchrow(
        """SELECT o.*, r.name FROM opening o JOIN role_asked r ON r.id = o.role WHERE o.id = $1""", id
    )
    if row is None:
        raise Refused("", 404)
    wanted = Wanted(row["least"], row["most"], row["urgent"], row["urgent_reason"])
    return OpeningSeen(id, row["meeting"], row["name"], row["taken"], wanted)


async def change(actor: Actor, id: UUID, seen: Wanted, new: Wanted) -> None:
    """This one meeting asks for another number of people; places that come of it go to who waits.

    Raises Refused (404; 409 where more have come than there would be places; 410 where it is off or has begun), Stale.
    """
    of = await opening(actor, id)
    async with database.transaction():
        await seats.meeting_stands(of.meeting)
        taken = await database.fetchval("SELECT taken FROM opening WHERE id = $1 FOR NO KEY UPDATE", id)
        if new.most < taken:
            raise Refused(TAKEN)
        values = (new.least, new.most, new.urgent, new.urgent_reason)
        was = (seen.least, seen.most, seen.urgent, seen.urgent_reason)
        if not await database.execute(CHANGE, id, *values, *was):
            raise Stale
        if new.most > seen.most:
            await waiting.seat_freed(id)


async def missing_roles(actor: Actor, meeting: UUID) -> list[tuple[str, str]]:
    """(id, name) of the initiative's roles that a meeting does not ask for, for a choice; none once it has begun."""
    if not actor.coordinates:
        return []
    rows = await database.fetch(
        """SELECT r.id, r.name FROM meeting m JOIN role_asked r ON r.initiative = m.initiative
           WHERE m.id = $1 AND m.state = 'planned' AND m.starts_at > now() AND r.retired_at IS NULL
             AND NOT EXISTS (SELECT FROM opening o WHERE o.meeting = m.id AND o.role = r.id)
           ORDER BY sort_key(r.name), r.id""",
        meeting,
    )
    return [(str(row["id"]), row["name"]) for row in rows]


async def add(actor: Actor, meeting: UUID, role: UUID) -> None:
    """The meeting asks for one more role of its initiative; twice is once. Raises Refused (404, 410)."""
    coordinators_only(actor)
    async with database.transaction():
        await seats.meeting_stands(meeting)
        if not await database.fetchval(
            """SELECT true FROM role_asked r JOIN meeting m ON m.initiative = r.initiative
               WHERE r.id = $2 AND m.id = $1 AND r.retired_at IS NULL""", meeting, role,
        ):  # fmt: skip
            raise Refused("", 404)
        await database.execute(
            """INSERT INTO opening (id, meeting, role, least, most, taken, urgent, urgent_reason, wish_code, version)
               SELECT gen_random_uuid(), $1, r.id, r.least, r.most, 0, false, '', '', 0
               FROM role_asked r WHERE r.id = $2
               ON CONFLICT (meeting, role) DO NOTHING""", meeting, role,
        )  # fmt: skip


async def remove(actor: Actor, id: UUID) -> UUID:
    """The meeting asks for this role no more; the meeting's id. Raises Refused: 404, 410, 409 where somebody is on it
    or has been: then fewer places, or taking them off, is the way, and their history stays."""
    of = await opening(actor, id)
    async with database.transaction():
        await seats.meeting_stands(of.meeting)
        if await database.fetchval("SELECT true FROM assignment WHERE opening = $1 LIMIT 1", id):
            raise Refused(mark("Ktoś był już zaproszony do tej roli. Zmniejsz liczbę miejsc zamiast ją usuwać."))
        await database.execute("DELETE FROM opening WHERE id = $1", id)
    return of.meeting
