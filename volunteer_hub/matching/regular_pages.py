"""The page on which the desk asks somebody to take a series regularly."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import regular as matching
from volunteer_hub.matching.forms import Proposal
from volunteer_hub.matching.regular import Choice
from volunteer_hub.schedule.regular import actions as regular
from volunteer_hub.schedule.regular import queries as regular_queries
from volunteer_hub.schedule.regular.queries import RoleOf
from volunteer_hub.schedule.series import queries as series_queries
from volunteer_hub.schedule.series.queries import SeriesRow
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

PROPOSED = mark("Propozycja wysłana. Jedna odpowiedź będzie dotyczyć wszystkich spotkań.")


@dataclass(frozen=True)
class ProposePage:
    """`role` is the one that people are looked for, if there is any; `planned`: there is a meeting to judge them by."""

    row: SeriesRow
    said: str
    roles: list[RoleOf]
    role: RoleOf | None
    choices: list[Choice]
    planned: bool
    q: str
    form: Checked[Any]


async def propose_form(request: Request) -> Response:
    form = forms.blank(first_day=clock.today(settings_of(request).timezone))
    return render(request, "matching/regular.html", await _page(request, form, request.query_params.get("role", "")))


async def propose(request: Request) -> Response:
    data = await request.form()
    checked = forms.read(Proposal, data)
    id = request.path_params["id"]
    if (value := checked.value) is not None:
        given = (value.role, value.volunteer, value.first_day, value.last_day, value.word)
        try:
            await regular.propose(request.state.actor, id, *given)
        except Refused as refused:
            if refused.status == 404:
                raise
            checked = checked.refused("volunteer", gettext(refused.sentence, **refused.values))
        else:
            return redirect(request, f"/desk/series/{id}", PROPOSED)
    page = await _page(request, checked, checked.first("role"), checked.first("volunteer"))
    return render(request, "matching/regular.html", page, status=422)


async def _page(request: Request, form: Checked[Any], role: str, chosen: str = "") -> ProposePage:
    actor = request.state.actor
    row = await series_queries.one(actor, request.path_params["id"])
    roles = await regular_queries.roles(row.id)
    of = next((one for one in roles if str(one.id) == role), roles[0] if roles else None)
    opening = await regular_queries.next_opening(row.id, of.id) if of else None
    q = forms.one_line(request.query_params.get("q", ""))
    asked = await regular_queries.of_series(actor, row.id)
    there = {one.volunteer for one in asked if one.state in ("invited", "accepted")}
    said = row.said(clock.today(settings_of(request).timezone))
    found = await matching.choices(actor, opening, q, there) if opening else []
    return ProposePage(row, said, roles, of, await _with(request, found, opening, chosen), opening is not None, q, form)


async def _with(request: Request, found: list[Choice], opening: UUID | None, chosen: str) -> list[Choice]:
    """Whoever was found by name stays on the page when the form is shown again."""
    id = forms.id_of(chosen)
    if id is None or opening is None or any(one.person.id == id for one in found):
        return found
    return [*found, *await matching.choices(request.state.actor, opening, among=[id])]
