"""The card: what lacks, the plan, a break, leaving, two on one phone, data corrected over what was seen."""

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from conftest import new_client
from support import people
from support.visitor import Visitor, forms

from volunteer_hub import app as application
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import corrections, waiting
from volunteer_hub.people.rules import Kind, Step
from volunteer_hub.people.tables import StepTaken, Volunteer
from volunteer_hub.schedule import actions as schedule
from volunteer_hub.schedule.risks import queries as risks
from volunteer_hub.schedule.volunteers import of_volunteer
from volunteer_hub.settings import Settings

TODAY = clock.today(people.ZONE)


def typed(day: date) -> str:
    return f"{day:%d.%m.%Y}"


async def accepted(who: Volunteer, days: int) -> UUID:
    """An assignment that `who` accepted, `days` from today."""
    of = await people.initiative()
    at = await people.meeting(of, starts=datetime.combine(TODAY + timedelta(days=days), time(16)))
    opening = await people.opening(at, await people.role(of))
    assignment = await schedule.invite(SYSTEM, opening.id, who.id)
    await schedule.answer(SYSTEM, assignment, accept=True, channel="web")
    return assignment


async def states(*ids: UUID) -> list[str]:
    return [await database.fetchval("SELECT state FROM assignment WHERE id = $1", id) for id in ids]


