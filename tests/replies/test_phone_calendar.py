"""The demo's mailboxes answer invitations as calendar programs do, by the door that letters come in through."""

from uuid import UUID, uuid4

import httpx2
import pytest
from replies.letters import GUEST, state
from support import people
from support.visitor import Visitor, forms

from volunteer_hub import demo
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule import actions
from volunteer_hub.settings import Settings, load

ADDRESS = {"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test"}


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> Settings:
    """As `volunteer-hub run` has them; or as the environment alone says."""
    return load(ADDRESS) if getattr(request, "param", "") == "bare" else demo.dressed(load(ADDRESS))


async def invite() -> UUID:
    """Somebody is asked, and the letter lies in their mailbox."""
    volunteer = await people.volunteer(email=GUEST)
    id = await actions.invite(SYSTEM, (await people.opening()).id, volunteer.id)
    await database.execute("UPDATE message SET state = 'delivered', sent_at = now() WHERE state = 'planned'")
    return id


async def asked(client: httpx2.AsyncClient) -> tuple[UUID, Visitor]:
    id = await invite()
    visitor = Visitor(client)
    await visitor.open(f"/dev/phones?box=email&q={GUEST}")
    return id, visitor


async def test_accepted_and_declined_in_a_calendar(client: httpx2.AsyncClient) -> None:
    id, visitor = await asked(client)
    page = await visitor.send("/answer", {"says": "ACCEPTED"})
    assert await state(id) == "accepted" and "Odpowiedź z kalendarza: tak." in page and "odczytano: TAK" in page
    assert await database.fetchval("SELECT answered_by FROM assignment WHERE id = $1", id) == "email"
    await visitor.send("/answer", {"says": "DECLINED"})
    assert await state(id) == "declined"


async def test_maybe_goes_to_a_human(client: httpx2.AsyncClient) -> None:
    id, visitor = await asked(client)
    await visitor.send("/answer", {"says": "TENTATIVE"})
    assert await state(id) == "invited"
    assert await database.fetchval("SELECT count(*) FROM inbound WHERE handled_at IS NULL") == 1


async def test_no_event_no_answer(client: httpx2.AsyncClient) -> None:
    id, visitor = await asked(client)
    page = visitor.page.text
    await visitor.send("/answer", {"says": "DELEGATED"})
    assert visitor.page.status_code == 404
    sms = await database.fetchval("SELECT id FROM message WHERE channel = 'sms' LIMIT 1")
    (csrf,) = forms(page)[-1].values["csrf"]
    for message in (sms, uuid4()):
        answer = await client.post(f"/dev/phones/{message}/answer", data={"says": "ACCEPTED", "csrf": csrf})
        assert answer.status_code == 404
    assert await state(id) == "invited"


@pytest.mark.parametrize("settings", ["bare"], indirect=True)
async def test_without_an_address_to_answer_at_nothing_is_offered(client: httpx2.AsyncClient) -> None:
    id = await invite()
    page = (await client.get(f"/dev/phones?box=email&q={GUEST}")).text
    assert "Zaproszenie do kalendarza" in page and "ACCEPTED" not in page
    assert await state(id) == "invited"
