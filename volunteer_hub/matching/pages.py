"""An opening at the desk: who to invite and why, who not and why; and the openings that lack people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import asking, order, queries, rules
from volunteer_hub.matching.forms import Invitation
from volunteer_hub.matching.queries import Candidate, Excluded, OpeningView
from volunteer_hub.matching.soft import SOFT, Adds
from volunteer_hub.matching.waves import pages as wave_pages
from volunteer_hub.matching.waves.pages import WavesPart
from volunteer_hub.messaging import queries as messages
from volunteer_hub.messaging import quiet
from volunteer_hub.schedule import queries as schedule
from volunteer_hub.schedule.queries import RosterRow
from volunteer_hub.schedule.regular import queries as regular_queries
from volunteer_hub.schedule.rules import Rule
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.schedule.wishes import queries as wish_queries
from volunteer_hub.schedule.wishes.queries import OpenWish
from volunteer_hub.web import formats, forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of, wants_fragment

INVITED = mark("Zaproszenie wysłane: %(name)s")
INVITED_LATER = mark("Zaproszenie zapisane: %(name)s. SMS wyjdzie %(when)s.")
# Of those who do not fit so many stand there at once; the others open below them.
SHOWN_EXCLUDED = 5


@dataclass(frozen=True)
class Problem:
    """Why somebody was not invited, and the word that was typed for them; `in_place`: the page has its field."""

    volunteer: UUID
    word: str
    sentence: str
    in_place: bool = False


@dataclass(frozen=True)
class OpeningPage:
    """`without`: the wishes set aside, as the address says; `again` is that part of it; `wishes_in_order`: all that may
    be, each always in its place. `without_word`: so many of the candidates are asked without a word.
    `morning`: when an SMS that may not ring now leaves; `too_late`: the meeting begins before that."""

    opening: OpeningView
    candidates: list[Candidate]
    elsewhere: list[Candidate]
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
    problem: Problem | None = None
    morning: datetime | None = None
    too_late: bool = False
    without_word: int = order.WITHOUT_WORD
    shown_excluded: int = SHOWN_EXCLUDED
    wishes_in_order: Sequence[Rule] = SOFT


async def opening(request: Request) -> Response:
    return render(request, "matching/opening.html", await _page(request), fragment="staffing")


async def invite(request: Request) -> Response:
    actor, id = request.state.actor, request.path_params["id"]
    checked = forms.read(Invitation, await request.form())
    if (given := checked.value) is None:
        return await _refused(request, checked, Refused(checked.error("word"), 422 if checked.error("word") else 404))
    try:
        await asking.ask(actor, id, given.volunteer, given.word, wakes=given.now)
    except Refused as refused:
        row = await _row(actor, id, given.volunteer)
        if row is None or row.state is not AssignmentState.INVITED:  # a second press of the button is no mistake
            return await _refused(request, checked, refused)
    row = await _row(actor, id, given.volunteer)
    said, values = await _told(request, row)
    if wants_fragment(request):
        page = await _page(request, gettext(said, **values))
        return render(request, "matching/opening.html", page, fragment="staffing")
    return redirect(request, f"/desk/openings/{id}{_again(_without(request))}", said, **values)


async def _told(request: Request, row: RosterRow | None) -> tuple[str, dict[str, str]]:
    """What is said of an invitation: by night also when its SMS leaves."""
    until = await messages.waits_until(f"assignment:{row.assignment}") if row else None
    values = {"name": row.name if row else ""}
    if until is None:
        return INVITED, values
    return INVITED_LATER, values | {"when": formats.moment(until, settings_of(request).timezone)}


async def _refused(request: Request, checked: Checked[Any], refused: Refused) -> Response:
    """The page as it stands now with what was in the way, the typed word in its field. htmx leaves the page as it is,
    so there the sentence alone is enough."""
    volunteer = forms.id_of(checked.first("volunteer"))
    if refused.status == 404 or volunteer is None or wants_fragment(request):
        raise refused
    found = Problem(volunteer, checked.first("word"), gettext(refused.sentence, **refused.values))
    page = await _page(request, problem=found)
    return render(request, "matching/opening.html", page, status=refused.status)


async def _page(request: Request, say: str = "", problem: Problem | None = None) -> OpeningPage:
    without = _without(request)
    found = await queries.staffing(request.state.actor, request.path_params["id"], without)
    wishes = await wish_queries.open_wishes(request.state.actor, opening=request.path_params["id"])
    shown = {f.name: getattr(found, f.name) for f in fields(found)}
    first = await regular_queries.offered_first(request.path_params["id"])
    waves = await wave_pages.part(request, left=len(found.candidates))
    morning = quiet.morning(clock.now())
    starts = clock.instant(found.opening.starts_wall, found.opening.timezone)
    if problem:
        with_word = [*found.candidates[order.WITHOUT_WORD :], *found.elsewhere, *found.relaxed]
        persons = [one.person.id for one in with_word] + [one.person.id for one in found.excluded if one.may_be_asked]
        problem = replace(problem, in_place=problem.volunteer in persons)
    return OpeningPage(
        **shown, most=rules.PARTS, wishes=wishes, regular_first=first, waves=waves,
        without=forms.blank(without=without), again=_again(without), say=say, problem=problem,
        morning=morning, too_late=bool(morning and morning >= starts),
    )  # fmt: skip


def _without(request: Request) -> list[Rule]:
    """The wishes that the address sets aside; what is none cannot be."""
    given = request.query_params.getlist("without")
    return [rule for rule in SOFT if rule in given]


def _again(without: Collection[Rule]) -> str:
    return "?" + urlencode([("without", rule.value) for rule in without]) if without else ""


async def _row(actor: Actor, opening: UUID, volunteer: UUID) -> RosterRow | None:
    return next((row for row in await schedule.roster(actor, opening) if row.volunteer == volunteer), None)
