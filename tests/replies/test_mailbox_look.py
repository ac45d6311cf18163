"""What the doctor says of the ways in for answers from calendars: one sentence each, and what to do."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from replies.letters import SETTINGS, letter
from support import processes
from support.fake_imap import FakeImap, imap_server

from volunteer_hub import doctor
from volunteer_hub.replies.mailbox import imap as mailbox_imap
from volunteer_hub.replies.mailbox import lmtp as mailbox_lmtp
from volunteer_hub.settings import Settings

HOUR = timedelta(hours=1)


@pytest.fixture
async def server() -> AsyncIterator[FakeImap]:
    async with imap_server(FakeImap()) as fake:
        yield fake


def reached(server: FakeImap, folder: str = "") -> Settings:
    return SETTINGS.model_copy(update={"imap_url": SecretStr(f"{server.url}{folder}")})


async def said(settings: Settings) -> list[str]:
    """The doctor's lines about the mailbox or the listener, whatever else there is to say."""
    return [line for line in await doctor.examine(settings) if "of answers" in line or "HUB_LMTP" in line]


async def test_a_mailbox_in_order_is_one_line_and_nothing_in_it_is_changed(db: str, server: FakeImap) -> None:
    server.put(letter(None))
    server.came[server.put(letter(None))] = datetime.now(UTC) - timedelta(minutes=55)
    assert await said(reached(server)) == [f"{doctor.OK}the mailbox of answers is read"]
    assert server.seen == set()


async def test_without_a_mailbox_nothing_is_said(db: str) -> None:
    assert await said(SETTINGS) == []


async def test_a_server_that_is_away_or_speaks_something_else_is_named(db: str, server: FakeImap) -> None:
    port = processes.free_port()
    away = SETTINGS.model_copy(update={"imap_url": SecretStr(f"imap://hub:x@127.0.0.1:{port}")})
    (line,) = await said(away)
    told = "the mailbox of answers at 127.0.0.1 cannot be reached (ConnectionRefusedError): check HUB_IMAP_URL"
    assert line == doctor.MEND + told
    secure = SETTINGS.model_copy(update={"imap_url": SecretStr(server.url.replace("imap://", "imaps://"))})
    (line,) = await said(secure)
    assert "cannot be reached (SSL" in line, "it does not speak TLS"


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_connection_lost_at_any_step_is_told(server: FakeImap, command: str, when: str) -> None:
    server.put(letter(None))
    server.drops[command] = when
    assert "cannot be reached (abort)" in await mailbox_imap.trouble(reached(server))
    assert command not in server.drops and await mailbox_imap.trouble(reached(server)) == ""


async def test_a_refused_password_is_told_and_not_shown(server: FakeImap) -> None:
    server.password = "another"
    told = await mailbox_imap.trouble(reached(server))
    assert told == "the mailbox of answers at 127.0.0.1 refuses the user or password of HUB_IMAP_URL"


async def test_a_folder_that_is_not_there_is_named(server: FakeImap) -> None:
    server.fails["SELECT"] = 1
    told = await mailbox_imap.trouble(reached(server, "/Odpowiedzi"))
    assert "has no folder Odpowiedzi for that user" in told


@pytest.mark.parametrize(("writable", "flags"), [(False, ""), (True, "()"), (True, r"(\Deleted \Flagged)")])
async def test_a_mailbox_that_may_only_be_read_is_told(server: FakeImap, writable: bool, flags: str) -> None:
    server.writable, server.flags = writable, flags
    assert "lets nothing be marked as read" in await mailbox_imap.trouble(reached(server))


async def test_letters_that_nobody_has_read_for_an_hour_are_told(server: FakeImap) -> None:
    for minutes in (59, 61, 600):
        server.came[server.put(letter(None))] = datetime.now(UTC) - timedelta(minutes=minutes)
    told = await mailbox_imap.trouble(reached(server))
    assert "holds letters that nobody has read for an hour (2): start volunteer-hub worker" in told
    server.seen = {2, 3}
    assert await mailbox_imap.trouble(reached(server)) == "", "control: what is read waits for nobody"


@pytest.mark.parametrize("unix", [False, True])
async def test_a_listener_that_is_not_there_is_told(db: str, tmp_path: Path, unix: bool) -> None:
    where = str(tmp_path / "lmtp") if unix else f"127.0.0.1:{processes.free_port()}"
    settings = SETTINGS.model_copy(update={"lmtp": where})
    assert await said(settings) == [f"{doctor.MEND}HUB_LMTP takes no letters: start volunteer-hub mail-listen"]
    async with mailbox_lmtp.listening(settings):
        assert await said(settings) == [f"{doctor.OK}HUB_LMTP takes letters"]
