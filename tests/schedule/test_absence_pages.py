"""The pages of who cannot come, of who waits, and the line at the desk: without JavaScript, in plain words."""

from datetime import datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest
from conftest import new_client
from schedule.test_pages import as_volunteer, asked, press, state
from starlette.applications import Starlette
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.messaging import texts
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening

STRANGER = "699 111 222"


async def mine(client: httpx2.AsyncClient, waiting: int = 1) -> tuple[Opening, UUID, list[UUID]]:
    """One place that the volunteer signed in on `client` has, and others in line for it."""
    opening = await people.opening(most=1)
    id = await asked(await as_volunteer(client), opening)
    others = [await asked(await people.volunteer(), opening) for _ in range(waiting)]
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    for other in others:
        with pytest.raises(actions.Full):
            await actions.answer(SYSTEM, other, accept=True, channel="sms")
    return opening, id, others


async def test_giving_a_place_back_says_what_happens_now(client: httpx2.AsyncClient) -> None:
    _, id, _ = await mine(client)
    assert f"/me/assignments/{id}/absence" in (await client.get("/me")).text
    page = f"/me/assignments/{id}/absence"
    answer = await press(client, page, f"/me/assignments/{id}/withdraw", word="Choroba w domu")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me") and await state(id) == "withdrawn"
    assert "Pytamy już pierwszą osobę z listy" in (await client.get("/me")).text
    _, id, _ = await mine(client, waiting=0)
    await press(client, f"/me/assignments/{id}/absence", f"/me/assignments/{id}/withdraw")
    assert "Poszukamy kogoś innego" in (await client.get("/me")).text
    assert (await client.get(f"/me/assignments/{id}/absence")).status_code == 410


async def test_a_number_that_nobody_has_looks_like_any_other(client: httpx2.AsyncClient) -> None:
    friend = await people.volunteer()
    seen = []
    for phone in (friend.phone or "", STRANGER):
        opening, id, _ = await mine(client, waiting=0)
        answer = await press(client, f"/me/assignments/{id}/absence", f"/me/assignments/{id}/substitute", phone=phone)
        after = (await client.get("/me")).text
        page = (await client.get(f"/me/assignments/{id}/absence")).text
        assert "Dopóki nie powie „tak”, zadanie jest Twoje" in after and "Kolejną osobę możesz wskazać" in page
        assert friend.phone not in page and "699" not in page
        seen.append((answer.status_code, answer.headers["location"], page.replace(str(id), "").count("</")))
        await actions.cancel_meeting(SYSTEM, opening.meeting)
    assert seen[0] == seen[1]


async def test_a_wrong_number_is_said_beside_its_field(client: httpx2.AsyncClient) -> None:
    _, id, _ = await mine(client, waiting=0)
    page, action = f"/me/assignments/{id}/absence", f"/me/assignments/{id}/substitute"
    wrong = await press(client, page, action, phone="12")
    assert wrong.status_code == 422 and 'value="12"' in wrong.text and 'aria-invalid="true"' in wrong.text
    await press(client, page, action, phone=STRANGER)
    again = await press(client, page, action, phone=STRANGER)
    assert again.status_code == 409 and "Czekamy już na odpowiedź" in again.text


async def test_another_volunteers_place_is_absent(client: httpx2.AsyncClient, app: Starlette) -> None:
    _, id, _ = await mine(client, waiting=0)
    async with new_client(app) as other:
        await as_volunteer(other)
        for path in ("absence",):
            assert (await other.get(f"/me/assignments/{id}/{path}")).status_code == 404
        assert (
            await press(other, "/me/account", f"/me/assignments/{id}/substitute", phone=STRANGER)
        ).status_code == 404
    assert await state(id) == "accepted"


async def test_who_waits_sees_their_place_then_the_offer_and_until_when(client: httpx2.AsyncClient) -> None:
    opening = await people.opening(most=1)
    holder, first = await asked(await people.volunteer(), opening), await asked(await people.volunteer(), opening)
    own = await asked(await as_volunteer(client), opening)
    await actions.answer(SYSTEM, holder, accept=True, channel="sms")
    for id in (first, own):
        with pytest.raises(actions.Full):
            await actions.answer(SYSTEM, id, accept=True, channel="sms")
    page = (await client.get("/me")).text
    assert "2. w kolejce" in page and "Skreśl mnie z listy" in page and "Przyjmuję" not in page
    await actions.answer(SYSTEM, first, accept=False, channel="sms")
    assert "1. w kolejce" in (await client.get("/me")).text
    await actions.withdraw(SYSTEM, holder)
    page = (await client.get("/me")).text
    assert "Zwolniło się miejsce" in page and "Odpowiedz do:" in page and "Przyjmuję" in page
    await database.execute("UPDATE assignment SET state = 'silent', offer_until = NULL, waiting_since = NULL"
                           " WHERE id = $1", own)  # fmt: skip
    assert "Czas na odpowiedź minął" in (await client.get("/me")).text
    await press(client, "/me", f"/me/assignments/{own}/answer", answer="yes")
    assert await state(own) == "accepted"


