"""The day itself: a volunteer's today, "I am ill" in one press; a leader's and the desk's day, to ring and to print."""

from dataclasses import dataclass
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Role
from volunteer_hub.schedule.attendance import queries as attendance_queries
from volunteer_hub.schedule.attendance.queries import NotNoted
from volunteer_hub.schedule.hours import queries as hours_queries
from volunteer_hub.schedule.today import illness
from volunteer_hub.schedule.today import queries as day_queries
from volunteer_hub.schedule.today.queries import DayMeeting, Mine
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of

ILL = mark("Zapisane, nikt dziś na Ciebie nie czeka. Zdrowiej spokojnie.")
NOTHING = mark("Nie masz już dziś nic przed sobą.")
ILL_NOTED = mark("Zapisane. Miejsca są wolne, szukamy kogoś innego.")


@dataclass(frozen=True)
class TodayPage:
    """`ahead`: some of it has not begun, so it can be given back."""

    tasks: list[Mine]
    today: date
    ahead: bool


@dataclass(frozen=True)
class DayPage:
    """`coming`: of who leads, the next ones after today. `hours`: how many reports of hours wait for this reader."""

    day: date
    today: date
    before: date
    after: date
    meetings: list[DayMeeting]
    coming: list[DayMeeting]
    not_noted: list[NotNoted]
    hours: int
    may_release: bool


async def my_day(request: Request) -> Response:
    today = clock.today(settings_of(request).timezone)
    tasks = await day_queries.my_day(request.state.actor)
    return render(request, "schedule/my_day.html", TodayPage(tasks, today, any(not task.begun for task in tasks)))


async def ill(request: Request) -> Response:
    freed = await illness.today(request.state.actor)
    return redirect(request, "/me/today", ILL if freed else NOTHING)


async def day(request: Request) -> Response:
    """?day=2026-11-25; without it, today."""
    actor, today = request.state.actor, clock.today(settings_of(request).timezone)
    asked = _day(request.query_params.get("day", "")) or today
    one = timedelta(days=1)
    page = DayPage(
        asked, today, asked - one, asked + one,
        meetings=await day_queries.of_day(actor, asked, today=today),
        coming=await day_queries.next_ones(actor, today) if asked == today else [],
        not_noted=await attendance_queries.not_noted(actor) if asked == today else [],
        hours=await hours_queries.count_waiting(actor),
        may_release=actor.role is Role.COORDINATOR,
    )  # fmt: skip
    return render(request, "schedule/day.html", page)


async def ill_for_them(request: Request) -> Response:
    day = await illness.for_them(request.state.actor, request.path_params["id"])
    return redirect(request, f"/desk/day?day={day}", ILL_NOTED)


def _day(text: str) -> date | None:
    """A day of these centuries; anything else is none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None
