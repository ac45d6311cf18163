"""What comes of a request in one step: a need on the map, a place in a group, a support circle around a household.

Each takes the request into the hands of whoever did it, and stands on it from then on.
"""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.atlas import actions as atlas
from volunteer_hub.atlas.actions import Evidence, NeedDetails
from volunteer_hub.atlas.rules import EvidenceKind
from volunteer_hub.initiatives import actions as initiatives
from volunteer_hub.initiatives import members
from volunteer_hub.initiatives.rules import OPEN_TO_ALL, InitiativeKind, InitiativeState, JoiningState
from volunteer_hub.intake.request_actions import checked, held, note_move
from volunteer_hub.intake.request_forms import Household, PlaceInGroup, StartCircle
from volunteer_hub.intake.rules import HELPS, Act, Help, RequestState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import participants
from volunteer_hub.people.rules import Reach
from volunteer_hub.schedule.members import joining
from volunteer_hub.web.i18n import language, mark


async def need_from(actor: Actor, request: UUID, version: int, **need: Any) -> UUID:
    """Puts the need of one person on the map (see NeedDetails), never for the public. Raises Refused (404, 409)."""
    async with database.transaction():
        row = await _in_hand(actor, request, version, Help.NEED)
        asked = Evidence(EvidenceKind.REQUEST, "", need["voiced_on"])
        made = await atlas.add_need(actor, NeedDetails(**need | {"personal": True}), evidence=[asked])
        await came(actor, row, Help.NEED, need=made)
    return made


# A new member is counted on this row: were it only shared, two who come at once would wait for each other.
RUNS = "SELECT id FROM initiative WHERE id = $1 AND kind = ANY($2) AND state = $3 FOR NO KEY UPDATE"


async def place_from(actor: Actor, request: UUID, new: PlaceInGroup) -> JoiningState:
    """Makes whom the request is for a member of a running group or course; puts them on its list where it is full.

    Of a group that somebody else runs they ask to be one: who runs it says yes or no. Raises Refused (404, 409).
    """
    async with database.transaction():
        row = await _in_hand(actor, request, new.version, Help.GROUP)
        runs = await database.fetchval(RUNS, new.initiative, list(OPEN_TO_ALL), InitiativeState.RUNNING.value)
        if runs is None:
            raise Refused(mark("Ta grupa już się nie spotyka. Wybierz inną."))
        participant = await _participant(actor, row, new)
        state = await _place(actor, new.initiative, participant, new.joined_on)
        await came(actor, row, Help.GROUP, initiative=new.initiative, participant=participant)
    return state


async def _place(actor: Actor, group: UUID, participant: UUID, joined_on: date) -> JoiningState:
    if not await members.may_add(actor, group, participant):
        return await joining.ask(actor, group, participant, "desk")
    if await joining.is_full(group):
        return await joining.put_on_list(actor, group, participant)
    await initiatives.add_member(actor, group, participant, joined_on=joined_on)
    return JoiningState.JOINED


async def circle_from(actor: Actor, request: UUID, new: StartCircle, today: date) -> UUID:
    """Starts a support circle around the household of the request. A specialist who starts it belongs to it.

    Raises Refused (404, 409; also for a name that would tell what it is about).
    """
    async with database.transaction():
        row = await _in_hand(actor, request, new.version, Help.CIRCLE)
        participant = await _participant(actor, row, new)
        circle = await initiatives.start_initiative(
            actor, name=new.name, kind=InitiativeKind.CIRCLE, theme=new.theme, starts_on=today, public=False,
            needs=[row["need"]] if row["need"] else [],
        )  # fmt: skip
        await initiatives.add_member(actor, circle, participant, joined_on=today)
        if actor.role is Role.SPECIALIST and actor.account:
            await initiatives.add_facilitator(actor, circle, actor.account)
        await came(actor, row, Help.CIRCLE, initiative=circle, participant=participant)
    return circle


async def _in_hand(actor: Actor, request: UUID, version: int, help: Help) -> asyncpg.Record:
    if help not in HELPS.get(actor.role, ()):
        raise Refused("", 404)
    row = await held(actor, request)
    if row["need" if help is Help.NEED else "initiative"]:
        raise Refused(mark("To już zrobiono z tego zgłoszenia. Wróć do niego i zobacz."))
    checked(row, Act.HELP, version)
    return row


async def _participant(actor: Actor, row: asyncpg.Record, new: Household) -> UUID:
    """Whom the request is for: the one chosen among those with its phone, else a new participant."""
    if new.participant:
        known = await database.fetchval(
            "SELECT id FROM participant WHERE id = $1 AND phone = $2 AND phone <> ''", new.participant, row["phone"]
        )
        if known is None:
            raise Refused("", 404)
        if new.sms_ok:
            await participants.say_sms(actor, known, True, channel="desk", shown_in=language())
        return UUID(str(known))
    return await participants.add_participant(
        actor,
        first_name=new.first_name,
        last_name=new.last_name,
        alias=new.alias,
        phone=new.phone,
        language=new.language,
        sms_ok=new.sms_ok and bool(new.phone),
        reach=Reach.SMS if new.sms_ok and new.phone else Reach.CALL,
        shown_in=language(),
    )


async def came(actor: Actor, row: asyncpg.Record, help: Help, **made: UUID) -> None:
    """`made` (columns of the request) stand on it; who did this has it in hand unless somebody had it before."""
    columns = "".join(f", {column} = ${n}" for n, column in enumerate(made, 3))
    await database.execute(
        f"""UPDATE request SET state = 'taken', taken_by = coalesce(taken_by, $2), taken_at = coalesce(taken_at, now()),
                   version = version + 1{columns} WHERE id = $1""",
        row["id"], actor.account, *made.values(),
    )  # fmt: skip
    if row["state"] != RequestState.TAKEN:
        await note_move(actor, row["id"], row["desk"], row["desk"], RequestState.TAKEN)
    await audit.record(actor, f"request.{help}", f"request:{row['id']}")
