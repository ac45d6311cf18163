"""From a request in one step: a need on the map, a place in a group, a support circle."""

from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas.forms import NewNeed, Options, listed, not_later
from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.initiatives.rules import OPEN_TO_ALL, InitiativeState, JoiningState
from volunteer_hub.intake import outcome_queries, outcomes, queries
from volunteer_hub.intake.forms import WRITTEN
from volunteer_hub.intake.outcome_queries import KnownPerson
from volunteer_hub.intake.queries import RequestCard
from volunteer_hub.intake.request_forms import PlaceInGroup, StartCircle, somebody
from volunteer_hub.intake.rules import Help, Reporter, What
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

# A need is called by its kind alone: nothing that somebody said stands on the map.
TITLES = {
    What.CARE: mark("Opieka"),
    What.SHOPPING: mark("Zakupy"),
    What.COMPANY: mark("Rozmowa i towarzystwo"),
    What.OFFICES: mark("Sprawy urzędowe"),
    What.LESSONS: mark("Pomoc w lekcjach"),
    What.FOOD: mark("Żywność"),
}
VOICED_BY = {
    Reporter.SELF: mark("sama osoba"),
    Reporter.FAMILY: mark("rodzina"),
    Reporter.NEIGHBOUR: mark("sąsiad lub sąsiadka"),
    Reporter.SCHOOL: mark("szkoła"),
    Reporter.POLICE: mark("policja"),
    Reporter.PROBATION_OFFICER: mark("kurator"),
    Reporter.SOCIAL_WORKER: mark("pracownik socjalny"),
    Reporter.OTHER: mark("ktoś inny"),
}


PLACED = {
    JoiningState.JOINED: mark("Ta osoba należy już do grupy."),
    JoiningState.OFFERED: mark("Jest miejsce w grupie. Zapytaliśmy tę osobę, czy przyjdzie."),
    JoiningState.WAITING: mark("W grupie nie ma teraz miejsca. Ta osoba jest na liście oczekujących."),
    JoiningState.ASKED: mark("Ktoś inny prowadzi tę grupę. Zobaczy prośbę i odpowie na nią."),
}


class NeedOfRequest(NewNeed):
    """The need of one person, with the version of the request it is made from."""

    version: int


@dataclass(frozen=True)
class NeedPage:
    asked: RequestCard
    form: Checked[Any]
    themes: Options
    areas: Options


@dataclass(frozen=True)
class HouseholdPage:
    """Whom the help is for, and which group, or how the circle is called and what it is about."""

    asked: RequestCard
    form: Checked[Any]
    known: list[KnownPerson]
    options: Options
    languages_written: tuple[str, ...] = WRITTEN


async def need_form(request: Request) -> Response:
    asked = await _asked(request, Help.NEED)
    today = clock.wall(asked.created_at, settings_of(request).timezone).date()
    page = await _need_page(asked, forms.blank())
    area = next((id for id, name in page.areas if name == asked.area), "")
    title = gettext(TITLES[what]) if (what := What(asked.what or What.OTHER)) in TITLES else ""
    form = forms.blank(
        title=title, area=area, urgency=asked.urgency, people=1, voiced_on=today.isoformat(), version=asked.version,
        voiced_by=gettext(VOICED_BY[Reporter(asked.reporter)]),
    )  # fmt: skip
    return render(request, "intake/request_need.html", await _need_page(asked, form))


async def create_need(request: Request) -> Response:
    asked = await _asked(request, Help.NEED)
    page = await _need_page(asked, forms.read(NeedOfRequest, await request.form()))
    form = listed(page.form, theme=page.themes, area=page.areas)
    form = not_later(form, "voiced_on", clock.today(settings_of(request).timezone))
    if form.value is not None:
        need = form.value.model_dump()
        try:
            await outcomes.need_from(request.state.actor, asked.id, need.pop("version"), **need)
        except Refused as refused:
            return await _refused(request, "intake/request_need.html", await _need_page(asked, form), refused)
        return redirect(request, f"/desk/requests/{asked.id}", mark("Potrzeba stoi na mapie, bez nazwiska."))
    return render(request, "intake/request_need.html", await _need_page(asked, form), status=422)


async def group_form(request: Request) -> Response:
    asked, today = await _asked(request, Help.GROUP), clock.today(settings_of(request).timezone)
    form = _about_person(asked, joined_on=today.isoformat(), initiative=str(asked.asks_for or ""))
    return render(request, "intake/request_group.html", await _group_page(request.state.actor, asked, form))


