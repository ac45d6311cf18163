"""The desk's pages of what helps: a list that is searched, what waits to be verified, and each resource's own."""

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.atlas import hours, hours_words, queries, resource_queries, resources
from volunteer_hub.atlas.forms import Options, differs, listed, point_of
from volunteer_hub.atlas.hours import Hours
from volunteer_hub.atlas.pages import known
from volunteer_hub.atlas.resource_forms import (
    CorrectedResource,
    NewResource,
    consented,
    somewhere,
    typed,
)
from volunteer_hub.atlas.resource_queries import Found, ResourceCard, ResourceLine, Wanted
from volunteer_hub.atlas.rules import ResourceKind
from volunteer_hub.atlas.where import area_at
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, one_line
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of
from volunteer_hub.web.templates import word

LIST = "/desk/resources"
KINDS: Options = [(kind.value, "") for kind in ResourceKind]
COLUMNS: files.Columns[ResourceLine] = {
    mark("Zasób"): lambda one: one.name,
    mark("Organizacja"): lambda one: one.organisation,
    mark("Rodzaj"): lambda one: word("resource_kind", one.kind),
    mark("Temat"): lambda one: one.theme,
    mark("Miejsce"): lambda one: one.place,
    mark("Adres"): lambda one: one.address,
    mark("Osiedle"): lambda one: one.area_name,
    mark("Kto widzi"): lambda one: gettext("wszyscy") if one.public else gettext("tylko biurko"),
    mark("Sprawdzony"): lambda one: one.verified_on,
    mark("Zamknięty"): lambda one: one.closed_on,
}


@dataclass(frozen=True)
class ListPage:
    """`stale`: how many have not been verified for `days`."""

    found: Found
    of: Wanted
    form: Checked[Any]
    themes: Options
    areas: Options
    stale: int
    days: int


@dataclass(frozen=True)
class StalePage:
    found: Found
    days: int


@dataclass(frozen=True)
class CardPage:
    """`hours` and `coming` are the opening hours as sentences and as the next days; `form` closes it."""

    card: ResourceCard
    hours: list[tuple[Any, str]]
    coming: list[tuple[date, Hours]]
    checked: str
    stale: bool
    over: bool
    form: Checked[Any]


@dataclass(frozen=True)
class EditPage:
    """`now`: what stands saved meanwhile in fields that differ. `card` is None for a new resource."""

    form: Checked[Any]
    themes: Options
    areas: Options
    places: Options
    organisations: Options
    card: ResourceCard | None = None
    now: dict[str, Any] = field(default_factory=dict)


class Closing(Form):
    sentences = {"closed_on": mark("Podaj pełną datę: dzień, miesiąc i rok.")}

    closed_on: date


async def resource_list(request: Request) -> Response:
    actor, today, days = request.state.actor, _today(request), settings_of(request).verify_days
    themes, areas = await queries.themes(), await queries.areas()
    of = Wanted(
        q=one_line(request.query_params.get("q", ""))[:80],
        theme=known(request, "theme", themes),
        kind=known(request, "kind", KINDS),
        area=known(request, "area", areas),
        shown=known(request, "shown", [("public", ""), ("desk", "")]),
        state=known(request, "state", [("stale", ""), ("closed", "")]),
    )
    if kind := files.asked(request):
        every = files.through(partial(_page, actor, of, today, days))
        return await files.answer(request, kind, files.table(mark("Zasoby"), COLUMNS, every), personal=False)
    found = await resource_queries.find(actor, of, today, days, **_way(request))
    stale = await resource_queries.stale_count(actor, today, days)
    form = forms.blank(**{name: getattr(of, name) for name in Wanted.__dataclass_fields__})
    page = ListPage(found, of, form, themes, areas, stale, days)
    return render(request, "atlas/resources.html", page)


async def _page(
    actor: Actor, of: Wanted, today: date, days: int, after: str | None
) -> tuple[list[ResourceLine], str | None]:
    found = await resource_queries.find(actor, of, today, days, after=after or "")
    return found.lines, found.page.after or None


async def stale(request: Request) -> Response:
    days = settings_of(request).verify_days
    found = await resource_queries.find(
        request.state.actor, Wanted(state="stale"), _today(request), days, **_way(request)
    )
    return render(request, "atlas/resources_stale.html", StalePage(found, days))


async def resource(request: Request) -> Response:
    return render(request, "atlas/resource.html", await _card_page(request, forms.blank(closed_on=_today(request))))


async def new_resource(request: Request) -> Response:
    """A place that was looked up comes in the address: `lat`, `lon` and `address`."""
    asked = request.query_params
    at = point_of(f"{asked.get('lat', '')}, {asked.get('lon', '')}")
    there: dict[str, Any] = {}
    if at:
        area = await area_at(at)
        there = {"at": f"{at[0]:.5f}, {at[1]:.5f}", "area": area or "", "address": asked.get("address", "")[:160]}
    page = await _edit_page(request, forms.blank(**there))
    return render(request, "atlas/resource_new.html", page)


