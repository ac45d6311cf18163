"""A mailbox read by IMAP: each letter once, none lost when the server or we go away in the midst of it."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from replies import letters
from replies.letters import SETTINGS, inbox, letter
from replies.test_mailbox import invite
from support.fake_imap import FakeImap, imap_server

from volunteer_hub import worker
from volunteer_hub.kit import database
from volunteer_hub.messaging import channels
from volunteer_hub.replies.mailbox import actions as mailbox_actions
from volunteer_hub.replies.mailbox import reading
from volunteer_hub.replies.mailbox.imap import Mailbox, Read
from volunteer_hub.settings import BadSettings, Settings, load

pytestmark = pytest.mark.usefixtures("answers_by_calendar")


@pytest.fixture
async def server() -> AsyncIterator[FakeImap]:
    async with imap_server(FakeImap()) as fake:
        yield fake


def reached(server: FakeImap) -> Settings:
    return SETTINGS.model_copy(update={"imap_url": SecretStr(server.url)})


async def look(server: FakeImap) -> Read:
    return await Mailbox(reached(server)).look()


async def test_the_worker_reads_the_mailbox_and_the_seat_is_taken(server: FakeImap) -> None:
    id, event = await invite()
    server.put(letter(letters.answer(event), to=letters.address_of(event)))
    settings = reached(server)
    async with channels.for_settings(settings) as ways:
        await worker.tick(settings, ways)
    assert await letters.state(id) == "accepted"
    assert server.seen == {1} and server.folders == ['"INBOX"']


async def test_what_is_read_is_not_read_again(server: FakeImap) -> None:
    server.put(letter(None, sender="obcy@poczta.example"))
    assert await look(server) == Read(kept=1)
    assert await look(server) == Read()
    assert server.connections == 2 and len(await inbox()) == 1


async def test_not_more_often_than_it_should(server: FakeImap) -> None:
    box = Mailbox(reached(server))
    for _ in range(3):
        await box.look()
    assert server.connections == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE", "LOGOUT"])
async def test_a_connection_lost_at_any_step_loses_no_letter_and_doubles_none(
    server: FakeImap, command: str, when: str
) -> None:
    for n in range(2):
        server.put(letter(None, sender=f"obcy{n}@poczta.example"))
    server.drops[command] = when
    await look(server)
    assert command not in server.drops, "it was lost there"
    await look(server)
    assert server.seen == {1, 2} and len(await inbox()) == 2


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
async def test_a_server_that_refuses_is_asked_again_later(server: FakeImap, command: str) -> None:
    server.put(letter(None))
    server.fails[command] = 1
    assert await look(server) == Read()
    await look(server)
    assert server.seen == {1} and len(await inbox()) == 1


async def test_a_server_that_is_away_stops_nothing() -> None:
    away = SETTINGS.model_copy(update={"imap_url": SecretStr("imap://hub:x@127.0.0.1:1")})
    assert await Mailbox(away).look() == Read()
    assert await Mailbox(SETTINGS).look() == Read(), "none is set"


async def test_a_letter_of_many_megabytes_is_not_fetched_whole(server: FakeImap) -> None:
    server.put(letter(None, text="słowa " * 2_000_000))
    assert await look(server) == Read(kept=1)
    (row,) = await inbox()
    assert row["body"] and len(row["body"]) <= mailbox_actions.LONGEST_KEPT < reading.LONGEST


async def test_what_cannot_be_taken_now_stays_unread(server: FakeImap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_actions, "MOST_UNKNOWN", 1)
    for n in range(2):
        server.put(letter(None, sender=f"obcy{n}@poczta.example"))
    assert await look(server) == Read(kept=1, left=1)
    await database.execute("UPDATE inbound SET handled_at = now()")
    assert await look(server) == Read(kept=1)


@pytest.mark.parametrize("wrong", ["imaps://host", "http://a:b@host", "imap://a:b@host:x", "imaps://a@host", "nothing"])
def test_an_address_that_cannot_be_used_is_told_before_anything_starts(wrong: str) -> None:
    known = {"HUB_MODE": "demo", "HUB_REPLY_ADDRESS": letters.OURS, "HUB_IMAP_URL": wrong}
    with pytest.raises(BadSettings, match=r"^HUB_IMAP_URL must look like [^\n]*\.$") as refused:
        Mailbox(load(known))
    assert wrong not in str(refused.value)


def test_a_mailbox_without_the_address_it_is_for_is_refused() -> None:
    with pytest.raises(BadSettings, match="HUB_REPLY_ADDRESS"):
        Mailbox(load({"HUB_MODE": "demo", "HUB_IMAP_URL": "imaps://a:b@host"}))
