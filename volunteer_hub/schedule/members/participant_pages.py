"""The desk's participants: their list, a new one, the card, corrections, the word on SMS.

Here and not beside people: a card shows the groups its reader may know of, and a no to SMS calls off what waits.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit, break_glass, files
from volunteer_hub.initiatives import participants
from volunteer_hub.initiatives.participants import Found, ParticipantCard, ParticipantRow
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.phone import pretty
from volunteer_hub.people import participants as people
from volunteer_hub.people.consents import WORDS, Purpose
from volunteer_hub.people.corrections import Stale
from volunteer_hub.people.participant_forms import CorrectedParticipant, NewParticipant, SmsWord, typed, whole
from volunteer_hub.people.participants import Alike
from volunteer_hub.people.rules import Reach
from volunteer_hub.schedule.members import of_participant
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import LANGUAGES, gettext, language, mark
from volunteer_hub.web.render import redirect, render

LIST = "/desk/participants"
COLUMNS: files.Columns[ParticipantRow] = {
    mark("Na liście jako"): lambda one: one.alias,
    mark("Imię i nazwisko"): lambda one: one.full_name,
    mark("Telefon"): lambda one: pretty(one.phone) if one.phone else "",
    mark("Uwagi"): lambda one: gettext("dane tylko przechowujemy") if one.restricted else "",
}


@dataclass(frozen=True)
class ListPage:
    """`q`: the words looked for; `beginning`: nobody stands before this page."""

    found: Found
    q: str
    form: Checked[Any]
    beginning: bool
    may_add: bool


@dataclass(frozen=True)
class NewPage:
    """`alike`: the very same stands there already, under this address."""

    form: Checked[Any]
    sms_words: str
    alike: str = ""
    written: tuple[str, ...] = tuple(LANGUAGES)
    reaches: tuple[Reach, ...] = tuple(Reach)


@dataclass(frozen=True)
class CardPage:
    who: ParticipantCard
    form: Checked[Any]
    sms_words: str


@dataclass(frozen=True)
class EditPage:
    """`now`: by field, what was saved meanwhile and differs from what was typed."""

    who: ParticipantCard
    form: Checked[Any]
    now: Mapping[str, str] = field(default_factory=dict)
    written: tuple[str, ...] = tuple(LANGUAGES)
    reaches: tuple[Reach, ...] = tuple(Reach)


async def all_participants(request: Request) -> Response:
    actor, asked = request.state.actor, request.query_params
    q = forms.one_line(asked.get("q", ""))[:80]
    if kind := files.asked(request):
        return await files.answer(
            request, kind, files.table(mark("Uczestnicy"), COLUMNS, _all(actor, q)), personal=True
        )
    after = asked.get("after", "")
    found = await participants.find(actor, q, after=after)
    page = ListPage(found, q, forms.blank(q=q), not after, actor.role is Role.COORDINATOR)
    return render(request, "people/participants.html", page)


def _all(actor: Actor, q: str) -> AsyncIterator[ParticipantRow]:
    async def page(after: str | None) -> tuple[list[ParticipantRow], str | None]:
        found = await participants.find(actor, q, after=after or "")
        return found.people, found.after or None

    return files.through(page)


async def new_participant(request: Request) -> Response:
    form = forms.blank(language="pl", reach="call")
    return render(request, "people/new_participant.html", NewPage(form, sms_words()))


async def create_participant(request: Request) -> Response:
    form = whole(forms.read(NewParticipant, await request.form()))
    if (new := form.value) is None:
        return render(request, "people/new_participant.html", NewPage(form, sms_words()), status=422)
    try:
        made = await people.enter(
            request.state.actor, new.contact, sms_ok=new.sms_ok, channel=new.channel, shown_in=language(),
            another=new.another,
        )  # fmt: skip
    except Alike as alike:
        page = NewPage(form, sms_words(), f"{LIST}/{alike.id}")
        return render(request, "people/new_participant.html", page, status=409)
    return redirect(request, f"{LIST}/{made}", mark("Zapisane."))


async def participant(request: Request) -> Response:
    who = await _who(request, glass=True)
    await audit.record(request.state.actor, "people.open", f"participant:{who.id}")
    return render(request, "people/participant.html", CardPage(who, forms.blank(), sms_words()))


async def edit(request: Request) -> Response:
    who = await _who(request)
    await audit.record(request.state.actor, "people.open", f"participant:{who.id}")
    form = forms.blank(**typed(who.contact, who.version))
    return render(request, "people/edit_participant.html", EditPage(who, form))


async def save(request: Request) -> Response:
    """What was typed over what was seen. Changed meanwhile: both versions, and the next press writes this one."""
    who = await _who(request)
    form = whole(forms.read(CorrectedParticipant, await request.form()))
    if (new := form.value) is None:
        return render(request, "people/edit_participant.html", EditPage(who, form), status=422)
    try:
        await of_participant.correct(request.state.actor, who.id, new.version, new.contact)
    except Stale:
        page = _both(await _who(request), form, typed(new.contact, new.version))
        return render(request, "people/edit_participant.html", page, status=409)
    return redirect(request, f"{LIST}/{who.id}", mark("Zapisane."))


async def say_sms(request: Request) -> Response:
    who = await _who(request)
    form = forms.read(SmsWord, await request.form())
    if (word := form.value) is None:
        return render(request, "people/participant.html", CardPage(who, form, sms_words()), status=422)
    await of_participant.say_sms(
        request.state.actor, who.id, word.said == "yes", channel=word.channel, shown_in=language()
    )
    return redirect(request, f"{LIST}/{who.id}", mark("Zapisane."))


def sms_words() -> str:
    """The sentence that is read out, in the language of whoever reads it."""
    return gettext(WORDS[Purpose.SMS].sentence)


def _both(who: ParticipantCard, form: Checked[Any], mine: Mapping[str, str]) -> EditPage:
    now = typed(who.contact, who.version)
    differ = {name: value for name, value in now.items() if name != "version" and value != mine[name]}
    return EditPage(who, Checked({**form.typed, "version": [now["version"]]}, form.errors, form.value), differ)


async def _who(request: Request, *, glass: bool = False) -> ParticipantCard:
    """The card; with an open break-glass on it, when the page may use one, also the groups of others."""
    actor, id = request.state.actor, request.path_params["id"]
    who = await participants.participant(actor, id)
    if glass and await break_glass.open_for(actor, f"participant:{id}"):
        return await participants.participant(actor, id, glass=True)
    return who
