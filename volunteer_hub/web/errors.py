"""Error pages: the right status, one plain sentence, what to do next. One place for pages, fragments and machines."""

from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import render, wants_fragment

RETRY_SECONDS = {429: "60", 503: "5"}

# What happened, and what to do about it.
PAGES = {
    400: (mark("Nie rozumiemy tego zapytania"), mark("Wróć do poprzedniej strony i spróbuj jeszcze raz.")),
    401: (mark("Nie wiemy, kto pyta"), mark("Wyślij klucz w nagłówku Authorization.")),
    403: (mark("Tu nie możesz wejść"), mark("Zaloguj się inaczej albo wróć na stronę główną.")),
    404: (
        mark("Tej strony nie ma"),
        mark("Nic się nie zepsuło i nic nie zginęło. Sprawdź adres albo zacznij od strony głównej."),
    ),
    405: (mark("Tak się tego nie da zrobić"), mark("Wróć do poprzedniej strony i użyj przycisku.")),
    409: (mark("To już się zmieniło"), mark("Odśwież stronę i zobacz, jak jest teraz.")),
    410: (mark("To już nieaktualne"), mark("Zacznij od strony głównej.")),
    413: (mark("To za duże"), mark("Wyślij mniejszy plik albo krótszy tekst.")),
    429: (mark("Za dużo prób"), mark("Odczekaj chwilę i spróbuj jeszcze raz.")),
    500: (mark("Coś się u nas zepsuło"), mark("Już o tym wiemy. Spróbuj jeszcze raz za kilka minut.")),
    503: (
        mark("Chwilowo nie możemy odpowiedzieć"),
        mark("Trwa przerwa techniczna. Spróbuj jeszcze raz za minutę; to, co już zapisane, jest bezpieczne."),
    ),
}

# The database is away, busy or restarting: the page says so, and the next request tries again by itself.
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
)


@dataclass(frozen=True)
class ErrorPage:
    status: int
    title: str
    sentence: str


def answer(request: Request, status: int, sentence: str = "") -> Response:
    """The page of `status`; for machines and for htmx fragments just the sentence."""
    title, advice = PAGES.get(status, PAGES[400 if status < 500 else 500])
    said = sentence or gettext(advice)
    headers = {"Retry-After": RETRY_SECONDS[status]} if status in RETRY_SECONDS else {}
    if request.url.path.startswith("/api/"):
        if status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="api"'
        return problem(status, gettext(title), said, headers)
    if request.url.path.startswith(("/hooks/", "/livez", "/readyz", "/metrics", "/static/")):
        return PlainTextResponse(said, status, headers)
    if wants_fragment(request):
        page = render(request, "errors/refused.html", ErrorPage(status, gettext(title), said), status=status)
        # The person stays where they are: the sentence goes into the page's notice, nothing else moves.
        headers |= {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"}
    else:
        page = render(request, "errors/page.html", ErrorPage(status, gettext(title), said), status=status)
    page.headers.update(headers)
    return page


def problem(status: int, title: str, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    """For programs: RFC 9457. Any page may read it, as it may read the data that are not there."""
    told = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
    open_to_all = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*", **(headers or {})}
    return JSONResponse(told, status, open_to_all, media_type="application/problem+json")


async def on_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 - registered for this class only
    return answer(request, error.status, gettext(error.sentence, **error.values) if error.sentence else "")


async def on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    response = answer(request, error.status_code)
    response.headers.update(error.headers or {})
    return response


async def on_away(request: Request, error: Exception) -> Response:
    request.state.failure = type(error).__name__
    return answer(request, 503)


async def on_bad_bytes(request: Request, error: Exception) -> Response:
    """Text that cannot be stored: a NUL, half a character."""
    return answer(request, 400)


HANDLERS = {
    Refused: on_refused,
    HTTPException: on_http,
    asyncpg.DataError: on_bad_bytes,
    UnicodeError: on_bad_bytes,
    **dict.fromkeys(AWAY, on_away),
}