async def create_resource(request: Request) -> Response:
    page = await _edit_page(request, forms.read(NewResource, await request.form()))
    form = _checked(request, page)
    form = somewhere(listed(form, area=page.areas))
    if (value := form.value) is None:
        return render(request, "atlas/resource_new.html", await _edit_page(request, form), status=422)
    today = _today(request) if value.verified else None
    made = await resources.add(request.state.actor, value.details, at=value.new_place, verified_on=today)
    return redirect(request, f"{LIST}/{made}", mark("Zapisane. Dodaj jeszcze godziny, jeśli je znasz."))


async def edit_resource(request: Request) -> Response:
    card = await _card(request)
    form = forms.blank(**typed(card), verified="yes" if request.query_params.get("verified") else "")
    return render(request, "atlas/resource_edit.html", await _edit_page(request, form))


async def save_resource(request: Request) -> Response:
    """What was typed over what was seen. Changed meanwhile: both versions, and the next press writes this one."""
    page = await _edit_page(request, forms.read(CorrectedResource, await request.form()))
    form = _checked(request, page)
    id = request.path_params["id"]
    if (value := form.value) is None:
        return render(request, "atlas/resource_edit.html", await _edit_page(request, form), status=422)
    try:
        await resources.correct(request.state.actor, id, value.version, value.details, verified=value.verified)
    except Stale:
        now = typed(await _card(request))
        differ = {name: told for name, told in now.items() if name != "version" and differs(form, name, told)}
        form = Checked({**form.typed, "version": [str(now["version"])]}, form.errors, value)
        return render(request, "atlas/resource_edit.html", await _edit_page(request, form, differ), status=409)
    return redirect(request, f"{LIST}/{id}", mark("Zapisane."))


async def verify(request: Request) -> Response:
    """One press in the queue or on the card; from the queue back to it, to the next one."""
    id = request.path_params["id"]
    await resources.verify(request.state.actor, id)
    back = f"{LIST}/stale" if (await request.form()).get("back") == "stale" else f"{LIST}/{id}"
    return redirect(request, back, mark("Zapisane: sprawdzone dzisiaj."))


async def close(request: Request) -> Response:
    form = forms.read(Closing, await request.form())
    if form.value is None:
        return render(request, "atlas/resource.html", await _card_page(request, form), status=422)
    await resources.close(request.state.actor, request.path_params["id"], form.value.closed_on)
    return redirect(request, f"{LIST}/{request.path_params['id']}", mark("Zasób jest zamknięty."))


async def reopen(request: Request) -> Response:
    await resources.reopen(request.state.actor, request.path_params["id"])
    return redirect(request, f"{LIST}/{request.path_params['id']}", mark("Zasób jest znowu otwarty."))


def _checked(request: Request, page: EditPage) -> Checked[Any]:
    """The form of `page`, refused where what was chosen is not on offer or lacks a consent."""
    form = listed(page.form, theme=page.themes, place=page.places, organisation=page.organisations)
    if set(form.typed.get("further", ())) - {"", *dict(page.themes)}:
        form = form.refused("further", gettext("Tego nie ma już na liście. Wybierz jeszcze raz."))
    return consented(form, _today(request))


async def _card(request: Request) -> ResourceCard:
    return await resource_queries.resource(request.state.actor, request.path_params["id"])


async def _card_page(request: Request, form: Checked[Any]) -> CardPage:
    card, today = await _card(request), _today(request)
    age = (today - card.verified_on).days if card.verified_on else None
    return CardPage(
        card=card,
        hours=[(one, hours_words.said(one.hours, today)) for one in card.hours],
        coming=[] if card.closed_on and card.closed_on <= today else hours.coming(card.open_at, today),
        checked=hours_words.checked_in(card.verified_on) if card.verified_on else "",
        stale=age is None or age > settings_of(request).verify_days,
        over=hours.over(card.open_at, today),
        form=form,
    )


async def _edit_page(request: Request, form: Checked[Any], now: dict[str, Any] | None = None) -> EditPage:
    actor, id = request.state.actor, request.path_params.get("id")
    card = await _card(request) if id else None
    places = await queries.place_ids()
    if card and str(card.place.id) not in {value for value, _words in places}:
        places = [(str(card.place.id), card.place.name), *places]
    return EditPage(
        form=form,
        themes=await queries.theme_ids(keep=card.details.theme if card else None),
        areas=await queries.area_ids(),
        places=places,
        organisations=await resource_queries.organisations(actor, id),
        card=card,
        now=now or {},
    )


def _way(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "") for name in ("after", "before")}


def _today(request: Request) -> date:
    return clock.today(settings_of(request).timezone)
