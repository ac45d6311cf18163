"""Resources from a file at the desk: sent, shown line by line with what would happen, then written, all or none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import Field
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import queries
from volunteer_hub.atlas.forms import Options, listed
from volunteer_hub.exchange import importing, reading, waiting
from volunteer_hub.exchange.comparing import Fate, Judged
from volunteer_hub.exchange.importing import Choice
from volunteer_hub.exchange.reading import MOST_BYTES, Unreadable
from volunteer_hub.exchange.waiting import Sent
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of, visit

# More choices than these nobody makes on one page, and a form has no more inputs.
MOST_CHOICES = 200
GONE = mark("Ten plik jest już zapisany albo czekał za długo. Wczytaj go jeszcze raz.")


class SendFile(Form):
    sentences = {"source": mark("Wpisz, skąd są te dane, na przykład adres strony."), "theme": mark("Wybierz temat.")}

    source: str = Field(max_length=160)
    theme: UUID | None = None


class Chosen(Form):
    """`choice`: the number of an entry and what becomes of it, as 12:merge."""

    choice: list[str] = []


@dataclass(frozen=True)
class SendPage:
    form: Checked[Any]
    themes: Options
    mb: int = MOST_BYTES // 1_000_000
    most: int = reading.MOST_ITEMS


@dataclass(frozen=True)
class PlanPage:
    """`counts`: how many entries of which fate. `whole`: nothing is wrong, so it may be written."""

    name: str
    source: str
    judged: list[Judged]
    counts: Counter[Fate]
    whole: bool
    form: Checked[Any]
    why: str = ""
    too_many: bool = False


async def send_form(request: Request) -> Response:
    return render(request, "exchange/import.html", SendPage(forms.blank(), await queries.theme_ids()))


async def send(request: Request) -> Response:
    """Reads and compares the file. One that is sound waits for a word; one that is not is shown and let go."""
    themes = await queries.theme_ids()
    sent = await request.form()
    form, file = listed(forms.read(SendFile, sent), theme=themes), sent.get("file")
    if not isinstance(file, UploadFile) or not file.size:
        form = form.refused("file", gettext(mark("Wybierz plik z zasobami.")))
    if form.value is None or not isinstance(file, UploadFile):
        return render(request, "exchange/import.html", SendPage(form, themes), status=422)
    try:
        data = await file.read(MOST_BYTES + 1)
        judged = await _judged(request, data, form.value.source, form.value.theme)
    except Unreadable as bad:
        return render(request, "exchange/import.html", SendPage(form.refused("file", bad.sentence), themes), status=422)
    text = data.decode("utf-8-sig").replace("\x00", "")
    waits = Sent(text, (file.filename or "")[:120], form.value.source, form.value.theme)
    page = _plan(waits, judged)
    if not page.whole:
        return render(request, "exchange/import_plan.html", page, status=422)
    await waiting.keep(visit(request), waits)
    return redirect(request, "/desk/resources/import/plan")


async def plan(request: Request) -> Response:
    """What the waiting file would do, compared anew."""
    waits = await _waiting(request)
    judged = await _judged(request, waits.text.encode(), waits.source, waits.theme)
    return render(request, "exchange/import_plan.html", _plan(waits, judged))


async def save(request: Request) -> Response:
    """Writes the waiting file with what was chosen for possible duplicates; else shows it once more and why not."""
    waits, browser = await _waiting(request), visit(request)
    form = forms.read(Chosen, await request.form())
    data, today = waits.text.encode(), clock.today(settings_of(request).timezone)
    entries = reading.entries(data, settings_of(request).timezone, today)
    try:
        written = await importing.write(
            request.state.actor, entries, waits.source, waits.theme, _choices(form), first=lambda: _claim(browser)
        )
    except Refused as refused:
        judged = await _judged(request, data, waits.source, waits.theme)
        page = _plan(waits, judged, form, gettext(refused.sentence, **refused.values))
        return render(request, "exchange/import_plan.html", page, status=refused.status)
    say = mark("Zapisane. Nowe: %(new)s, zmienione: %(changed)s, zostawione: %(left)s.")
    values = {"new": written.new, "changed": written.changed, "left": written.left}
    return redirect(request, "/desk/resources", say, **values)


async def _claim(browser: str) -> None:
    """In the transaction that writes: the file goes with its commit, and stays when nothing is written."""
    if not await waiting.claim(browser):
        raise Refused(GONE, 410)
    await waiting.done(browser)


async def _waiting(request: Request) -> Sent:
    waits = await waiting.load(visit(request))
    if waits is None:
        raise Refused(GONE, 410)
    return waits


async def _judged(request: Request, data: bytes, source: str, theme: UUID | None) -> list[Judged]:
    timezone = settings_of(request).timezone
    entries = reading.entries(data, timezone, clock.today(timezone))
    return await importing.compare(request.state.actor, entries, source, theme)


def _plan(waits: Sent, judged: list[Judged], form: Checked[Any] | None = None, why: str = "") -> PlanPage:
    counts = Counter(one.fate for one in judged)
    too_many = counts[Fate.DUPLICATE] > MOST_CHOICES
    whole = not counts[Fate.WRONG] and not too_many
    ordered = sorted(judged, key=lambda one: one.fate is not Fate.WRONG)
    return PlanPage(waits.name, waits.source, ordered, counts, whole, form or forms.blank(), why, too_many)


def _choices(form: Checked[Chosen]) -> dict[int, Choice]:
    found: dict[int, Choice] = {}
    for text in _given(form):
        number, _sign, choice = text.partition(":")
        if number.isascii() and number.isdigit() and choice in set(Choice):
            found[int(number[:6])] = Choice(choice)
    return found


def _given(form: Checked[Chosen]) -> Sequence[str]:
    return form.value.choice if form.value else ()
