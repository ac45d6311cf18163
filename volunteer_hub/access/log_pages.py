"""The log at the desk: narrowed by day, person and verb, page by page, or as a file to take away."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files, log
from volunteer_hub.access.log import LogLine, Wanted
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Wrong
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import render, settings_of
from volunteer_hub.web.templates import word

COLUMNS: files.Columns[LogLine] = {
    mark("Kiedy"): lambda line: line.at,
    mark("Konto"): lambda line: str(line.account or ""),
    mark("Kto"): lambda line: line.who or word("role", line.role),
    mark("Co"): lambda line: gettext(log.called(line.verb)),
    mark("Zapis"): lambda line: line.verb,
    mark("Czego dotyczy"): lambda line: line.about,
    mark("Wynik"): lambda line: line.outcome,
}


def _id(text: object) -> UUID:
    """An id alone, or with its kind in front, as the log shows it."""
    found = forms.id_of(str(text).rpartition(":")[2].strip())
    if found is None:
        raise Wrong(mark("To nie jest identyfikator. Skopiuj go z adresu strony albo z dziennika."))
    return found


def _verb(text: str) -> str:
    if text not in log.VERBS:
        raise Wrong(mark("Wybierz jedną z odpowiedzi."))
    return text


# Days a clock of this centre can show; PostgreSQL and Python disagree on what lies far beyond.
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
DAY = mark("Wpisz dzień jako 2026-11-22.")


class Search(Form):
    sentences = {"first": DAY, "last": DAY}

    first: Day | None = None
    last: Day | None = None
    account: Annotated[UUID | None, BeforeValidator(_id)] = None
    verb: Annotated[str, AfterValidator(_verb)] = ""


@dataclass(frozen=True)
class Row:
    line: LogLine
    called: str


@dataclass(frozen=True)
class LogPage:
    """`older` is the address of the next page."""

    form: Checked[Search]
    rows: list[Row]
    verbs: list[tuple[str, str]]
    older: str


async def show(request: Request) -> Response:
    query = request.query_params
    form = forms.read(Search, {name: query.getlist(name) for name in Search.model_fields})
    before = forms.id_of(query.get("before", ""))
    actor, zone = request.state.actor, settings_of(request).timezone
    if (kind := files.asked(request)) and form.value is not None:
        lines = log.every(actor, _wanted(form.value), zone)
        return await files.answer(request, kind, files.table(mark("Dziennik"), COLUMNS, lines), personal=True)
    found: list[LogLine] = []
    more = False
    if form.value is not None:
        found, more = await log.lines(actor, _wanted(form.value), zone, before=before)
    asked = {name: form.first(name) for name in Search.model_fields if form.first(name)}
    page = LogPage(
        form=form,
        rows=[Row(line, gettext(log.called(line.verb))) for line in found],
        verbs=sorted(((verb, gettext(words)) for verb, words in log.VERBS.items()), key=lambda pair: pair[1]),
        older=f"/desk/log?{urlencode(asked | {'before': str(found[-1].id)})}" if more else "",
    )
    return render(request, "access/log.html", page, status=200 if form.value is not None else 422)


def _wanted(search: Search) -> Wanted:
    return Wanted(search.first, search.last, search.account, search.verb)
