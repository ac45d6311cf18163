"""Letters read from the mailbox of HUB_IMAP_URL, for whose mail server cannot hand them over by a pipe.

A letter is marked as read only when it is kept; one brought twice, by a crash or a second worker, counts once by its
Message-ID. So the mailbox is ours alone: what somebody else opens there we never see.
"""

import asyncio
import contextlib
import imaplib
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import structlog

from volunteer_hub.kit import clock
from volunteer_hub.replies.mailbox import actions, reading
from volunteer_hub.replies.mailbox.actions import Crowded
from volunteer_hub.settings import LOOPBACK, BadSettings, Settings

log = structlog.get_logger("mailbox")

EVERY_SECONDS = 60.0
TIMEOUT_SECONDS = 8.0
# Of one round; the next begins where this one ended.
MOST_LETTERS = 50
# Each look takes what is unread, so what has lain there so long is read by nobody.
LATE_SECONDS = 3600.0
NUMBERS = re.compile(rb"[0-9]+")
Answer = Sequence[bytes | tuple[bytes, bytes] | None]
AWAY = (OSError, TimeoutError, imaplib.IMAP4.error)


@dataclass(frozen=True, slots=True)
class Read:
    """What one look brought: letters `kept`, and `left` in the mailbox for the next."""

    kept: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class At:
    """HUB_IMAP_URL: a mailbox and how it is reached. `tls`: at once, else by STARTTLS."""

    host: str
    port: int
    tls: bool
    user: str
    password: str = field(repr=False)
    folder: str


class Mailbox:
    """The mailbox of the settings, or none. One look at a time; not before EVERY_SECONDS after the last.

    Raises BadSettings when HUB_IMAP_URL cannot be used; opens nothing.
    """

    def __init__(self, settings: Settings, *, every: float = EVERY_SECONDS) -> None:
        self._settings = settings
        self._at = _at(settings.imap_url.get_secret_value()) if settings.imap_url else None
        if self._at and settings.reply_address is None:
            raise BadSettings("HUB_IMAP_URL is of use with HUB_REPLY_ADDRESS only: set both, or none.")
        self._every = every
        self._next = 0.0

    async def look(self) -> Read:
        """Takes what is unread. A server that is away is one line in the log; the next look may find it."""
        if self._at is None or time.monotonic() < self._next:
            return Read()
        self._next = time.monotonic() + self._every
        try:
            return await self._take_all(self._at)
        except AWAY as error:
            log.warning("mailbox away", error=type(error).__name__)
            return Read()

    async def _take_all(self, at: At) -> Read:
        kept = left = 0
        server = await asyncio.to_thread(_open, at)
        try:
            for number in await asyncio.to_thread(_unread, server):
                content = await asyncio.to_thread(_content, server, number)
                try:
                    await actions.take(self._settings, content)
                except Crowded:
                    left += 1
                    continue
                await asyncio.to_thread(_mark_read, server, number)
                kept += 1
        finally:
            await asyncio.to_thread(_close, server)
        return Read(kept, left)


