"""The desk's answers to who asked for an opening: all that wait for one, yes, no with a word."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import queries
from volunteer_hub.schedule.forms import Decision
from volunteer_hub.schedule.wishes import actions as wishes
from volunteer_hub.schedule.wishes import queries as wish_queries
from volunteer_hub.schedule.wishes.actions import Got
from volunteer_hub.schedule.wishes.queries import OpenWish
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render

# With a message on its way; else somebody must ring.
SAID = {
    (Got.TAKEN, True): mark("Przyjęte. Wolontariusz dostaje wiadomość."),
    (Got.TAKEN, False): mark("Przyjęte. Ta osoba nie czyta wiadomości od nas: zadzwoń do niej."),
    (Got.WAITING, True): mark("Miejsce zajęto w międzyczasie. Ta osoba jest na liście i dostaje wiadomość."),
    (Got.WAITING, False): mark("Miejsce zajęto w międzyczasie. Ta osoba jest na liście. Zadzwoń do niej."),
    (None, True): mark("Odmowa zapisana. Wolontariusz dostaje wiadomość."),
    (None, False): mark("Odmowa zapisana. Ta osoba nie czyta wiadomości od nas: zadzwoń do niej."),
}


@dataclass(frozen=True)
class WishesPage:
    wishes: list[OpenWish]


async def show(request: Request) -> Response:
    found = await wish_queries.open_wishes(request.state.actor)
    return render(request, "schedule/wishes.html", WishesPage(found))


async def grant(request: Request) -> Response:
    given = await _given(request)
    got = await wishes.grant(request.state.actor, request.path_params["id"])
    return await _back(request, given, got)


async def refuse(request: Request) -> Response:
    given = await _given(request)
    await wishes.refuse(request.state.actor, request.path_params["id"], given.word)
    return await _back(request, given, None)


async def _given(request: Request) -> Decision:
    given = forms.read(Decision, await request.form()).value
    if given is None:
        raise Refused(mark("To słowo jest za długie. Najwięcej znaków: 120."), 422)
    return given


async def _back(request: Request, given: Decision, got: Got | None) -> Response:
    """To the page the button was on, with what came of it."""
    actor, id = request.state.actor, request.path_params["id"]
    opening, meeting = await queries.whereabouts(actor, id)
    pages = {"opening": f"/desk/openings/{opening}", "meeting": f"/desk/meetings/{meeting}"}
    return redirect(request, pages.get(given.part, "/desk/wishes"), SAID[got, await wish_queries.hears(actor, id)])
