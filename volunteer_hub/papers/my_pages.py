"""A volunteer's own papers: those we issued, to be downloaded, and asking for a certificate."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import certificate, queries
from volunteer_hub.papers.forms import Period
from volunteer_hub.papers.kinds import NAMES
from volunteer_hub.papers.pages import named, pdf
from volunteer_hub.papers.queries import Paper, Wish
from volunteer_hub.people.forms import not_after
from volunteer_hub.web import forms, i18n
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of


@dataclass(frozen=True)
class MyPapersPage:
    """Each paper with what its kind is called; `wish`: the certificate they wait for, or were refused."""

    papers: list[tuple[Paper, str]]
    wish: Wish | None
    form: Checked[Any]


async def papers(request: Request) -> Response:
    today = _today(request)
    days = {"first_day": today.replace(month=1, day=1), "last_day": today}
    form = forms.blank(language=i18n.language(), **{name: f"{day:%d.%m.%Y}" for name, day in days.items()})
    return await _page(request, form)


async def ask(request: Request) -> Response:
    form = not_after(forms.read(Period, await request.form()), _today(request), "last_day")
    if form.value is None:
        return await _page(request, form, 422)
    new = form.value
    try:
        await certificate.ask(request.state.actor, new.first_day, new.last_day, new.language)
    except Refused as refused:
        if not refused.sentence:
            raise
        return await _page(request, form.refused("", gettext(refused.sentence)), refused.status)
    return redirect(request, "/me/papers", mark("Prośba wysłana. Gotowe zaświadczenie znajdziesz tutaj."))


async def take_back(request: Request) -> Response:
    await certificate.take_back(request.state.actor)
    return redirect(request, "/me/papers", mark("Prośba wycofana."))


async def file(request: Request) -> Response:
    found, document = await queries.document(settings_of(request), request.state.actor, request.path_params["id"])
    return pdf(document, named(found))


async def _page(request: Request, form: Checked[Any], status: int = 200) -> Response:
    actor = request.state.actor
    found = [(paper, NAMES[paper.kind]) for paper in await queries.mine(actor)]
    page = MyPapersPage(found, await queries.my_wish(actor), form)
    return render(request, "papers/mine.html", page, status=status)


def _today(request: Request) -> date:
    return clock.today(settings_of(request).timezone)
