"""Help of one person for one, set going in one form: whom, where, what, when, and by whom if that is known already.

?participant=… names whom; without it the page helps to find them. ?q=… looks for a volunteer.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas.forms import Options, listed
from volunteer_hub.initiatives import participants
from volunteer_hub.initiatives.forms import RoleChoices
from volunteer_hub.initiatives.participants import ParticipantCard, ParticipantRow
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import search
from volunteer_hub.people.search import VolunteerRow
from volunteer_hub.people.wanted import Wanted
from volunteer_hub.schedule.pairs import actions as pairs
from volunteer_hub.schedule.pairs.actions import Made
from volunteer_hub.schedule.pairs.forms import PairForm
from volunteer_hub.schedule.regular import actions as regular
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

FOUND = 10
MADE = mark("Wizyty są w planie. Teraz znajdź osobę, która będzie przychodzić.")
ASKED = mark("Wizyty są w planie. Wysłaliśmy pytanie, czy ta osoba chce przychodzić.")
NOT_ASKED = mark("Wizyty są w planie, ale tej osoby nie da się zaprosić. %(why)s")


@dataclass(frozen=True)
class WhomPage:
    """Nobody is chosen yet; `found` are those whom the words `q` mean."""

    found: list[ParticipantRow]
    q: str
    find: Checked[Any]


@dataclass(frozen=True)
class PairPage:
    """`found`: volunteers by the words `q`."""

    who: ParticipantCard
    form: Checked[Any]
    find: Checked[Any]
    found: list[VolunteerRow]
    q: str
    themes: Options
    areas: Options
    choices: RoleChoices


async def new(request: Request) -> Response:
    chosen = forms.id_of(request.query_params.get("participant", ""))
    if chosen is None:
        q = _words(request.query_params.get("q", ""))
        found = (await participants.find(request.state.actor, q)).people[:FOUND] if q else []
        return render(request, "schedule/new_pair_whom.html", WhomPage(found, q, forms.blank(q=q)))
    form = forms.blank(
        name=gettext("Wizyty"), role=gettext("Odwiedza"), weeks="1", first_day=_today(request), skips_holidays="yes",
        clearances=["criminal-record"], volunteer="",
    )  # fmt: skip
    page = await _page(request, chosen, form, request.query_params.get("q", ""))
    return render(request, "schedule/new_pair.html", page)


async def create(request: Request) -> Response:
    data = await request.form()
    chosen = forms.id_of(str(data.get("participant", "")))
    if chosen is None:
        return redirect(request, "/desk/pairs/new", mark("Najpierw wybierz, kto potrzebuje wizyt."))
    checked = forms.read(PairForm, data)
    page = await _page(request, chosen, checked, str(data.get("q", "")))
    checked = listed(checked, theme=page.themes, area=page.areas)
    if (value := checked.value) is not None and value.first_day < _today(request):
        checked = checked.refused("first_day", gettext("Wybierz dzień od dziś."))
    if (value := checked.value) is not None:
        try:
            made = await pairs.start(request.state.actor, value.pair(chosen), value.when)
        except Refused as refused:
            if not refused.sentence:
                raise
            name = "name" if refused.sentence == pairs.TELLS else "first_day"
            checked = checked.refused(name, gettext(refused.sentence, **refused.values))
        else:
            return await _asked(request, made, value)
    page = await _page(request, chosen, checked, str(data.get("q", "")))
    return render(request, "schedule/new_pair.html", page, status=422)


async def _asked(request: Request, made: Made, value: PairForm) -> Response:
    """The pair stands; who was chosen is asked now, and when the rules say no, the coordinator reads why."""
    to = f"/desk/initiatives/{made.initiative}"
    if value.volunteer is None:
        return redirect(request, to, MADE)
    try:
        await regular.propose(
            request.state.actor, made.series, made.role, value.volunteer, value.first_day, value.last_day
        )
    except Refused as refused:
        return redirect(request, to, NOT_ASKED, why=gettext(refused.sentence, **refused.values))
    return redirect(request, to, ASKED)


async def _page(request: Request, chosen: UUID, form: Checked[Any], q: str) -> PairPage:
    actor, q = request.state.actor, _words(q)
    found = (await search.find(actor, Wanted(q=q), _today(request))).people[:FOUND] if q else []
    return PairPage(
        who=await participants.participant(actor, chosen),
        form=form,
        find=forms.blank(q=q),
        found=found,
        q=q,
        themes=await atlas.theme_ids(),
        areas=await atlas.area_ids(),
        choices=RoleChoices(),
    )


def _words(text: str) -> str:
    return forms.one_line(text)[:80]


def _today(request: Request) -> Any:
    return clock.today(settings_of(request).timezone)
