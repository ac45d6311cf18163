"""Verbs of initiatives that reach into their calendar: a correction, and a step that calls off what was planned."""

from uuid import UUID

from volunteer_hub.initiatives import editing, life
from volunteer_hub.initiatives.editing import Details
from volunteer_hub.initiatives.rules import InitiativeState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.help import follow_meetings
from volunteer_hub.schedule.series import actions as series_actions

AHEAD = "SELECT id FROM meeting WHERE initiative = $1 AND state = 'planned' AND starts_at > now() ORDER BY id"
# How far a series is filled depends on when its initiative ends: the worker looks again.
LOOK_AGAIN = "UPDATE series SET filled_until = NULL WHERE initiative = $1"


async def correct(actor: Actor, initiative: UUID, version: int, new: Details) -> None:
    """As editing.correct; the map and the series follow."""
    async with database.transaction():
        await database.execute(LOOK_AGAIN, initiative)
        await editing.correct(actor, initiative, version, new)
        await follow_meetings(initiative)


async def change_state(
    actor: Actor, initiative: UUID, becomes: InitiativeState, reason: str = "", *, call_off: bool = False
) -> int:
    """As life.change_state; with `call_off` the planned meetings that have not begun are called off first, and who knew
    of them is told: how many. All of it or nothing."""
    async with database.transaction():
        await database.execute(LOOK_AGAIN, initiative)
        ahead = [row["id"] for row in await database.fetch(AHEAD, initiative)] if call_off else []
        await series_actions.hold(ahead)
        for meeting in ahead:
            await actions.cancel_meeting(actor, meeting)
        await life.change_state(actor, initiative, becomes, reason)
        await follow_meetings(initiative)
    return len(ahead)
