"""Letters handed over by LMTP: each once, none lost while the database or we are away, and nobody else's post."""

import asyncio
import contextlib
import smtplib
import socket
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest
from replies import letters
from replies.letters import GUEST, SETTINGS, inbox, letter
from replies.test_mailbox import invite
from support import processes

from volunteer_hub.kit import database
from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.replies.mailbox import actions as mailbox_actions
from volunteer_hub.replies.mailbox import lmtp as mailbox_lmtp
from volunteer_hub.replies.mailbox import reading
from volunteer_hub.settings import BadSettings, Settings, load

Handed = dict[str, tuple[int, bytes]]


pytestmark = pytest.mark.usefixtures("answers_by_calendar")


@pytest.fixture
async def settings() -> AsyncIterator[Settings]:
    """A listener of this process on a free port."""
    set_up = SETTINGS.model_copy(update={"lmtp": f"127.0.0.1:{processes.free_port()}"})
    async with mailbox_lmtp.listening(set_up):
        yield set_up


def _hand_over(where: str, content: bytes, to: list[str], sender: str) -> Handed:
    """As a mail server does: what each recipient was answered after the content, or before it when refused."""
    host, _, port = where.rpartition(":")
    with smtplib.LMTP(where if where.startswith("/") else host, int(port) if host else 0) as server:
        server.timeout = 20
        server.ehlo_or_helo_if_needed()
        server.mail(sender)
        answers = {one: server.rcpt(one) for one in to}
        taken = [one for one, (code, _) in answers.items() if code == 250]
        if taken:
            server.putcmd("DATA")
            assert server.getreply()[0] == 354
            server.send(smtplib._quote_periods(smtplib._fix_eols(content.decode("latin-1")).encode("latin-1")))  # type: ignore[attr-defined]
            server.send(b"\r\n.\r\n")
            answers |= {one: server.getreply() for one in taken}
        assert server.noop()[0] == 250, "there is one answer for each, and nothing is left over"
        return answers


async def hand_over(where: str | None, content: bytes, *to: str, sender: str = GUEST) -> list[int]:
    """The code that each recipient was answered."""
    found = await asyncio.to_thread(_hand_over, where or "", content, list(to), sender)
    return [found[one][0] for one in to]


async def test_a_letter_takes_the_seat_and_counts_once(settings: Settings) -> None:
    id, event = await invite()
    address = letters.address_of(event)
    content = letter(letters.answer(event), to=address)
    assert await hand_over(settings.lmtp, content, address) == [250]
    assert await letters.state(id) == "accepted"
    assert await hand_over(settings.lmtp, content, address) == [250], "brought again it is kept already"
    assert len(await inbox()) == 1


async def test_whom_it_came_to_counts_though_the_letter_does_not_say(settings: Settings) -> None:
    """A server that rewrites To, or a letter with us in a blind copy."""
    id, event = await invite()
    content = letter(letters.answer(event), to="undisclosed-recipients:;")
    assert await hand_over(settings.lmtp, content, letters.address_of(event).upper()) == [250]
    assert await letters.state(id) == "accepted"


async def test_each_recipient_is_answered(settings: Settings) -> None:
    _, event = await invite()
    ours, secret = letters.OURS, letters.address_of(event)
    content = letter(letters.answer(event), to=secret)
    assert await hand_over(settings.lmtp, content, ours, "obcy@poczta.example", secret) == [250, 550, 250]
    assert len(await inbox()) == 1


@pytest.mark.parametrize(
    "address",
    ["obcy@poczta.example", "rsvp@other.example", "x@hub.example", "rsvpx@hub.example", "rsvp@hub.example@x.example",
     "%obcy@hub.example", "rsvp+@a@hub.example", "rsvp@hub.example.evil.example"],
)  # fmt: skip
async def test_nobody_elses_post_is_taken_or_sent_on(settings: Settings, address: str) -> None:
    (code,) = await hand_over(settings.lmtp, letter(None), address)
    assert 500 <= code < 600
    assert await inbox() == [] and not await database.fetchval("SELECT count(*) FROM message")


