"""/me/data: everything held about a volunteer, a copy of it, and every right used in one step."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access.account_pages import to_proof
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import VISITOR
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import consents
from volunteer_hub.people.consents import Purpose
from volunteer_hub.privacy import export, labels, rights
from volunteer_hub.privacy.export import Part
from volunteer_hub.privacy.purposes import BY_KEY
from volunteer_hub.privacy.rights import Asked
from volunteer_hub.privacy.rules import Right, due_on
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import LANGUAGES, gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

HERE = "/me/data"


class Own(Form):
    sentences = {"language": mark("Wybierz język."), "about": mark("Napisz krócej: najwyżej 1000 znaków.")}

    language: Annotated[str, Field(pattern="^(pl|en|uk)$")]
    about: Annotated[str, Field(max_length=1000)] = ""


class Words(Form):
    sentences = {"words": mark("Napisz jednym zdaniem, o co chodzi.")}

    words: Annotated[str, Field(min_length=5, max_length=2000)]


@dataclass(frozen=True)
class Line:
    name: str
    value: str


@dataclass(frozen=True)
class Block:
    """The rows of one table in words."""

    title: str
    rows: list[list[Line]]


@dataclass(frozen=True)
class Chapter:
    """What is held for one purpose."""

    key: str
    title: str
    blocks: list[Block]


@dataclass(frozen=True)
class DataPage:
    """`refused` says which of the page's forms the errors of `form` belong to."""

    chapters: list[Chapter]
    asked: list[Asked]
    consents: list[Purpose]
    restricted: bool
    form: Checked[Any]
    blank: Checked[Any]
    own: Checked[Any]
    refused: str
    languages: dict[str, str]
    due_on: date


def chapters(parts: list[Part]) -> list[Chapter]:
    """The parts by purpose, in the words of the page."""
    found: dict[str, Chapter] = {}
    for part in parts:
        title = gettext(BY_KEY[part.purpose].data)
        rows = [
            [Line(gettext(labels.COLUMNS[name]), said) for name, value in row.items() if (said := export.said(value))]
            for row in part.rows
        ]
        if any(rows):
            chapter = found.setdefault(part.purpose, Chapter(part.purpose, title, []))
            chapter.blocks.append(Block(gettext(labels.TABLES[part.table]), [row for row in rows if row]))
    return list(found.values())


async def show(request: Request) -> Response:
    return await _page(request)


async def copy(request: Request) -> Response:
    """The copy of art. 15(3), as a file. Asking for it is written down like any other right, done at once."""
    actor = request.state.actor
    subject = await _subject(request)
    parts = await export.of(subject)
    await rights.ask(settings_of(request), actor, subject, Right.COPY, channel="web", checked="session", done=True)
    return file(export.as_json(subject, parts))


def file(held: dict[str, Any]) -> Response:
    """A JSON file to keep, that no cache keeps."""
    return Response(
        json.dumps(held, ensure_ascii=False, indent=2),
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="moje-dane.json"', "Cache-Control": "no-store"},
    )


async def correct(request: Request) -> Response:
    form = forms.read(Own, await request.form())
    if form.value is None:
        return await _page(request, form, "own")
    actor, own = request.state.actor, form.value
    await rights.correct_own(actor, speaks=own.language, about=own.about)
    return redirect(request, HERE, mark("Zapisane."))


async def ask_correction(request: Request) -> Response:
    """What one cannot change oneself goes into the queue, with its clock."""
    return await _ask(request, Right.CORRECT)


async def object_to(request: Request) -> Response:
    return await _ask(request, Right.OBJECT)


async def _ask(request: Request, right: Right) -> Response:
    form = forms.read(Words, await request.form())
    if form.value is None:
        return await _page(request, form, right.value)
    subject, words = await _subject(request), form.value.words
    settings = settings_of(request)
    await rights.ask(settings, request.state.actor, subject, right, channel="web", words=words, checked="session")
    return redirect(request, HERE, mark("Wniosek zapisany. Odpowiemy najpóźniej w ciągu miesiąca."))


async def restrict(request: Request) -> Response:
    on = (await request.form()).get("use") != "again"
    subject, actor, settings = await _subject(request), request.state.actor, settings_of(request)
    await rights.restrict(actor, subject, on=on)
    if on:
        await rights.ask(settings, actor, subject, Right.RESTRICT, channel="web", checked="session", done=True)
        return redirect(request, HERE, mark("Od teraz tylko przechowujemy Twoje dane. Nikt Cię nie zaprosi."))
    return redirect(request, HERE, mark("Znów możemy Cię zapraszać."))


async def withdraw(request: Request) -> Response:
    purpose = str((await request.form()).get("purpose"))
    if purpose not in list(Purpose):
        raise Refused(mark("Wybierz jedną z odpowiedzi."), 400)
    subject, actor = await _subject(request), request.state.actor
    await rights.withdraw(actor, subject, Purpose(purpose), channel="web", by_whom="self")
    await rights.ask(settings_of(request), actor, subject, Right.WITHDRAW, channel="web", checked="session", done=True)
    return redirect(request, HERE, mark("Zgoda cofnięta. Od tej chwili już jej nie używamy."))


async def erase_form(request: Request) -> Response:
    await _subject(request)
    return await to_proof(request) or render(request, "privacy/erase.html")


async def erase(request: Request) -> Response:
    """Asks once more who one is, then it is done; what is left is a page without a name."""
    if elsewhere := await to_proof(request):
        return elsewhere
    subject, actor = await _subject(request), request.state.actor
    await rights.erase(settings_of(request), actor, subject)
    request.state.actor = VISITOR
    answer = render(request, "privacy/erased.html")
    answer.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return answer


async def _subject(request: Request) -> str:
    return f"volunteer:{await rights.volunteer_of(request.state.actor)}"


async def _page(request: Request, form: Checked[Any] | None = None, refused: str = "") -> Response:
    subject = await _subject(request)
    parts = await export.of(subject)
    me = next(part.rows[0] for part in parts if part.table == "volunteer")
    more = next(part.rows[0] for part in parts if part.table == "volunteer" and part.purpose == "matching")
    known = await consents.current(await rights.volunteer_of(request.state.actor))
    page = DataPage(
        chapters=chapters(parts),
        asked=await rights.of(subject),
        consents=[one for one in rights.WITHDRAWABLE if one in known and known[one].given],
        restricted=me["restricted_at"] is not None,
        form=form or forms.blank(),
        blank=forms.blank(),
        own=form if form and refused == "own" else forms.blank(language=me["language"], about=more["about"]),
        refused=refused,
        languages=LANGUAGES,
        due_on=due_on(clock.today(settings_of(request).timezone)),
    )
    return render(request, "privacy/data.html", page, status=422 if form else 200)