async def create_place(request: Request) -> Response:
    asked, actor = await _asked(request, Help.GROUP), request.state.actor
    page = await _group_page(actor, asked, somebody(forms.read(PlaceInGroup, await request.form())))
    form = listed(page.form, initiative=page.options, participant=_ids(page.known))
    page = await _group_page(actor, asked, form)
    if form.value is None:
        return render(request, "intake/request_group.html", page, status=422)
    try:
        state = await outcomes.place_from(actor, asked.id, form.value)
    except Refused as refused:
        return await _refused(request, "intake/request_group.html", page, refused)
    return redirect(request, f"/desk/requests/{asked.id}", PLACED[state])


async def circle_form(request: Request) -> Response:
    asked = await _asked(request, Help.CIRCLE)
    name = gettext("Zespół %(number)s", number=asked.number.rpartition("-")[2].lstrip("0"))
    page = await _circle_page(request.state.actor, asked, _about_person(asked, name=name))
    return render(request, "intake/request_circle.html", page)


async def create_circle(request: Request) -> Response:
    asked, actor = await _asked(request, Help.CIRCLE), request.state.actor
    page = await _circle_page(actor, asked, somebody(forms.read(StartCircle, await request.form())))
    form = listed(page.form, theme=page.options, participant=_ids(page.known))
    page = await _circle_page(actor, asked, form)
    if form.value is None:
        return render(request, "intake/request_circle.html", page, status=422)
    try:
        await outcomes.circle_from(actor, asked.id, form.value, clock.today(settings_of(request).timezone))
    except Refused as refused:
        return await _refused(request, "intake/request_circle.html", page, refused)
    return redirect(request, f"/desk/requests/{asked.id}", mark("Zespół wsparcia jest gotowy."))


async def _asked(request: Request, help: Help) -> RequestCard:
    """The request this help may still come of. Raises Refused: 404, or 409 when it has come already."""
    actor: Actor = request.state.actor
    asked = await queries.request(actor, request.path_params["id"], settings_of(request).timezone)
    if help not in await outcome_queries.helps_of(actor, asked):
        raise Refused(mark("To już zrobiono z tego zgłoszenia albo zgłoszenie jest zamknięte. Wróć do niego i zobacz."))
    await audit.record(actor, "request.open", f"request:{asked.id}")
    return asked


def _about_person(asked: RequestCard, **more: str) -> Checked[Form]:
    """What the request says of the person; of one that somebody else reports, only how to reach back."""
    own = asked.reporter == Reporter.SELF
    return forms.blank(
        participant="", first_name=asked.name if own else "", phone=asked.phone if own else "", language=asked.language,
        version=asked.version, **more,
    )  # fmt: skip


async def _need_page(asked: RequestCard, form: Checked[Any]) -> NeedPage:
    return NeedPage(asked, form, await atlas.theme_ids(), await atlas.area_ids())


async def _group_page(actor: Actor, asked: RequestCard, form: Checked[Any]) -> HouseholdPage:
    running = [
        (str(one.id), f"{one.name} ({one.meets})" if one.meets else one.name)
        for one in await initiatives.initiatives(actor)
        if one.kind in OPEN_TO_ALL and one.state is InitiativeState.RUNNING
    ]
    return HouseholdPage(asked, form, await outcome_queries.known_people(actor, asked), running)


async def _circle_page(actor: Actor, asked: RequestCard, form: Checked[Any]) -> HouseholdPage:
    return HouseholdPage(asked, form, await outcome_queries.known_people(actor, asked), await atlas.theme_ids())


def _ids(known: list[KnownPerson]) -> Options:
    return [(str(person.id), person.name) for person in known]


async def _refused(request: Request, template: str, page: NeedPage | HouseholdPage, refused: Refused) -> Response:
    """The same page with what was typed and why it could not be; the newest version, so that pressing again may do."""
    if not refused.sentence:
        raise refused
    asked = await queries.request(request.state.actor, page.asked.id, settings_of(request).timezone)
    typed = {**page.form.typed, "version": [str(asked.version)]}
    kept = Checked[Any](typed, {"": gettext(refused.sentence)})
    return render(request, template, replace(page, asked=asked, form=kept), status=refused.status)
