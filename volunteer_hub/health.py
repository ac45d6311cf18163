"""For machines: is the process alive, is it ready, how is it doing. No personal data in any of them."""

import ipaddress

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from volunteer_hub.kit import database, secret
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import queries as messages
from volunteer_hub.web import middleware
from volunteer_hub.web.render import settings_of


async def livez(request: Request) -> Response:
    """200 as long as the process answers at all."""
    return PlainTextResponse("alive\n")


async def readyz(request: Request) -> Response:
    """200 when the database answers and its schema is the newest; 503 otherwise. The worker's age is only told."""
    try:
        ready = await database.is_newest()
        age = await messages.worker_age()
    except Exception as error:  # whatever keeps the database from answering, the answer is the same
        return JSONResponse({"database": type(error).__name__}, 503, {"Retry-After": "5"})
    seconds = None if age is None else round(age, 1)
    body = {"database": "ok", "schema": "ok" if ready else "behind", "worker_seconds_ago": seconds}
    return JSONResponse(body, 200 if ready else 503, {} if ready else {"Retry-After": "5"})


async def metrics(request: Request) -> Response:
    """Counts in Prometheus' text format, for this machine or for who has HUB_METRICS_TOKEN."""
    if not (_from_here(request) or _has_token(request)):
        raise Refused("", 404)
    lines = ["# TYPE hub_requests_total counter"]
    lines += [f'hub_requests_total{{method="{m}",status="{s}"}} {n}' for (m, s), n in sorted(middleware.served.items())]
    lines.append("# TYPE hub_messages gauge")
    lines += [f'hub_messages{{state="{state}"}} {n}' for state, n in (await messages.counts()).items()]
    lines += ["# TYPE hub_message_overdue_seconds gauge", f"hub_message_overdue_seconds {await messages.overdue():.1f}"]
    age = await messages.worker_age()
    lines += ["# TYPE hub_worker_age_seconds gauge", f"hub_worker_age_seconds {-1 if age is None else age:.1f}"]
    pool = database.DB.pool
    if pool:
        lines += ["# TYPE hub_pool_connections gauge", f'hub_pool_connections{{state="open"}} {pool.get_size()}']
        lines += [f'hub_pool_connections{{state="idle"}} {pool.get_idle_size()}']
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _from_here(request: Request) -> bool:
    """A direct connection from this machine; behind a proxy everybody would seem to come from it."""
    forwarded = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    try:
        here = request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        here = False
    return here and not forwarded


def _has_token(request: Request) -> bool:
    token = settings_of(request).metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return token is not None and secret.same(given, token.get_secret_value())