async def test_who_takes_their_name_off_the_list_is_off_it(client: httpx2.AsyncClient) -> None:
    opening = await people.opening(most=1)
    holder, own = await asked(await people.volunteer(), opening), await asked(await as_volunteer(client), opening)
    await actions.answer(SYSTEM, holder, accept=True, channel="sms")
    with pytest.raises(actions.Full):
        await actions.answer(SYSTEM, own, accept=True, channel="sms")
    await press(client, "/me", f"/me/assignments/{own}/answer", answer="no")
    assert await state(own) == "declined" and "w kolejce" not in (await client.get("/me")).text


async def test_the_desk_sees_the_line_and_offers_by_hand(client: httpx2.AsyncClient, app: Starlette) -> None:
    opening, _, (first, second) = await mine(client, waiting=2)
    async with new_client(app) as desk:
        await people.signed_in(desk)
        for address in (f"/desk/openings/{opening.id}", f"/desk/meetings/{opening.meeting}"):
            page = (await desk.get(address)).text
            line = page[page.index("Lista oczekujących") :]
            assert line.index("1. w kolejce") < line.index("2. w kolejce") and "Zaproponuj teraz" not in page
        address = f"/desk/openings/{opening.id}"
        early = await press(desk, address, f"/desk/assignments/{second}/offering", part="roster")
        assert early.status_code == 409 and "Nie ma wolnego miejsca" in early.text
        await database.execute("UPDATE opening SET most = 2 WHERE id = $1", opening.id)
        assert "Zaproponuj teraz" in (await desk.get(address)).text
        done = await press(desk, address, f"/desk/assignments/{second}/offering", part="roster", htmx=True)
        assert done.status_code == 200 and "Pytamy do:" in done.text
        assert await database.fetchval("SELECT offer_until FROM assignment WHERE id = $1", second)
        assert not await database.fetchval("SELECT offer_until FROM assignment WHERE id = $1", first)
        last = await database.fetchval(
            "SELECT channel FROM assignment_change WHERE assignment = $1 ORDER BY at DESC LIMIT 1", second
        )
        assert last == "desk"
        await press(desk, address, f"/desk/assignments/{first}/withdraw", part="roster")
        assert await state(first) == "withdrawn"


async def test_only_coordinators_offer_by_hand(client: httpx2.AsyncClient, app: Starlette) -> None:
    _, _, (first,) = await mine(client)
    async with new_client(app) as leader:
        await people.signed_in(leader, Role.FACILITATOR)
        answer = await press(leader, "/help", f"/desk/assignments/{first}/offering")
        assert answer.status_code in (403, 404)
    assert not await database.fetchval("SELECT offer_until FROM assignment WHERE id = $1", first)


async def test_the_roster_says_who_stands_in_for_whom(client: httpx2.AsyncClient, app: Starlette) -> None:
    opening, id, _ = await mine(client, waiting=0)
    friend = await people.volunteer(first_name="Zofia", last_name="Kot")
    await press(client, f"/me/assignments/{id}/absence", f"/me/assignments/{id}/substitute", phone=friend.phone or "")
    async with new_client(app) as desk:
        await people.signed_in(desk)
        page = (await desk.get(f"/desk/openings/{opening.id}")).text
        assert "Zastępstwo: Marta" in page and "Pytamy osobę na zastępstwo" in page and "Zofia" in page


VALUES: dict[str, Any] = {
    "centre": "Centrum Wolontariatu", "phone": "+48552345678", "url": "https://pomoc.example.org/me",
    "title": "Popołudnia z bajką i podwieczorkiem w bibliotece", "place": "Filia biblioteki na Zatorzu",
    "address": "ul. Robotnicza 151/12", "area": "Zatorze", "participant": False, "ward": "Maksymilian",
    "code": "23", "role": "Czytanie", "tasks": "", "own": False,
}  # fmt: skip


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("template", ["place_free", "substitute_asked", "substituted", "not_substituted"])
def test_each_of_these_sms_is_one_part(template: str, language: str) -> None:

    starts = datetime(2026, 11, 25, 16)
    for until in (datetime(2026, 11, 25, 12, 30), datetime(2026, 11, 24, 18, 45)):
        moments = {"starts": starts, "ends": starts.replace(hour=18), "until": until}
        said = texts.render(template, Channel.SMS, language, VALUES | moments).body
        assert len(said) <= 160 and said.isascii(), f"{len(said)}: {said}"
