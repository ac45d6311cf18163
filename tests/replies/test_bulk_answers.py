"""People write back to a message to many. Only a code names an offer; the rest a human reads."""

from uuid import UUID

import httpx2
import pytest
from replies import sms
from support import desk_lines, people

from volunteer_hub.kit import database
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.replies.bulk import actions, plan, progress, queries
from volunteer_hub.replies.bulk.queries import Words
from volunteer_hub.replies.bulk.rules import LANGUAGES, Way

WORDS = {code: Words("", "") for code in LANGUAGES} | {"pl": Words("", "W sobotę zbiórka. Kto może?")}


async def written_to(*who: Volunteer) -> UUID:
    """A message to many reached them."""
    actor = people.actor(await people.account())
    id = await actions.begin(actor, [one.id for one in who])
    await actions.write(actor, sms.SETTINGS, id, Way.SMS, WORDS)
    assert await actions.send(actor, sms.SETTINGS, id, 1)
    await database.execute(
        "UPDATE message SET state = 'delivered', sent_at = clock_timestamp() WHERE template = $1", plan.TEMPLATE
    )
    return id


async def waits(who: Volunteer) -> list[str]:
    return [row["body"] for row in await sms.inbox(who.phone) if row["handled_at"] is None]


@pytest.mark.parametrize("said", ["TAK", "Tak, będę", "ok", "Nie", "nie dam rady", "chcę", "tak, w sobotę"])
async def test_words_without_a_code_take_and_give_up_no_seat(client: httpx2.AsyncClient, said: str) -> None:
    who = await people.volunteer()
    seat = await sms.invited(who)
    await written_to(who)
    await sms.says(client, who.phone, said)
    assert await sms.state(seat) == "invited" and await waits(who) == [said]


async def test_control_without_the_message_to_many_a_yes_takes_it(client: httpx2.AsyncClient) -> None:
    who = await people.volunteer()
    seat = await sms.invited(who)
    await sms.says(client, who.phone, "TAK")
    assert await sms.state(seat) == "accepted" and await waits(who) == []


async def test_a_yes_that_was_given_is_not_taken_back_by_a_no_to_many(client: httpx2.AsyncClient) -> None:
    who = await people.volunteer()
    seat = await sms.invited(who)
    await sms.says(client, who.phone, "TAK")
    await sms.delivered()
    await written_to(who)
    await sms.says(client, who.phone, "NIE")
    assert await sms.state(seat) == "accepted" and await waits(who) == ["NIE"]


async def test_a_code_says_which_offer_is_meant(client: httpx2.AsyncClient) -> None:
    who = await people.volunteer()
    seat = await sms.invited(who)
    await written_to(who)
    code = await database.fetchval("SELECT code FROM assignment WHERE id = $1", seat)
    await sms.says(client, who.phone, f"TAK {code}")
    assert await sms.state(seat) == "accepted"


async def test_an_invitation_that_comes_later_is_what_a_yes_answers(client: httpx2.AsyncClient) -> None:
    who = await people.volunteer()
    await written_to(who)
    await database.execute("UPDATE message SET sent_at = sent_at - interval '1 hour'")
    seat = await sms.invited(who)
    await sms.says(client, who.phone, "TAK")
    assert await sms.state(seat) == "accepted"


async def test_a_stop_is_followed_at_once(client: httpx2.AsyncClient) -> None:
    who = await people.volunteer()
    await written_to(who)
    await sms.says(client, who.phone, "STOP")
    assert await database.fetchval("SELECT EXISTS (SELECT FROM opt_out WHERE address = $1)", who.phone)


async def test_the_page_of_the_message_shows_who_wrote_back_and_who_does_not_have_it(
    client: httpx2.AsyncClient,
) -> None:
    one, other, silent = [await people.volunteer(first_name=name) for name in ("Ewa", "Jan", "Ola")]
    id = await written_to(one, other, silent)
    await database.execute("UPDATE message SET state = 'undelivered' WHERE address = $1", other.phone)
    await sms.says(client, one.phone, "Mogę przyjść z córką")
    actor = people.actor(await people.account())
    now = await progress.progress(await queries.bulk(actor, id))
    assert (now.delivered, now.failed, now.waiting) == (2, 1, 0)
    assert [(answer.name, answer.body, answer.waits) for answer in now.answers] == [
        (f"Ewa {one.last_name}", "Mogę przyjść z córką", True)
    ]
    assert [(failure.ring, failure.state) for failure in now.failures] == [(other.phone, "undelivered")]


async def test_words_after_something_else_was_said_are_no_answer_to_it(client: httpx2.AsyncClient) -> None:
    who = await people.volunteer()
    id = await written_to(who)
    await database.execute("UPDATE message SET sent_at = sent_at - interval '1 hour'")
    await sms.invited(who)
    await sms.says(client, who.phone, "TAK")
    actor = people.actor(await people.account())
    assert (await progress.progress(await queries.bulk(actor, id))).answers == []


async def test_what_became_a_request_at_another_desk_is_not_read_here(client: httpx2.AsyncClient) -> None:
    who = await people.volunteer()
    id, actor = await written_to(who), people.actor(await people.account())
    await sms.says(client, who.phone, "Mama nie wstaje, pomóżcie")
    assert [one.body for one in (await progress.progress(await queries.bulk(actor, id))).answers]
    request = await desk_lines.request(9, desk="social-work")
    await database.execute("UPDATE inbound SET about = $1", f"request:{request.id}")
    assert (await progress.progress(await queries.bulk(actor, id))).answers == []