async def test_what_cannot_be_taken_now_is_brought_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_actions, "MOST_UNKNOWN", 1)
    content = [letter(None, sender=f"obcy{n}@poczta.example") for n in range(2)]
    ours = [letters.OURS, f"rsvp+{'a' * 40}@hub.example"]
    assert await hand_over(settings.lmtp, content[0], *ours) == [250, 250]
    assert await hand_over(settings.lmtp, content[1], *ours) == [451, 451], "each is answered, whatever the answer"
    await database.execute("UPDATE inbound SET handled_at = now()")
    assert await hand_over(settings.lmtp, content[1], *ours) == [250, 250]
    assert len(await inbox()) == 2


async def test_a_letter_too_large_goes_back_and_a_long_one_is_kept_in_part(settings: Settings) -> None:
    large = b"From: a@b.example\r\n\r\n" + (b"x" * 998 + b"\r\n") * (mailbox_lmtp.LARGEST // 1000 + 1)
    both = [letters.OURS, f"rsvp+{'a' * 40}@hub.example"]
    assert await hand_over(settings.lmtp, large, *both) == [552, 552] and await inbox() == []
    assert await hand_over(settings.lmtp, large[: 3 * reading.LONGEST], letters.OURS) == [250]
    (row,) = await inbox()
    assert len(row["body"]) <= mailbox_actions.LONGEST_KEPT


async def test_lines_longer_than_servers_break_them_are_taken(settings: Settings) -> None:
    content = b"From: a@b.example\r\n\r\n" + b"s" * 5000 + b"\r\n.. kropka\r\n"
    assert await hand_over(settings.lmtp, content, letters.OURS) == [250]
    assert len(await inbox()) == 1


async def test_what_came_back_to_nobody_is_left_alone(settings: Settings) -> None:
    assert await hand_over(settings.lmtp, letter(None, text="Nie ma takiej skrzynki"), letters.OURS, sender="") == [250]
    assert await inbox() == []


async def test_a_line_cut_in_the_midst_of_a_letter_keeps_nothing(settings: Settings) -> None:
    def cut() -> None:
        host, _, port = (settings.lmtp or "").rpartition(":")
        with socket.create_connection((host, int(port)), 10) as line:
            for said in ("", "LHLO x\r\n", "MAIL FROM:<a@b.example>\r\n", "RCPT TO:<rsvp@hub.example>\r\n", "DATA\r\n"):
                line.sendall(said.encode())
                while not _whole(line.recv(4096)):
                    pass
            line.sendall(b"From: a@b.example\r\n\r\nTak, b")

    await asyncio.to_thread(cut)
    assert await hand_over(settings.lmtp, letter(None), letters.OURS) == [250], "and others are served"
    assert len(await inbox()) == 1


def _whole(answer: bytes) -> bool:
    return answer.endswith(b"\r\n") and answer.splitlines()[-1][3:4] != b"-"


async def test_a_socket_of_the_system_is_listened_at_and_taken_over_from_the_dead_only(tmp_path: Path) -> None:
    place = tmp_path / "lmtp"
    settings = SETTINGS.model_copy(update={"lmtp": str(place)})
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(place))  # as a killed listener leaves it
    async with mailbox_lmtp.listening(settings):
        assert stat.S_IMODE(place.stat().st_mode) == mailbox_lmtp.SOCKET_MODE
        assert await hand_over(settings.lmtp, letter(None), letters.OURS) == [250]
        with pytest.raises(BadSettings, match=r"^HUB_LMTP, .*, cannot be listened at: it is in use\.$"):
            await _listen_once(settings)
        assert await hand_over(settings.lmtp, letter(None), letters.OURS) == [250], "the first one still does"
    place.unlink(missing_ok=True)
    place.write_text("words")
    with pytest.raises(BadSettings, match="cannot be listened at"):
        await _listen_once(settings)
    assert place.read_text() == "words"


async def _listen_once(settings: Settings) -> None:
    async with mailbox_lmtp.listening(settings):
        pass


