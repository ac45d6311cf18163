"""School breaks as the centre keeps them, and the planned meetings that fall on a day off."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.schedule.series import actions as series_actions
from volunteer_hub.schedule.series import queries as series_queries
from volunteer_hub.schedule.series.forms import Chosen, NewBreak
from volunteer_hub.schedule.series.queries import BreakRow, InTheWay
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of

ADDED = mark("Zapisane. W tych dniach nie będzie nowych spotkań.")
ADDED_IN_THE_WAY = mark("Zapisane. Sprawdź spotkania, które już są w tych dniach.")
REMOVED = mark("Usunięte.")
CALLED_OFF = mark("Zaznaczone spotkania są odwołane. Wszyscy dostają wiadomość.")
NONE_CHOSEN = mark("Nic nie było zaznaczone.")


@dataclass(frozen=True)
class BreaksPage:
    """Breaks to come, and (`over`) those of before."""

    breaks: list[BreakRow]
    over: list[BreakRow]
    in_the_way: list[InTheWay]
    form: Checked[Any]


async def breaks(request: Request) -> Response:
    return render(request, "schedule/breaks.html", await _page(request, forms.blank()))


async def add(request: Request) -> Response:
    checked = forms.read(NewBreak, await request.form())
    if (value := checked.value) is None:
        return render(request, "schedule/breaks.html", await _page(request, checked), status=422)
    await series_actions.add_break(request.state.actor, **value.model_dump())
    found = await series_queries.in_the_way(request.state.actor)
    return redirect(request, "/desk/breaks", ADDED_IN_THE_WAY if found else ADDED)


async def remove(request: Request) -> Response:
    await series_actions.remove_break(request.state.actor, request.path_params["id"])
    return redirect(request, "/desk/breaks", REMOVED)


async def call_off(request: Request) -> Response:
    chosen = forms.read(Chosen, await request.form()).value
    done = await series_actions.call_off_in_the_way(request.state.actor, chosen.meetings if chosen else [])
    return redirect(request, "/desk/breaks", CALLED_OFF if done else NONE_CHOSEN)


async def _page(request: Request, form: Checked[Any]) -> BreaksPage:
    today = clock.today(settings_of(request).timezone)
    found = await series_queries.breaks()
    return BreaksPage(
        breaks=[one for one in reversed(found) if one.last_day >= today],
        over=[one for one in found if one.last_day < today],
        in_the_way=await series_queries.in_the_way(request.state.actor),
        form=form,
    )
