"""Those who are ticked in the list of people, or all that were found: a tag for them; replies.bulk writes to them."""

from dataclasses import dataclass
from uuid import UUID

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import bulk, search
from volunteer_hub.people.bulk import AT_ONCE
from volunteer_hub.people.list_forms import Tag
from volunteer_hub.people.wanted import kept
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import mark
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


async def chosen(request: Request) -> Response:
    choice = await chosen_in(request, request.query_params)
    if not choice.people:
        return redirect(request, choice.back, mark("Najpierw zaznacz co najmniej jedną osobę."))
    return await _chosen(request, choice)


async def tag(request: Request) -> Response:
    data = await request.form()
    choice, form = await chosen_in(request, data), forms.read(Tag, data)
    if form.value is None:
        return await _chosen(request, choice, tag_form=form, status=422)
    verb = bulk.tag if form.value.act == "tag" else bulk.untag
    changed = await verb(request.state.actor, choice.people, form.value.tag)
    return redirect(request, choice.back, mark("Zapisane. Liczba osób, u których to zmiana: %(n)s."), n=changed)


async def chosen_in(request: Request, given: FormData | QueryParams) -> Choice:
    """Whom a form says: those it ticks, or all its view finds. Raises Refused when they are too many at once."""
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
    status: int = 200,
) -> Response:
    names = await bulk.names(request.state.actor, choice.people[:SHOWN])
    page = ChosenPage(
        choice=choice,
        names=names,
        tags=await search.tags(request.state.actor),
        tag_form=tag_form or forms.blank(),
    )
    return render(request, "people/chosen.html", page, status=status)