@pytest.mark.parametrize(
    "wrong", ["0.0.0.0:24", "10.0.0.5:24", "*:24", ":24", "[::]:24", "mx.example.org:24", "127.0.0.1", "run/hub/lmtp"]
)
def test_it_listens_to_this_machine_only(wrong: str) -> None:
    known = {"HUB_MODE": "demo", "HUB_REPLY_ADDRESS": letters.OURS}
    with pytest.raises(BadSettings, match=r"^HUB_LMTP must be [^\n]*\.$"):
        mailbox_lmtp.check(load(known | {"HUB_LMTP": wrong}))
    for right in ("127.0.0.1:2424", "[::1]:2424", "localhost:24", "/run/hub/lmtp"):
        mailbox_lmtp.check(load(known | {"HUB_LMTP": right}))
    with pytest.raises(BadSettings, match="HUB_REPLY_ADDRESS"):
        mailbox_lmtp.check(load({"HUB_MODE": "demo", "HUB_LMTP": "127.0.0.1:2424"}))


# --- The command itself, killed and without its database --------------------------------------------------------------


WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"


def installed(dsn: str) -> dict[str, str]:
    return {
        "MODE": "demo", "DATABASE_URL": dsn, "REPLY_ADDRESS": letters.OURS, "PUBLIC_URL": "http://hub.test",
        "REPLY_CHECKED_BY": "mx.hub.example", "LMTP": f"127.0.0.1:{processes.free_port()}",
    }  # fmt: skip


@contextlib.asynccontextmanager
async def listener(values: dict[str, str]) -> AsyncIterator[Callable[[], None]]:
    """The command at work; what is given kills it as kill -9 does."""
    with processes.running("mail-listen", **values) as process:
        host, _, port = values["LMTP"].rpartition(":")
        for _ in range(400):
            assert process.poll() is None, process.output.read_text()  # type: ignore[attr-defined]
            with contextlib.suppress(OSError):
                socket.create_connection((host, int(port)), 1).close()
                break
            await asyncio.sleep(0.05)
        yield process.kill


async def test_killed_in_the_midst_of_a_letter_it_is_kept_when_it_is_brought_again(db: str) -> None:
    id, event = await invite()
    values, address = installed(db), letters.address_of(event)
    content = letter(letters.answer(event), to=address)
    holding = await asyncpg.connect(db)
    try:
        async with listener(values) as kill:
            held = holding.transaction()
            await held.start()
            await holding.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", GUEST)
            handing = asyncio.create_task(hand_over(values["LMTP"], content, address))
            while not await database.fetchval(WAITS):
                assert not handing.done()
                await asyncio.sleep(0.02)
            kill()
            with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
                await handing
            await held.rollback()
    finally:
        await holding.close()
    assert await letters.state(id) == "invited"
    async with listener(values):
        for _ in range(2):
            assert await hand_over(values["LMTP"], content, address) == [250]
    assert await letters.state(id) == "accepted" and len(await inbox()) == 1


async def test_while_the_database_is_away_the_mail_server_keeps_the_letter(open_folder: Path) -> None:
    server = Embedded(open_folder / "postgres")
    values = installed(server.start())
    content = letter(None, sender="obcy@poczta.example")
    try:
        assert (await asyncio.to_thread(processes.call, "migrate", **values)).returncode == 0
        async with listener(values):
            await asyncio.to_thread(server.stop)
            assert await hand_over(values["LMTP"], content, letters.OURS) == [451]
            dsn = await asyncio.to_thread(server.start)
            assert await hand_over(values["LMTP"], content, letters.OURS) == [250]
            connection = await asyncpg.connect(dsn)
            kept = await connection.fetchval("SELECT count(*) FROM inbound")
            await connection.close()
        assert kept == 1
    finally:
        await asyncio.to_thread(server.stop)


async def test_control_without_a_listener_nothing_is_taken() -> None:
    with pytest.raises(OSError):
        await hand_over(f"127.0.0.1:{processes.free_port()}", letter(None), letters.OURS)
