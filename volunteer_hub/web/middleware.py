"""What happens to every request and answer: a trace id, the language, security headers, one line in the log."""

import time
from collections import Counter
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from volunteer_hub.kit import secret
from volunteer_hub.settings import Settings
from volunteer_hub.web import errors, i18n, render

log = structlog.get_logger("web")

# (method, status) → requests; read by /metrics.
served: Counter[tuple[str, int]] = Counter()


def security_headers(settings: Settings, framed_by: tuple[str, ...] = ()) -> dict[str, str]:
    """The headers of every answer; `framed_by`: sites that may show this one in a frame, else nobody may."""
    tiles, ancestors = "", " ".join(framed_by) or "'none'"
    if settings.tile_url:
        parts = urlsplit(settings.tile_url)
        tiles = f" {parts.scheme}://{parts.netloc.replace('{s}', '*')}"
    headers = {
        "Content-Security-Policy": (
            f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{tiles};"
            " connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self';"
            f" frame-ancestors {ancestors}; base-uri 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if not framed_by:
        headers["X-Frame-Options"] = "DENY"
    if settings.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


class Observed:
    """The outermost layer of ours: whatever happens inside, the answer has its headers and the log its one line.

    The line names the route's pattern, never the path: paths hold tokens.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.headers = security_headers(settings)
        self.framed_headers = security_headers(settings, settings.embed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        trace = request.state.trace = secret.token()[:16]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(trace=trace)
        choose_language(request)
        began, status = time.perf_counter(), 0

        async def answering(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                framed = getattr(request.state, "framed", False)
                for name, value in (self.framed_headers if framed else self.headers).items():
                    headers.setdefault(name, value)
                headers["X-Request-Id"] = trace
            await send(message)

        failure = ""
        try:
            await self.app(scope, receive, answering)
        except Exception as error:  # whatever it was, the person gets a page and the log gets the place, without values
            failure = type(error).__name__
            log.error("failed", error=failure, at=_place(error))
            if not status:
                await errors.answer(request, 500)(scope, receive, answering)
        finally:
            served[scope["method"], status] += 1
            log.info(
                "request",
                method=scope["method"],
                route=getattr(scope.get("route"), "path", ""),
                status=status,
                ms=round((time.perf_counter() - began) * 1000, 1),
                role=getattr(getattr(request.state, "actor", None), "role", ""),
                failure=failure or getattr(request.state, "failure", ""),
            )


def choose_language(request: Request) -> None:
    """?lang= (remembered), the cookie, the browser's wish, the centre's own: the first that names one of ours."""
    asked = request.query_params.get("lang", "")
    kept = render.read_cookie(request, "language")
    if asked in i18n.LANGUAGES:
        request.state.new_language = asked
    request.state.language_asked = asked in i18n.LANGUAGES or kept in i18n.LANGUAGES
    wished = i18n.best(request.headers.get("accept-language", ""))
    choice = next((c for c in (asked, kept, wished) if c in i18n.LANGUAGES), render.settings_of(request).locale)
    i18n.use(choice or i18n.DEFAULT)


def _place(error: BaseException) -> str:
    """Where an error came up: file and line of the last frame, no values."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('volunteer_hub/')[2]}:{trace.tb_lineno}" if trace else ""
