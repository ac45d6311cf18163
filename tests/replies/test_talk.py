"""What was said before an SMS changes what it means: the last question, the day of the offer, whose phone it is."""

from datetime import datetime, time, timedelta
from uuid import UUID

import httpx2
import pytest
from replies import sms
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.replies import queries
from volunteer_hub.schedule import notices

DAYS_PL = ["poniedziałek", "wtorek", "środę", "czwartek", "piątek", "sobotę", "niedzielę"]


@pytest.fixture(autouse=True)
def by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ten in the morning: shortly after midnight nobody knows which day somebody means."""
    ten = datetime.combine(clock.today(people.ZONE), time(10))
    monkeypatch.setattr(queries, "wall_time", lambda: ten)


async def waits(volunteer: Volunteer) -> list[str]:
    """What waits for a human from this phone."""
    return [row["body"] for row in await sms.inbox(volunteer.phone) if row["handled_at"] is None]


async def test_an_ok_to_the_invitation_is_a_yes(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "ok")
    assert await sms.state(id) == "accepted"


async def test_an_ok_to_something_else_is_not(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "o której to jest?")
    await sms.delivered()
    assert await sms.templates(volunteer.phone) == ["unclear"], "a coordinator will read it"
    await sms.says(client, volunteer.phone, "ok")
    assert await sms.state(id) == "invited" and await waits(volunteer) == ["o której to jest?", "ok"]
    await sms.says(client, volunteer.phone, "Tak")
    assert await sms.state(id) == "accepted"


async def test_a_thank_you_after_all_is_said_costs_nobody_anything(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "Tak")
    await sms.delivered()
    for text in ("ok", "Dziękuję, do zobaczenia", "👍", "🙏"):
        await sms.says(client, volunteer.phone, text)
    assert await sms.state(id) == "accepted" and await waits(volunteer) == []
    assert await sms.templates(volunteer.phone) == ["confirmed"], "no word to a thank-you"
    assert {row["reading"] for row in await sms.inbox(volunteer.phone)} == {"yes", "thanks"}


async def reminded(id: UUID) -> None:
    """The reminder of the evening before has reached the phone."""
    async with database.transaction():
        await notices.tell(sms.SETTINGS, [id], "reminder", key=f"reminder:{id}:0")
    await sms.delivered()


@pytest.mark.parametrize("text", ["TAK", "ok", "👍", "TAK 2", "Tak, będę", "так"])
async def test_nobody_pays_for_a_second_confirmation(client: httpx2.AsyncClient, text: str) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "TAK")
    await sms.delivered()
    await reminded(id)
    await sms.says(client, volunteer.phone, text)
    assert await sms.templates(volunteer.phone) == ["confirmed"], "only the first yes is answered"
    *_, row = await sms.inbox(volunteer.phone)
    assert (row["reading"], row["about"]) == ("yes", f"assignment:{id}") and row["handled_at"], "seen all the same"
    assert await sms.state(id) == "accepted"


async def test_an_ok_to_one_of_two_reminders_is_not_asked_about(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    ids = [await sms.invited(volunteer, hour=hour) for hour in (10, 14)]
    for code in (2, 3):
        await sms.says(client, volunteer.phone, f"TAK {code}")
        await sms.delivered()
    for id in ids:
        await reminded(id)
    await sms.says(client, volunteer.phone, "ok, będę")
    assert await sms.templates(volunteer.phone) == ["confirmed", "confirmed"]
    assert await waits(volunteer) == []


async def test_a_no_to_a_reminder_gives_the_place_back(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "TAK")
    await sms.delivered()
    await reminded(id)
    await sms.says(client, volunteer.phone, "NIE")
    await sms.delivered()
    assert await sms.state(id) == "declined"
    assert await sms.templates(volunteer.phone) == ["confirmed", "declined"]


async def test_control_a_yes_whose_confirmation_never_came_is_confirmed_again(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "TAK")
    await database.execute("UPDATE message SET state = 'undelivered' WHERE template IN ('confirmed', 'invitation')")
    await sms.says(client, volunteer.phone, "TAK")
    assert await sms.state(id) == "accepted"
    assert await sms.templates(volunteer.phone) == ["confirmed", "confirmed"]


async def test_an_ok_after_a_no_does_not_turn_it(client: httpx2.AsyncClient) -> None:
    participant = await people.participant()
    coming = await sms.asked(participant, await people.meeting(await people.initiative()))
    await sms.says(client, participant.phone, "nie mogę")
    await sms.delivered()
    await sms.says(client, participant.phone, "ok, dziękuję")
    assert await database.fetchval("SELECT comes FROM coming WHERE id = $1", coming.id) is False
    await sms.says(client, participant.phone, "tak")
    assert await database.fetchval("SELECT comes FROM coming WHERE id = $1", coming.id) is True, "control"


async def test_a_thank_you_to_an_open_question_waits_for_a_human(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "Dziękuję")
    assert await sms.state(id) == "invited" and await waits(volunteer) == ["Dziękuję"]


async def test_a_strangers_thank_you_is_shown(client: httpx2.AsyncClient) -> None:
    for text in ("Dziękuję", "ok", "TAK", "2", "w czwartek"):
        await sms.says(client, "+48699000111", text)
    await people.signed_in(client)
    page = (await client.get("/desk/messages")).text.partition("Ostatnie rozmowy")[0]
    assert "Nieznany nadawca" in page and "w czwartek" in page
    assert {row["handled_at"] for row in await sms.inbox("+48699000111")} == {None}
    assert await sms.templates("+48699000111") == []


async def test_after_which_one_the_number_alone_is_enough(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    first, second = await sms.invited(volunteer, hour=10), await sms.invited(volunteer, hour=14)
    await sms.says(client, volunteer.phone, "nie mogę")
    await sms.delivered()
    assert await sms.templates(volunteer.phone) == ["which_one"]
    await sms.says(client, volunteer.phone, "3")
    assert (await sms.state(first), await sms.state(second)) == ("invited", "declined")
    await sms.delivered()
    await sms.says(client, volunteer.phone, "2")
    assert await sms.state(first) == "invited" and await waits(volunteer) == ["2"], "nothing was asked any more"


async def test_the_day_tells_which(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    today = clock.today(people.ZONE)
    ids = []
    for ahead in (1, 3):
        of = await people.initiative()
        meeting = await people.meeting(of, starts=datetime.combine(today + timedelta(days=ahead), time(16)))
        ids.append(await sms.invited(volunteer, await people.opening(meeting, await people.role(of))))
    third = DAYS_PL[(today + timedelta(days=3)).weekday()]
    await sms.says(client, volunteer.phone, f"Tak, w {third} będę")
    assert [await sms.state(id) for id in ids] == ["invited", "accepted"]
    await sms.says(client, volunteer.phone, "jutro nie dam rady")
    assert [await sms.state(id) for id in ids] == ["declined", "accepted"]
    await sms.says(client, volunteer.phone, "dziś tak")
    assert await waits(volunteer) == ["dziś tak"], "there is nothing today"


async def test_a_signature_is_understood_on_ones_own_phone_only(client: httpx2.AsyncClient) -> None:
    marta = await people.volunteer(first_name="Marta", last_name="Żółkiewska")
    id = await sms.invited(marta)
    await sms.says(client, marta.phone, "TAK Zofia Zolkiewska")
    assert await sms.state(id) == "invited"
    await sms.says(client, marta.phone, "TAK Marta Zolkiewska")
    assert await sms.state(id) == "accepted"
    shared = await people.volunteer(first_name="Adam", last_name="Lis")
    await people.participant(first_name="Ewa", phone=shared.phone)
    other = await sms.invited(shared)
    await sms.says(client, shared.phone, "TAK Ewa")
    await sms.says(client, shared.phone, "TAK Adam")
    assert await sms.state(other) == "invited" and len(await waits(shared)) == 2, "whose answer it is a human sees"
