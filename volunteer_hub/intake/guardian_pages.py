"""The guardian's page, by a link and without an account: what the child will do, yes or no, and taking a yes back."""

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import limits
from volunteer_hub.access.pages import client_of
from volunteer_hub.access.rules import Limit
from volunteer_hub.intake import guardian_actions
from volunteer_hub.intake.guardian_forms import Agree, AskForLink
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import guardian_links, guardians
from volunteer_hub.people.consents import Scope
from volunteer_hub.people.guardians import Ward
from volunteer_hub.schedule.volunteers import for_guardian
from volunteer_hub.schedule.volunteers.for_guardian import AgeRule, KindOfTask, Task
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

SENT = mark("Jeśli to kontakt opiekuna, który u nas jest, link już idzie. Jeśli nie dojdzie, proszę do nas zadzwonić.")
# Of asking for a new link: tries from one address.
ASKED_FOR_LINKS = Limit("guardian-link", 10, 3600)
PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@dataclass(frozen=True)
class WardPage:
    """`words` is the sentence the guardian signs, `token` the way back to this page."""

    ward: Ward
    token: str
    words: str
    form: Checked[Agree]
    kinds: list[KindOfTask]
    limits: list[AgeRule]
    coming: list[Task]
    past: list[Task]


@dataclass(frozen=True)
class EndedPage:
    """A link that works no more: of somebody who is of age now, of an old letter (`token`), or of nobody."""

    of_age: bool
    token: str
    form: Checked[AskForLink]


async def ward(request: Request) -> Response:
    return await _page(request, forms.blank())


async def agree(request: Request) -> Response:
    form = forms.read(Agree, await request.form())
    found = await guardians.ward(settings_of(request), request.path_params["token"])
    if found and found.own_contact and "to" not in form.typed:
        form = form.refused("to", gettext("Wybierz jedną z odpowiedzi."))
    if form.value is None:
        return await _page(request, form, 422)
    scope = form.value.scope if found and found.own_contact else form.value.scope - {Scope.TO_CHILD}
    await guardian_actions.agree(settings_of(request), request.path_params["token"], scope)
    return _back(request, mark("Dziękujemy. Zgoda jest zapisana."))


async def decline(request: Request) -> Response:
    await guardian_actions.decline(settings_of(request), request.path_params["token"])
    return _back(request, mark("Zapisane. Dziecko nie dostanie od nas żadnego zadania."))


async def renew(request: Request) -> Response:
    await _spend(request)
    await guardians.renew(settings_of(request), request.path_params["token"], client_of(request))
    return _sent(request)


async def lost(request: Request) -> Response:
    return _private(render(request, "intake/guardian_ended.html", EndedPage(False, "", forms.blank())))


async def ask(request: Request) -> Response:
    form = forms.read(AskForLink, await request.form())
    if form.value is None:
        return _private(render(request, "intake/guardian_ended.html", EndedPage(False, "", form), status=422))
    await _spend(request)
    await guardian_links.ask(settings_of(request), form.value.who, client_of(request))
    return _sent(request)


async def remind(request: Request) -> Response:
    """A minor who waits asks us to write to the guardian once more."""
    sent = await guardians.remind(settings_of(request), request.state.actor, client_of(request))
    later = mark("Nie możemy teraz wysłać linku. Zadzwonimy do opiekuna.")
    return redirect(request, "/me", mark("Link do opiekuna jest wysłany.") if sent else later)


async def send_from_desk(request: Request) -> Response:
    id = request.path_params["id"]
    sent = await guardians.send_from_desk(settings_of(request), request.state.actor, id)
    said = mark("Link do opiekuna jest wysłany.") if sent else mark("Na ten kontakt nie możemy teraz wysłać linku.")
    return redirect(request, f"/desk/people/{id}", said)


async def decline_at_desk(request: Request) -> Response:
    id = request.path_params["id"]
    await guardian_actions.decline_at_desk(settings_of(request), request.state.actor, id)
    return redirect(request, f"/desk/people/{id}", mark("Zapisane. Miejsca tej osoby są wolne."))


async def _page(request: Request, form: Checked[Agree], status: int = 200) -> Response:
    token, settings = request.path_params["token"], settings_of(request)
    found = await guardians.ward(settings, token)
    if found is None or found.ended or found.of_age:
        ended = EndedPage(bool(found and found.of_age), token if found else "", forms.blank())
        return _private(render(request, "intake/guardian_ended.html", ended, status=410))
    page = await _about(found, token, form, clock.today(settings.timezone))
    return _private(render(request, "intake/guardian.html", page, status=status))


async def _about(found: Ward, token: str, form: Checked[Agree], today: date) -> WardPage:
    coming, past = await for_guardian.tasks_of(found.volunteer) if found.agreed else ([], [])
    if found.consent and found.agreed and not form.typed:
        to = Scope.TO_GUARDIAN if Scope.TO_GUARDIAN in found.consent.scope else Scope.TO_CHILD
        form = forms.blank(to=to, school="yes" if Scope.SCHOOL_HOURS in found.consent.scope else "")
    return WardPage(
        ward=found,
        token=token,
        words=gettext(found.words.sentence),
        form=form,
        kinds=await for_guardian.kinds_of_tasks(found.age),
        limits=await for_guardian.age_rules(found.age, today),
        coming=coming,
        past=past,
    )


async def _spend(request: Request) -> None:
    if not await limits.spend(settings_of(request), ASKED_FOR_LINKS, client_of(request)):
        raise Refused(mark("Za dużo prób z tego miejsca. Spróbuj za kilka minut albo zadzwoń do nas."), 429)


def _sent(request: Request) -> Response:
    return _private(redirect(request, "/guardian", SENT))


def _back(request: Request, said: str) -> Response:
    return _private(redirect(request, f"/guardian/{request.path_params['token']}", said))


def _private(response: Response) -> Response:
    response.headers.update(PRIVATE)
    return response
