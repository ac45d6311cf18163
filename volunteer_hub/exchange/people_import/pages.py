"""The desk's spreadsheet of volunteers: sent, its columns named, its lines mended and decided, written, undone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.exchange.comparing import Fate
from volunteer_hub.exchange.importing import Choice
from volunteer_hub.exchange.people_import import files, layout, sheets, writing
from volunteer_hub.exchange.people_import.files import PAGE, File
from volunteer_hub.exchange.people_import.judging import Judged
from volunteer_hub.exchange.people_import.sheets import MOST_BYTES, MOST_LINES
from volunteer_hub.exchange.people_import.tables import ImportState
from volunteer_hub.exchange.people_import.vocabulary import CONSENTS, Field
from volunteer_hub.exchange.reading import Unreadable
from volunteer_hub.kit import paging
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, id_of, one_line
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, wants_fragment

HERE = "/desk/people/import"
# So few are written while somebody waits for the page; of more a worker says how far it is.
SMALL = 300
LONGEST = 300
BESIDE = mark("Czytamy tylko arkusz „%(name)s”. Osób z tych arkuszy tu nie ma: %(others)s. Zapisz je w osobnym pliku.")


class SendFile(Form):
    """The file itself is looked at apart."""


class Seen(Form):
    version: int


@dataclass(frozen=True)
class SendPage:
    form: Checked[Any]
    recent: list[File]
    mb: int = MOST_BYTES // 1_000_000
    most: int = MOST_LINES


@dataclass(frozen=True)
class ColumnsPage:
    file: File
    form: Checked[Any]
    samples: list[list[str]]
    fields: tuple[Field, ...] = tuple(Field)
    why: str = ""


@dataclass(frozen=True)
class PlanPage:
    """`only`: the lines of which fate are shown; `forms`: by line, what is typed into it and what is wrong with it."""

    file: File
    judged: list[Judged]
    forms: Mapping[UUID, Checked[Any]]
    page: int
    pages: int
    only: str
    address: Callable[[int], str]
    why: str = ""
    fates: tuple[str, ...] = ("wrong", "duplicate", "changed", "new", "skipped", "same")


@dataclass(frozen=True)
class LinePage:
    file: File
    one: Judged
    form: Checked[Any]
    fields: tuple[Field, ...] = field(default=tuple(f for f in Field if f not in (Field.NAME, Field.NAME_TURNED)))
    consents: tuple[Field, ...] = CONSENTS


async def send_form(request: Request) -> Response:
    recent = await files.recent(request.state.actor)
    return render(request, "exchange/people_import.html", SendPage(forms.blank(), recent))


async def send(request: Request) -> Response:
    """Reads the file; whatever can be said of single lines is said on its own page."""
    sent = await request.form()
    form, file = forms.read(SendFile, sent), sent.get("file")
    if not isinstance(file, UploadFile) or not file.size:
        return await _unfit(request, form.refused("file", gettext(mark("Wybierz plik z listą wolontariuszy."))))
    try:
        sheet = await sheets.read(await file.read(MOST_BYTES + 1))
    except Unreadable as bad:
        return await _unfit(request, form.refused("file", bad.sentence))
    id = await files.take_in(request.state.actor, file.filename or "", sheet)
    await files.look(id)
    return redirect(request, f"{HERE}/{id}", BESIDE if sheet.beside else "", name=sheet.name,
                    others=", ".join(sheet.beside))  # fmt: skip


async def columns(request: Request) -> Response:
    file = await _file(request)
    mapping = file.mapping or layout.guessed(file.headings)
    form = forms.blank(**{f"c{n}": meaning.value for n, meaning in mapping.items()})
    return await _columns(request, file, form)


async def choose(request: Request) -> Response:
    file, sent = await _file(request), await request.form()
    chosen = {n: str(sent.get(f"c{n}", "")) for n in range(len(file.headings))}
    mapping = {n: Field(name) for n, name in chosen.items() if name in set(Field)}
    try:
        await files.choose(request.state.actor, file.id, mapping)
    except Refused as refused:
        if refused.status != 422:
            raise
        form = forms.blank(**{f"c{n}": name for n, name in chosen.items()})
        return await _columns(request, file, form, gettext(refused.sentence), 422)
    await files.look(file.id)
    return redirect(request, f"{HERE}/{file.id}")


async def plan(request: Request) -> Response:
    """What each line would do, or has done; how far it is while that is found out or done."""
    file = await _file(request)
    if file.state is ImportState.READ and not file.mapping:
        return redirect(request, f"{HERE}/{file.id}/columns")
    return await _plan(request, file)


async def line_form(request: Request) -> Response:
    file = await _file(request)
    one = await files.line(request.state.actor, file, request.path_params["line"])
    return render(request, "exchange/people_line.html", LinePage(file, one, _typed(one)))


async def line(request: Request) -> Response:
    """What was typed over a line, or what becomes of it."""
    id, of, sent = request.path_params["id"], request.path_params["line"], await request.form()
    choice, _sign, whom = str(sent.get("choice", "")).partition(":")
    if choice:
        decided = Choice(choice) if choice in set(Choice) else None
        await files.decide(request.state.actor, id, of, decided, id_of(whom))
    else:
        await files.mend(request.state.actor, id, of, _mended(sent))
    file = await _file(request)
    one = await files.line(request.state.actor, file, of)
    say = mark("Wiersz %(n)s nie jest jeszcze dobry.") if one.fate is Fate.WRONG else mark("Wiersz %(n)s zapamiętany.")
    only = str(sent.get("only", ""))
    back = f"{HERE}/{id}" + (f"?only={only}" if only in set(Fate) else "")
    # The lines that are still wrong stand first: Tab goes on there, not through the rail again.
    return redirect(request, f"{back}#main", say, n=one.line.number)


async def write(request: Request) -> Response:
    """Writes the file as it was seen. A long one goes on in a worker, and the page says how far it is."""
    id, form = request.path_params["id"], forms.read(Seen, await request.form())
    try:
        await writing.begin(request.state.actor, id, form.value.version if form.value else -1)
        file = await _file(request)
        if file.lines <= SMALL:
            await writing.carry_out(id)
    except Refused as refused:
        if not refused.sentence:
            raise
        return await _plan(request, await _file(request), gettext(refused.sentence, **refused.values), refused.status)
    return redirect(request, f"{HERE}/{id}")


async def undo(request: Request) -> Response:
    id = request.path_params["id"]
    await writing.begin_undo(request.state.actor, id)
    if (await _file(request)).lines <= SMALL:
        await writing.carry_out(id)
    return redirect(request, f"{HERE}/{id}")


async def drop(request: Request) -> Response:
    await files.drop(request.state.actor, request.path_params["id"])
    return redirect(request, HERE, mark("Plik wyrzucony. Nic z niego nie zapisano."))


async def _file(request: Request) -> File:
    return await files.file(request.state.actor, request.path_params["id"])


async def _unfit(request: Request, form: Checked[Any]) -> Response:
    recent = await files.recent(request.state.actor)
    return render(request, "exchange/people_import.html", SendPage(form, recent), status=422)


async def _columns(request: Request, file: File, form: Checked[Any], why: str = "", status: int = 200) -> Response:
    page = ColumnsPage(file, form, await files.samples(request.state.actor, file), why=why)
    return render(request, "exchange/people_columns.html", page, status=status)


async def _plan(request: Request, file: File, why: str = "", status: int = 200) -> Response:
    only = request.query_params.get("only", "")
    only = only if only in set(Fate) else ""
    lines = file.counts[only] if only else file.lines
    page = paging.within(paging.asked(request.query_params.get("page", "")), lines, PAGE)
    judged = [] if file.at_work else await files.lines(request.state.actor, file, page, only)
    typed = {one.line.id: _typed(one) for one in judged}
    pages = paging.pages(lines, PAGE)
    shown = PlanPage(file, judged, typed, page, pages, only, lambda n: f"?only={only}&page={n}", why)
    # A part asked for again and again while it works; once it is done, whoever looks gets the whole page.
    part = "import" if wants_fragment(request) else None
    return render(request, "exchange/people_plan.html", shown, fragment=part, status=status)


def _typed(one: Judged) -> Checked[Any]:
    """The line as a form: its own words, those of a name in one cell in two; and the sentences beside them."""
    words = {name.value: text for name, text in one.read.said.items()}
    for name in ("first_name", "last_name"):
        words.setdefault(name, one.read.form.first(name))
    return Checked({name: [text] for name, text in words.items()}, one.read.form.errors, None)


def _mended(sent: FormData) -> dict[Field, str]:
    given = {name: sent.get(name.value) for name in Field}
    return {name: one_line(text)[:LONGEST] for name, text in given.items() if isinstance(text, str)}
