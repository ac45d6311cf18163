"""A list of the desk as a file to take away: the address of its page and `?format=csv` or `xlsx` behind it.

The page's own handler answers it, with the page's own reads: nobody gets a line in a file that they would not see on
the screen. All lines come, not only those of one page. Where a list names people, the log says who took it, of which
list, with which filters and how many lines, before the first of them leaves.
"""

import asyncio
import re
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, BinaryIO, TypeVar

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Match, Route

from volunteer_hub.access import audit, limits
from volunteer_hub.access.guard import Handler
from volunteer_hub.access.rules import Limit
from volunteer_hub.kit import clock, database, sheet
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.kit.sheet import Cell, Kind, Sheet
from volunteer_hub.kit.slugs import slug
from volunteer_hub.settings import Settings
from volunteer_hub.web import i18n
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import ONE_PAGE, settings_of

Line = TypeVar("Line")
Place = TypeVar("Place")
# A page of the table of routes: method, path, handler, who may open it.
Entry = tuple[str, str, Handler, frozenset[Role]]
# The words over a column as message ids, as on the page, each with what stands below it.
Columns = Mapping[str, Callable[[Line], Cell]]

# Nobody's work needs more; who collects the whole house list by list is stopped.
TAKEN = Limit("list", 30, 3600)
# What people type may be a name, and so may a tag: the log says that it narrowed the list, not how.
TYPED = ("q", "tag", "words")
PLAIN = re.compile(r"[\w-]{1,40}", re.ASCII)
CHUNK = 64 * 1024


def asked(request: Request) -> Kind | None:
    """The format that the address asks for; None: the page."""
    wanted = request.query_params.get("format", "")
    return Kind(wanted) if wanted in set(Kind) else None


def table(name: str, columns: Columns[Line], lines: Iterable[Line] | AsyncIterable[Line]) -> Sheet:
    """The list `name` (a message id), a row for each of `lines`."""
    cells = columns.values()

    async def rows() -> AsyncIterator[list[Cell]]:
        if isinstance(lines, AsyncIterable):
            async for line in lines:
                yield [cell(line) for cell in cells]
        else:
            for line in lines:
                yield [cell(line) for cell in cells]

    return Sheet(gettext(name), [gettext(heading) for heading in columns], rows())


async def through(
    page: Callable[[Place | None], Awaitable[tuple[Sequence[Line], Place | None]]],
) -> AsyncIterator[Line]:
    """All lines of a list that is read page by page; `page` gives those behind a place, and the place they end at."""
    at: Place | None = None
    while True:
        lines, at = await page(at)
        for line in lines:
            yield line
        if at is None:
            return


async def answer(request: Request, kind: Kind, *tables: Sheet, name: str = "", personal: bool) -> Response:
    """The tables as one file, called `name` (a message id) or as the first of them.

    They are read as they stood at one moment. Raises Refused 429 when somebody has taken too many that name people.
    """
    actor, settings = request.state.actor, settings_of(request)
    if personal and not await limits.spend(settings, TAKEN, str(actor.account)):
        raise Refused(mark("To już bardzo dużo list w krótkim czasie. Spróbuj za kilka minut."), 429)
    title = gettext(name) if name else tables[0].name
    async with database.snapshot():
        filled = await sheet.filled(tables, kind, title=title, language=i18n.language(), timezone=settings.timezone)
    try:
        if personal:
            await audit.record(actor, "list.export", about(request), str(filled.rows))
    except BaseException:
        filled.file.close()
        raise
    called = f"{slug(title, 'lista')}-{clock.today(settings.timezone)}.{kind}"
    headers = {
        "Content-Disposition": f'attachment; filename="{called}"',
        "Content-Length": str(filled.size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_chunks(filled.file), media_type=kind.media_type, headers=headers)


def about(request: Request) -> str:
    """Which list it was and what narrowed it, without a word that somebody typed."""
    narrowed = [
        f"{name}={value if name not in TYPED and PLAIN.fullmatch(value) else '…'}"
        for name, value in request.query_params.multi_items()
        if value and name not in ONE_PAGE and PLAIN.fullmatch(name)
    ]
    return f"list:{request.url.path}{'?' if narrowed else ''}{'&'.join(narrowed)}"[:200]


async def taken(settings: Settings, pages: Iterable[Entry], address: str, kind: Kind) -> bytes:
    """The file of the list at `address`, as its page answers a coordinator; the log names no account.

    For this machine's prompt: nobody is signed in there. Raises Refused, 404 where a coordinator has no such list.
    """
    path, _, query = address.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path.rstrip("/"),
        "query_string": f"{query}&format={kind}".lstrip("&").encode(),
        "headers": [],
        "app": SimpleNamespace(state=SimpleNamespace(settings=settings)),
    }
    for method, route, handler, who in pages:
        match, found = Route(route, handler).matches(scope)
        if match is Match.FULL and method == "GET" and Role.COORDINATOR in who:
            request = Request({**scope, **found})
            request.state.actor = Actor(role=Role.COORDINATOR)
            response = await handler(request)
            if isinstance(response, StreamingResponse) and "content-disposition" in response.headers:
                return b"".join([bytes(chunk) async for chunk in response.body_iterator if not isinstance(chunk, str)])
            break
    raise Refused("", 404)


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
    finally:
        file.close()
