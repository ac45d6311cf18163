"""Letters that a mail server hands over by LMTP (RFC 2033) at HUB_LMTP, on this machine and to our own address only.

A letter is answered 250 when it is kept, and 4xx while it cannot be: then, and when it hears nothing because we died,
the mail server keeps it and tries again. Brought twice it counts once, by its Message-ID. Nothing is ever sent on.
"""

import asyncio
import contextlib
import os
import re
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from volunteer_hub.kit import database
from volunteer_hub.replies.mailbox import actions, reading
from volunteer_hub.replies.mailbox.actions import Crowded
from volunteer_hub.settings import BadSettings, Settings
from volunteer_hub.web import logs

log = structlog.get_logger("mailbox")

# An answer with pictures; what is longer goes back to its sender, who is told so by the mail server.
LARGEST = 10 * 1024 * 1024
MOST_RECIPIENTS = 20
# Servers break lines at 998 characters, those who write to us not always.
LONGEST_LINE = 64 * 1024
IDLE_SECONDS = 60.0
TAKE_SECONDS = 30.0
ANSWER_SECONDS = 5.0
# The folder of a socket says who comes to it, as nobody keeps a program of this machine from a port of loopback.
SOCKET_MODE = 0o666
# A port of loopback, or the path of a socket, of which the system takes so many characters.
NEAR = re.compile(r"(localhost|127\.0\.0\.1|\[::1\]):[1-9][0-9]{0,4}|/[^\0]{1,100}")
KEPT, LATER = "250 2.0.0 kept", "451 4.3.0 not now, bring it again"


class _Lmtp(LMTP):
    """After its content a letter is answered once for each recipient (RFC 2033, 4.2); the library answers once."""

    line_length_limit = LONGEST_LINE
    _answers = 1

    async def push(self, status: Any) -> None:
        times, self._answers = self._answers, 1
        if str(status).startswith("354") and self.envelope:
            self._answers = len(self.envelope.rcpt_tos)
        for _ in range(times):
            await super().push(status)


class Taker:
    """What happens to a letter: only for the address of the settings, and kept before it is answered for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        name, _, domain = (settings.reply_address or "").partition("@")
        self._ours = re.compile(rf"{re.escape(name)}(\+[^@\s]*)?@{re.escape(domain)}", re.ASCII)

    async def handle_RCPT(self, _: LMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:
        if not self._ours.fullmatch(address.lower()):
            return "550 5.1.1 nobody here has this address"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many at once"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _: LMTP, __: Session, envelope: Envelope) -> str:
        try:
            async with asyncio.timeout(TAKE_SECONDS):
                await actions.take(self._settings, _as_delivered(envelope))
        except Crowded:
            return LATER
        except Exception as error:  # whatever it is, the mail server keeps the letter
            log.error("letter not taken", error=type(error).__name__)
            return LATER
        return KEPT

    async def handle_exception(self, error: Exception) -> str:
        log.error("LMTP failed", error=type(error).__name__)
        return LATER


def _as_delivered(envelope: Envelope) -> bytes:
    """The letter as it would lie in a mailbox: whom it came to, and that nobody is to be written back, on top."""
    content = envelope.original_content or b""
    lines = [f"Delivered-To: {address}" for address in envelope.rcpt_tos]
    if not (envelope.mail_from or "").strip("<>"):
        lines.append("Return-Path: <>")
    head = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")
    return head + content[: reading.LONGEST + 1]


def check(settings: Settings) -> None:
    """Raises BadSettings when HUB_LMTP cannot be used: whoever reaches it can bring letters in anybody's name."""
    if settings.lmtp is None:
        return
    if not NEAR.fullmatch(settings.lmtp):
        raise BadSettings("HUB_LMTP must be 127.0.0.1:port or a socket's path: nobody else's machine may reach it.")
    if settings.reply_address is None:
        raise BadSettings("HUB_LMTP is of use with HUB_REPLY_ADDRESS only: set both, or none.")


@contextlib.asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[None]:
    """Takes letters at HUB_LMTP for as long as the block lasts. Raises BadSettings."""
    loop, where, taker = asyncio.get_running_loop(), settings.lmtp or "", Taker(settings)

    def connected() -> LMTP:
        return _Lmtp(
            taker, data_size_limit=LARGEST, hostname="volunteer-hub", ident="LMTP", enable_SMTPUTF8=True,
            timeout=IDLE_SECONDS, loop=loop,
        )  # fmt: skip

    try:
        if where.startswith("/"):
            _must_be_free(where)
            server = await loop.create_unix_server(connected, where)
            os.chmod(where, SOCKET_MODE)
        else:
            host, _, port = where.rpartition(":")
            server = await loop.create_server(connected, host.strip("[]"), int(port))
    except OSError as error:
        why = error.strerror or "it is in use"
        raise BadSettings(f"HUB_LMTP, {where}, cannot be listened at: {why}.") from None
    try:
        yield
    finally:
        server.close()


async def answers(settings: Settings) -> bool:
    """Whether somebody takes letters at HUB_LMTP."""
    where = settings.lmtp or ""
    host, _, port = where.rpartition(":")
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            heard, said = await (
                asyncio.open_unix_connection(where)
                if where.startswith("/")
                else asyncio.open_connection(host.strip("[]"), int(port))
            )
            try:
                return (await heard.readline()).startswith(b"220 ")
            finally:
                said.close()
    except (OSError, TimeoutError):
        return False


def _must_be_free(path: str) -> None:
    """The socket that a killed listener left behind may be taken over, a living one's not."""
    with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
        probe.connect(path)
        raise OSError
    if Path(path).exists() and not Path(path).is_socket():
        raise OSError


async def run(settings: Settings) -> None:
    """The command mail-listen: takes letters until SIGTERM or Ctrl-C. One cut off by that is brought again."""
    logs.setup()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with database.pool(), listening(settings):
        log.info("taking letters", at=settings.lmtp)
        await stopped.wait()
