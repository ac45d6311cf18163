"""An opening at the desk: who to invite and why, who not and why; and the openings that lack people."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import asking, order, queries, rules
from volunteer_hub.matching.forms import Invitation
from volunteer_hub.matching.queries import Candidate, Excluded, OpeningView
from volunteer_hub.matching.soft import SOFT, Adds
from volunteer_hub.matching.waves import pages as wave_pages
from volunteer_hub.matching.waves.pages import WavesPart
from volunteer_hub.schedule import queries as schedule
from volunteer_hub.schedule.queries import RosterRow
from volunteer_hub.schedule.regular import queries as regular_queries
from volunteer_hub.schedule.rules import AssignmentState, Rule
from volunteer_hub.schedule.wishes import queries as wish_queries
from volunteer_hub.schedule.wishes.queries import OpenWish
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, wants_fragment

INVITED = mark("Zaproszenie wysłane: %(name)s")


@dataclass(frozen=True)
class OpeningPage:
    """`without`: the wishes set aside, as the address says; `again` is that part of it. `without_word`: so many of the
    candidates are asked without a word."""

    opening: OpeningView
    candidates: list[Candidate]
    excluded: list[Excluded]
    more: int
    roster: list[RosterRow]
    relaxed: list[Candidate]
    adds: dict[Rule, Adds]
    most: dict[str, int]
    wishes: list[OpenWish]
    regular_first: UUID | None
    waves: WavesPart
    without: Checked[Any]
    again: str
    say: str = ""
    without_word: int = order.WITHOUT_WORD


async def opening(request: Request) -> Response:
    return render(request, "matching/opening.html", await _page(request), fragment="staffing")


async def invite(request: Request) -> Response:
    actor, id = request.state.actor, request.path_params["id"]
    checked = forms.read(Invitation, await request.form())
    if (given := checked.value) is None:
        raise Refused(checked.error("word"), 422 if checked.error("word") else 404)
    try:
        await asking.ask(actor, id, given.volunteer, given.word)
    except Refused:
        row = await _row(actor, id, given.volunteer)
        if row is None or row.state is not AssignmentState.INVITED:  # a second press of the button is no mistake
            raise
    row = await _row(actor, id, given.volunteer)
    name = row.name if row else ""
    if wants_fragment(request):
        page = await _page(request, gettext(INVITED, name=name))
        return render(request, "matching/opening.html", page, fragment="staffing")
    return redirect(request, f"/desk/openings/{id}{_again(_without(request))}", INVITED, name=name)


async def _page(request: Request, say: str = "") -> OpeningPage:
    without = _without(request)
    found = await queries.staffing(request.state.actor, request.path_params["id"], without)
    wishes = await wish_queries.open_wishes(request.state.actor, opening=request.path_params["id"])
    shown = {f.name: getattr(found, f.name) for f in fields(found)}
    first = await regular_queries.offered_first(request.path_params["id"])
    waves = await wave_pages.part(request)
    return OpeningPage(
        **shown, most=rules.PARTS, wishes=wishes, regular_first=first, waves=waves,
        without=forms.blank(without=without), again=_again(without), say=say,
    )  # fmt: skip


def _without(request: Request) -> list[Rule]:
    """The wishes that the address sets aside; what is none cannot be."""
    given = request.query_params.getlist("without")
    return [rule for rule in SOFT if rule in given]


def _again(without: Collection[Rule]) -> str:
    return "?" + urlencode([("without", rule.value) for rule in without]) if without else ""


async def _row(actor: Actor, opening: UUID, volunteer: UUID) -> RosterRow | None:
    return next((row for row in await schedule.roster(actor, opening) if row.volunteer == volunteer), None)
