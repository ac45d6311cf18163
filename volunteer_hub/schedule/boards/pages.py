"""The boards at the desk: a week by day and place, a month by day, a list; the same filters on each."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.schedule.boards import filters as board_filters
from volunteer_hub.schedule.boards import queries as board
from volunteer_hub.schedule.boards.filters import Choices, Filters
from volunteer_hub.schedule.boards.queries import Card, Lines, MonthDay, Week
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import render, settings_of, wants_fragment
from volunteer_hub.web.templates import word

ADDRESSES = {"week": "/desk/week", "month": "/desk/month", "list": "/desk/meetings"}
NO_CHOICES = Choices((), (), ())
YEARS = (2000, 2100)
# How far the list looks ahead of its first day.
LIST_DAYS = 92
WEEKS_OF_MONTH = 6
# Somebody's home is not named in a file, as it is not on a wall.
COLUMNS: files.Columns[Card] = {
    mark("Od"): lambda card: card.starts_wall,
    mark("Do"): lambda card: card.ends_wall,
    mark("Spotkanie"): lambda card: card.title,
    mark("Role"): lambda card: card.roles,
    mark("Gdzie"): lambda card: gettext("adres domowy") if card.private else card.place,
    mark("Osiedle"): lambda card: card.area,
    mark("Zajęte"): lambda card: card.taken,
    mark("Zaproszeni"): lambda card: card.invited,
    mark("Miejsca"): lambda card: card.most,
    mark("Brakuje"): lambda card: card.missing,
    mark("Mogą nie przyjść"): lambda card: card.risk,
    mark("Stan"): lambda card: word("meeting_state", "cancelled" if card.cancelled else "planned"),
}


class Page(Form):
    page: Annotated[int, Field(ge=1, le=1000)] = 1


@dataclass(frozen=True)
class Head:
    """What stands above each board. `to(…)` is the address of this view with changes: of its day, a filter, a page.

    `page_of(n)` that of another page, `week_of(day)` that of a day's week. `views` lead to the same day in the other
    views; `back`, `now` and `on` through time.
    """

    view: str
    filters: Filters
    form: Checked[Any]
    choices: Choices
    kinds: tuple[InitiativeKind, ...]
    narrowed: bool
    to: Callable[..., str]
    page_of: Callable[[int], str]
    week_of: Callable[[date], str]
    views: dict[str, str]
    back: str
    now: str
    on: str


@dataclass(frozen=True)
class WeekPage:
    head: Head
    week: Week
    today: date
    moves: bool


@dataclass(frozen=True)
class MonthPage:
    head: Head
    first: date
    days: tuple[MonthDay, ...]
    today: date


@dataclass(frozen=True)
class ListPage:
    head: Head
    first: date
    lines: Lines


async def week(request: Request) -> Response:
    actor, today, filters, page = _asked(request)
    monday = monday_of(request.query_params.get("week", ""), today)
    steps = (monday - timedelta(days=7), monday, monday + timedelta(days=7))
    other = today if monday == monday_of("", today) else monday
    head = await _head(request, "week", filters, steps, other)
    found = await board.week(actor, monday, filters, page)
    return render(request, "schedule/week.html", WeekPage(head, found, today, actor.coordinates), fragment="board")


async def month(request: Request) -> Response:
    actor, today, filters, _ = _asked(request)
    first = first_of(request.query_params.get("month", ""), today)
    steps = (first - timedelta(days=1), first, first + timedelta(days=31))
    head = await _head(request, "month", filters, steps, today if _same_month(first, today) else first)
    monday = first - timedelta(days=first.weekday())
    days = await board.month(actor, monday, 7 * WEEKS_OF_MONTH, filters)
    whole = days if _same_month(days[35].day, first) else days[:35]
    return render(request, "schedule/month.html", MonthPage(head, first, whole, today), fragment="month")


async def meetings(request: Request) -> Response:
    actor, today, filters, page = _asked(request)
    first = day_of(request.query_params.get("from", ""), today)
    if kind := files.asked(request):
        every = files.through(partial(_cards, actor, first, filters))
        return await files.answer(request, kind, files.table(mark("Spotkania"), COLUMNS, every), personal=True)
    steps = (first - timedelta(days=7), first, first + timedelta(days=7))
    head = await _head(request, "list", filters, steps, first)
    lines = await board.listed(actor, first, LIST_DAYS, filters, page)
    return render(request, "schedule/meetings.html", ListPage(head, first, lines), fragment="lines")


async def _cards(actor: Actor, first: date, filters: Filters, page: int | None) -> tuple[tuple[Card, ...], int | None]:
    found = await board.listed(actor, first, LIST_DAYS, filters, page or 1)
    return found.cards, found.page + 1 if found.page < found.pages else None


def monday_of(text: str, today: date) -> date:
    """The Monday of an ISO week such as 2026-W48; of the current one when `text` is none."""
    found = re.fullmatch(r"(\d{4})-W(\d\d)", text, re.ASCII)
    if found and YEARS[0] <= int(found[1]) <= YEARS[1]:
        try:
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            pass
    return today - timedelta(days=today.weekday())


def first_of(text: str, today: date) -> date:
    """The first day of a month such as 2026-11; of the current one when `text` is none."""
    return day_of(f"{text}-01", today).replace(day=1)


def day_of(text: str, today: date) -> date:
    """A day such as 2026-11-22; today when `text` is none."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return today
        return day if YEARS[0] <= day.year <= YEARS[1] else today
    return today


