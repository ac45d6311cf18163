"""Signing up without JavaScript: three steps, nothing typed is lost, one volunteer comes of it."""

import asyncio
import re
from datetime import date, time

import httpx2
import pytest
from intake.by_hand import ABOUT, CONSENTS, GUARDIAN, TIME, first_steps, sign_up, town, typed
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import database
from volunteer_hub.web.i18n import LANGUAGES


@pytest.fixture
async def visitor(client: httpx2.AsyncClient) -> Visitor:
    await town()
    return Visitor(client)


async def test_somebody_signs_up(visitor: Visitor) -> None:
    await sign_up(visitor)
    assert visitor.page.url.path == "/volunteer/done" and "Dziękujemy za zgłoszenie" in visitor.page.text
    row = await database.fetchrow("SELECT * FROM volunteer")
    assert row
    assert (row["first_name"], row["last_name"]) == ("Łucja", "Żak-Ćwiklińska")
    assert (row["phone"], row["email"], row["language"]) == ("+48600700801", "lucja@poczta.example", "pl")
    assert (row["birth_date"], row["kind"], row["step"]) == (date(1990, 5, 4), "adult", "applied")
    assert (row["area_slug"], row["max_km"], row["max_hours_week"]) == ("srodmiescie", 5.0, 4)
    assert (row["causes"], row["skills"], row["languages"]) == (["elders", "food"], ["reading"], ["pl", "uk"])
    free = await database.fetch("SELECT weekday, starts, ends FROM availability ORDER BY weekday")
    assert [tuple(one) for one in free] == [(1, time(8), time(16)), (6, time(16), time(20))]
    assert await database.fetchval("SELECT step FROM step_taken WHERE volunteer = $1", row["id"]) == "applied"
    account = await database.fetchrow("SELECT * FROM account WHERE id = $1", row["account"])
    assert account and (account["role"], account["phone"], account["email"]) == (
        "volunteer",
        row["phone"],
        row["email"],
    )


async def test_consents_are_kept_one_by_one(visitor: Visitor) -> None:
    await sign_up(visitor, consents={"information": "yes", "sms": "yes"})
    told = await database.fetchrow("SELECT sms_ok, email_ok FROM volunteer")
    assert told and tuple(told) == (True, False)
    rows = await database.fetch("SELECT purpose, text_version, language, channel, by FROM consent ORDER BY purpose")
    assert [tuple(row) for row in rows] == [
        ("information", "2026-11", "pl", "web", None),
        ("sms", "2026-11", "pl", "web", None),
    ]


async def test_nothing_is_ticked_beforehand(visitor: Visitor) -> None:
    await first_steps(visitor)
    assert not {"information", "sms", "email"} & typed(visitor.page, "/volunteer/consents").keys()


async def test_a_welcome_waits_for_the_phone_and_for_the_e_mail(visitor: Visitor) -> None:
    await sign_up(visitor)
    rows = await database.fetch("SELECT channel, address, template, body FROM message ORDER BY channel")
    assert [tuple(row)[:3] for row in rows] == [
        ("email", "lucja@poczta.example", "welcome"),
        ("sms", "+48600700801", "welcome"),
    ]
    for row in rows:
        assert not re.search("Łucja|Lucja|Żak|Zak", row["body"]), "nothing the sender typed is in it"
    assert len(rows[1]["body"]) <= 160 and rows[1]["body"].isascii()


async def test_without_e_mail(visitor: Visitor) -> None:
    await sign_up(visitor, ABOUT | {"email": ""})
    assert await database.fetchval("SELECT email IS NULL FROM volunteer")
    assert await database.fetchval("SELECT array_agg(channel::text) FROM message") == ["sms"]


async def test_a_foreign_number_is_rung_and_gets_no_sms(visitor: Visitor) -> None:
    await sign_up(visitor, ABOUT | {"phone": "+380 50 123 45 67", "email": ""})
    assert await database.fetchval("SELECT phone FROM volunteer") == "+380501234567"
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_going_back_keeps_everything(visitor: Visitor) -> None:
    await first_steps(visitor)
    for path in re.findall(r'href="(/volunteer[^"?]*)"', visitor.page.text):
        assert (await visitor.client.get(path)).status_code == 200
    await visitor.open("/volunteer")
    kept = typed(visitor.page, "/volunteer")
    assert {name: kept[name] for name in ABOUT} == {name: [value] for name, value in ABOUT.items()}
    await visitor.open("/volunteer/time")
    kept = typed(visitor.page, "/volunteer/time")
    assert kept["free"] == TIME["free"] and kept["causes"] == TIME["causes"] and kept["area"] == [TIME["area"]]


async def test_changing_one_step_keeps_the_others(visitor: Visitor) -> None:
    await first_steps(visitor)
    await visitor.open("/volunteer")
    await visitor.send("/volunteer", first_name="Lucyna")
    await visitor.open("/volunteer/consents")
    assert "Lucyna" in visitor.page.text and "sobota" in visitor.page.text


async def test_another_language_keeps_what_was_typed(visitor: Visitor) -> None:
    await first_steps(visitor)
    for language in LANGUAGES:
        for path, name, value in (("/volunteer", "first_name", "Łucja"), ("/volunteer/time", "max_km", "5")):
            await visitor.open(f"{path}?lang={language}")
            assert f'<html lang="{language}"' in visitor.page.text
            assert typed(visitor.page, path)[name] == [value]
        await visitor.open("/volunteer/consents")
        assert f'<html lang="{language}"' in visitor.page.text and "Żak-Ćwiklińska" in visitor.page.text


