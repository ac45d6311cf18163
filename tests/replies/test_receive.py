"""A volunteer or participant answers by SMS: the right offer, one effect, one short word back; a human for the rest."""

import asyncio
from datetime import datetime, time, timedelta

import httpx2
import pytest
from conftest import new_client
from replies import sms
from starlette.applications import Starlette
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.rules import segments
from volunteer_hub.replies import actions, queries
from volunteer_hub.schedule import actions as schedule


async def test_yes_takes_the_seat_and_is_confirmed_at_once(client: httpx2.AsyncClient) -> None:
    volunteer, opening = await people.volunteer(), await people.opening()
    id = await sms.invited(volunteer, opening)
    await sms.says(client, volunteer.phone, "tak będę")
    assert await sms.state(id) == "accepted"
    assert await database.fetchval("SELECT answered_by FROM assignment WHERE id = $1", id) == "sms"
    (word,) = await sms.answers(volunteer.phone)
    assert word["template"] == "confirmed" and "NIE 2" in word["body"] and "16:00" in word["body"]
    (row,) = await sms.inbox(volunteer.phone)
    assert (row["reading"], row["about"], row["handled_at"] is not None) == ("yes", f"assignment:{id}", True)
    left = await database.fetchval("SELECT expires_at - now() FROM message WHERE template = 'confirmed'")
    assert timedelta(minutes=55) < left <= timedelta(hours=1), "an answer that comes hours later only confuses"


async def test_no_frees_the_seat_again(client: httpx2.AsyncClient) -> None:
    volunteer, opening = await people.volunteer(), await people.opening()
    id = await sms.invited(volunteer, opening)
    await sms.says(client, volunteer.phone, "TAK 2")
    await sms.says(client, volunteer.phone, "Niestety nie mogę")
    assert await sms.state(id) == "declined"
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", opening.id) == 0
    assert await sms.templates(volunteer.phone) == ["confirmed", "declined"]


