"""The stream that a page of the desk holds open while it is in view, to hear that something has changed."""

import functools

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import sessions
from volunteer_hub.web import live

# What each may have on a page of theirs. Ids say nothing, but not even that is sent where there is no such page.
OF_MEETINGS = frozenset({"meeting", "opening", "assignment", "coming"})
OF_THE_DESK = OF_MEETINGS | {"request", "inbound", "message", "matching_plan"}
RETRY_SECONDS = 30


async def changes(request: Request) -> Response:
    """?age=… is how many milliseconds ago the page was asked for. Without such an Accept the answer is a 406: who does
    not know what it is would wait for its end."""
    if "text/event-stream" not in request.headers.get("accept", ""):
        return Response(status_code=406)
    actor, hub = request.state.actor, request.app.state.live
    kinds = OF_THE_DESK if actor.coordinates else OF_MEETINGS
    try:
        stream = hub.open(actor.account, kinds, _age(request))
    except live.TooMany:
        return Response(status_code=429, headers={"Retry-After": str(RETRY_SECONDS)})
    except live.Closing:
        return Response(status_code=503, headers={"Retry-After": "1"})
    return live.EventStream(hub, stream, functools.partial(sessions.stands, request))


def _age(request: Request) -> float:
    """In seconds; of what is no number: too long ago to be remembered."""
    given = request.query_params.get("age", "")
    return int(given) / 1000 if given.isascii() and given.isdecimal() and len(given) < 12 else 1e9
