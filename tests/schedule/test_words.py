"""What messages may not say, and how long an SMS may be: every message of the schedule, in three languages."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from support import people

from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.messaging.rules import segments
from volunteer_hub.schedule import actions, feeds
from volunteer_hub.schedule.feeds import Of, Owner
from volunteer_hub.settings import Settings

THEME = {"name_pl": "Uzależnienie od alkoholu", "name_en": "Alcohol addiction", "name_uk": "Залежність від алкоголю"}
NEED = "Nocne picie przy dworcu"
GROUP = "Grupa AA Trzeźwość"
PLACE = {"name": "Poradnia Odwykowa", "address": "ul. Trzeźwa 7"}
ROLE = {"name": "Terapeutka pomocnicza", "tasks": "Rozmowa o nałogach"}
TEMPLATES = {"invitation", "accepted", "reminder", "moved", "cancelled", "withdrawn", "participant_reminder"}


def folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c)).replace(
        "ł", "l"
    )


def forbidden() -> set[str]:
    """Every word of four letters or more that tells what the group is about, or whose surname or name it is."""
    told = [*THEME.values(), NEED, GROUP, *PLACE.values(), *ROLE.values(), "Zielińska", "Genowefa", "Nowak"]
    words = {word for text in told for word in re.findall(r"\w{4,}", folded(text))}
    return words - {"grupa", "przy"}


async def everything_said(settings: Settings, language: str, **initiative: Any) -> list[dict[str, Any]]:
    """Takes a meeting through all that can happen to it; what was said on the way."""
    theme = await people.theme(slug=f"t-{language}", confidential=initiative.pop("confidential", True), **THEME)
    of = await people.initiative(**({"kind": "group", "name": GROUP, "theme": theme.id} | initiative))
    need = await people.need(title=NEED, theme=theme.id)
    await database.execute(
        "INSERT INTO need_met (id, initiative, need) VALUES (gen_random_uuid(), $1, $2)", of.id, need.id
    )
    place, elsewhere = await people.place(**PLACE), await people.place(**PLACE)
    at = await people.meeting(of, starts=datetime.fromisoformat("2031-09-03 17:00"), place=place.id)
    opening = await people.opening(at, await people.role(of, **ROLE), most=5)
    participant = await people.participant(first_name="Genowefa", language=language)
    await people.member(of, participant)
    yes, _, off, no = [
        await actions.invite(
            SYSTEM, opening.id, (await people.volunteer(language=language, last_name=f"Zielińska-{n}")).id
        )
        for n in range(4)
    ]
    await leave()
    await actions.answer(SYSTEM, yes, accept=True, channel="web")
    await actions.withdraw(SYSTEM, off)
    await actions.answer(SYSTEM, no, accept=False, channel="sms")
    await leave()
    await actions.plan_reminders(settings, clock.instant(datetime.fromisoformat("2031-09-02 17:00"), people.ZONE))
    await leave()
    starts = datetime.fromisoformat("2031-09-10 17:00")
    await actions.move_meeting(SYSTEM, at.id, starts, starts + timedelta(hours=1), elsewhere.id)
    await leave()
    await actions.plan_reminders(settings, clock.instant(datetime.fromisoformat("2031-09-09 17:00"), people.ZONE))
    await leave()
    await actions.cancel_meeting(SYSTEM, at.id)
    rows = [dict(row) for row in await database.fetch("SELECT * FROM message WHERE language = $1", language)]
    assert {row["template"] for row in rows} == TEMPLATES
    volunteer = await database.fetchval("SELECT volunteer FROM assignment WHERE id = $1", yes)
    leader = await people.account()
    await database.execute("UPDATE initiative SET coordinator = $2 WHERE id = $1", of.id, leader.id)
    for whose in (
        Owner(Of.VOLUNTEER, volunteer, language),
        Owner(Of.ACCOUNT, leader.id, language, leader.role),
        Owner(Of.INITIATIVE, of.id, language),
    ):
        calendar, _ = await feeds.content(settings, whose)
        assert b"BEGIN:VEVENT" in calendar
        rows.append({"template": f"feed of {whose.of}", "calendar": calendar})
    return rows


async def leave() -> None:
    """All that waits goes out."""
    await database.execute("UPDATE message SET state = 'sent' WHERE state = 'planned'")


def text_of(message: dict[str, Any]) -> str:
    said = " ".join(message.get(part) or "" for part in ("subject", "body", "html", "key", "about"))
    return folded(said + (message["calendar"] or b"").decode().replace("\r\n ", ""))


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
async def test_no_message_tells_what_a_group_is_about(db: str, settings: Settings, language: str) -> None:
    said = await everything_said(settings, language)
    assert len(said) > 15
    for message in said:
        found = {word for word in forbidden() if word in text_of(message)}
        assert not found, (message["template"], found)


async def test_a_public_course_with_a_hidden_theme_is_as_silent(db: str, settings: Settings) -> None:
    for message in await everything_said(settings, "pl", kind="course"):
        assert not {word for word in forbidden() if word in text_of(message)}, message["template"]


async def test_control_the_same_words_are_found_where_nothing_is_hidden(db: str, settings: Settings) -> None:
    said = await everything_said(settings, "pl", kind="long_term", confidential=False)
    found = {word for message in said for word in forbidden() if word in text_of(message)}
    assert {"trzezwosc", "poradnia", "terapeutka"} <= found
    sms = [message["body"] for message in said if message.get("channel") == "sms"]
    assert not [body for body in sms if "Zieli" in body or "Genowefa" in body or "Nowak" in body]


LONG = "Wielkie sprzątanie i sadzenie drzew przy wale nad Wisłą oraz grillowanie"


async def test_every_polish_sms_is_one_part_with_the_longest_names(db: str, settings: Settings) -> None:
    far = {"name": "Dzienny Dom Pomocy Społecznej", "address": "ul. Kazimierza Wielkiego 143a, wejście B"}
    of = await people.initiative(name=LONG, kind="one_off")
    place = await people.place(**far)
    for n, day in enumerate(("2031-09-01", "2031-09-03", "2031-09-05", "2031-09-07")):  # the longest names of days
        at = await people.meeting(of, starts=datetime.fromisoformat(f"{day} 17:00"), place=place.id)
        opening = await people.opening(at, await people.role(of), most=5)
        volunteer = await people.volunteer(max_hours_week=90)
        await people.member(of, await people.participant(phone=volunteer.phone), joined_on=date(2031, 8, 1))
        asked = await actions.invite(SYSTEM, opening.id, volunteer.id)
        await database.execute("UPDATE assignment SET code = '88' WHERE id = $1", asked)
        await database.execute("UPDATE coming SET code = '99'")
        if n % 2:
            await actions.answer(SYSTEM, asked, accept=True, channel="web")
        await leave()
        eve = datetime.fromisoformat(f"{day} 17:00") - timedelta(days=1)
        await actions.plan_reminders(settings, clock.instant(eve, people.ZONE))
        await leave()
        moved = datetime.fromisoformat(f"{day} 19:00")
        await actions.move_meeting(SYSTEM, at.id, moved, moved + timedelta(hours=2))
        await leave()
        await (actions.cancel_meeting(SYSTEM, at.id) if n < 2 else actions.withdraw(SYSTEM, asked))
    said = await database.fetch("SELECT template, body FROM message WHERE channel = 'sms'")
    assert {row["template"] for row in said} == TEMPLATES - {"accepted"}
    for row in said:
        cut = segments(row["body"])
        assert (cut.encoding, len(cut.parts)) == ("GSM-7", 1), (row["template"], cut.units, row["body"])


def test_a_feed_secret_is_long_enough() -> None:
    assert len(secret.token()) >= 160 / 6