async def test_leaving_frees_what_was_taken_and_tells_why(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    who, visitor = await people.volunteer(), Visitor(client)
    near, far = await accepted(who, 3), await accepted(who, 40)
    assert "Czytanie bajek" in await visitor.open(f"/desk/people/{who.id}")
    page = await visitor.open(f"/desk/people/{who.id}/leave")
    assert "Przed tą osobą są 2" in page
    await visitor.send("/leave")
    assert visitor.page.status_code == 422 and await states(near, far) == ["accepted", "accepted"]
    await visitor.send("/leave", reason="no-time")
    assert "Zadania zdjęte z tej osoby: 2." in visitor.page.text and "(brak czasu)" in visitor.page.text
    assert await states(near, far) == ["withdrawn", "withdrawn"]
    assert await database.fetchval("SELECT sum(taken)::int FROM opening") == 0
    await visitor.open(f"/desk/people/{who.id}/leave")
    await visitor.send("/leave", reason="moved")
    assert await database.fetchval("SELECT count(*) FROM step_taken WHERE step = 'left'") == 1, "pressed twice"


async def test_a_break_frees_only_what_lies_in_it(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    who, visitor = await people.volunteer(), Visitor(client)
    near, far = await accepted(who, 3), await accepted(who, 40)
    back = TODAY + timedelta(days=20)
    await visitor.open(f"/desk/people/{who.id}/pause")
    await visitor.send("/pause", until=typed(TODAY))
    assert visitor.page.status_code == 422 and 'id="f-until-error"' in visitor.page.text
    await visitor.send("/pause", until=typed(back))
    assert f"Wraca {typed(back)}." in visitor.page.text and await states(near, far) == ["withdrawn", "accepted"]
    await visitor.open(f"/desk/people/{who.id}/pause")
    await visitor.send("/pause", until="")
    assert "Przerwa bez daty końca." in visitor.page.text and await states(near, far) == ["withdrawn", "withdrawn"]
    assert await database.fetchval("SELECT count(*) FROM step_taken WHERE step = 'paused'") == 1


async def test_an_invitation_at_the_moment_of_leaving_stands_or_is_taken_back(db: str) -> None:
    """Whoever goes first: nobody who has left keeps a place."""
    who = await people.volunteer()
    opening = await people.opening()

    async def leave() -> None:
        async with database.transaction():
            await of_volunteer.take_off(SYSTEM, who.id)
            await database.execute("UPDATE volunteer SET step = 'left' WHERE id = $1", who.id)

    async def invite() -> None:
        await schedule.invite(SYSTEM, opening.id, who.id)

    results = await asyncio.gather(leave(), invite(), return_exceptions=True)
    assert all(isinstance(one, Refused) or one is None for one in results), results
    step = await database.fetchval("SELECT step FROM volunteer WHERE id = $1", who.id)
    state = await database.fetchval("SELECT state FROM assignment WHERE volunteer = $1", who.id)
    assert (step, state) in {("left", None), ("left", "withdrawn"), ("active", "invited")}


async def test_the_queues_say_who_waits_longest_and_lead_on_in_one_press(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    visitor = Visitor(client)
    for n, step in ((9, Step.APPLIED), (20, Step.APPLIED), (3, Step.TALKED_TO), (1, Step.AGREED)):
        name = f"Osoba{n}"
        await people.volunteer(first_name=name, step=step, step_since=clock.now() - timedelta(days=n))
    back = await people.volunteer(first_name="Wraca", step=Step.PAUSED)
    await people.save(StepTaken(volunteer=back.id, step="paused", until=TODAY))
    page = await visitor.open("/desk/people/queues")
    assert page.index("Osoba20") < page.index("Osoba9") < page.index("Osoba3") < page.index("Osoba1 ")
    assert f"wraca {typed(TODAY)}" in page
    first = next(form for form in forms(page) if form.action.endswith("/step"))
    await visitor.send(first.action, **{b["name"]: b["value"] for b in first.buttons if b.get("name")})
    assert str(visitor.page.url).endswith("/desk/people/queues")
    found = {queue.step: [one.name.split()[0] for one in queue.first] for queue in await waiting.queues(SYSTEM)}
    assert found == {
        Step.APPLIED: ["Osoba9"], Step.TALKED_TO: ["Osoba3", "Osoba20"], Step.AGREED: ["Osoba1"], Step.PAUSED: ["Wraca"]
    }  # fmt: skip


async def test_two_on_one_phone_and_a_child_without_one(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    one = await people.volunteer(first_name="Ala", phone="+48600111222")
    two = await people.volunteer(first_name="Olek", phone="+48600111222", email=None)
    child = await people.volunteer(
        first_name="Iga", phone="", email=None, birth_date=TODAY - timedelta(days=12 * 365), kind=Kind.PUPIL,
        guardian_name="Anna Maj", guardian_phone="+48600999111",
    )  # fmt: skip
    page = (await client.get(f"/desk/people/{one.id}")).text
    assert f'<a href="/desk/people/{two.id}">Olek' in page and "Ten sam telefon ma też:" in page
    page = (await client.get(f"/desk/people/{child.id}")).text
    assert "wszystko idzie do opiekuna" in page and "Ten sam telefon" not in page and "ani kontaktu" not in page
    again = await people.volunteer(first_name="Ala", last_name=one.last_name, birth_date=date(1970, 1, 1))
    page = (await client.get(f"/desk/people/{again.id}")).text
    assert "To może być ta sama osoba:" not in page
    await database.execute("UPDATE volunteer SET phone = '+48600111222' WHERE id = $1", again.id)
    page = (await client.get(f"/desk/people/{again.id}")).text
    assert "To może być ta sama osoba:" in page and f'<a href="/desk/people/{one.id}">Ala' in page
    lost = await people.volunteer(phone="", email=None)
    assert "Nie ma ani telefonu, ani e-maila" in (await client.get(f"/desk/people/{lost.id}")).text
    assert "Telefon" in (await client.get("/desk/people/queues")).text


async def test_a_check_is_shortened_and_taken_back(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, name="Hanna Lis")
    who, visitor = await people.volunteer(), Visitor(client)
    await visitor.open(f"/desk/people/{who.id}")
    soon = TODAY + timedelta(days=10)
    check = {"kind": "criminal-record", "checked_on": typed(TODAY), "valid_until": typed(TODAY + timedelta(days=300))}
    await visitor.send("/clearances", **check, reference="W/12/2026")
    assert "Hanna Lis, nr W/12/2026" in visitor.page.text
    await visitor.send("/clearances/shorter", valid_until="za rok")
    assert visitor.page.status_code == 422 and 'id="f-shorter-valid_until-error"' in visitor.page.text
    await visitor.send("/clearances/shorter", valid_until=typed(soon))
    assert f"ważne do {typed(soon)}" in visitor.page.text and "Wkrótce się kończy: oświadczenie" in visitor.page.text
    await visitor.send("/clearances/revoked")
    assert f"cofnięte {typed(TODAY)}" in visitor.page.text
    await visitor.send("/clearances", **check)
    assert await database.fetchval("SELECT revoked_on FROM clearance") is None, "a new check stands for the old one"


@pytest.mark.parametrize(("warn_days", "told"), [(30, True), (12, True), (11, False)])
async def test_the_card_tells_of_an_end_as_early_as_the_letters_do(
    warn_days: int, told: bool, db: str, settings: Settings
) -> None:
    who = await people.volunteer()
    await people.clearance(who, valid_until=TODAY + timedelta(days=12))
    app = application.create(settings.model_copy(update={"warn_days": warn_days}))
    async with new_client(app) as client:
        me = await people.signed_in(client)
        assert ("Wkrótce się kończy" in await Visitor(client).open(f"/desk/people/{who.id}")) is told
        assert bool(await risks.endings(people.actor(me), TODAY, warn_days)) is told


EDIT: dict[str, Any] = {"first_name": "Maria", "phone": "600 222 333", "max_km": "2,5", "area": ""}


async def test_a_changed_phone_is_unproven_and_the_account_follows(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    own = await people.account(
        role="volunteer", phone="+48600111000", email="m@example.org",
        phone_proven_at=clock.now(), email_proven_at=clock.now(),
    )  # fmt: skip
    who = await people.volunteer(account=own.id, phone="+48600111000", email="m@example.org", area_slug="")
    visitor = Visitor(client)
    await visitor.open(f"/desk/people/{who.id}/edit")
    await visitor.send("/edit", **EDIT)
    assert visitor.page.status_code == 200 and "Maria" in visitor.page.text and "600 222 333" in visitor.page.text
    row = await database.fetchrow(
        "SELECT phone, email, phone_proven_at, email_proven_at IS NOT NULL FROM account WHERE id = $1", own.id
    )
    assert tuple(row or ()) == ("+48600222333", "m@example.org", None, True)
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'people.correct'") == 1
    assert await database.fetchval("SELECT max_km FROM volunteer WHERE id = $1", who.id) == 2.5


async def test_two_coordinators_at_one_card_see_both_versions(client: httpx2.AsyncClient) -> None:
    """The second is shown what the first wrote, keeps what was typed, and decides."""
    await people.signed_in(client)
    who, first, second = await people.volunteer(first_name="Marta", area_slug=""), Visitor(client), Visitor(client)
    await first.open(f"/desk/people/{who.id}/edit")
    await second.open(f"/desk/people/{who.id}/edit")
    await first.send("/edit", first_name="Martyna", last_name="Nowak")
    await second.send("/edit", first_name="Marta Maria", last_name="Nowak")
    assert second.page.status_code == 409
    assert "Teraz zapisane: Martyna" in second.page.text and "zapisane: Nowak" not in second.page.text
    assert 'value="Marta Maria"' in second.page.text
    assert await database.fetchval("SELECT first_name FROM volunteer WHERE id = $1", who.id) == "Martyna"
    await second.send("/edit")
    assert second.page.status_code == 200
    assert await database.fetchval("SELECT first_name FROM volunteer WHERE id = $1", who.id) == "Marta Maria"


async def test_control_without_the_version_the_first_words_are_lost(db: str) -> None:
    """What the version is for: the same two edits, the second told that it had seen the first."""
    who = await people.volunteer(first_name="Marta", area_slug="")
    seen = corrections.Details(
        "Marta", "Nowak", date(1990, 1, 1), Kind.ADULT, who.phone, None, "pl", "", 5.0, 4, "", "", ""
    )
    await corrections.correct(SYSTEM, who.id, 0, seen)
    with pytest.raises(corrections.Stale):
        await corrections.correct(SYSTEM, who.id, 0, seen)
    version = await database.fetchval("SELECT version FROM volunteer WHERE id = $1", who.id)
    assert version == 1
    await corrections.correct(SYSTEM, who.id, version, seen)
    assert await database.fetchval("SELECT version FROM volunteer WHERE id = $1", who.id) == 1, "nothing changed"


async def test_whoever_writes_the_version_rises(db: str) -> None:
    who = await people.volunteer()
    await database.execute("UPDATE volunteer SET max_hours_week = 9 WHERE id = $1", who.id)
    await database.execute("UPDATE volunteer SET step = 'paused', sms_ok = false WHERE id = $1", who.id)
    assert await database.fetchval("SELECT version FROM volunteer WHERE id = $1", who.id) == 1


@pytest.mark.parametrize(
    ("born", "change", "name"),
    [
        (1990, {"phone": "", "email": ""}, "phone"),
        (1990, {"birth_date": "1.01.1850"}, "birth_date"),
        (1990, {"phone": "12"}, "phone"),
        (1990, {"max_km": "daleko"}, "max_km"),
        (1990, {"area": "nigdzie"}, "area"),
        (2015, {"guardian_name": ""}, "guardian_name"),
        (2015, {"guardian_phone": ""}, "guardian_phone"),
        (2015, {"phone": "600 999 111"}, "phone"),
    ],
)
async def test_a_wrong_correction_is_said_and_kept(
    client: httpx2.AsyncClient, born: int, change: dict[str, str], name: str
) -> None:
    await people.signed_in(client)
    who = await people.volunteer(
        birth_date=date(born, 1, 1), guardian_name="Anna Maj", guardian_phone="+48600999111", email=None, area_slug=""
    )
    visitor = Visitor(client)
    await visitor.open(f"/desk/people/{who.id}/edit")
    await visitor.send("/edit", **change)
    assert visitor.page.status_code == 422 and f'id="f-{name}-error"' in visitor.page.text
    assert await database.fetchval("SELECT version FROM volunteer WHERE id = $1", who.id) == 0


async def test_somebody_elses_email_is_refused(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await people.volunteer(email="zajety@example.org")
    who, visitor = await people.volunteer(area_slug=""), Visitor(client)
    await visitor.open(f"/desk/people/{who.id}/edit")
    await visitor.send("/edit", email="zajety@example.org")
    assert visitor.page.status_code == 409 and "ma już ktoś inny" in visitor.page.text
