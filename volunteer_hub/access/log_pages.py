"""The log at the desk: narrowed by day, person and verb, page by page, or as a table to take away."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import log
from volunteer_hub.access.log import LogLine, Wanted
from volunteer_hub.kit.sheet import csv_file
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Wrong
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import render, settings_of

# Of the table; times in it are UTC.
HEADINGS = ("at", "account", "who", "role", "verb", "about", "outcome")


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
    """`older` is the address of the next page; `csv` that of the table."""

    form: Checked[Search]
    rows: list[Row]
    verbs: list[tuple[str, str]]
    older: str
    csv: str


async def show(request: Request) -> Response:
    query = request.query_params
    form = forms.read(Search, {name: query.getlist(name) for name in Search.model_fields})
    before = forms.id_of(query.get("before", ""))
    found, more = [], False
    if form.value is not None:
        actor, zone = request.state.actor, settings_of(request).timezone
        found, more = await log.lines(actor, _wanted(form.value), zone, before=before)
    asked = {name: form.first(name) for name in Search.model_fields if form.first(name)}
    page = LogPage(
        form=form,
        rows=[Row(line, gettext(log.called(line.verb))) for line in found],
        verbs=sorted(((verb, gettext(words)) for verb, words in log.VERBS.items()), key=lambda pair: pair[1]),
        older=f"/desk/log?{urlencode(asked | {'before': str(found[-1].id)})}" if more else "",
        csv=f"/desk/log.csv?{urlencode(asked)}",
    )
    return render(request, "access/log.html", page, status=200 if form.value is not None else 422)


async def table(request: Request) -> Response:
    query = request.query_params
    form = forms.read(Search, {name: query.getlist(name) for name in Search.model_fields})
    log.may_read(request.state.actor)
    if form.value is None:
        return await show(request)
    found = await log.export(request.state.actor, _wanted(form.value), settings_of(request).timezone)
    headers = {"Content-Disposition": 'attachment; filename="log.csv"', "Cache-Control": "no-store"}
    rows = [(x.at.isoformat(), x.account or "", x.who, x.role, x.verb, x.about, x.outcome) for x in found]
    return Response(csv_file([HEADINGS, *rows]), media_type="text/csv", headers=headers)


def _wanted(search: Search) -> Wanted:
    return Wanted(search.first, search.last, search.account, search.verb)
