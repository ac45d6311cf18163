"""Moved and called off: everybody is told once, in the same calendar entry, and nothing stale is sent."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from support import people

from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Participant
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Meeting, Opening

NOON = datetime.fromisoformat("2030-05-08 12:00")


async def asked(opening: Opening, *, accept: bool = False, **volunteer: Any) -> UUID:
    id = await actions.invite(SYSTEM, opening.id, (await people.volunteer(**volunteer)).id)
    if accept:
        await actions.answer(SYSTEM, id, accept=True, channel="sms")
    return id


async def leave() -> None:
    await database.execute("UPDATE message SET state = 'sent' WHERE state = 'planned'")


async def waiting(about: str) -> list[dict[str, Any]]:
    rows = await database.fetch(
        "SELECT * FROM message WHERE about = $1 AND state = 'planned' ORDER BY channel DESC", about
    )
    return [dict(row) for row in rows]


async def scene(**meeting: Any) -> tuple[Initiative, Meeting, Opening, Participant]:
    of = await people.initiative(kind="group", name="Grupa Czwartek")
    at = await people.meeting(of, starts=NOON, hours=1, **meeting)
    participant = await people.participant()
    await people.member(of, participant)
    return of, at, await people.opening(at, most=5), participant


def sequence(message: dict[str, Any]) -> tuple[str, int]:
    (event,) = Calendar.from_ical(message["calendar"]).walk("VEVENT")
    return str(event["uid"]), int(event["sequence"])


async def test_a_moved_meeting_replaces_what_was_said(db: str) -> None:
    _, at, opening, _ = await scene()
    yes, open_ = await asked(opening, accept=True), await asked(opening)
    await leave()
    unaware = await asked(opening)
    await actions.move_meeting(SYSTEM, at.id, NOON + timedelta(days=1), NOON + timedelta(days=1, hours=2))
    assert await database.fetchval("SELECT sequence FROM meeting WHERE id = $1", at.id) == 1
    booked = await database.fetch(
        "SELECT b.starts_at = m.starts_at AND b.ends_at = m.ends_at AS same FROM booking b, meeting m"
    )
    assert [row["same"] for row in booked] == [True] * 3
    for id, template, words in ((yes, "moved", "NIE 2"), (open_, "moved", "TAK 2"), (unaware, "invitation", "TAK 2")):
        sms, mail = await waiting(f"assignment:{id}")
        assert sms["template"] == mail["template"] == template and words in sms["body"] and "09.05" in _d(sms["body"])
        assert mail["calendar_method"] == "REQUEST"
        assert sequence(mail) == (f"assignment-{id}@volunteer-hub", 1)
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", opening.id) == 1, "a yes stays a yes"


def _d(text: str) -> str:
    return text.replace(" 9.05", " 09.05")


async def test_the_same_time_and_place_again_is_no_move(db: str) -> None:
    _, at, opening, _ = await scene()
    await asked(opening)
    await leave()
    await actions.move_meeting(SYSTEM, at.id, NOON, NOON + timedelta(hours=1))
    assert await database.fetchval("SELECT sequence FROM meeting") == 0
    assert not await database.fetchval("SELECT count(*) FROM message WHERE state = 'planned'")


async def test_participants_are_asked_anew(db: str) -> None:
    _, at, _, participant = await scene()
    await actions.move_meeting(SYSTEM, at.id, NOON + timedelta(days=1), NOON + timedelta(days=1, hours=1))
    (coming,) = await database.fetch("SELECT id FROM coming")
    (sms,) = await waiting(f"coming:{coming['id']}")
    assert sms["address"] == participant.phone and "w czwartek 9.05 o 12:00" in sms["body"]
    assert "Miejsce jak zwykle" in sms["body"] and "Czwartek" not in sms["body"]
    await actions.answer_coming(coming["id"], True, "sms")
    elsewhere = await people.place()
    await actions.move_meeting(SYSTEM, at.id, NOON + timedelta(days=1), NOON + timedelta(days=1, hours=1), elsewhere.id)
    assert await database.fetchval("SELECT comes FROM coming") is None, "the yes was for the other place"
    (sms,) = await waiting(f"coming:{coming['id']}")
    assert sms["key"].endswith(":moved:2:sms") and "Inne miejsce" in sms["body"]


async def test_a_called_off_meeting_frees_everybody(db: str) -> None:
    _, at, opening, participant = await scene()
    yes, open_ = await asked(opening, accept=True), await asked(opening)
    await leave()
    unaware = await asked(opening)
    for _ in range(2):  # the second press changes nothing
        await actions.cancel_meeting(SYSTEM, at.id)
    assert await database.fetchval("SELECT (state, sequence) FROM meeting WHERE id = $1", at.id) == ("cancelled", 1)
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", opening.id) == 0
    assert not await database.fetchval("SELECT count(*) FROM booking WHERE accepted")
    states = await database.fetch("SELECT state FROM assignment")
    assert {row["state"] for row in states} == {"withdrawn"}
    for id in (yes, open_):
        sms, mail = await waiting(f"assignment:{id}")
        assert sms["template"] == "cancelled" and mail["calendar_method"] == "CANCEL"
        assert sequence(mail) == (f"assignment-{id}@volunteer-hub", 1)
    assert not await waiting(f"assignment:{unaware}"), "who never heard of it is not told that it is off"
    (coming,) = await database.fetch("SELECT id FROM coming")
    (sms,) = await waiting(f"coming:{coming['id']}")
    assert sms["address"] == participant.phone and "odwolane" in sms["body"]
    with pytest.raises(Refused) as refused:
        await actions.answer_coming(coming["id"], True, "sms")
    assert refused.value.status == 410
    with pytest.raises(Refused) as refused:
        await actions.answer(SYSTEM, yes, accept=True, channel="sms")
    assert refused.value.status == 410
