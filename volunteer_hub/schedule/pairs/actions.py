"""Help of one person for one: a project of two with a private place, made whole or not at all.

Not of the confidential kinds: any coordinator may see whom it is about, as with any project. Its name says nothing of
anybody, it stands on no public page, and its place is a home: who comes there reads the address. docs/decisions/0037.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.atlas import places
from volunteer_hub.atlas.places import PlaceDetails
from volunteer_hub.initiatives import actions as initiatives
from volunteer_hub.initiatives import life, participants
from volunteer_hub.initiatives.rules import InitiativeKind, InitiativeState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.initiatives import actions as initiative_actions
from volunteer_hub.schedule.series import actions as series_actions
from volunteer_hub.schedule.series.actions import Meets
from volunteer_hub.schedule.series.pattern import Series
from volunteer_hub.web.i18n import gettext, mark, speaking

HOME = mark("Dom")
TELLS = mark("Nazwa i opis zadania nie mogą mówić, kim jest ta osoba. Zmień te słowa.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPair:
    """Whom, where and what for. `name` is for all to read."""

    participant: UUID
    name: str
    theme: UUID
    role: str
    tasks: str
    clearances: Sequence[str]
    address: str
    area: UUID
    starts_on: date


@dataclass(frozen=True, slots=True)
class When:
    """Wall times on the days of `plan`."""

    starts: time
    ends: time
    plan: Series


@dataclass(frozen=True, slots=True)
class Made:
    initiative: UUID
    series: UUID
    role: UUID


async def start(actor: Actor, new: NewPair, when: When) -> Made:
    """The initiative, who is visited, their home, the role of one person with continuity, and the series.

    Raises Refused (404, 409: a name that tells who it is, no day that fits).
    """
    coordinators_only(actor)
    if not await participants.sees(actor, new.participant):
        raise Refused("", 404)
    async with database.transaction():
        await _refuse_telling(new)
        with speaking("pl"):
            home = PlaceDetails(name=gettext(HOME), address=new.address, area=new.area, private=True)
        place = await places.add(actor, home)
        made = await initiatives.start_initiative(
            actor, name=new.name, kind=InitiativeKind.LONG_TERM, theme=new.theme, starts_on=new.starts_on, public=False
        )
        member = await initiatives.add_member(actor, made, new.participant, joined_on=new.starts_on)
        role = await initiatives.add_role(
            actor, made, name=new.role, tasks=new.tasks, least=1, most=1, clearances=new.clearances, continuity=True
        )
        await database.execute(
            "INSERT INTO pair (id, initiative, member, place) VALUES (gen_random_uuid(), $1, $2, $3)",
            made, member, place,
        )  # fmt: skip
        series = await series_actions.start(actor, made, Meets(place, when.starts, when.ends, when.plan))
        await audit.record(actor, "participant.join", f"participant:{new.participant}")
    return Made(made, series, role)


async def end_for(participants: Sequence[UUID]) -> None:
    """Stops every pair of people who are erased: nobody comes to a home that is forgotten. Whoever knew is told."""
    rows = await database.fetch(
        """SELECT i.id, i.state FROM pair q JOIN member e ON e.id = q.member JOIN initiative i ON i.id = q.initiative
           WHERE e.participant = ANY($1) ORDER BY i.id""",
        list(participants),
    )
    for row in rows:
        if life.may_become(InitiativeState(row["state"]), InitiativeState.STOPPED):
            with speaking("pl"):
                why = gettext(mark("Ta osoba nie bierze już udziału."))
            await initiative_actions.change_state(SYSTEM, row["id"], InitiativeState.STOPPED, why, call_off=True)


async def forget_homes(participants: Sequence[UUID], said: str) -> None:
    """The homes of people who are erased keep their district and nothing else."""
    await database.execute(
        """UPDATE place l SET name = $2, address = '', latitude = a.latitude, longitude = a.longitude
           FROM area a, pair q JOIN member e ON e.id = q.member
           WHERE a.id = l.area AND l.id = q.place AND l.private AND e.participant = ANY($1)""",
        list(participants), said,
    )  # fmt: skip


async def _refuse_telling(new: NewPair) -> None:
    """Raises Refused where the name, the role or its tasks say who is visited: many read them, an SMS carries them.

    A guard against slips: names are known by their beginning, as Polish changes their ends.
    """
    row = await database.fetchrow("SELECT first_name, last_name FROM participant WHERE id = $1", new.participant)
    said = f"{new.name} {new.role} {new.tasks}".casefold()
    names = [name.casefold() for name in (row.values() if row else ()) if len(name) > 2]
    beginnings = tuple(name[: max(3, min(len(name) - 1, 5))] for name in names)
    if any(word.startswith(beginnings) for word in re.findall(r"\w+", said)) or new.address.casefold() in said:
        raise Refused(TELLS)
