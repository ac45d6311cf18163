"""Answers from calendar programs: what is sure is followed as any answer, once; the rest a human reads."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from icalendar import Event as VEvent
from replies import letters
from replies.letters import GUEST, SETTINGS, address_of, answer, inbox, invited_event, letter, state
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.replies.mailbox import actions as mailbox_actions
from volunteer_hub.replies.mailbox import reading
from volunteer_hub.replies.mailbox.actions import take
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening

pytestmark = pytest.mark.usefixtures("answers_by_calendar")


async def invite(opening: Opening | None = None, email: str = GUEST) -> tuple[UUID, VEvent]:
    """An invitation that reached the mailbox of its volunteer, and its calendar part."""
    volunteer = await people.volunteer(email=email)
    if opening is None:
        opening = await people.opening()
    id = await actions.invite(SYSTEM, opening.id, volunteer.id)
    await database.execute("UPDATE message SET state = 'delivered', sent_at = now() WHERE state = 'planned'")
    return id, await invited_event(f"assignment:{id}")


async def brings(content: bytes) -> bool:
    return await take(SETTINGS, content)


async def test_accept_takes_the_seat_and_decline_gives_it_back() -> None:
    id, event = await invite()
    assert await brings(letter(answer(event), to=address_of(event)))
    assert await state(id) == "accepted"
    assert await database.fetchval("SELECT answered_by FROM assignment WHERE id = $1", id) == "email"
    (row,) = await inbox()
    assert (row["reading"], row["about"], row["address"]) == ("yes", f"assignment:{id}", GUEST) and row["handled_at"]
    later = datetime.now(UTC) + timedelta(seconds=5)
    assert await brings(letter(answer(event, "DECLINED", dtstamp=later), to=address_of(event)))
    assert await state(id) == "declined"
    assert await database.fetchval("SELECT count(*) FROM inbound WHERE handled_at IS NULL") == 0
    told = await database.fetch("SELECT template, calendar_method FROM message WHERE channel = 'email'")
    assert {tuple(row) for row in told} >= {("accepted", "REQUEST"), ("withdrawn", "CANCEL")}


async def test_the_secret_survives_a_server_that_writes_addresses_big_or_moves_them() -> None:
    id, event = await invite()
    await brings(letter(answer(event), to=letters.OURS, Delivered_To=address_of(event).upper()))
    assert await state(id) == "accepted"


@pytest.mark.parametrize("case", ["none", "wrong", "of another"])
async def test_without_the_secret_of_this_invitation_a_human_reads_it(case: str) -> None:
    id, event = await invite()
    _, other = await invite(email="jan@poczta.example")
    to = {"none": letters.OURS, "wrong": f"rsvp+{'0' * 40}@hub.example", "of another": address_of(other)}[case]
    await brings(letter(answer(event), to=to))
    assert await state(id) == "invited"
    (row,) = await inbox()
    assert row["handled_at"] is None and row["reading"] == "unclear" and "nie przyszła na adres" in row["body"]


@pytest.mark.parametrize(
    "found",
    [
        "mx.hub.example; dkim=fail header.d=poczta.example",
        "mx.hub.example; dkim=pass header.d=zla.example; dmarc=fail (p=none) header.from=poczta.example",
        "mx.hub.example (by (us)); dkim=temperror",
        "mx.elsewhere.example; dkim=pass",
        "mx.hub.example.zla.example; dkim=pass",
        None,
    ],
)
async def test_what_our_mail_server_does_not_vouch_for_goes_to_a_human(found: str | None) -> None:
    id, event = await invite()
    await brings(letter(answer(event), to=address_of(event), checked=found))
    assert await state(id) == "invited"
    (row,) = await inbox()
    assert row["handled_at"] is None and "Serwer poczty" in row["body"]


async def test_a_letter_that_nobody_signed_has_the_secret_for_it() -> None:
    id, event = await invite()
    await brings(letter(answer(event), to=address_of(event), checked="mx.hub.example 1; dkim=none; spf=pass"))
    assert await state(id) == "accepted"


@pytest.mark.parametrize("who", ["sender", "attendee", "both"])
async def test_a_forwarded_invitation_seats_nobody(who: str) -> None:
    id, event = await invite()
    other = "obcy@poczta.example"
    guest = GUEST if who == "sender" else other
    sender = GUEST if who == "attendee" else other
    await brings(letter(answer(event, guest=guest), to=address_of(event), sender=sender))
    assert await state(id) == "invited"
    assert "kto inny" in (await inbox())[0]["body"]


async def test_maybe_a_comment_and_another_time_are_read_by_a_human() -> None:
    id, event = await invite()
    to = address_of(event)
    day = event["dtstart"].dt
    await brings(letter(answer(event, "TENTATIVE"), to=to))
    await brings(letter(answer(event, comment="Ale tylko do 17"), to=to))
    moved = answer(event, method="COUNTER", dtstart=day + timedelta(hours=1), dtend=day + timedelta(hours=2))
    await brings(letter(moved, to=to, method="COUNTER"))
    await brings(letter(None, to=to, text="Czy mogę przyjść z psem?\n\nW dniu 20.11 Centrum pisze:\n> Zapraszamy"))
    maybe, comment, counter, words = [row["body"] for row in await inbox()]
    assert "Odpowiedź z kalendarza: może." in maybe
    assert "Odpowiedź z kalendarza: tak." in comment and "Ale tylko do 17" in comment
    hour = f"{day.hour + 1}:00–{day.hour + 2}:00"
    assert "inny czas" in counter and hour in counter.replace("\u2060", ""), counter
    assert "z psem" in words and "Zapraszamy" not in words
    assert await state(id) == "invited"
    rows = await inbox()
    assert all(row["handled_at"] is None and row["about"] == f"assignment:{id}" for row in rows)


async def test_an_answer_to_an_earlier_time_is_read_by_a_human() -> None:
    id, event = await invite()
    meeting = await database.fetchval("SELECT m.id FROM meeting m JOIN opening o ON o.meeting = m.id")
    await database.execute("UPDATE meeting SET sequence = sequence + 1 WHERE id = $1", meeting)
    await brings(letter(answer(event), to=address_of(event)))
    assert await state(id) == "invited" and "sprzed ostatniej zmiany" in (await inbox())[0]["body"]


async def test_letters_that_overtake_each_other_end_with_the_later_answer() -> None:
    id, event = await invite()
    early, late = (datetime.now(UTC) - timedelta(minutes=n) for n in (2, 1))
    await brings(letter(answer(event, "DECLINED", dtstamp=late), to=address_of(event)))
    await brings(letter(answer(event, "ACCEPTED", dtstamp=early), to=address_of(event)))
    assert await state(id) == "declined"
    assert all(row["handled_at"] for row in await inbox())


async def test_a_yes_written_before_the_no_that_was_said_elsewhere_is_read_by_a_human() -> None:
    id, event = await invite()
    await actions.answer(SYSTEM, id, accept=False, channel="sms")
    await brings(letter(answer(event, dtstamp=datetime.now(UTC) - timedelta(hours=1)), to=address_of(event)))
    assert await state(id) == "declined" and "sprzed ostatniej zmiany" in (await inbox())[0]["body"]


async def test_the_same_letter_brought_many_times_at_once_counts_once() -> None:
    id, event = await invite()
    content = letter(answer(event), to=address_of(event))
    taken = await asyncio.gather(*(brings(content) for _ in range(8)))
    assert sorted(taken) == [False] * 7 + [True]
    assert len(await inbox()) == 1 and await state(id) == "accepted"
    changes = "SELECT count(*) FROM assignment_change WHERE assignment = $1 AND became = 'accepted'"
    assert await database.fetchval(changes, id) == 1


async def test_control_another_letter_is_another() -> None:
    _, event = await invite()
    for _ in range(2):
        assert await brings(letter(answer(event), to=address_of(event)))
    assert len(await inbox()) == 2


async def test_somebody_elses_message_id_keeps_no_letter_away() -> None:
    id, event = await invite()
    await brings(letter(None, sender="zly@poczta.example", Message_ID="<1@poczta>"))
    await brings(letter(answer(event), to=address_of(event), Message_ID="<1@poczta>"))
    assert await state(id) == "accepted"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied (vacation)"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"From": "Centrum <centrum@hub.example>"},
    ],
)
async def test_what_machines_write_is_left_alone(headers: dict[str, str]) -> None:
    _, event = await invite()
    assert not await brings(letter(None, to=address_of(event), text="Jestem na urlopie.", **headers))
    assert await inbox() == []


async def test_an_answer_that_its_program_calls_generated_is_an_answer_all_the_same() -> None:
    id, event = await invite()
    await brings(letter(answer(event), to=address_of(event), Auto_Submitted="auto-generated"))
    assert await state(id) == "accepted"


async def test_a_yes_without_room_is_kept_and_told() -> None:
    opening = await people.opening(most=1)
    first, _ = await invite(opening, email="jan@poczta.example")
    id, event = await invite(opening)
    await actions.answer(SYSTEM, first, accept=True, channel="web")
    await brings(letter(answer(event), to=address_of(event)))
    assert await state(id) == "invited"
    assert await database.fetchval("SELECT waiting_since FROM assignment WHERE id = $1", id)
    said = await database.fetchrow("SELECT address, body, html FROM message WHERE template = 'calendar_refused'")
    assert said["address"] == GUEST and "Ostatnie miejsce" in said["body"] and "Ostatnie miejsce" in said["html"]


async def test_after_the_meeting_the_secret_opens_nothing() -> None:
    day = clock.today(people.ZONE) - timedelta(days=1)
    id, event = await invite()
    past = datetime.combine(day, time(8))
    await database.execute(
        "UPDATE meeting SET starts_wall = $1, ends_wall = $1, starts_at = now() - interval '1 day',"
        " ends_at = now() - interval '23 hours'",
        past,
    )
    await brings(letter(answer(event), to=address_of(event)))
    assert await state(id) == "invited" and "nieaktualne" in (await inbox())[0]["body"]


async def test_so_many_strangers_wait_and_no_more_but_who_we_know_gets_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    id, event = await invite()
    monkeypatch.setattr(mailbox_actions, "MOST_UNKNOWN", 2)
    for n in range(2):
        assert await brings(letter(None, sender=f"obcy{n}@poczta.example"))
    with pytest.raises(mailbox_actions.Crowded):
        await brings(letter(None, sender="obcy3@poczta.example"))
    assert await brings(letter(answer(event), to=address_of(event)))
    assert await state(id) == "accepted" and len(await inbox()) == 3


async def handed_over(dsn: str, content: bytes) -> int:
    """What `volunteer-hub mail-in` answers the mail server that pipes this letter to it."""
    known = {
        "HUB_MODE": "demo", "HUB_DATABASE_URL": dsn, "HUB_REPLY_ADDRESS": letters.OURS,
        "HUB_REPLY_CHECKED_BY": "mx.hub.example", "HUB_PUBLIC_URL": "http://hub.test",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "volunteer_hub", "mail-in", stdin=PIPE, stderr=PIPE, env=os.environ | known
    )
    _, said = await process.communicate(content)
    assert b"Traceback" not in said, said.decode()
    return process.returncode or 0


async def test_a_mail_server_hands_letters_over_by_a_pipe(db: str) -> None:
    id, event = await invite()
    assert await handed_over(db, letter(answer(event), to=address_of(event))) == 0
    assert await state(id) == "accepted"
    assert await handed_over(db, letter(None, text="x" * 3 * reading.LONGEST)) == 0, "read to its end, kept in part"
    assert len(await inbox()) == 2


async def test_while_the_database_is_away_the_mail_server_keeps_the_letter() -> None:
    assert await handed_over("postgresql://hub@127.0.0.1:1/hub", letter(None)) == 75
