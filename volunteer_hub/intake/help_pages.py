"""Asking for help: one short form, a number, by when somebody answers; and later how it stands."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import limits, strangers
from volunteer_hub.access.pages import TOO_FAST, client_of
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.initiatives.queries import GroupCard
from volunteer_hub.intake import drafts, request_actions, rules, status
from volunteer_hub.intake.forms import with_area
from volunteer_hub.intake.request_forms import AskForHelp, AskStatus, with_way_back
from volunteer_hub.intake.rules import Reporter, What
from volunteer_hub.intake.status import Status
from volunteer_hub.kit import clock, secret
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext
from volunteer_hub.web.render import redirect, render, settings_of, visit

HELP = "help"
# What stands in the form before anybody has typed.
START = {"reporter": [Reporter.SELF.value], "urgency": ["2"]}


@dataclass(frozen=True)
class HelpPage:
    """`once` names this form: sent twice, it is one request. `opened` tells people from scripts. `group`: what they ask
    to belong to."""

    form: Checked[AskForHelp]
    areas: list[tuple[str, str]]
    once: str
    opened: str
    group: GroupCard | None
    too_many: bool = False


@dataclass(frozen=True)
class ThanksPage:
    """`harm`: somebody is being harmed, so the page names who helps at once and nothing was sent."""

    number: str
    code: str
    answer_by: date
    harm: bool


@dataclass(frozen=True)
class StatusPage:
    form: Checked[Any]
    status: Status | None = None
    wrong: str = ""


async def ask(request: Request) -> Response:
    typed = (await drafts.load(visit(request), HELP)).get("typed", {})
    # The page on children's safety leads here with the kind chosen already.
    chosen = {"what": [What.HARM.value]} if request.query_params.get("what") == What.HARM else {}
    # The list of groups leads here with one of them.
    if group := _group(request.query_params.get("group", ""), await initiatives.groups()):
        chosen = {"group": [str(group.id)], "what": [What.COMPANY.value]}
    form = Checked[AskForHelp]({**START, **typed, **chosen, "once": [secret.token()]})
    return render(request, "intake/help.html", await _page(request, form))


async def send(request: Request) -> Response:
    data, settings = await request.form(), settings_of(request)
    form = with_way_back(forms.read(AskForHelp, data))
    form = with_area(form, form.first("area"), dict(await atlas.areas()), required=False)
    if form.value is not None and not strangers.is_person(settings, data):
        form = form.refused("", gettext(TOO_FAST))
    kept = [name for name in AskForHelp.model_fields if name != "once"]
    await drafts.save(visit(request), HELP, "typed", form.typed, kept, first=True)
    if form.value is None:
        return render(request, "intake/help.html", await _page(request, form), status=422)
    if not await limits.spend(settings, rules.REQUESTS, client_of(request)):
        response = render(request, "intake/help.html", await _page(request, form, too_many=True), status=429)
        response.headers["Retry-After"] = str(rules.REQUESTS.wait)
        return response
    today = clock.today(settings.timezone)
    number = await request_actions.ask_for_help(settings, form.value, today, client_of(request))
    await drafts.finish(visit(request), HELP, {"number": number, "harm": form.value.what is What.HARM})
    return redirect(request, "/help/done")


async def sent(request: Request) -> Response:
    draft = await drafts.load(visit(request), HELP)
    if "done" not in draft:
        return redirect(request, "/help")
    settings, done = settings_of(request), draft["done"]
    by = rules.working_days_on(clock.today(settings.timezone), rules.ANSWER_WORKING_DAYS)
    code = status.code_of(settings, done["number"])
    return render(request, "intake/help_done.html", ThanksPage(done["number"], code, by, done.get("harm", False)))


async def ask_status(request: Request) -> Response:
    return render(request, "intake/help_status.html", StatusPage(forms.blank()))


async def show_status(request: Request) -> Response:
    """How a request stands; the number and code stay out of the address, so that no history or log keeps them."""
    form = forms.read(AskStatus, await request.form())
    if form.value is None:
        return render(request, "intake/help_status.html", StatusPage(form), status=422)
    settings, asked = settings_of(request), form.value
    year = clock.today(settings.timezone).year
    try:
        found = await status.status(settings, asked.number, asked.code, client_of(request), year)
    except Refused as refused:
        page = StatusPage(form, wrong=gettext(refused.sentence))
        return render(request, "intake/help_status.html", page, status=refused.status)
    if found is None:
        page = StatusPage(form, wrong=gettext("Nie ma zgłoszenia z tym numerem i kodem. Sprawdź jedno i drugie."))
        return render(request, "intake/help_status.html", page, status=422)
    return render(request, "intake/help_status.html", StatusPage(forms.blank(), found))


async def _page(request: Request, form: Checked[AskForHelp], *, too_many: bool = False) -> HelpPage:
    once = form.first("once") or secret.token()
    group = _group(form.first("group"), await initiatives.groups())
    return HelpPage(form, await atlas.areas(), once, strangers.opened(settings_of(request)), group, too_many)


def _group(id: str, groups: list[GroupCard]) -> GroupCard | None:
    return next((group for group in groups if str(group.id) == id), None)
