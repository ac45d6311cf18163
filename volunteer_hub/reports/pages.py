"""The desk's first page: what is short of people and what waits."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.intake import queries as requests
from volunteer_hub.intake.queries import DeskCount
from volunteer_hub.kit.refused import Refused
from volunteer_hub.reports import queries, queue
from volunteer_hub.reports.queries import Day, Short
from volunteer_hub.reports.queue import Waiting
from volunteer_hub.reports.rules import Kind
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of, wants_fragment
from volunteer_hub.web.templates import word

SHOWN = 8
# More than a week has.
EVERY = 10_000
# Without the place, which may be somebody's home.
OPENINGS: files.Columns[Short] = {
    mark("Pilność"): lambda one: word("urgency", one.urgency),
    mark("Zadanie"): lambda one: one.opening.title,
    mark("Rola"): lambda one: one.opening.role,
    mark("Od"): lambda one: one.opening.starts_wall,
    mark("Do"): lambda one: one.opening.ends_wall,
    mark("Osiedle"): lambda one: one.opening.area,
    mark("Zajęte"): lambda one: one.opening.taken,
    mark("Zaproszeni"): lambda one: one.opening.invited,
    mark("Najmniej"): lambda one: one.opening.least,
    mark("Miejsca"): lambda one: one.opening.most,
}


class Narrowed(Form):
    """To what the queue is narrowed."""

    kind: Kind | None = None
    mine: Literal["yes"] | None = None


class Later(Form):
    """A line of the queue that is put off."""

    kind: Kind
    id: UUID


@dataclass(frozen=True)
class QueuePart:
    """The queue, and what it is narrowed to."""

    waiting: Waiting
    kind: Kind | None
    mine: bool


@dataclass(frozen=True)
class TodayPage(QueuePart):
    """`more`: openings that did not fit on the list. `desks`: requests at the desks of whoever reads."""

    today: Day
    openings: list[Short]
    more: int
    desks: list[DeskCount]
    week: list[Day]


async def today(request: Request) -> Response:
    actor, zone, asked = request.state.actor, settings_of(request).timezone, narrowed(request)
    mine = bool(asked.mine)
    part = QueuePart(await queue.waiting(actor, zone, asked.kind, mine=mine), asked.kind, mine)
    if wants_fragment(request):
        return render(request, "reports/today.html", part, fragment="queue")
    week = await queries.week(actor, zone)
    if kind := files.asked(request):
        openings, _ = await queries.short(actor, week[0].day, EVERY)
        return await files.answer(request, kind, files.table(mark("Wolne miejsca"), OPENINGS, openings), personal=True)
    openings, total = await queries.short(actor, week[0].day, SHOWN)
    page = TodayPage(
        **vars(part),
        today=week[0],
        openings=openings,
        more=total - len(openings),
        desks=await requests.counts(actor, zone),
        week=week,
    )
    return render(request, "reports/today.html", page, fragment="queue")


def narrowed(request: Request) -> Narrowed:
    """What the address asks for; a word it does not know narrows nothing."""
    asked = {name: request.query_params.getlist(name) for name in Narrowed.model_fields}
    return forms.read(Narrowed, asked).value or Narrowed()


async def later(request: Request) -> Response:
    form = forms.read(Later, await request.form())
    if form.value is None:
        raise Refused("", 404)
    await queue.put_off(request.state.actor, form.value.kind, form.value.id, settings_of(request).timezone)
    way = urlencode(narrowed(request).model_dump(exclude_none=True))
    return redirect(request, f"/desk?{way}" if way else "/desk", mark("Odłożone. Jutro rano będzie tu znowu."))


async def show_again(request: Request) -> Response:
    await queue.bring_back(request.state.actor)
    return redirect(request, "/desk", mark("Odłożone sprawy są znowu na liście."))
