"""Verbs of the atlas: what stands on the map and how a need moves on. One transaction each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.atlas import places
from volunteer_hub.atlas.rules import NEXT, EvidenceKind, NeedState
from volunteer_hub.kit import clock, database, geo
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.geo import Point
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web.i18n import mark


async def add_area(actor: Actor, *, slug: str, name: str, polygon: Sequence[Point], schematic: bool = True) -> UUID:
    """A district of corners, each said once; its name stands in the middle of them."""
    latitude, longitude = geo.middle(polygon)
    shape = geo.shape_of(polygon)
    made: UUID = await database.fetchval(
        "INSERT INTO area (id, slug, name, shape, outline, km2, schematic, latitude, longitude)"
        " VALUES (gen_random_uuid(), $1, $2, $3::jsonb, $3::jsonb, $4, $5, $6, $7) RETURNING id",
        slug, name, json.dumps(shape), geo.km2(shape), schematic, latitude, longitude,
    )  # fmt: skip
    return made


async def add_theme(
    actor: Actor, *, slug: str, name_pl: str, name_en: str, name_uk: str, confidential: bool = False
) -> UUID:
    made: UUID = await database.fetchval(
        "INSERT INTO theme (id, slug, name_pl, name_en, name_uk, confidential)"
        " VALUES (gen_random_uuid(), $1, $2, $3, $4, $5) RETURNING id",
        slug, name_pl, name_en, name_uk, confidential,
    )  # fmt: skip
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedDetails:
    """What is typed about a need; without a point it stands in the middle of its district.

    `week`: when help is wanted (people.rules.week_of), 0 at any time. `personal`: one person's or family's.
    """

    title: str
    theme: UUID
    area: UUID
    urgency: int
    voiced_on: date
    about: str = ""
    address: str = ""
    people: int = 1
    week: int = 0
    personal: bool = False
    voiced_by: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """From where a need is known, and since what day."""

    kind: EvidenceKind
    words: str
    seen_on: date


NEED = (
    "title", "theme", "area", "urgency", "voiced_on", "about", "address", "people", "week", "personal", "voiced_by",
    "latitude", "longitude",
)  # fmt: skip


async def add_need(actor: Actor, new: NeedDetails, *, evidence: Sequence[Evidence] = ()) -> UUID:
    """An open need with what says that it is there. Raises Refused 404."""
    async with database.transaction():
        marks = ", ".join(f"${n}" for n in range(3, 3 + len(NEED)))
        need: UUID = await database.fetchval(
            f"INSERT INTO need (id, state, created_at, {', '.join(NEED)})"
            f" VALUES (gen_random_uuid(), $1, $2, {marks}) RETURNING id",
            NeedState.OPEN.value, clock.now(), *await _need_row(new),
        )  # fmt: skip
        for one in evidence:
            await _add_evidence(actor, need, one)
        await _note(actor, need, "", NeedState.OPEN)
    return need


async def correct_need(actor: Actor, need: UUID, version: int, new: NeedDetails) -> None:
    """Writes what was typed over the version that was shown. Raises Refused 404, Stale."""
    coordinators_only(actor)
    async with database.transaction():
        now = await database.fetchval("SELECT version FROM need WHERE id = $1 FOR NO KEY UPDATE", need)
        if now is None:
            raise Refused("", 404)
        if now != version:
            raise Stale
        sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(NEED, 2))
        await database.execute(f"UPDATE need SET {sets} WHERE id = $1", need, *await _need_row(new))
        await audit.record(actor, "atlas.correct-need", f"need:{need}")


async def add_evidence(actor: Actor, need: UUID, new: Evidence) -> None:
    """One thing more that says the need is there. Raises Refused 404."""
    coordinators_only(actor)
    async with database.transaction():
        if not await database.fetchval("SELECT true FROM need WHERE id = $1 FOR KEY SHARE", need):
            raise Refused("", 404)
        await _add_evidence(actor, need, new)


async def remove_evidence(actor: Actor, need: UUID, line: UUID) -> None:
    """Takes away what was noted by mistake; what is gone already is gone."""
    coordinators_only(actor)
    async with database.transaction():
        if await database.execute("DELETE FROM need_evidence WHERE need = $1 AND id = $2", need, line):
            await audit.record(actor, "atlas.remove-evidence", f"need:{need}")


async def set_need_state(actor: Actor, need: UUID, state: NeedState, *, reason: str = "") -> None:
    """Moves a need on; to the state it is in already: nothing happens. Raises Refused (404, 409; 422: no reason).

    Nobody withdraws a need without saying why: what was voiced does not go silently.
    """
    if state is NeedState.WITHDRAWN and not reason:
        raise Refused(mark("Wpisz, dlaczego tej potrzeby już nie ma."), 422)
    async with database.transaction():
        was = await database.fetchval("SELECT state FROM need WHERE id = $1 FOR NO KEY UPDATE", need)
        if was is None:
            raise Refused("", 404)
        if was == state:
            return
        if state not in NEXT[NeedState(was)]:
            raise Refused(mark("Ta potrzeba jest już w innym stanie. Odśwież stronę i zobacz, jak jest teraz."))
        await database.execute("UPDATE need SET state = $2 WHERE id = $1", need, state.value)
        await _note(actor, need, was, state, reason)


async def _note(actor: Actor, need: UUID, was: str, became: NeedState, reason: str = "") -> None:
    await database.execute(
        "INSERT INTO need_change (id, need, was, became, reason, at, by)"
        " VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6)",
        need, was, became.value, reason, clock.now(), actor.account,
    )  # fmt: skip


async def _add_evidence(actor: Actor, need: UUID, new: Evidence) -> None:
    await database.execute(
        "INSERT INTO need_evidence (id, need, kind, words, seen_on, noted_at, noted_by)"
        " VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6)",
        need, new.kind.value, new.words, new.seen_on, clock.now(), actor.account,
    )  # fmt: skip


async def _need_row(new: NeedDetails) -> list[Any]:
    latitude, longitude = new.point or await places.middle(new.area)
    values = {name: getattr(new, name) for name in NEED[:-2]}
    return [*values.values(), latitude, longitude]