async def test_what_was_refused_is_kept_in_another_language_too(visitor: Visitor) -> None:
    await visitor.open("/volunteer")
    await visitor.send("/volunteer", **ABOUT | {"phone": "600 70"})
    assert visitor.page.status_code == 422
    await visitor.open("/volunteer?lang=uk")
    assert typed(visitor.page, "/volunteer")["phone"] == ["600 70"]
    assert typed(visitor.page, "/volunteer")["last_name"] == ["Żak-Ćwiklińska"]


async def test_a_step_cannot_be_skipped(visitor: Visitor) -> None:
    for path in ("/volunteer/time", "/volunteer/consents", "/volunteer/done"):
        await visitor.open(path)
        assert visitor.page.url.path == "/volunteer", path
    await visitor.send("/volunteer", **ABOUT)
    await visitor.open("/volunteer/consents")
    assert visitor.page.url.path == "/volunteer/time"


async def test_a_draft_lives_half_an_hour(visitor: Visitor) -> None:
    await first_steps(visitor)
    await database.execute("UPDATE draft SET updated_at = now() - interval '31 minutes'")
    await visitor.send("/volunteer/consents", **CONSENTS)
    assert visitor.page.url.path == "/volunteer" and typed(visitor.page, "/volunteer")["first_name"] == [""]
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 0


async def test_old_drafts_of_others_go_when_one_is_written(visitor: Visitor) -> None:
    await database.execute(
        "INSERT INTO draft (id, token_hash, form, data, updated_at)"
        " SELECT gen_random_uuid(), sha256(n::text::bytea), 'volunteer', '{}', now() - interval '31 minutes'"
        " FROM generate_series(1, 5) n"
    )
    await visitor.open("/volunteer")
    await visitor.send("/volunteer", **ABOUT)
    assert await database.fetchval("SELECT count(*) FROM draft") == 1


async def test_what_was_typed_is_forgotten_once_it_is_sent(visitor: Visitor) -> None:
    await sign_up(visitor)
    assert "Łucja" not in await database.fetchval("SELECT data::text FROM draft")
    await visitor.open("/volunteer")
    assert typed(visitor.page, "/volunteer")["first_name"] == [""]


async def test_a_draft_is_for_this_browser_alone(visitor: Visitor, client: httpx2.AsyncClient) -> None:
    await first_steps(visitor)
    client.cookies.clear()
    await visitor.open("/volunteer")
    assert typed(visitor.page, "/volunteer")["first_name"] == [""]


async def test_pressing_twice_makes_one_volunteer(visitor: Visitor) -> None:
    await first_steps(visitor)
    form = typed(visitor.page, "/volunteer/consents") | {"information": ["yes"], "sms": ["yes"]}
    answers = await asyncio.gather(*(visitor.client.post("/volunteer/consents", data=form) for _ in range(5)))
    answers.append(await visitor.client.post("/volunteer/consents", data=form))
    assert {(a.status_code, a.headers["location"]) for a in answers} == {(303, "/volunteer/done")}
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 1
    assert await database.fetchval("SELECT count(*) FROM message WHERE channel = 'sms'") == 1


async def test_a_pupil_names_a_guardian_who_is_asked(visitor: Visitor) -> None:
    await first_steps(visitor, ABOUT | {"birth_date": "20.12.2010", "kind": "pupil"})
    assert "zgoda" in visitor.page.text
    await visitor.send("/volunteer/consents", **CONSENTS, **GUARDIAN)
    assert "Rodzic lub opiekun dostaje link" in visitor.page.text
    row = await database.fetchrow("SELECT guardian_name, guardian_phone, guardian_consent_at FROM volunteer")
    assert row and tuple(row) == ("Anna Żak", "+48600700999", None)


async def test_an_adult_has_no_guardian_even_if_the_form_says_so(visitor: Visitor) -> None:
    await first_steps(visitor)
    await visitor.send("/volunteer/consents", **CONSENTS, **GUARDIAN, step="active", guardian_consent_at="2026-01-01")
    row = await database.fetchrow("SELECT guardian_name, guardian_phone, guardian_consent_at, step FROM volunteer")
    assert row and tuple(row) == ("", "", None, "applied")


async def test_in_a_town_without_districts_one_can_still_sign_up(client: httpx2.AsyncClient) -> None:
    visitor = Visitor(client)
    await first_steps(visitor, time=TIME | {"area": ""})
    await visitor.send("/volunteer/consents", **CONSENTS)
    assert await database.fetchval("SELECT area_slug FROM volunteer") == ""


async def test_signed_up_one_may_sign_in(visitor: Visitor) -> None:
    await sign_up(visitor)
    code = await database.fetchval(
        "SELECT substring(body FROM '[0-9]{6}') FROM message WHERE template = 'welcome' AND channel = 'sms'"
    )
    await visitor.open("/number")
    answer = await visitor.client.post("/number", data=typed(visitor.page, "/number") | {"code": [code]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me"), "the first SMS brought the way in"


async def test_control_the_area_list_is_the_towns(visitor: Visitor) -> None:
    await people.area(slug="zazamcze", name="Zazamcze")
    await visitor.open("/volunteer")
    await visitor.send("/volunteer", **ABOUT)
    assert re.findall(r'<option value="(\w*)"', visitor.page.text) == ["", "srodmiescie", "zazamcze"]
