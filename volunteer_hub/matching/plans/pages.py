"""A plan of a period at the desk: asked for, read by opening or by volunteer, changed pair by pair, dropped."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock, paging
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import queries as matching
from volunteer_hub.matching.plans import actions, queries, rules
from volunteer_hub.matching.plans.forms import Change, PairSaid, Period, Saying, Seen, View
from volunteer_hub.matching.plans.pictures import Pictures, pictures
from volunteer_hub.matching.plans.queries import OpeningLine, PersonLine, PlanCard, PlanView
from volunteer_hub.matching.queries import ShortRow
from volunteer_hub.matching.rules import PARTS
from volunteer_hub.matching.states import PlanState
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of, wants_fragment

# Openings or people on one page: a centre has fewer, a large town has hundreds.
PER_PAGE = 60

MADE = mark("Szkic jest gotowy. Nikt jeszcze nic nie dostał.")
SOLVED = mark("Ułożone na nowo. Bez zmian: %(kept)s, doszło: %(added)s, odeszło: %(dropped)s.")
DROPPED = mark("Szkic porzucony. Nic więcej z niego nie wyjdzie.")
UNREADABLE = mark("Odśwież stronę i spróbuj jeszcze raz.")
SAID = {
    Saying.LOCK: mark("Zostaje w planie: %(name)s"),
    Saying.UNLOCK: mark("Nie musi zostać: %(name)s"),
    Saying.REFUSE: mark("Odrzucone, nie wróci na to miejsce: %(name)s"),
    Saying.TAKE_BACK: mark("Znowu jest w planie: %(name)s"),
}
NO_ROOM = mark("Ta osoba nie jest już odrzucona, ale teraz nie może tu wrócić. Ułóż resztę na nowo.")


@dataclass(frozen=True)
class HomePage:
    """`rows`: openings of the coming `days` that lack people, each by itself."""

    draft: PlanCard | None
    others: list[PlanCard]
    form: Checked[Any]
    rows: list[ShortRow]
    days: int = matching.DAYS


@dataclass(frozen=True)
class Typed:
    """The word that was typed beside a pair and not taken, and the sentence why."""

    pair: UUID
    word: str
    sentence: str


@dataclass(frozen=True)
class PlanPage:
    """`days`: openings day by day; `people`: the volunteers, of the page that is looked at. `short`: all openings that
    lack people, and where each stands.

    `change`: it is a draft; `open`: somebody in it may still be invited. `problem`: why a press changed nothing;
    `typed`: the word that came with it.
    """

    plan: PlanView
    seen: Seen
    pages: int
    address: Callable[[int], str]
    drawn: Pictures
    days: list[tuple[date, list[OpeningLine]]]
    people: list[PersonLine]
    short: list[tuple[OpeningLine, str]]
    change: bool
    open: bool
    say: str = ""
    problem: str = ""
    typed: Typed | None = None
    most: dict[str, int] = field(default_factory=lambda: PARTS)


async def home(request: Request) -> Response:
    today = clock.today(settings_of(request).timezone)
    first, last = today + timedelta(days=1), today + timedelta(days=matching.DAYS)
    return await _home(request, forms.blank(first_day=first, last_day=last))


async def make(request: Request) -> Response:
    checked = forms.read(Period, await request.form())
    if (value := checked.value) is not None:
        days = (value.first_day, value.last_day)
        try:
            id = await actions.make(request.state.actor, *days, beyond_least=value.beyond_least)
        except Refused as refused:
            said = checked.refused("", gettext(refused.sentence, **refused.values))
            return await _home(request, said, status=refused.status)
        return redirect(request, f"/desk/plan/{id}", MADE)
    return await _home(request, checked, status=422)


async def show(request: Request) -> Response:
    return await shown(request)


async def say(request: Request) -> Response:
    """What is said of one pair: it stays, it need not, it goes, it comes back."""
    actor, plan, pair = request.state.actor, request.path_params["id"], request.path_params["pair"]
    checked = forms.read(PairSaid, await request.form())
    if (given := checked.value) is None:
        return await problem(request, Refused(checked.error("word") or UNREADABLE, 422), checked)
    try:
        back = await _said(request, given)
    except Refused as refused:
        return await problem(request, refused, checked)
    words = SAID[given.said] if back else NO_ROOM
    view = await queries.plan(actor, plan)
    name = next((one.name for line in view.openings for one in line.pairs if one.id == pair), "")
    if wants_fragment(request):
        return await shown(request, view, say=gettext(words, name=name))
    return redirect(request, f"{(await _seen(request)).address(plan)}#p-{pair}", words, name=name)


async def _said(request: Request, given: PairSaid) -> bool:
    """False: the pair is refused no more, and yet not in the plan."""
    pair = (request.state.actor, request.path_params["id"], request.path_params["pair"])
    match given.said:
        case Saying.LOCK:
            await actions.lock(*pair, given.version)
        case Saying.UNLOCK:
            await actions.unlock(*pair, given.version)
        case Saying.REFUSE:
            await actions.refuse(*pair, given.version, given.word)
        case Saying.TAKE_BACK:
            return await actions.take_back(*pair, given.version)
    return True


async def solve(request: Request) -> Response:
    plan = request.path_params["id"]
    given = forms.read(Change, await request.form()).value
    if given is None:
        return await problem(request, Refused(UNREADABLE, 422))
    try:
        again = await actions.solve_again(request.state.actor, plan, given.version)
    except Refused as refused:
        return await problem(request, refused)
    return redirect(request, (await _seen(request)).address(plan), SOLVED, **asdict(again))


async def drop(request: Request) -> Response:
    try:
        await actions.drop(request.state.actor, request.path_params["id"])
    except Refused as refused:
        return await problem(request, refused)
    return redirect(request, "/desk/plan", DROPPED)


async def problem(request: Request, refused: Refused, checked: Checked[Any] | None = None) -> Response:
    """The plan as it stands now, with why a press changed nothing, so that nobody must reload to go on. A word that was
    typed (`checked`) stands where it was."""
    if refused.status == 404:
        raise refused
    words = gettext(refused.sentence, **refused.values)
    word, pair = checked.first("word") if checked else "", request.path_params.get("pair")
    typed = Typed(pair, word, words) if word and pair else None
    return await shown(request, problem=words, typed=typed, status=refused.status)


async def shown(
    request: Request,
    view: PlanView | None = None,
    *,
    say: str = "",
    problem: str = "",
    typed: Typed | None = None,
    status: int = 200,
) -> Response:
    """The plan's page, or for htmx the part that changes."""
    view = view or await queries.plan(request.state.actor, request.path_params["id"])
    page = replace(_page(view, await _seen(request)), say=say, problem=problem, typed=typed)
    return render(request, "matching/plan.html", page, fragment="plan", status=status)


