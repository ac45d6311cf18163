"""At night an answer to somebody's own SMS rings, what we would say by ourselves waits; the fake phone shows that."""

from html import unescape

import httpx2
from replies import sms
from support import people
from support.quiet_hours import night
from support.visitor import Visitor

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.messaging import quiet
from volunteer_hub.schedule import actions
from volunteer_hub.web.formats import moment


async def test_the_word_back_leaves_at_once(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    with night():
        await sms.says(client, volunteer.phone, "tak będę")
    assert await sms.state(id) == "accepted"
    back = await database.fetchrow("SELECT due_at, any_hour, state FROM message WHERE template = 'confirmed'")
    assert back and back["any_hour"] and back["due_at"] <= clock.now() and back["state"] == "planned"


async def test_the_phone_shows_what_waits_for_the_morning(client: httpx2.AsyncClient) -> None:
    volunteer, opening = await people.volunteer(first_name="Marta"), await people.opening()
    with night() as hours:
        await actions.invite(SYSTEM, opening.id, volunteer.id)
        due = quiet.leaves(clock.now(), hours)
    page = unescape(await Visitor(client).open("/dev/phones"))
    assert f"czeka do: {moment(due)}." in page and "TAK 2" in page
    await database.execute("UPDATE message SET due_at = now(), state = 'delivered', sent_at = now()")
    assert "czeka do:" not in unescape(await Visitor(client).open("/dev/phones"))