def _at(url: str) -> At:
    """Raises BadSettings for what is no such address; the @ in a user's name is written %40."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    user, password, folder = (unquote(one or "") for one in (parts.username, parts.password, parts.path.strip("/")))
    if parts.scheme not in ("imap", "imaps") or not (parts.hostname and user and password):
        raise BadSettings("HUB_IMAP_URL must look like imaps://user:password@host/INBOX, or imap:// for STARTTLS.")
    tls = parts.scheme == "imaps"
    return At(parts.hostname, port or (993 if tls else 143), tls, user, password, folder or "INBOX")


def _open(at: At) -> imaplib.IMAP4:
    """Signed in, with the folder opened."""
    server = _connect(at)
    with _closed_on_failure(server):
        server.login(at.user, at.password)
        _ok(server.select(_quoted(at.folder)))
    return server


def _connect(at: At) -> imaplib.IMAP4:
    """Not signed in yet. A password never travels in the clear, except to this very machine."""
    secure = ssl.create_default_context()
    if at.tls:
        return imaplib.IMAP4_SSL(at.host, at.port, ssl_context=secure, timeout=TIMEOUT_SECONDS)
    server = imaplib.IMAP4(at.host, at.port, timeout=TIMEOUT_SECONDS)
    with _closed_on_failure(server):
        if at.host not in LOOPBACK:
            server.starttls(secure)
    return server


async def trouble(settings: Settings) -> str:
    """What keeps letters in the mailbox of the settings from being read, in a sentence; "" when nothing does.

    Signs in as reading does, and changes nothing there.
    """
    at = _at(settings.imap_url.get_secret_value()) if settings.imap_url else None
    return await asyncio.to_thread(_trouble, at) if at else ""


def _trouble(at: At) -> str:
    where = f"the mailbox of answers at {at.host}"
    try:
        server = _connect(at)
        try:
            return _looked_through(server, at, where)
        finally:
            _close(server)
    except AWAY as error:
        return f"{where} cannot be reached ({type(error).__name__}): check HUB_IMAP_URL"


def _looked_through(server: imaplib.IMAP4, at: At, where: str) -> str:
    """As `_trouble`; raises what means that the connection was lost."""
    try:
        said = f"{where} refuses the user or password of HUB_IMAP_URL"
        server.login(at.user, at.password)
        said = f"{where} has no folder {at.folder} for that user: name it at the end of HUB_IMAP_URL"
        _ok(server.select(_quoted(at.folder)))
        said = f"{where} does not let letters be looked for"
        old = _long_unread(server)
    except imaplib.IMAP4.readonly:
        return f"{where} lets nothing be marked as read, so all of it is read each minute: that user needs the right to"
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        return said
    if not old:
        return ""
    wait = f"{where} holds letters that nobody has read for an hour ({old})"
    return f"{wait}: start volunteer-hub worker, or settle what waits at /desk/messages"


def _long_unread(server: imaplib.IMAP4) -> int:
    """How many of the oldest unread came more than LATE_SECONDS ago. Raises readonly when none may be marked."""
    (may_be_marked,) = server.response("PERMANENTFLAGS")[1][:1] or [None]
    if may_be_marked is not None and b"\\seen" not in may_be_marked.lower():
        raise imaplib.IMAP4.readonly
    if not (numbers := _unread(server)):
        return 0
    lines = _ok(server.uid("FETCH", ",".join(numbers), "(INTERNALDATE)"))
    came = [at for line in lines if isinstance(line, bytes) and (at := imaplib.Internaldate2tuple(line))]
    now = clock.now().timestamp()
    return sum(now - time.mktime(at) > LATE_SECONDS for at in came)


@contextlib.contextmanager
def _closed_on_failure(server: imaplib.IMAP4) -> Iterator[None]:
    try:
        yield
    except BaseException:
        server.shutdown()
        raise


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unread(server: imaplib.IMAP4) -> list[str]:
    """The UIDs of unread letters, oldest first, not more than MOST_LETTERS."""
    found = _ok(server.uid("SEARCH", "UNSEEN"))
    return [number.decode() for line in found if isinstance(line, bytes) for number in NUMBERS.findall(line)][
        :MOST_LETTERS
    ]


def _content(server: imaplib.IMAP4, number: str) -> bytes:
    """The letter up to one byte more than is read of it; b"" of one that has just gone. It stays unread."""
    found = _ok(server.uid("FETCH", number, f"(BODY.PEEK[]<0.{reading.LONGEST + 1}>)"))
    return next((part[1] for part in found if isinstance(part, tuple)), b"")


def _mark_read(server: imaplib.IMAP4, number: str) -> None:
    _ok(server.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)"))


def _close(server: imaplib.IMAP4) -> None:
    with contextlib.suppress(*AWAY):
        server.logout()
    with contextlib.suppress(OSError):
        server.shutdown()  # where there was nobody to say good-bye to


def _ok(answer: tuple[str, Answer]) -> Answer:
    status, found = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return found
