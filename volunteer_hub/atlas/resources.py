"""Verbs of what helps: put on the map, mended, checked anew, closed. One transaction each, its help kept in the same.

Every change of a resource, its themes, hours or place goes through here, so that what reach is reckoned from follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.atlas import places
from volunteer_hub.atlas.hours import Hours
from volunteer_hub.atlas.places import PlaceDetails
from volunteer_hub.atlas.resource_help import HOURS, hours_of, keep_help
from volunteer_hub.atlas.rules import ResourceKind
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web.i18n import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is typed about a resource. `further`: themes besides the first. Public only with `consent_on` and `_by`.

    `place` may be left out where the place is made with it.
    """

    name: str
    kind: ResourceKind
    theme: UUID
    place: UUID | None = None
    further: Sequence[UUID] = ()
    organisation: UUID | None = None
    about: str = ""
    for_whom: str = ""
    languages: Sequence[str] = ()
    capacity: int | None = None
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    public: bool = False
    consent_on: date | None = None
    consent_by: str = ""
    opened_on: date | None = None


COLUMNS = tuple(one.name for one in fields(Details) if one.name != "further")
NO_CONSENT = mark("Dla wszystkich pokazujemy tylko to, na co jest zgoda: wpisz, kto ją dał i kiedy.")
NOT_ITSELF = mark("Zasób nie może prowadzić sam siebie.")
CLOSED = mark("Ten zasób jest zamknięty. Najpierw otwórz go ponownie.")


async def add(
    actor: Actor,
    new: Details,
    *,
    at: PlaceDetails | None = None,
    open_at: Sequence[Hours] = (),
    verified_on: date | None = None,
    source: str = "",
    source_id: str = "",
) -> UUID:
    """A resource with its hours, at the new place `at` where one is given: all of it or nothing.

    `source`, `source_id`: where an imported one came from. Raises Refused (404, 422).
    """
    _consented(new)
    async with database.transaction():
        if at:
            new = replace(new, place=await places.add(actor, at))
        marks = ", ".join(f"${n}" for n in range(6, 6 + len(COLUMNS)))
        made: UUID = await database.fetchval(
            f"INSERT INTO resource (id, created_at, verified_on, verified_by, source, source_id, {', '.join(COLUMNS)})"
            f" VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, {marks}) RETURNING id",
            clock.now(), verified_on, actor.account if verified_on else None, source, source_id, *_row(new),
        )  # fmt: skip
        await _set_further(made, new)
        for one in open_at:
            await _add_hours(made, one)
        await keep_help(made)
    return made


async def correct(actor: Actor, resource: UUID, version: int, new: Details, *, verified: bool = False) -> None:
    """Writes what was typed over the version that was shown; `verified`: somebody there said that it is so.

    Raises Refused 404, Refused 422, Stale.
    """
    _consented(new)
    if new.organisation == resource:
        raise Refused(NOT_ITSELF, 422)
    async with database.transaction():
        if (await _hold(actor, resource))["version"] != version:
            raise Stale
        sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(COLUMNS, 2))
        await database.execute(f"UPDATE resource SET {sets} WHERE id = $1", resource, *_row(new))
        await _set_further(resource, new)
        if verified:
            await _verified(actor, resource)
        await keep_help(resource)
        await audit.record(actor, "atlas.correct-resource", f"resource:{resource}")


async def verify(actor: Actor, resource: UUID) -> None:
    """Somebody there said today that all of it is still so. Raises Refused (404, 409 when it is closed)."""
    async with database.transaction():
        if (await _hold(actor, resource))["closed_on"]:
            raise Refused(CLOSED)
        await _verified(actor, resource)


async def close(actor: Actor, resource: UUID, on: date) -> None:
    """From that day on it helps nobody; it stays known. Closed already: the day is mended. Raises Refused 404."""
    async with database.transaction():
        await _hold(actor, resource)
        await database.execute("UPDATE resource SET closed_on = $2 WHERE id = $1", resource, on)
        await keep_help(resource)
        await audit.record(actor, "atlas.close-resource", f"resource:{resource}")


