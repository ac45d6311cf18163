"""Requests at the desk of first contact: the list, one request, taking and closing it."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit
from volunteer_hub.intake import actions, queries
from volunteer_hub.intake.queries import RequestCard, RequestRow
from volunteer_hub.intake.rules import NEXT, RequestState
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render


@dataclass(frozen=True)
class RequestsPage:
    requests: list[RequestRow]
    counts: dict[RequestState, int]
    state: RequestState
    more: str


@dataclass(frozen=True)
class RequestPage:
    asked: RequestCard
    may_take: bool
    may_close: bool


async def requests(request: Request) -> Response:
    named = request.query_params.get("state", "")
    state = RequestState(named) if named in set(RequestState) else RequestState.NEW
    actor = request.state.actor
    found, more = await queries.requests(actor, state, forms.id_of(request.query_params.get("after", "")))
    address = f"/desk/requests?state={state}&after={found[-1].id}" if more else ""
    page = RequestsPage(found, await queries.counts(actor), state, address)
    return render(request, "intake/requests.html", page)


async def one_request(request: Request) -> Response:
    actor = request.state.actor
    asked = await queries.request(actor, request.path_params["id"])
    await audit.record(actor, "request.open", f"request:{asked.id}")
    after = NEXT[asked.state]
    page = RequestPage(asked, may_take=RequestState.TAKEN in after, may_close=RequestState.CLOSED in after)
    return render(request, "intake/request.html", page)


async def take_request(request: Request) -> Response:
    id = request.path_params["id"]
    await actions.take_request(request.state.actor, id)
    return redirect(request, f"/desk/requests/{id}", mark("Zajmujesz się tym zgłoszeniem."))


async def close_request(request: Request) -> Response:
    await actions.close_request(request.state.actor, request.path_params["id"])
    return redirect(request, "/desk/requests", mark("Zgłoszenie zamknięte."))
