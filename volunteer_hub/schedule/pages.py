"""The public list of openings; the volunteer's own page and calendar address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas.forms import Options
from volunteer_hub.atlas.pages import known
from volunteer_hub.initiatives import circle_tasks
from volunteer_hub.initiatives.circle_tasks import MyCircle
from volunteer_hub.kit import paging
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import guardians
from volunteer_hub.schedule import actions, queries
from volunteer_hub.schedule.forms import Answer, Listed
from volunteer_hub.schedule.pairs import visits
from volunteer_hub.schedule.pairs.visits import Visit
from volunteer_hub.schedule.queries import PublicOpening
from volunteer_hub.schedule.regular import queries as regular_queries
from volunteer_hub.schedule.regular.queries import RegularTask
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.schedule.today import queries as day_queries
from volunteer_hub.schedule.volunteers import feeds, own_tasks
from volunteer_hub.schedule.volunteers.own_tasks import Task
from volunteer_hub.schedule.wishes import fitting
from volunteer_hub.schedule.wishes import queries as wish_queries
from volunteer_hub.schedule.wishes.fitting import Judged, Suggestion
from volunteer_hub.schedule.wishes.queries import Asker
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of, wants_fragment

ON_A_PAGE = 20
SUGGESTED, SUGGESTED_AT_HOME = 6, 3
ASKED = (AssignmentState.INVITED, AssignmentState.SILENT)

YES = mark("Dziękujemy. Zadanie jest Twoje.")
NO = mark("Dziękujemy za odpowiedź. Poszukamy dalej.")


@dataclass(frozen=True)
class OpportunitiesPage:
    """One page of the openings; `total` counts those of all `pages`, `address(n)` leads to page n with its filters.

    `asker`: the volunteer who looks, if it is one; `back`: the address of this page. `suggestions`: what fits them
    best, in no list of the others; `judged`: how those suit them.
    """

    openings: list[PublicOpening]
    total: int
    page: int
    pages: int
    address: Callable[[int], str]
    areas: Options
    themes: Options
    filters: Checked
    asker: Asker | None
    back: str
    suggestions: list[Suggestion]
    judged: Mapping[UUID, Judged]


@dataclass(frozen=True)
class MePage:
    """`address` is the calendar's, shown only when it was made just now; `has_feed`: there is one.
    `waiting`: a minor, for the guardian's consent. `visits`: whom they visit, one person at a time. `today`: how many
    tasks of today are before them.

    `say` is what was just done, for a fragment that is shown again.
    """

    invitations: list[Task]
    wishes: list[Task]
    accepted: list[Task]
    has_feed: bool
    waiting: guardians.Waiting | None = None
    circles: list[MyCircle] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    regular: list[RegularTask] = field(default_factory=list)
    today: int = 0
    suggestions: list[Suggestion] = field(default_factory=list)
    asker: Asker | None = None
    address: str = ""
    say: str = ""


async def opportunities(request: Request) -> Response:
    areas, themes = await atlas.areas(), await atlas.themes(public=True)
    area, theme = known(request, "area", areas), known(request, "theme", themes)
    suggestions = await fitting.suggested(request.state.actor, SUGGESTED, area, theme)
    first = [one.opening.id for one in suggestions]
    total = await queries.count_public_openings(area, theme) - len(first)
    pages = paging.pages(total, ON_A_PAGE)
    number = min(_page_asked(request), pages)
    openings = await queries.public_openings(ON_A_PAGE, area, theme, skip=(number - 1) * ON_A_PAGE, but=first)
    ids = [opening.id for opening in openings]
    page = OpportunitiesPage(
        openings=openings,
        total=total,
        page=number,
        pages=pages,
        address=lambda n: str(request.url.replace(scheme="", netloc="").include_query_params(page=n)),
        areas=areas,
        themes=themes,
        filters=forms.blank(area=area, theme=theme),
        asker=await wish_queries.asker(request.state.actor, [*first, *ids]),
        back=str(request.url.replace(scheme="", netloc="")),
        suggestions=suggestions,
        judged=await fitting.judged(request.state.actor, ids),
    )
    return render(request, "schedule/opportunities.html", page)


def _page_asked(request: Request) -> int:
    asked = forms.read(Listed, {"page": request.query_params.getlist("page")}).value
    return asked.page if asked else 1


async def me(request: Request) -> Response:
    return render(request, "schedule/me.html", await _my_page(request))


async def answer(request: Request) -> Response:
    given = forms.read(Answer, await request.form()).value
    if given is None:
        raise Refused(mark("Wybierz „Przyjmuję” albo „Nie tym razem”."), 422)
    accept = given.answer == "yes"
    await actions.answer(request.state.actor, request.path_params["id"], accept=accept, channel="web")
    return await _done(request, YES if accept else NO)


async def renew_feed(request: Request) -> Response:
    """Answers with the page itself, not with a redirect: the new address must stand nowhere else."""
    token = await feeds.renew(request.state.actor)
    page = await _my_page(request, address=f"{settings_of(request).public_url}/calendar/{token}.ics")
    return render(request, "schedule/me.html", page, fragment="feed")


async def _my_page(request: Request, *, address: str = "", say: str = "") -> MePage:
    tasks = await own_tasks.tasks(request.state.actor)
    suggestions = await fitting.suggested(request.state.actor, SUGGESTED_AT_HOME)
    return MePage(
        invitations=[task for task in tasks if task.state in ASKED and not task.in_line],
        wishes=[task for task in tasks if task.state is AssignmentState.PROPOSED or task.in_line],
        accepted=[task for task in tasks if task.state is AssignmentState.ACCEPTED],
        has_feed=await feeds.exists(request.state.actor),
        waiting=await guardians.waiting(request.state.actor),
        regular=await regular_queries.mine(request.state.actor),
        circles=await circle_tasks.my_circles(request.state.actor),
        visits=await visits.mine(request.state.actor),
        today=await day_queries.count_today(request.state.actor),
        suggestions=suggestions,
        asker=await wish_queries.asker(request.state.actor, [one.opening.id for one in suggestions]),
        address=address,
        say=say,
    )


async def _done(request: Request, sentence: str) -> Response:
    if wants_fragment(request):
        page = await _my_page(request, say=gettext(sentence))
        return render(request, "schedule/me.html", page, fragment="tasks")
    return redirect(request, "/me", sentence)