def said(view: str, day: date) -> dict[str, str]:
    """How the address of `view` names the week, month or day that holds `day`."""
    year, number, _ = day.isocalendar()
    return {
        "week": {"week": f"{year}-W{number:02d}"}, "month": {"month": f"{day:%Y-%m}"}, "list": {"from": f"{day}"},
    }[view]  # fmt: skip


def _asked(request: Request) -> tuple[Actor, date, Filters, int]:
    """Who reads, today, the filters and the page of the address; what makes no sense there is as if left out."""
    params = {name: request.query_params.getlist(name) for name in request.query_params}
    checked = forms.read(Filters, params)
    sound = {name: values for name, values in params.items() if name not in checked.errors}
    filters = forms.read(Filters, sound).value or Filters()
    page = forms.read(Page, params).value
    return request.state.actor, clock.today(settings_of(request).timezone), filters, page.page if page else 1


async def _head(request: Request, view: str, filters: Filters, steps: tuple[date, date, date], other: date) -> Head:
    """`steps` are days of what comes before, of what is shown, of what comes after; other views open at `other`."""
    kept = {name: str(value) for name, value in filters.model_dump(mode="json").items() if value is not None}
    here, address = said(view, steps[1]), _addresses(kept)
    # A part that is asked for alone has no filters to choose from.
    choices = NO_CHOICES if wants_fragment(request) else await board_filters.choices(request.state.actor)
    return Head(
        view=view,
        filters=filters,
        form=forms.blank(**kept, **here),
        choices=choices,
        kinds=tuple(InitiativeKind),
        narrowed=bool(kept),
        to=lambda **changes: address(view, **(here | changes)),
        page_of=lambda page: address(view, **here, page=page),
        week_of=lambda day: address("week", **said("week", day)),
        views={one: address(one, **said(one, other)) for one in ADDRESSES},
        back=address(view, **said(view, steps[0])),
        now=address(view),
        on=address(view, **said(view, steps[2])),
    )


def _addresses(kept: dict[str, str]) -> Callable[..., str]:
    """Addresses of the views, with the filters `kept` unless said otherwise."""

    def address(of: str, **changes: object) -> str:
        parts = {name: str(value) for name, value in (kept | changes).items() if value}
        return ADDRESSES[of] + (f"?{urlencode(parts)}" if parts else "")

    return address


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)