async def test_two_open_offers_are_told_apart_by_their_codes(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    first, second = await sms.invited(volunteer, hour=10), await sms.invited(volunteer, hour=14)
    await sms.says(client, volunteer.phone, "NIE 3")
    assert (await sms.state(first), await sms.state(second)) == ("invited", "declined")
    await sms.says(client, volunteer.phone, "2 tak")
    assert (await sms.state(first), await sms.state(second)) == ("accepted", "declined")


async def test_two_open_offers_and_no_code_ask_once_then_wait_for_a_human(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    first, second = await sms.invited(volunteer, hour=10), await sms.invited(volunteer, hour=14)
    await sms.says(client, volunteer.phone, "TAK")
    (question,) = await sms.answers(volunteer.phone)
    assert question["template"] == "which_one" and "TAK 2" in question["body"]
    assert "10:00" in question["body"] and "3: " in question["body"] and "14:00" in question["body"]
    await sms.says(client, volunteer.phone, "no przecież TAK")
    await sms.says(client, volunteer.phone, "TAK")
    assert (await sms.state(first), await sms.state(second)) == ("invited", "invited")
    assert await sms.templates(volunteer.phone) == ["which_one", "unclear"], "asked once, told once that a human reads"
    assert [row["handled_at"] is None for row in await sms.inbox(volunteer.phone)] == [False, True, True]
    await sms.says(client, volunteer.phone, "TAK 3")
    assert (await sms.state(first), await sms.state(second)) == ("invited", "accepted")
    waiting = [row["body"] for row in await sms.inbox(volunteer.phone) if row["handled_at"] is None]
    assert waiting == ["no przecież TAK"], "the bare TAK is settled by the clear one, the unread words are not"


async def test_an_answer_to_the_last_question_needs_no_code(client: httpx2.AsyncClient) -> None:
    """Whoever has a place already and is asked about another answers what they were just asked."""
    volunteer = await people.volunteer()
    first = await sms.invited(volunteer, hour=10)
    await sms.says(client, volunteer.phone, "TAK")
    await sms.delivered()
    second = await sms.invited(volunteer, hour=14)
    await sms.says(client, volunteer.phone, "nie mogę")
    assert (await sms.state(first), await sms.state(second)) == ("accepted", "declined")


async def test_a_code_of_no_open_offer_waits_for_a_human(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "TAK 7")
    assert await sms.state(id) == "invited"
    assert (await sms.inbox(volunteer.phone))[0]["handled_at"] is None
    assert await sms.templates(volunteer.phone) == ["unclear"]


async def test_another_persons_code_opens_nothing(client: httpx2.AsyncClient) -> None:
    mine, other = await people.volunteer(), await people.volunteer()
    id = await sms.invited(other)
    await sms.says(client, mine.phone, "TAK 2")
    assert await sms.state(id) == "invited"


async def test_unclear_words_get_one_thank_you_a_day(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    for text in ("jutro nie", "tak albo nie", "kto to?", "Moze byc, ale dopiero od 17"):
        await sms.says(client, volunteer.phone, text)
    assert await sms.state(id) == "invited"
    (word,) = await sms.answers(volunteer.phone)
    assert (word["template"], word["body"]) == ("unclear", "Dziekujemy, odpowiedz przeczyta koordynator.")
    rows = await sms.inbox(volunteer.phone)
    assert [(row["reading"], row["handled_at"]) for row in rows] == [("unclear", None)] * 4


async def test_the_last_seat_and_two_yeses_at_once(db: str, app: Starlette) -> None:
    opening = await people.opening(most=1)
    both = [await people.volunteer(), await people.volunteer()]
    ids = [await sms.invited(volunteer, opening) for volunteer in both]
    async with new_client(app) as client:
        await asyncio.gather(*(sms.says(client, volunteer.phone, "TAK") for volunteer in both))
    assert sorted([await sms.state(id) for id in ids]) == ["accepted", "invited"]
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", opening.id) == 1
    words = [word for volunteer in both for word in await sms.answers(volunteer.phone)]
    assert sorted(word["template"] for word in words) == ["confirmed", "full_seats"]
    (sorry,) = (word["body"] for word in words if word["template"] == "full_seats")
    assert "Dziekujemy" in sorry and segments(sorry).encoding == "GSM-7" and len(segments(sorry).parts) == 1
    late = "SELECT count(*) FROM assignment WHERE state = 'invited' AND answered_at IS NOT NULL"
    assert await database.fetchval(late) == 1, "the yes that came too late is kept"


async def test_a_meeting_at_the_same_time_is_refused_in_words(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    await sms.invited(volunteer, hour=10)
    second = await sms.invited(volunteer, hour=11)
    await sms.says(client, volunteer.phone, "TAK 2")
    await sms.says(client, volunteer.phone, "TAK 3")
    assert await sms.state(second) == "invited"
    assert await sms.templates(volunteer.phone) == ["confirmed", "full_seats"]


async def test_a_participant_answers_a_reminder(client: httpx2.AsyncClient) -> None:
    participant = await people.participant()
    meeting = await people.meeting(await people.initiative())
    coming = await sms.asked(participant, meeting)
    comes = "SELECT comes FROM coming WHERE id = $1"
    await sms.says(client, participant.phone, "Tak")
    assert await database.fetchval(comes, coming.id) is True
    await sms.says(client, participant.phone, f"nie {coming.code}")
    assert await database.fetchval(comes, coming.id) is False
    assert await sms.templates(participant.phone) == ["confirmed", "declined"]


async def test_a_family_shares_a_phone(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    mother = await people.participant(phone=volunteer.phone)
    id = await sms.invited(volunteer, hour=10)
    coming = await sms.asked(mother, await people.meeting(await people.initiative()))
    await sms.says(client, volunteer.phone, f"TAK {coming.code}")
    assert await database.fetchval("SELECT comes FROM coming WHERE id = $1", coming.id) is True
    assert await sms.state(id) == "invited"


async def test_stop_silences_what_waits_and_start_opens_again(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    await database.execute("UPDATE message SET state = 'planned' WHERE address = $1", volunteer.phone)
    await sms.says(client, volunteer.phone, "Stop!")
    states = "SELECT DISTINCT state FROM message WHERE address = $1"
    assert await database.fetchval(states, volunteer.phone) == "suppressed"
    assert await sms.state(id) == "invited", "STOP is not NIE"
    assert await sms.answers(volunteer.phone) == [], "no word back"
    await sms.says(client, volunteer.phone, "TAK")
    assert await sms.state(id) == "accepted", "who may not be written to may still answer"
    assert await sms.answers(volunteer.phone) == []
    await sms.says(client, volunteer.phone, "START")
    assert await database.fetchval("SELECT count(*) FROM opt_out") == 0
    await sms.says(client, volunteer.phone, "NIE")
    assert await sms.templates(volunteer.phone) == ["declined"]


async def test_stop_is_told_to_the_coordinator_once(client: httpx2.AsyncClient) -> None:
    one = await people.volunteer(first_name="Marta", last_name="Lis")
    await people.volunteer(first_name="Adam", last_name="Lis", phone=one.phone)
    await people.signed_in(client)
    await sms.says(client, one.phone, "STOP")
    await sms.says(client, "+48600999999", "STOP")
    page = (await client.get("/desk/messages")).text
    waiting = page.split('id="waiting"')[1].split("</section>")[0]
    assert "Adam L., Marta L." in waiting and "Na ten numer już nie piszemy" in waiting
    assert "600 999 999" not in waiting, "nobody of ours"
    actor = people.actor(await people.account())
    assert await actions.handle(actor, one.phone) == 1
    await sms.says(client, one.phone, "STOP")
    assert await actions.handle(actor, one.phone) == 0, "it is known already"


async def test_nothing_can_be_answered_once_the_meeting_is_over_or_off(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    await database.execute("UPDATE meeting SET state = 'cancelled'")
    await sms.says(client, volunteer.phone, "TAK")
    past = clock.now() - timedelta(days=2)
    await database.execute(
        "UPDATE meeting SET state = 'planned', starts_at = $1, ends_at = $2", past, past + timedelta(hours=1)
    )
    await sms.says(client, volunteer.phone, "TAK")
    assert await sms.state(id) == "invited"
    assert {row["handled_at"] for row in await sms.inbox(volunteer.phone)} == {None}
    begun = clock.now() - timedelta(minutes=5)
    await database.execute("UPDATE meeting SET starts_at = $1, ends_at = $2", begun, begun + timedelta(hours=1))
    await sms.says(client, volunteer.phone, "TAK")
    assert (await sms.answers(volunteer.phone))[-1]["body"] == "To spotkanie juz sie zaczelo albo skonczylo."


async def test_answers_come_in_the_persons_own_language(client: httpx2.AsyncClient) -> None:
    speaker = await people.volunteer(language="uk")
    id = await sms.invited(speaker)
    await sms.says(client, speaker.phone, "Так")
    assert await sms.state(id) == "accepted"
    assert (await sms.answers(speaker.phone))[0]["language"] == "uk"


@pytest.mark.parametrize("said", ["confirmed", "declined", "which_one", "unclear"])
async def test_every_answer_is_one_sms_without_accents(client: httpx2.AsyncClient, said: str) -> None:
    """The widest hour and day, the longest codes."""
    volunteer = await people.volunteer()
    texts = {"confirmed": "TAK 9999", "declined": "NIE 9999", "which_one": "NIE", "unclear": "hm"}
    for n in range(3 if said == "which_one" else 1):
        day = datetime.combine(clock.today(people.ZONE) + timedelta(days=8 + n), time(10))
        of = await people.initiative()
        await sms.invited(volunteer, await people.opening(await people.meeting(of, starts=day), await people.role(of)))
    await database.execute(
        "UPDATE assignment a SET code = (9999 - b.n) FROM (SELECT id, row_number() OVER () - 1 AS n FROM assignment) b"
        " WHERE b.id = a.id"
    )
    await sms.says(client, volunteer.phone, texts[said])
    (word,) = await sms.answers(volunteer.phone)
    assert word["template"] == said
    cut = segments(word["body"])
    assert (cut.encoding, len(cut.parts)) == ("GSM-7", 1), word["body"]


async def test_a_coordinator_decides_what_the_words_meant(db: str) -> None:
    volunteer = await people.volunteer()
    coordinator = people.actor(await people.account())
    id = await sms.invited(volunteer)
    await actions.receive("SM1", volunteer.phone, "Moze byc, ale dopiero od 17")
    (row,) = await sms.inbox(volunteer.phone)
    with pytest.raises(Refused):
        await actions.decide(SYSTEM, row["id"], f"assignment:{id}", accept=True)
    with pytest.raises(Refused):
        await actions.decide(coordinator, row["id"], "assignment:another", accept=True)
    await actions.decide(coordinator, row["id"], f"assignment:{id}", accept=True)
    assert await sms.state(id) == "accepted"
    assert (await sms.inbox(volunteer.phone))[0]["handled_at"] is not None
    assert await sms.templates(volunteer.phone) == ["unclear", "confirmed"]
    assert (
        await database.fetchval("SELECT account FROM audit_entry WHERE verb = 'replies.decide'") == coordinator.account
    )


async def test_a_yes_read_by_hand_that_finds_no_seat_says_so_to_both(db: str) -> None:
    opening = await people.opening(most=1)
    first, late = await people.volunteer(), await people.volunteer()
    one, two = await sms.invited(first, opening), await sms.invited(late, opening)
    await schedule.answer(SYSTEM, one, accept=True, channel="web")
    await actions.receive("SM1", late.phone, "chyba tak")
    (row,) = await sms.inbox(late.phone)
    with pytest.raises(Refused) as refused:
        await actions.decide(people.actor(await people.account()), row["id"], f"assignment:{two}", accept=True)
    assert refused.value.status == 409
    assert (await sms.inbox(late.phone))[0]["handled_at"] is not None
    assert (await sms.templates(late.phone))[-1] == "full_seats"
    assert (await queries.open_offers(late.phone))[0].answered
