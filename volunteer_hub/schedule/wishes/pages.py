"""One opening for everybody, asking for it, and taking that back."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access.rules import safe_path
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.forms import Asking
from volunteer_hub.schedule.wishes import actions as wishes
from volunteer_hub.schedule.wishes import fitting
from volunteer_hub.schedule.wishes import queries as wish_queries
from volunteer_hub.schedule.wishes.actions import Got
from volunteer_hub.schedule.wishes.fitting import Judged
from volunteer_hub.schedule.wishes.queries import Ad, Asker
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, wants_fragment

LIST = "/opportunities"

SAID = {
    Got.TAKEN: mark("Miejsce jest Twoje. Szczegóły są na stronie „Moje zadania”."),
    Got.ASKED: mark("Zapisane. Odpowiemy, gdy tylko sprawdzimy."),
    Got.WAITING: mark("Teraz nie ma wolnego miejsca. Jesteś na liście, odezwiemy się, gdy coś się zwolni."),
}
TAKEN_BACK = mark("Zapisane. Nie czekasz już na to miejsce.")


@dataclass(frozen=True)
class OpportunityPage:
    """`asker`: the volunteer who looks, if it is one; `why`: what kept them from it just now; `back`: its address."""

    opening: Ad
    asker: Asker | None
    back: str
    judged: Judged | None
    why: str = ""
    say: str = ""


async def opportunity(request: Request) -> Response:
    return render(request, "schedule/opportunity.html", await _page(request), fragment="asking")


async def ask(request: Request) -> Response:
    """Twice is once. Who asks from the list goes back to it, to the same card."""
    id = request.path_params["id"]
    given = forms.read(Asking, await request.form()).value
    try:
        outcome = await wishes.wish(request.state.actor, id, "web")
    except Refused as why:
        if why.status != 409 or wants_fragment(request):
            raise
        page = await _page(request, why=gettext(why.sentence, **why.values))
        return render(request, "schedule/opportunity.html", page, status=409)
    if wants_fragment(request):
        page = await _page(request, say=gettext(SAID[outcome.got]))
        return render(request, "schedule/opportunity.html", page, fragment="asking")
    back = safe_path(given.back) if given else ""
    to = f"{back}#o-{id}" if back.partition("?")[0] == LIST else f"{LIST}/{id}"
    return redirect(request, to, SAID[outcome.got])


async def take_back(request: Request) -> Response:
    await wishes.take_back(request.state.actor, request.path_params["id"])
    return redirect(request, "/me", TAKEN_BACK)


async def _page(request: Request, *, why: str = "", say: str = "") -> OpportunityPage:
    opening = await wish_queries.ad(request.path_params["id"])
    if opening is None:
        raise Refused(wishes.GONE, 404)
    asker = await wish_queries.asker(request.state.actor, [opening.id])
    judged = (await fitting.judged(request.state.actor, [opening.id])).get(opening.id)
    return OpportunityPage(opening, asker, quote(f"{LIST}/{opening.id}"), judged, why, say)
