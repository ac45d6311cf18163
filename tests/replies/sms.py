"""A provider that brings SMS to the webhook, and the state of things after it."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx2
from support import people

from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.messaging.channels import twilio_signature
from volunteer_hub.people.tables import Participant, Volunteer
from volunteer_hub.schedule import actions, codes
from volunteer_hub.schedule.attendance.tables import Coming
from volunteer_hub.schedule.tables import Meeting, Opening
from volunteer_hub.settings import Settings, load

INBOUND, STATUS = "/hooks/twilio/inbound", "/hooks/twilio/status"
SETTINGS = load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test"})


def form(sender: str = "+48600100200", body: str = "TAK", **more: str) -> dict[str, str]:
    """What the provider posts for one SMS."""
    known = {"MessageSid": f"SM{uuid4().hex}", "AccountSid": "AC" + "0" * 32, "From": sender, "To": "+48732000000"}
    return known | {"Body": body, "NumMedia": "0"} | more


async def post(
    client: httpx2.AsyncClient,
    fields: Mapping[str, str],
    path: str = INBOUND,
    settings: Settings = SETTINGS,
    **headers: str,
) -> httpx2.Response:
    """Posts `fields`, signed unless `headers` bring a signature of their own."""
    signed = {
        "x-twilio-signature": twilio_signature.sign(settings, path, fields),
        "content-type": "application/x-www-form-urlencoded",
    }
    return await client.post(path, content=urlencode(fields).encode(), headers=signed | headers)


async def says(client: httpx2.AsyncClient, sender: str, body: str) -> None:
    """An SMS from `sender` reaches us."""
    answer = await post(client, form(sender, body))
    assert answer.status_code == 200, answer.text


async def invited(volunteer: Volunteer, opening: Opening | None = None, *, hour: int = 16) -> UUID:
    """The volunteer has an invitation that reached their phone; without an opening, to one of its own."""
    if opening is None:
        of = await people.initiative()
        day = clock.today(people.ZONE) + timedelta(days=3)
        meeting = await people.meeting(of, starts=datetime.combine(day, time(hour)))
        opening = await people.opening(meeting, await people.role(of))
    id = await actions.invite(SYSTEM, opening.id, volunteer.id)
    await delivered()
    return id


async def asked(participant: Participant, meeting: Meeting) -> Coming:
    """The participant of the meeting's initiative got a reminder with a code."""
    of = await Initiative.objects().get(Initiative.id == meeting.initiative)
    member = await people.member(of, participant)
    async with database.transaction():
        code, _ = await codes.choose(participant.phone, None)
    return await people.save(Coming(meeting=meeting.id, member=member.id, code=code))


async def delivered() -> None:
    """As after the worker came round: what waited has reached its phone."""
    await database.execute("UPDATE message SET state = 'delivered', sent_at = now() WHERE state = 'planned'")


async def state(assignment: UUID) -> str:
    return await database.fetchval("SELECT state FROM assignment WHERE id = $1", assignment)


async def answers(address: str) -> list[dict[str, Any]]:
    """What was put for this phone in answer to it, oldest first."""
    rows = await database.fetch(
        """SELECT template, body, reply_code, state, language FROM message WHERE address = $1 AND channel = 'sms'
           AND template IN ('confirmed', 'declined', 'full_seats', 'which_one', 'unclear', 'wished',
                            'group_asked', 'no_such_code', 'place_taken', 'place_gone',
                            'place_declined')
           ORDER BY created_at, key""",
        address,
    )
    return [dict(row) for row in rows]


async def templates(address: str) -> list[str]:
    return [row["template"] for row in await answers(address)]


async def inbox(address: str) -> list[dict[str, Any]]:
    rows = await database.fetch("SELECT * FROM inbound WHERE address = $1 ORDER BY received_at", address)
    return [dict(row) for row in rows]
