"""What waits to be sent follows a person to a corrected number or address; nothing goes to the old one any more."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import icalendar
import pytest
from support import people
from support.quiet_hours import night

from volunteer_hub import worker
from volunteer_hub.access import own
from volunteer_hub.intake import people_actions
from volunteer_hub.intake.volunteer_forms import DetailsForm
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.messaging import channels, outbox, quiet
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people import participants
from volunteer_hub.people.rules import Kind, Reach
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions, centre, notices
from volunteer_hub.settings import Settings

NEW_PHONE, NEW_MAIL = "+48601999888", "nowy.adres.pani.zielinskiej-z-wloclawka@example.org"
FIELDS = (
    "first_name", "last_name", "birth_date", "kind", "phone", "email", "language", "max_km", "max_hours_week",
    "guardian_name", "guardian_phone", "guardian_email", "version",
)  # fmt: skip


async def invited(who: Volunteer) -> UUID:
    of = await people.initiative()
    opening = await people.opening(await people.meeting(of), await people.role(of, minor_safe=True))
    return await actions.invite(SYSTEM, opening.id, who.id)


async def corrected(who: Volunteer, by: Actor, **new: Any) -> None:
    """As typed over the card by a coordinator."""
    now = await Volunteer.objects().get(Volunteer.id == who.id)
    assert now
    typed = {name: getattr(now, name) for name in FIELDS} | {"area": now.area_slug}
    await people_actions.correct(by, who.id, DetailsForm.model_construct(**typed | new))


async def left(settings: Settings) -> list[tuple[str, str]]:
    """Where the messages went, by channel, after the worker has been."""
    await worker.tick(settings, channels.for_settings(settings))
    rows = await database.fetch("SELECT channel, address, state FROM message ORDER BY channel, address, key")
    assert "planned" not in {row["state"] for row in rows}
    return [(row["channel"], row["address"]) for row in rows if row["state"] not in ("cancelled", "suppressed")]


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account())


@pytest.mark.parametrize("followed", [True, False])
async def test_an_invitation_goes_to_the_corrected_number_and_address(
    followed: bool, coordinator: Actor, settings: Settings
) -> None:
    """Control: without the triggers both go where they were meant to go before."""
    who = await people.volunteer(guardian_name="")
    if not followed:
        await database.execute("ALTER TABLE volunteer DISABLE TRIGGER volunteer_moves_messages")
    await invited(who)
    keys = [row["key"] for row in await database.fetch("SELECT key FROM message ORDER BY key")]
    await corrected(who, coordinator, phone=NEW_PHONE, email=NEW_MAIL)
    assert [row["key"] for row in await database.fetch("SELECT key FROM message ORDER BY key")] == keys
    calendar = await database.fetchval("SELECT calendar FROM message WHERE channel = 'email'")
    event = icalendar.Calendar.from_ical(calendar).walk("VEVENT")[0]
    reached = [("email", NEW_MAIL), ("sms", NEW_PHONE)] if followed else [("email", who.email), ("sms", who.phone)]
    assert str(event["ATTENDEE"]) == f"mailto:{reached[0][1]}"
    assert await left(settings) == reached


async def test_an_offer_under_a_new_code_wakes_nobody(coordinator: Actor) -> None:
    """The number is another's too, who holds an offer under the same code."""
    await invited(await people.volunteer(phone=NEW_PHONE))
    with night() as hours:
        who, of = await people.volunteer(), await people.initiative()
        morning = quiet.leaves(clock.now(), hours)
        soon = clock.wall(morning + timedelta(hours=1), people.ZONE)
        opening = await people.opening(await people.meeting(of, starts=soon), await people.role(of))
        id = await actions.invite(SYSTEM, opening.id, who.id, word="Sama prosi o ten dzień.")
        await database.execute("UPDATE assignment SET code = '77'")
        await corrected(who, coordinator, phone=NEW_PHONE)
    (row,) = await database.fetch("SELECT * FROM message WHERE key LIKE $1", f"assignment:{id}:corrected:%:sms")
    assert (row["address"], row["due_at"], row["any_hour"]) == (NEW_PHONE, morning, False)


async def test_by_the_persons_own_hand_too(db: str, settings: Settings) -> None:
    account = await people.account(Role.VOLUNTEER, email="stary@example.org", phone="+48601777666")
    who = await people.volunteer(account=account.id, email="stary@example.org", phone="+48601777666")
    await invited(who)
    await own.change_address(settings, people.actor(account), NEW_PHONE)
    await own.change_address(settings, people.actor(account), NEW_MAIL)
    told = await database.fetch("SELECT address FROM message WHERE key LIKE 'assignment:%' ORDER BY channel")
    assert [row["address"] for row in told] == [NEW_MAIL, NEW_PHONE]


async def test_what_has_left_stays_as_it_was(coordinator: Actor, settings: Settings) -> None:
    who = await people.volunteer()
    await invited(who)
    assert await left(settings) == [("email", who.email), ("sms", who.phone)]
    await corrected(who, coordinator, phone=NEW_PHONE, email=NEW_MAIL)
    assert await left(settings) == [("email", who.email), ("sms", who.phone)]


