"""The room of a support circle: household, team and tasks on one page. Each form keeps what was typed."""

from dataclasses import dataclass, field, replace
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas.forms import Options, listed, not_later
from volunteer_hub.initiatives import circle, circle_tasks, circle_team, queries
from volunteer_hub.initiatives.circle import Room
from volunteer_hub.initiatives.circle_forms import NewColleague, NewTask, NewVolunteer
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import search
from volunteer_hub.people.search import VolunteerRow
from volunteer_hub.people.wanted import Wanted
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

FOUND = 10


@dataclass(frozen=True)
class Typed:
    """The forms of the page; those that nobody sent are empty."""

    colleague: Checked[Any] = field(default_factory=Checked)
    volunteer: Checked[Any] = field(default_factory=Checked)
    task: Checked[Any] = field(default_factory=Checked)
    find: Checked[Any] = field(default_factory=Checked)


@dataclass(frozen=True)
class CirclePage:
    """`found`: volunteers by the words `q`, for whom a coordinator looks. `roles`: what volunteers may be there."""

    room: Room
    colleagues: Options
    found: list[VolunteerRow]
    q: str
    roles: Options
    helpers: Options
    typed: Typed


async def show(request: Request) -> Response:
    return render(request, "initiatives/circle.html", await _page(request, _blank(request)))


async def add_colleague(request: Request) -> Response:
    checked = forms.read(NewColleague, await request.form())
    checked = not_later(checked, "joined_on", clock.today(settings_of(request).timezone))
    page = await _page(request, replace(_blank(request), colleague=checked))
    checked = listed(checked, account=page.colleagues)
    if (value := checked.value) is not None:
        try:
            await circle_team.add_colleague(
                request.state.actor, page.room.circle.id, value.account, value.function, value.joined_on
            )
        except Refused as refused:
            checked = _refused(checked, "account", refused)
        else:
            return _back(request, mark("Osoba jest w zespole i widzi ten pokój."))
    return _again(request, page, colleague=checked)


async def add_volunteer(request: Request) -> Response:
    data = await request.form()
    checked = forms.read(NewVolunteer, data)
    checked = not_later(checked, "joined_on", clock.today(settings_of(request).timezone))
    page = await _page(request, replace(_blank(request), volunteer=checked), q=_words(data))
    checked = listed(checked, role=page.roles)
    if (value := checked.value) is not None:
        try:
            await circle_team.add_volunteer(
                request.state.actor, page.room.circle.id, value.volunteer, value.role, value.function, value.joined_on
            )
        except Refused as refused:
            checked = _refused(checked, "role" if refused.status == 422 else "volunteer", refused)
        else:
            return _back(request, mark("Osoba jest w zespole. Na swojej stronie zobaczy tylko swoje zadania."))
    return _again(request, page, volunteer=checked)


async def leave(request: Request) -> Response:
    where = request.path_params
    await circle_team.leave(request.state.actor, where["id"], where["helper"])
    return _back(request, mark("Ta osoba nie jest już w zespole. Jej zadania czekają na kogoś innego."))


async def lead(request: Request) -> Response:
    where = request.path_params
    await circle_team.lead(request.state.actor, where["id"], where["helper"])
    return _back(request, mark("Zapisane. Zespół prowadzi teraz ta osoba."))


async def give_task(request: Request) -> Response:
    checked = forms.read(NewTask, await request.form())
    page = await _page(request, replace(_blank(request), task=checked))
    checked = listed(checked, helper=page.helpers)
    if (value := checked.value) is not None:
        settings, actor, id = settings_of(request), request.state.actor, page.room.circle.id
        try:
            await circle_tasks.give(settings, actor, id, value.words, value.helper, value.due)
        except Refused as refused:
            checked = _refused(checked, "helper", refused)
        else:
            return _back(request, mark("Zadanie jest zapisane."))
    return _again(request, page, task=checked)


async def set_done(request: Request) -> Response:
    """The button says what becomes of the task."""
    done, where = (await request.form()).get("done") == "yes", request.path_params
    await circle_tasks.set_done(request.state.actor, where["id"], where["task"], done=done)
    return _back(request, mark("Zapisane."))


async def remove_task(request: Request) -> Response:
    where = request.path_params
    await circle_tasks.remove(request.state.actor, where["id"], where["task"])
    return _back(request, mark("Usunięte."))


def _blank(request: Request) -> Typed:
    day = clock.today(settings_of(request).timezone).isoformat()
    return Typed(forms.blank(joined_on=day), forms.blank(joined_on=day), forms.blank())


async def _page(request: Request, typed: Typed, q: str = "") -> CirclePage:
    actor, id, settings = request.state.actor, request.path_params["id"], settings_of(request)
    room = await circle.room(settings, actor, id)
    finds = room.steers and actor.coordinates
    q = q or forms.one_line(request.query_params.get("q", ""))[:80]
    found = (await search.find(actor, Wanted(q=q), clock.today(settings.timezone))).people if finds and q else []
    return CirclePage(
        room=room,
        colleagues=await circle.colleagues(id) if room.steers else [],
        found=found[:FOUND],
        q=q,
        roles=[(str(role.id), role.name) for role in await queries.roles(actor, id)] if finds else [],
        helpers=[(str(one.id), one.name) for one in room.present],
        typed=replace(typed, find=forms.blank(q=q)),
    )


def _again(request: Request, page: CirclePage, **typed: Checked[Any]) -> Response:
    page = replace(page, typed=replace(page.typed, **typed))
    status = 409 if all(one.value is not None for one in typed.values()) else 422
    return render(request, "initiatives/circle.html", page, status=status)


def _refused(checked: Checked[Any], name: str, refused: Refused) -> Checked[Any]:
    if not refused.sentence:
        raise refused
    said = gettext(refused.sentence, **refused.values)
    return Checked(checked.typed, {**checked.errors, name: said}, checked.value if refused.status == 409 else None)


def _words(data: FormData) -> str:
    q = data.get("q", "")
    return forms.one_line(q)[:80] if isinstance(q, str) else ""


def _back(request: Request, said: str) -> Response:
    return redirect(request, f"/desk/initiatives/{request.path_params['id']}/circle", said)
