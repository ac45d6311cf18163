"""Those who are ticked in the list of people, or all that were found: a tag for them, a message to them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people import bulk, search
from volunteer_hub.people.bulk import AT_ONCE, Changed, Length, Letter, Plan
from volunteer_hub.people.list_forms import LetterForm, Sending, Tag
from volunteer_hub.people.wanted import kept
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

LIST = "/desk/people"
SHOWN = 12


@dataclass(frozen=True)
class Choice:
    """Whom somebody chose: the people, and how a form says it again. `view` is the list they were chosen from."""

    people: list[UUID]
    all: bool
    view: str

    @property
    def back(self) -> str:
        return f"{LIST}?{self.view}".rstrip("?")


@dataclass(frozen=True)
class ChosenPage:
    """`names` is of the first SHOWN people."""

    choice: Choice
    names: list[tuple[UUID, str]]
    tags: list[str]
    tag_form: forms.Checked[Tag]
    form: forms.Checked[LetterForm]


@dataclass(frozen=True)
class LetterPage:
    """The message as it will go; `lengths` of an SMS only, `leaves_at` when it is not now."""

    choice: Choice
    form: forms.Checked[LetterForm] | forms.Checked[Sending]
    letter: Letter
    plan: Plan
    lengths: list[Length]
    leaves_at: datetime | None
    said: str = ""


async def chosen(request: Request) -> Response:
    choice = await _choice(request, request.query_params)
    if not choice.people:
        return redirect(request, choice.back, mark("Najpierw zaznacz co najmniej jedną osobę."))
    return await _chosen(request, choice)


async def tag(request: Request) -> Response:
    data = await request.form()
    choice, form = await _choice(request, data), forms.read(Tag, data)
    if form.value is None:
        return await _chosen(request, choice, tag_form=form, status=422)
    verb = bulk.tag if form.value.act == "tag" else bulk.untag
    changed = await verb(request.state.actor, choice.people, form.value.tag)
    return redirect(request, choice.back, mark("Zapisane. Liczba osób, u których to zmiana: %(n)s."), n=changed)


async def letter(request: Request) -> Response:
    data = await request.form()
    choice, form = await _choice(request, data), forms.read(LetterForm, data)
    if form.value is None:
        return await _chosen(request, choice, form=form, status=422)
    return await _letter(request, choice, form)


async def send_letter(request: Request) -> Response:
    data = await request.form()
    choice, form = await _choice(request, data), forms.read(Sending, data)
    if (of := form.value) is None:
        raise Refused("", 400)
    what = Letter(of.channel, of.subject, of.text, of.once, of.mark)
    try:
        new = await bulk.send(request.state.actor, settings_of(request), choice.people, what)
    except Changed as changed:
        return await _letter(request, choice, form, said=gettext(changed.sentence), status=409)
    return redirect(request, choice.back, mark("Gotowe. Wiadomości przekazane do wysłania: %(n)s."), n=new)


async def _choice(request: Request, given: FormData | QueryParams) -> Choice:
    """Raises Refused when all are chosen and they are too many to act on at once."""
    view, everybody = kept(str(given.get("view", ""))), given.get("all") == "yes"
    if everybody:
        today = clock.today(settings_of(request).timezone)
        people = await search.chosen(request.state.actor, view, today, AT_ONCE)
    else:
        ids = [forms.id_of(str(text)) for text in given.getlist("id")[: AT_ONCE + 1]]
        people = list(dict.fromkeys(id for id in ids if id))
    if len(people) > AT_ONCE:
        raise Refused(mark("Naraz można objąć najwyżej %(n)s osób. Zawęź listę filtrem."), n=AT_ONCE)
    return Choice(people, everybody, view.query)


async def _chosen(
    request: Request,
    choice: Choice,
    *,
    tag_form: forms.Checked[Tag] | None = None,
    form: forms.Checked[LetterForm] | None = None,
    status: int = 200,
) -> Response:
    names = await bulk.names(request.state.actor, choice.people[:SHOWN])
    page = ChosenPage(
        choice=choice,
        names=names,
        tags=await search.tags(request.state.actor),
        tag_form=tag_form or forms.blank(),
        form=form or forms.blank(channel=Channel.SMS),
    )
    return render(request, "people/chosen.html", page, status=status)


async def _letter(
    request: Request,
    choice: Choice,
    form: forms.Checked[LetterForm] | forms.Checked[Sending],
    *,
    said: str = "",
    status: int = 200,
) -> Response:
    settings, of = settings_of(request), form.value
    if of is None:
        raise Refused("", 400)
    plan = await bulk.plan(request.state.actor, choice.people, of.channel, clock.today(settings.timezone))
    page = LetterPage(
        choice=choice,
        form=form,
        letter=Letter(of.channel, of.subject, of.text, uuid4(), plan.mark),
        plan=plan,
        lengths=bulk.lengths(settings, plan, of.text) if of.channel is Channel.SMS else [],
        leaves_at=bulk.leaves_at(settings),
        said=said,
    )
    return render(request, "people/letter.html", page, status=status)