def _page(view: PlanView, seen: Seen) -> PlanPage:
    pairs = [pair for line in view.openings for pair in line.pairs]
    ways = [pair.km for pair in pairs if pair.fills]
    total = len(view.people if seen.by is View.PEOPLE else view.openings)
    seen = Seen(by=seen.by, page=paging.within(seen.page, total, PER_PAGE))
    here = slice((seen.page - 1) * PER_PAGE, seen.page * PER_PAGE)
    return PlanPage(
        plan=view,
        seen=seen,
        pages=paging.pages(total, PER_PAGE),
        address=lambda n: Seen(by=seen.by, page=n).address(view.card.id),
        drawn=pictures(view.figures, view.card.first_day, view.card.last_day, ways),
        days=[(day, list(lines)) for day, lines in groupby(view.openings[here], lambda line: line.starts_wall.date())],
        people=view.people[here],
        short=list(_short(view)),
        change=view.card.state is PlanState.DRAFT,
        open=any(pair.state in rules.OPEN for pair in pairs),
    )


def _short(view: PlanView) -> Iterator[tuple[OpeningLine, str]]:
    """Openings that lack people, each with the address where it stands in the plan."""
    for n, line in enumerate(view.openings):
        if line.gap:
            yield line, f"{Seen(page=n // PER_PAGE + 1).address(view.card.id)}#o-{line.opening}"


async def _seen(request: Request) -> Seen:
    """What nobody offered is the beginning."""
    asked = request.query_params
    given = await request.form() if request.method == "POST" else {name: asked.getlist(name) for name in asked}
    return forms.read(Seen, given).value or Seen()


async def _home(request: Request, form: Checked[Any], status: int = 200) -> Response:
    actor = request.state.actor
    draft = await queries.newest(actor)
    others = [one for one in await queries.latest(actor) if not draft or one.id != draft.id]
    page = HomePage(draft, others, form, await matching.short(actor))
    return render(request, "matching/plan_home.html", page, status=status)
