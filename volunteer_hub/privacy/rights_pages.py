"""/desk/rights: what people have asked about their data, the most pressing first; done on their behalf, or refused.

Whoever does something for a participant, or for somebody who rings, first makes sure who that is: the page has the
questions, and how it was done is written down.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit, files
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.privacy import data_pages, export, retention, rights
from volunteer_hub.privacy.data_pages import Chapter
from volunteer_hub.privacy.retention import Run
from volunteer_hub.privacy.rights import Asked
from volunteer_hub.privacy.rules import Right, RightState
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of
from volunteer_hub.web.templates import word

HERE = "/desk/rights"
WAYS = ("phone", "in-person", "letter", "email")


class NewAsked(Form):
    sentences = {
        "right": mark("Wybierz, o co ta osoba prosi."),
        "channel": mark("Wybierz, jak ta osoba się zgłosiła."),
        "checked": mark("Najpierw sprawdź, że to ta osoba, i zapisz jak."),
        "words": mark("Napisz krócej: najwyżej 2000 znaków."),
    }

    right: Right
    channel: Annotated[str, Field(pattern="^(phone|in-person|letter|email)$")]
    checked: Annotated[str, Field(pattern="^(questions|document|known)$")]
    words: Annotated[str, Field(max_length=2000)] = ""


class Answered(Form):
    sentences = {
        "answer": mark("Napisz, co zostało zrobione albo dlaczego nie."),
        "decision": mark("Wybierz jedną z odpowiedzi."),
    }

    decision: Annotated[str, Field(pattern="^(done|refused)$")]
    answer: Annotated[str, Field(min_length=5, max_length=2000)]


WORDS = "privacy/chapters.html"
COLUMNS: files.Columns[Asked] = {
    mark("Kto"): lambda one: one.name or gettext("Osoba usunięta"),
    mark("O co"): lambda one: word("right", one.right, of=WORDS),
    mark("Termin"): lambda one: one.due_on,
    mark("Kto się zajmuje"): lambda one: one.taken_by,
    mark("Stan"): lambda one: word("state", one.state, of=WORDS),
}


@dataclass(frozen=True)
class QueuePage:
    asked: list[Asked]
    today: date


@dataclass(frozen=True)
class NewPage:
    form: Checked[Any]
    subject: str
    rights: list[Right]
    ways: tuple[str, ...]


@dataclass(frozen=True)
class OnePage:
    one: Asked
    form: Checked[Any]
    chapters: list[Chapter]
    today: date


@dataclass(frozen=True)
class Due:
    """A rule in words, and how many rows of it would go now."""

    what: str
    after: str
    now: int


@dataclass(frozen=True)
class RetentionPage:
    runs: list[Run]
    due: list[Due]


async def show(request: Request) -> Response:
    asked = await rights.queue(request.state.actor)
    if kind := files.asked(request):
        return await files.answer(request, kind, files.table(mark("Wnioski o dane"), COLUMNS, asked), personal=True)
    page = QueuePage(asked, clock.today(settings_of(request).timezone))
    return render(request, "privacy/rights.html", page)


async def new(request: Request) -> Response:
    await rights.there(request.state.actor, _subject(request))
    return _new(request, forms.blank())


async def create(request: Request) -> Response:
    form = forms.read(NewAsked, await request.form())
    if form.value is None:
        return _new(request, form, 422)
    new = form.value
    id = await rights.ask(
        settings_of(request), request.state.actor, _subject(request), new.right,
        channel=new.channel, words=new.words, checked=new.checked,
    )  # fmt: skip
    return redirect(request, f"{HERE}/{id}", mark("Wniosek zapisany. Termin liczy się od dziś."))


async def one(request: Request) -> Response:
    return await _one(request)


async def take(request: Request) -> Response:
    await rights.take(request.state.actor, request.path_params["id"])
    return redirect(request, f"{HERE}/{request.path_params['id']}", mark("Ten wniosek jest teraz u Ciebie."))


async def copy(request: Request) -> Response:
    """The person's copy, to hand over: asked for, and written down as read."""
    asked = await rights.one(request.state.actor, request.path_params["id"])
    if asked.right is not Right.COPY or asked.state is not RightState.OPEN:
        raise Refused("", 404)
    await audit.record(request.state.actor, "people.export", asked.subject)
    return data_pages.file(export.as_json(asked.subject, await export.of(asked.subject)))


async def answer(request: Request) -> Response:
    """What the system itself can do it does; the answer is written beside it. Or it is refused, with the reason."""
    form = forms.read(Answered, await request.form())
    if form.value is None:
        return await _one(request, form)
    actor, id, said = request.state.actor, request.path_params["id"], form.value
    if said.decision == "refused":
        await rights.refuse(actor, id, said.answer)
        return redirect(request, HERE, mark("Odmowa zapisana, z powodem."))
    await rights.carry_out(settings_of(request), actor, id, said.answer)
    return redirect(request, HERE, mark("Załatwione i zapisane."))


async def kept(request: Request) -> Response:
    """The last nights, and what would go in the coming one."""
    due = await retention.due()
    rows = [Due(gettext(rule.what), f"{rule.period} {gettext(rule.after)}", due[rule.key]) for rule in retention.RULES]
    return render(request, "privacy/retention.html", RetentionPage(await retention.runs(), rows))


def _subject(request: Request) -> str:
    return f"{request.path_params['kind']}:{request.path_params['id']}"


def _new(request: Request, form: Checked[Any], status: int = 200) -> Response:
    page = NewPage(form, _subject(request), list(Right), WAYS)
    return render(request, "privacy/new_right.html", page, status=status)


async def _one(request: Request, form: Checked[Any] | None = None) -> Response:
    actor = request.state.actor
    asked = await rights.one(actor, request.path_params["id"])
    chapters = []
    if asked.right is Right.COPY and asked.state is RightState.OPEN:
        await audit.record(actor, "people.export", asked.subject)
        chapters = data_pages.chapters(await export.of(asked.subject))
    today = clock.today(settings_of(request).timezone)
    page = OnePage(asked, form or forms.blank(), chapters, today)
    return render(request, "privacy/right.html", page, status=422 if form else 200)
