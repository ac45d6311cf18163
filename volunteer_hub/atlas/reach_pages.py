"""Beside one need: what reaches it, with a coordinator's own word; partners to invite; volunteers to ask."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from pydantic import AfterValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import map_lists, reach, reach_actions, reasons
from volunteer_hub.atlas.forms import listed
from volunteer_hub.atlas.gap_view import km_of
from volunteer_hub.atlas.map_lists import MapNeed
from volunteer_hub.atlas.reach import Around, Askable
from volunteer_hub.atlas.reach_actions import Asked, Partner, Topic
from volunteer_hub.atlas.reach_sql import Terms
from volunteer_hub.atlas.reasons import Told
from volunteer_hub.kit import clock
from volunteer_hub.kit.phone import pretty
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.formats import km as in_km
from volunteer_hub.web.forms import Checked, Form, Line
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of

SHOWN_VOLUNTEERS = 40


class Word(Form):
    """A coordinator's word on a resource and a need; "undo" takes it back."""

    sentences = {"resource": mark("Wybierz zasób z listy.")}

    resource: UUID
    said: Literal["yes", "no", "undo"]
    words: Annotated[Line, Field(max_length=160)] = ""


class Invitation(Form):
    sentences = {"partner": mark("Wybierz organizację.")}

    partner: UUID
    subject: Annotated[Line, Field(min_length=1, max_length=120)]
    text: Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(lambda text: text.replace("\r\n", "\n"))]
    once: UUID


@dataclass(frozen=True)
class Beside:
    """What the fragment _reach.html shows. `reason`: why the need is a gap, empty where it is none; `others`: (id,
    words) of resources that could be linked by hand."""

    around: Around
    reaching: list[Told]
    near: list[Told]
    reason: str
    others: list[tuple[str, str]]
    partners: list[Asked]
    word: Checked[Any]


@dataclass(frozen=True)
class ReachPage:
    need: MapNeed
    beside: Beside


@dataclass(frozen=True)
class PartnerPage:
    """`form` begins with a letter that names the district and, where it may, the theme; nothing of the need itself.

    `partners`: (id, words) of those who can be chosen.
    """

    need: MapNeed
    form: Checked[Any]
    partners: list[tuple[str, str]]
    asked: list[Asked]
    confidential: bool


@dataclass(frozen=True)
class VolunteersPage:
    """Each with name and, in words, when; `form` begins the message. `more`: so many others are free and farther."""

    need: MapNeed
    people: list[tuple[Askable, str, str]]
    form: Checked[Any]
    more: int


async def need_reach(request: Request) -> Response:
    need = await _need(request)
    return render(request, "atlas/reach.html", ReachPage(need, await beside(request, need.id)), fragment="reach")


async def say_reach(request: Request) -> Response:
    """Says that a resource reaches the need or does not, or takes it back."""
    need, checked = await _need(request), forms.read(Word, await request.form())
    if (of := checked.value) is None:
        page = ReachPage(need, await beside(request, need.id, checked))
        return render(request, "atlas/reach.html", page, fragment="reach", status=422)
    actor = request.state.actor
    if of.said == "undo":
        await reach_actions.unsay(actor, need.id, of.resource)
    else:
        await reach_actions.say(actor, need.id, of.resource, reaches=of.said == "yes", words=of.words)
    return redirect(request, f"/desk/needs/{need.id}/reach", mark("Zapisane."))


async def beside(request: Request, need: UUID, word: Checked[Any] | None = None) -> Beside:
    """What stands in the fragment _reach.html of any page about a need. Raises Refused 404."""
    actor = request.state.actor
    around = await reach.of_need(actor, need, terms_of(request))
    if around is None:
        raise Refused("", 404)
    return Beside(
        around=around,
        reaching=[reasons.told(one, around.reach_km) for one in around.reaching],
        near=[reasons.told(one, around.reach_km) for one in around.near],
        reason=reasons.reason(around.reason) if around.reason else "",
        others=await reach_actions.others(actor, need),
        partners=await reach_actions.asked(actor, need),
        word=word or forms.blank(),
    )