async def reopen(actor: Actor, resource: UUID) -> None:
    """It helps again. Public no more where the name of who consented has gone meanwhile. Raises Refused 404."""
    async with database.transaction():
        await _hold(actor, resource)
        await database.execute(
            "UPDATE resource SET closed_on = NULL, public = public AND consent_on IS NOT NULL AND consent_by <> ''"
            " WHERE id = $1",
            resource,
        )
        await keep_help(resource)
        await audit.record(actor, "atlas.reopen-resource", f"resource:{resource}")


async def add_hours(actor: Actor, resource: UUID, new: Hours) -> UUID:
    """One more line of opening hours, its rule checked (hours.normal). Raises Refused 404."""
    async with database.transaction():
        await _hold(actor, resource)
        made = await _add_hours(resource, new)
        await keep_help(resource)
    return made


async def set_hours(actor: Actor, resource: UUID, line: UUID, seen: Hours, new: Hours) -> None:
    """Writes a line of hours over the one that was seen. Raises Refused 404, Stale."""
    async with database.transaction():
        await _hold(actor, resource)
        now = await database.fetchrow(f"{HOURS} AND id = $2", resource, line)
        if now is None:
            raise Refused("", 404)
        if hours_of(now) != seen:
            raise Stale
        await database.execute(
            "UPDATE opening_hours SET rrule = $2, opens = $3, closes = $4, first_day = $5, last_day = $6, note = $7"
            " WHERE id = $1",
            line, new.rrule, new.opens, new.closes, new.first_day, new.last_day, new.note,
        )  # fmt: skip
        await keep_help(resource)


async def remove_hours(actor: Actor, resource: UUID, line: UUID) -> None:
    """Takes a line of hours away; one that is gone already is gone. Raises Refused 404."""
    async with database.transaction():
        await _hold(actor, resource)
        await database.execute("DELETE FROM opening_hours WHERE resource = $1 AND id = $2", resource, line)
        await keep_help(resource)


async def _hold(actor: Actor, resource: UUID) -> Any:
    coordinators_only(actor)
    row = await database.fetchrow("SELECT version, closed_on FROM resource WHERE id = $1 FOR NO KEY UPDATE", resource)
    if row is None:
        raise Refused("", 404)
    return row


async def _verified(actor: Actor, resource: UUID) -> None:
    await database.execute(
        "UPDATE resource SET verified_on = centre_today(), verified_by = $2 WHERE id = $1", resource, actor.account
    )
    await audit.record(actor, "atlas.verify-resource", f"resource:{resource}")


async def _set_further(resource: UUID, new: Details) -> None:
    wanted = sorted(set(new.further) - {new.theme})
    await database.execute("DELETE FROM further_theme WHERE resource = $1 AND theme <> ALL($2)", resource, wanted)
    await database.execute(
        "INSERT INTO further_theme (id, resource, theme) SELECT gen_random_uuid(), $1, theme"
        " FROM unnest($2::uuid[]) theme ON CONFLICT DO NOTHING",
        resource, wanted,
    )  # fmt: skip


async def _add_hours(resource: UUID, new: Hours) -> UUID:
    made: UUID = await database.fetchval(
        "INSERT INTO opening_hours (id, resource, rrule, opens, closes, first_day, last_day, note)"
        " VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7) RETURNING id",
        resource, new.rrule, new.opens, new.closes, new.first_day, new.last_day, new.note,
    )  # fmt: skip
    return made


def _consented(new: Details) -> None:
    if new.public and not (new.consent_on and new.consent_by):
        raise Refused(NO_CONSENT, 422)


def _row(new: Details) -> list[Any]:
    values = {name: getattr(new, name) for name in COLUMNS}
    return list((values | {"kind": new.kind.value, "languages": list(new.languages)}).values())
