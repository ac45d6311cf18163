"""E-mail through a real SMTP conversation: what arrives, and what happens when the server misbehaves."""

import asyncio
from datetime import UTC, datetime
from email.headerregistry import Address
from typing import Any

import pytest
from icalendar import Calendar, Event, vCalAddress
from support.fake_mail import DROP, HANG, FakeMail
from support.fake_twilio import FakeTwilio

from volunteer_hub.messaging import queries
from volunteer_hub.messaging.rules import Channel, Timing

EMAIL = "ewa@example.org"


def invitation(method: str = "REQUEST") -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//test//pl")
    calendar.add("method", method)
    event = Event()
    event.add("uid", "1@hub")
    event.add("sequence", 2)
    event.add("dtstamp", datetime(2026, 11, 21, tzinfo=UTC))
    event.add("dtstart", datetime(2026, 11, 25, 15, tzinfo=UTC))
    event.add("summary", "Spotkanie: świetlica, ul. Żółta 1; wejście B – proszę dzwonić " + "ą" * 60)
    event["organizer"] = vCalAddress("mailto:centrum@example.org")
    calendar.add_component(event)
    return calendar.to_ical()


async def test_a_letter_arrives_whole(post: Any, mail: FakeMail) -> None:
    message = await post.put("będę w piątek", to=EMAIL)
    await post.tick()
    (letter,) = mail.letters
    assert letter["From"].addresses == (Address("Centrum, Włocławek", addr_spec="centrum@example.org"),)
    assert (letter["To"], letter["Subject"]) == (EMAIL, "Do Łucja")
    assert letter["Message-ID"] == f"<{message}@example.org>" and letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "multipart/alternative"
    assert "będę w piątek" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "<p>będę w piątek</p>" in letter.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert await post.state(message) == "accepted"


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
async def test_an_invitation_arrives_as_calendars_want_it(post: Any, mail: FakeMail, method: str) -> None:
    sent = invitation(method)
    await post.put(to=EMAIL, calendar=sent, calendar_method=method)
    await post.tick()
    (letter,) = mail.letters
    alternative, attachment = letter.iter_parts()
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    buttons = list(alternative.iter_parts())[2]
    for part in (buttons, attachment):
        assert part.get_content_type() == "text/calendar" and part.get_param("method") == method
        assert part.get_payload(decode=True) == sent
    assert attachment.get_filename() == "spotkanie.ics" and attachment.get_content_disposition() == "attachment"
    (event,) = Calendar.from_ical(buttons.get_payload(decode=True)).walk("VEVENT")
    assert (event["uid"], event["sequence"]) == ("1@hub", 2) and "świetlica, ul. Żółta 1; wejście" in event["summary"]


async def test_not_now_means_later(post: Any, mail: FakeMail) -> None:
    mail.answers.extend(["421 closing", "451 later", "452 full"])
    messages = [await post.put(to=EMAIL) for _ in range(3)]
    await post.tick()
    assert [await post.state(m) for m in messages] == ["planned"] * 3
    await post.settle()
    assert [await post.state(m) for m in messages] == ["accepted"] * 3 and len(mail.letters) == 3


async def test_greylisting_of_the_recipient_means_later_and_no_such_box_means_never(post: Any, mail: FakeMail) -> None:
    mail.recipients.extend(["450 try later", "550 no such user"])
    first, second = await post.put(to=EMAIL), await post.put(to="nikt@example.org")
    await post.tick()
    states = {(await post.row(m))["error"]: await post.state(m) for m in (first, second)}
    assert states == {"450": "planned", "550": "undelivered"}


async def test_a_refused_letter_is_not_tried_again(post: Any, mail: FakeMail) -> None:
    mail.answers.append("554 spam")
    message = await post.put(to=EMAIL)
    await post.settle()
    assert (await post.row(message))["error"] == "554" and await post.state(message) == "undelivered"


@pytest.mark.parametrize("fault", [DROP, HANG])
async def test_after_a_lost_answer_the_very_same_letter_goes_again(post: Any, mail: FakeMail, fault: str) -> None:
    mail.answers.append(fault)
    message = await post.put(to=EMAIL, calendar=invitation(), calendar_method="REQUEST")
    await post.tick(Timing(timeout=0.5, lease=1, grace=1))
    assert await post.state(message) == "unknown"
    await post.settle_planned()
    first, second = mail.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert [p.get_payload(decode=True) for p in first.walk()] == [p.get_payload(decode=True) for p in second.walk()]
    assert await post.state(message) == "accepted"


async def test_a_mail_server_that_is_away_delays_mail_but_not_sms(
    make_post: Any, twilio: FakeTwilio, mail: FakeMail
) -> None:
    post = make_post(**twilio.settings(), smtp_url="smtp://127.0.0.1:1", mail_from="centrum@example.org")
    letter, sms = await post.put(to=EMAIL), await post.put()
    await post.tick()
    assert [await post.state(m) for m in (letter, sms)] == ["planned", "accepted"]


async def test_the_right_password_lets_mail_through(make_post: Any, mail: FakeMail) -> None:
    post = make_post(smtp_url=mail.url.replace("//", "//user:right@"), mail_from="centrum@example.org")
    await post.put(to=EMAIL)
    await post.tick()
    assert len(mail.letters) == 1


async def test_a_wrong_password_pauses_mail(make_post: Any, mail: FakeMail) -> None:
    post = make_post(smtp_url=mail.url.replace("//", "//user:p%40ss@"), mail_from="centrum@example.org")
    message = await post.put(to=EMAIL)
    await post.tick()
    assert await post.state(message) == "planned" and mail.letters == []
    assert list(await queries.pauses()) == [Channel.EMAIL]


async def test_an_address_no_letter_can_carry_is_refused_without_a_try(post: Any, mail: FakeMail) -> None:
    message = await post.put(to="ewa@exam\nple.org")
    await post.settle()
    assert (await post.state(message), mail.connections) == ("undelivered", 0)


async def test_an_address_with_polish_letters_arrives(post: Any, mail: FakeMail) -> None:
    await post.put(to="łucja@przykład.pl")
    await post.put(to="jan@żółć.pl")
    await post.tick()
    assert sorted(mail.envelopes) == ["jan@xn--kda4b0koi.pl", "łucja@xn--przykad-rjb.pl"]


async def test_letters_leave_side_by_side_but_never_more_than_eight(post: Any, mail: FakeMail) -> None:
    most = now = 0
    original = mail.handle_DATA

    async def slow(*args: Any) -> str:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.05)
        now -= 1
        return await original(*args)

    mail.handle_DATA = slow  # type: ignore[method-assign]
    for n in range(20):
        await post.put(to=f"osoba{n}@example.org")
    await post.tick()
    assert len(mail.letters) == 20 and 2 <= most <= 8
