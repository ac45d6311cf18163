"""Help of one person for one: made whole, told to nobody, shown to who has said yes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Participant
from volunteer_hub.privacy import erasure
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.pairs import visits
from volunteer_hub.settings import Settings

HOME = "ul. Brzeska 7 m. 3"
SECRETS = ("Genowefa", "Brzeska", "700 111 222", "+48700111222")


async def visited(**values: Any) -> Participant:
    return await people.participant(
        **({"first_name": "Genowefa", "last_name": "Nowak", "alias": "Pani G.", "phone": "+48700111222"} | values)
    )


async def typed(**values: Any) -> dict[str, Any]:
    """Every day of the week, so that whatever day it is there is a visit this week."""
    first = clock.today(people.ZONE) + timedelta(days=1)
    return {
        "address": HOME, "area": (await people.area()).id, "theme": (await people.theme()).id, "days": [*range(1, 8)],
        "starts": "17:00", "ends": "18:00", "first_day": first.isoformat(), "clearances": [], "skips_holidays": "no",
    } | values  # fmt: skip


async def made(client: httpx2.AsyncClient, **values: Any) -> UUID:
    """A pair by the form; its initiative."""
    who = await visited()
    visitor = Visitor(client)
    await visitor.open(f"/desk/pairs/new?participant={who.id}")
    page = await visitor.send("/desk/pairs", **await typed(**values))
    assert "Wizyty są w planie" in page
    found: UUID = await database.fetchval("SELECT initiative FROM pair")
    return found


async def first_opening(of: UUID) -> UUID:
    found: UUID = await database.fetchval(
        "SELECT o.id FROM opening o JOIN meeting m ON m.id = o.meeting WHERE m.initiative = $1 ORDER BY m.starts_at", of
    )
    return found


async def test_one_form_makes_all_of_it(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    of = await made(client, weeks="2", days=["2"])
    row = await database.fetchrow("SELECT name, kind, public FROM initiative WHERE id = $1", of)
    assert row and tuple(row) == ("Wizyty", "long_term", False)
    role = await database.fetchrow("SELECT least, most, continuity FROM role_asked WHERE initiative = $1", of)
    assert role and tuple(role) == (1, 1, True)
    place = "SELECT l.private FROM series s JOIN place l ON l.id = s.place WHERE s.initiative = $1 AND l.address = $2"
    assert await database.fetchval(place, of, HOME)
    assert await database.fetchval("SELECT rrule FROM series") == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"
    assert await database.fetchval("SELECT count(*) FROM meeting") > 2
    page = await Visitor(client).open("/opportunities")
    assert "Wizyty" not in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": "Wizyty u Genowefy"}, "nie mogą mówić, kim jest ta osoba"),
        ({"days": []}, "Zaznacz co najmniej jeden dzień"),
        ({"starts": "18:00", "ends": "17:00"}, "Koniec musi być po początku"),
        ({"first_day": "2020-01-01"}, "Wybierz dzień od dziś"),
        ({"area": ""}, "Wybierz osiedle"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_half_made(
    client: httpx2.AsyncClient, wrong: dict[str, Any], sentence: str
) -> None:
    await people.signed_in(client)
    who, visitor = await visited(), Visitor(client)
    await visitor.open(f"/desk/pairs/new?participant={who.id}")
    page = await visitor.send("/desk/pairs", **await typed(**wrong))
    assert visitor.page.status_code == 422 and sentence in page and HOME in page
    for table in ("initiative", "member", "series", "pair", "place", "role_asked"):
        assert await database.fetchval(f"SELECT count(*) FROM {table}") == 0, table


async def test_without_anybody_chosen_the_page_helps_to_find_them(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    who, visitor = await visited(), Visitor(client)
    assert "Najpierw wybierz" in await visitor.open("/desk/pairs/new")
    assert f"?participant={who.id}" in await visitor.open("/desk/pairs/new?q=Genow")
    assert "Umów wizyty" in await visitor.open(f"/desk/participants/{who.id}")
    assert (await client.get(f"/desk/pairs/new?participant={(await people.place()).id}")).status_code == 404


async def test_the_contact_is_shown_once_they_said_yes_and_in_no_message(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    account = await people.account(Role.VOLUNTEER)
    helps = await people.volunteer(account=account.id, sms_ok=True, email_ok=True)
    of = await made(client)
    assignment = await actions.invite(SYSTEM, await first_opening(of), helps.id)
    await people.sign_in(client, account)
    visitor = Visitor(client)
    page = await visitor.open("/me")
    assert "Wizyty" in page and (await client.get(f"/me/visits/{of}")).status_code == 404
    assert not [word for word in SECRETS if word in page]
    await actions.answer(SYSTEM, assignment, accept=True, channel="desk")
    assert f"/me/visits/{of}" in await visitor.open("/me")
    page = await visitor.open(f"/me/visits/{of}")
    assert "Genowefa" in page and HOME in page and "700 111 222" in page and "Nowak" not in page
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'participant.open'") == 1
    said = "concat(subject, body, html, convert_from(calendar, 'UTF8'))"
    texts = await database.fetch(f"SELECT {said} AS said FROM message")
    assert texts and not [word for row in texts for word in SECRETS if word in row["said"]]
    await actions.withdraw(people.actor(account), assignment)
    assert (await client.get(f"/me/visits/{of}")).status_code == 404


async def test_who_was_asked_for_all_visits_sees_it_after_their_one_yes(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    account = await people.account(Role.VOLUNTEER)
    helps = await people.volunteer(account=account.id, sms_ok=True, last_name="Wrona")
    who, visitor = await visited(), Visitor(client)
    await visitor.open(f"/desk/pairs/new?participant={who.id}&q=Wrona")
    page = await visitor.send("/desk/pairs", **await typed(volunteer=helps.id))
    assert "Wysłaliśmy pytanie" in page
    of = await database.fetchval("SELECT initiative FROM pair")
    with pytest.raises(Refused):
        await visits.one(people.actor(account), of)
    await database.execute("UPDATE regular_task SET state = 'accepted'")
    assert (await visits.one(people.actor(account), of)).person == "Genowefa"
    with pytest.raises(Refused):
        await visits.one(people.actor(await people.account(Role.VOLUNTEER)), of)


async def test_erasing_who_is_visited_ends_the_visits_and_forgets_the_home(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    await people.signed_in(client)
    helps = await people.volunteer(sms_ok=True)
    of = await made(client)
    assignment = await actions.invite(SYSTEM, await first_opening(of), helps.id)
    await actions.answer(SYSTEM, assignment, accept=True, channel="desk")
    who = await database.fetchval("SELECT id FROM participant")
    assert await erasure.erase(settings, SYSTEM, f"participant:{who}", why="asked")
    assert await database.fetchval("SELECT state FROM initiative WHERE id = $1", of) == "stopped"
    assert await database.fetchval("SELECT count(*) FROM place WHERE address = $1", HOME) == 0
    assert await database.fetchval("SELECT count(*) FROM meeting WHERE state = 'planned'") == 0
    assert await database.fetchval("SELECT count(*) FROM message WHERE template = 'cancelled'")
