"""Asking for help: one short form, a number, and by when somebody answers."""

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import limits
from volunteer_hub.access.pages import client_of
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.intake import actions, drafts, rules
from volunteer_hub.intake.forms import AskForHelp, with_area, with_way_back
from volunteer_hub.kit import clock, secret
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.render import redirect, render, settings_of, visit

HELP = "help"


@dataclass(frozen=True)
class HelpPage:
    """`once` names this form: sent twice, it is one request."""

    form: Checked[AskForHelp]
    areas: list[tuple[str, str]]
    once: str
    too_many: bool = False


@dataclass(frozen=True)
class ThanksPage:
    number: str
    answer_by: date


async def ask(request: Request) -> Response:
    typed = (await drafts.load(visit(request), HELP)).get("typed", {})
    return render(request, "intake/help.html", await _page(Checked({**typed, "once": [secret.token()]})))


async def send(request: Request) -> Response:
    form = with_way_back(forms.read(AskForHelp, await request.form()))
    page = await _page(form)
    form = with_area(form, form.first("area"), dict(page.areas), required=False)
    kept = [name for name in AskForHelp.model_fields if name != "once"]
    await drafts.save(visit(request), HELP, "typed", form.typed, kept, first=True)
    if form.value is None:
        return render(request, "intake/help.html", await _page(form), status=422)
    settings, today = settings_of(request), clock.today(settings_of(request).timezone)
    if not await limits.spend(settings, rules.REQUESTS, client_of(request)):
        response = render(request, "intake/help.html", await _page(form, too_many=True), status=429)
        response.headers["Retry-After"] = str(rules.REQUESTS.wait)
        return response
    number = await actions.ask_for_help(settings, form.value, today)
    await drafts.finish(visit(request), HELP, {"number": number})
    return redirect(request, "/help/done")


async def sent(request: Request) -> Response:
    draft = await drafts.load(visit(request), HELP)
    if "done" not in draft:
        return redirect(request, "/help")
    today = clock.today(settings_of(request).timezone)
    by = rules.working_days_on(today, rules.ANSWER_WORKING_DAYS)
    return render(request, "intake/help_done.html", ThanksPage(draft["done"]["number"], by))


async def _page(form: Checked[AskForHelp], *, too_many: bool = False) -> HelpPage:
    areas = [(district.slug, district.name) for district in await atlas.districts()]
    return HelpPage(form, areas, form.first("once") or secret.token(), too_many)