async def test_another_of_the_family_on_the_old_number_hears_there_still(coordinator: Actor) -> None:
    phone = "+48601222111"
    who, sister = await people.volunteer(phone=phone), await people.volunteer(phone=phone)
    mine, hers = await invited(who), await invited(sister)
    await corrected(who, coordinator, phone=NEW_PHONE)
    to = "SELECT address FROM message WHERE about = $1 AND channel = 'sms'"
    assert await database.fetchval(to, f"assignment:{mine}") == NEW_PHONE
    assert await database.fetchval(to, f"assignment:{hers}") == phone


async def test_without_a_new_one_it_is_called_off_and_a_silent_number_gets_nothing(
    coordinator: Actor, settings: Settings
) -> None:
    gone, silent = await people.volunteer(), await people.volunteer()
    for who in (gone, silent):
        await invited(who)
    await database.execute("INSERT INTO opt_out (address, since, word) VALUES ($1, now(), 'STOP')", NEW_PHONE)
    await corrected(gone, coordinator, phone=None)
    await corrected(silent, coordinator, phone=NEW_PHONE)
    rows = await database.fetch("SELECT state FROM message WHERE channel = 'sms' ORDER BY state")
    assert [row["state"] for row in rows] == ["cancelled", "suppressed"]
    assert await left(settings) == sorted([("email", gone.email), ("email", silent.email)])


async def test_a_code_stays_with_the_number_it_proves(coordinator: Actor) -> None:
    who = await people.volunteer()
    async with database.transaction():
        said = {"language": "pl", "template": "entered", "values": {"centre": "C", "url": "u"}, "address": who.phone}
        for about in ("account:1", "sign-up:1", f"volunteer:{who.id}"):
            await outbox.put(key=about, about=about, channel=Channel.SMS, **said)
    await corrected(who, coordinator, phone=NEW_PHONE)
    rows = await database.fetch("SELECT address FROM message ORDER BY key")
    assert [row["address"] for row in rows] == [who.phone, who.phone, NEW_PHONE]


async def test_a_childs_message_follows_the_guardian_and_the_old_link_is_called_off(coordinator: Actor) -> None:
    born = clock.today(people.ZONE).replace(year=clock.today(people.ZONE).year - 14, day=1)
    guardian = {"guardian_name": "Anna", "guardian_phone": "+48601000001", "guardian_email": "anna@example.org"}
    child = await people.volunteer(
        birth_date=born, kind=Kind.PUPIL, phone="", email=None, guardian_consent_at=clock.now(), **guardian
    )
    await invited(child)
    async with database.transaction():
        await outbox.put(
            key="link", about=f"account:guardian:{child.id}", channel=Channel.SMS, address="+48601000001",
            language="pl", template="guardian_link", values={"centre": "C", "phone": None, "url": "u"},
        )  # fmt: skip
    await corrected(child, coordinator, guardian_phone=NEW_PHONE, guardian_email=NEW_MAIL)
    rows = await database.fetch("SELECT address, state FROM message ORDER BY channel, key")
    assert [tuple(row) for row in rows] == [
        (NEW_MAIL, "planned"), (NEW_PHONE, "planned"), ("+48601000001", "cancelled"),
    ]  # fmt: skip


async def test_on_a_number_where_the_code_is_taken_the_invitation_is_made_anew(
    coordinator: Actor, settings: Settings
) -> None:
    sister = await people.volunteer(phone=NEW_PHONE)
    who = await people.volunteer()
    hers, mine = await invited(sister), await invited(who)
    assert await database.fetchval("SELECT count(DISTINCT code) FROM assignment") == 1, "two phones, one code"
    await corrected(who, coordinator, phone=NEW_PHONE)
    codes = {row["id"]: row["code"] for row in await database.fetch("SELECT id, code FROM assignment")}
    assert codes[hers] != codes[mine]
    rows = await database.fetch(
        "SELECT body, reply_code FROM message WHERE about = $1 AND channel = 'sms' AND state = 'planned'",
        f"assignment:{mine}",
    )
    assert [row["reply_code"] for row in rows] == [codes[mine]] and f"TAK {codes[mine]}" in rows[0]["body"]
    assert (await left(settings)).count(("sms", NEW_PHONE)) == 2


async def test_a_participants_reminder_goes_to_the_corrected_number(coordinator: Actor, settings: Settings) -> None:
    of, who = await people.initiative(), await people.participant()
    await people.member(of, who)
    meeting = await people.meeting(of)
    async with database.transaction():
        await notices.tell_participants(centre.settings(), meeting.id, "participant_reminder", key="reminder:{id}:0")
    contact = participants.Contact(who.first_name, who.last_name, who.alias, NEW_PHONE, "pl", Reach.SMS, "")
    await participants.correct(coordinator, who.id, 0, contact)
    assert await left(settings) == [("sms", NEW_PHONE)]