def terms_of(request: Request) -> Terms:
    """By what reach is judged today in this centre; ?km=… chooses another distance."""
    settings = settings_of(request)
    km = km_of(request.query_params.get("km", ""))
    return Terms(clock.today(settings.timezone), usual_km=settings.reach_km, km=km)


async def partner(request: Request) -> Response:
    need, topic = await _need(request), await _topic(request)
    text = (
        _("Szanowni Państwo,\n\nna osiedlu %(area)s brakuje pomocy. Temat: %(theme)s. Szukamy partnera, który mógłby ją"
          " dać. Czy możemy o tym porozmawiać?", area=topic.area, theme=topic.theme)
        if topic.theme
        else _("Szanowni Państwo,\n\nna osiedlu %(area)s brakuje pomocy. Szukamy partnera, który mógłby ją dać. Czy"
               " możemy o tym porozmawiać?", area=topic.area)
    )  # fmt: skip
    form = forms.blank(subject=_("Prośba o współpracę: osiedle %(area)s", area=topic.area), text=text, once=uuid4())
    return render(request, "atlas/partner.html", await _partner_page(request, need, form, topic))


async def ask_partner(request: Request) -> Response:
    need, topic = await _need(request), await _topic(request)
    checked = forms.read(Invitation, await request.form())
    page = await _partner_page(request, need, checked, topic)
    checked = listed(checked, partner=page.partners)
    if (of := checked.value) is not None:
        try:
            phone = await reach_actions.ask_partner(
                request.state.actor, settings_of(request), need.id, of.partner,
                subject=of.subject, text=of.text, once=of.once,
            )  # fmt: skip
        except Refused as refused:
            checked = checked.refused("partner", _(refused.sentence))
        else:
            said = mark("Zapisane. Zadzwoń: %(phone)s.") if phone else mark("Zapisane. E-mail jest wysyłany.")
            return redirect(request, f"/desk/needs/{need.id}/reach", said, phone=pretty(phone) if phone else "")
    page = await _partner_page(request, need, checked, topic)
    return render(request, "atlas/partner.html", page, status=422)


async def _partner_page(request: Request, need: MapNeed, form: Checked[Any], topic: Topic) -> PartnerPage:
    actor = request.state.actor
    found = [(str(one.id), _partner_words(one)) for one in await reach_actions.partners(actor, need.id)]
    return PartnerPage(need, form, found, await reach_actions.asked(actor, need.id), topic.confidential)


def _partner_words(one: Partner) -> str:
    contact = one.email or (_("telefon %(phone)s", phone=pretty(one.phone)) if one.phone else _("brak kontaktu"))
    return ", ".join(filter(None, [one.name, one.place, in_km(one.km), _("ten temat") if one.fits else "", contact]))


async def volunteers(request: Request) -> Response:
    """Free volunteers near the need, to be ticked and written to; the words for it are only proposed."""
    need, topic, actor = await _need(request), await _topic(request), request.state.actor
    found = await reach.askable(actor, need.id, terms_of(request))
    shown = found[:SHOWN_VOLUNTEERS]
    words = {"area": topic.area, "theme": topic.theme}
    text = (
        _("szukamy osób do pomocy na osiedlu %(area)s. Temat: %(theme)s. Czy możesz pomóc? Zadzwoń do nas.", **words)
        if topic.theme
        else _("szukamy osób do pomocy na osiedlu %(area)s. Czy możesz pomóc? Zadzwoń do nas.", **words)
    )
    form = forms.blank(subject=_("Czy możesz pomóc?"), text=text)
    names = await reach_actions.names(actor, [one.id for one in shown])
    people = [(one, names[one.id], reasons.when(one.common or one.week)) for one in shown if one.id in names]
    page = VolunteersPage(need, people, form, len(found) - len(shown))
    return render(request, "atlas/askable.html", page)


async def _need(request: Request) -> MapNeed:
    found = await map_lists.need(request.state.actor, request.path_params["id"])
    if found is None:
        raise Refused("", 404)
    return found


async def _topic(request: Request) -> Topic:
    found = await reach_actions.topic(request.state.actor, request.path_params["id"])
    if found is None:
        raise Refused("", 404)
    return found
