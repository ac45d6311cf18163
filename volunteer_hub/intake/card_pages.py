"""What stands on a volunteer's card: the person, the papers, the plan, the messages, put together from their rooms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import queries as atlas
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.messaging import queries as messages
from volunteer_hub.messaging.edited.kinds import called
from volunteer_hub.messaging.queries import TooLate
from volunteer_hub.people import paper_queries, queries, rules, time_queries
from volunteer_hub.people.consents import WORDS, Purpose
from volunteer_hub.people.duplicates import Known, possible_duplicates
from volunteer_hub.people.lacks import Lacking, lacks
from volunteer_hub.people.paper_queries import Papers
from volunteer_hub.people.queries import VolunteerCard
from volunteer_hub.people.rules import CLEARANCES
from volunteer_hub.people.week import Days
from volunteer_hub.schedule.volunteers import of_volunteer
from volunteer_hub.schedule.volunteers.of_volunteer import Tasks
from volunteer_hub.web.forms import Checked, blank
from volunteer_hub.web.i18n import gettext
from volunteer_hub.web.render import redirect, render, settings_of, wants_fragment

FORMS = ("clearance", "shorter", "service", "policy", "ending")


@dataclass(frozen=True)
class VolunteerPage:
    """`forms` are those of the card by name; `typed` the name of the one that was refused.

    `talk` opens the messages. `stopped`: the number wrote STOP. `too_late`: what was not told them in time.
    `alike`: who may be the same person.
    """

    who: VolunteerCard
    area: str
    age: int
    minor: bool
    today: date
    lacks: list[Lacking]
    papers: Papers
    tasks: Tasks
    consent_words: Mapping[Purpose, str]
    talk: UUID | None
    stopped: bool
    too_late: list[tuple[str, TooLate]]
    away: list[Days]
    alike: list[Known]
    forms: Mapping[str, Checked[Any]]
    typed: str = ""
    clearance_kinds: tuple[str, ...] = CLEARANCES
    said: str = ""


async def load(request: Request, typed: str = "", form: Checked[Any] | None = None, said: str = "") -> VolunteerPage:
    """The card of the person in the address, with a refused `form` of the name `typed`. Raises Refused 404."""
    actor, id, today = request.state.actor, request.path_params["id"], today_of(request)
    who = await queries.volunteer(actor, id)
    papers = await paper_queries.papers(actor, id)
    forms = {name: blank() for name in FORMS} | {"service": blank(first_day=day_of(papers.first_day))}
    return VolunteerPage(
        who=who,
        area=dict(await atlas.areas()).get(who.area_slug, who.area_slug),
        age=rules.age(who.birth_date, today),
        minor=rules.is_minor(who.birth_date, today),
        today=today,
        lacks=lacks(who, papers, today, settings_of(request).warn_days),
        papers=papers,
        tasks=await of_volunteer.tasks_of(actor, id),
        consent_words={purpose: gettext(words.sentence) for purpose, words in WORDS.items()},
        talk=await messages.newest_line(actor, who.phone) if who.phone else None,
        stopped=bool(who.phone) and await messages.is_stopped(who.phone),
        too_late=await _too_late(actor, id),
        away=await time_queries.away(id, today),
        alike=await possible_duplicates(actor, id),
        forms=forms | ({typed: form} if form else {}),
        typed=typed,
        said=said,
    )


async def _too_late(actor: Actor, volunteer: UUID) -> list[tuple[str, TooLate]]:
    """What was to be told them about themselves and their regular tasks, by what it is called; tasks show their own."""
    abouts = [f"volunteer:{volunteer}", *await of_volunteer.regular_abouts(volunteer)]
    return [(called(one.template), one) for one in await messages.too_late(actor, abouts)]


async def refuse(request: Request, typed: str, form: Checked[Any]) -> Response:
    """The card once more, with what was typed into the form `typed` and why it was not taken."""
    page = await load(request, typed, form)
    return render(request, "people/volunteer.html", page, fragment="volunteer", status=422)


async def done(request: Request, sentence: str, **values: object) -> Response:
    """The card as it is now, and what was done in words."""
    if wants_fragment(request):
        page = await load(request, said=gettext(sentence, **values))
        return render(request, "people/volunteer.html", page, fragment="volunteer")
    return redirect(request, f"/desk/people/{request.path_params['id']}", sentence, **values)


def today_of(request: Request) -> date:
    return clock.today(settings_of(request).timezone)


def day_of(day: date | None) -> str:
    """As it stands in an input."""
    return f"{day:%d.%m.%Y}" if day else ""
