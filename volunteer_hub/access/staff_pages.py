"""How the staff sign in: a password and a second factor; the first time, what leads there; a facilitator's SMS."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import browsers, codes, entering, factors, passwords, rules, sessions, staff, strangers
from volunteer_hub.access.codes import Answer
from volunteer_hub.access.factors import Offered
from volunteer_hub.access.forms import Code, NewPassword, Number, Password, Second
from volunteer_hub.access.pages import TOO_FAST, client_of, refusal, waiting
from volunteer_hub.access.rules import Purpose, Stage
from volunteer_hub.access.sessions import Half
from volunteer_hub.access.staff import WRONG_CODE, WRONG_PASSWORD, Judged
from volunteer_hub.kit.actor import Actor
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of, visit

WEAK = mark(
    "To hasło łatwo odgadnąć: krąży w wyciekach albo jest podobne do znanych haseł lub Twoich danych."
    " Wymyśl inne, na przykład kilka słów."
)


@dataclass(frozen=True)
class StepPage:
    """A page of signing in: its form, where it leads in the end, and what this step shows."""

    form: Checked[Any]
    next: str = ""
    opened: str = ""
    email: str = ""
    least: int = passwords.SHORTEST
    offered: Offered | None = None
    codes: tuple[str, ...] = ()
    first: bool = True


async def password(request: Request) -> Response:
    return _password(request, forms.blank(), request.query_params.get("next", ""))


async def enter_password(request: Request) -> Response:
    data, settings = await request.form(), settings_of(request)
    form, wanted = forms.read(Password, data), str(data.get("next", ""))
    if form.value is None:
        return _password(request, form, wanted, 422)
    if not strangers.is_person(settings, data):
        return _password(request, form.refused("password", gettext(TOO_FAST)), wanted, 422)
    judged = await staff.by_password(settings, form.value.email.lower(), form.value.password, client_of(request))
    if judged.account is None:
        sentence, status, wait = said(judged, WRONG_PASSWORD)
        return _password(request, form.refused("password", sentence), wanted, status, wait)
    return await entering.halfway(request, judged.account, judged.role, Stage.SECOND, wanted)


def said(judged: Judged, wrong: str) -> tuple[str, int, int]:
    """The sentence of a refusal, its status and the seconds to wait."""
    if judged.wait:
        return gettext("Za dużo prób. Odczekaj godzinę i spróbuj jeszcze raz albo zadzwoń do nas."), 429, judged.wait
    return gettext(wrong), 422, 0


def _password(request: Request, form: Checked[Password], wanted: str, status: int = 200, wait: int = 0) -> Response:
    page = StepPage(form, rules.safe_path(wanted), strangers.opened(settings_of(request)))
    return waiting(render(request, "access/password.html", page, status=status), wait)


async def second(request: Request) -> Response:
    half = await sessions.half(request, Stage.SECOND)
    return _second(request, forms.blank(), request.query_params.get("next", "")) if half else _anew(request)


async def enter_second(request: Request) -> Response:
    half, data = await sessions.half(request, Stage.SECOND), await request.form()
    if half is None:
        return _anew(request)
    form, wanted = forms.read(Second, data), str(data.get("next", ""))
    if form.value is None:
        return _second(request, form, wanted, 422)
    judged = await staff.by_second(settings_of(request), half.account, form.value.code, client_of(request))
    if judged.account is None:
        sentence, status, wait = said(judged, WRONG_CODE)
        return _second(request, form.refused("code", sentence), wanted, status, wait)
    return await entering.whole(request, half.account, half.role, wanted)


def _second(request: Request, form: Checked[Second], wanted: str, status: int = 200, wait: int = 0) -> Response:
    page = StepPage(form, rules.safe_path(wanted))
    return waiting(render(request, "access/second.html", page, status=status), wait)


async def new_password(request: Request) -> Response:
    half = await sessions.half(request, Stage.PASSWORD)
    return _new_password(request, half, forms.blank()) if half else _anew(request)


async def set_password(request: Request) -> Response:
    half = await sessions.half(request, Stage.PASSWORD)
    if half is None:
        return _anew(request)
    form, settings = forms.read(NewPassword, await request.form()), settings_of(request)
    if form.value is None:
        return _new_password(request, half, form, 422)
    words = (half.name, half.email or "", settings.centre_name)
    if not await passwords.may_be_used(form.value.password, words):
        return _new_password(request, half, form.refused("password", gettext(WEAK)), 422)
    actor = Actor(role=half.role, account=half.account, name=half.name)
    await staff.set_password(actor, form.value.password, but=half.id)
    if half.has_factor:
        await sessions.go_on(half, Stage.SECOND)
        return redirect(request, entering.page_of(Stage.SECOND))
    await entering.to_factor(request, half)
    return redirect(request, entering.page_of(Stage.FACTOR))


def _new_password(request: Request, half: Half, form: Checked[NewPassword], status: int = 200) -> Response:
    page = StepPage(form, email=half.email or "", first=not half.has_factor)
    return render(request, "access/new_password.html", page, status=status)


async def factor(request: Request) -> Response:
    half = await sessions.half(request, Stage.FACTOR)
    return _factor(request, half, forms.blank()) if half else _anew(request)


async def confirm_factor(request: Request) -> Response:
    half = await sessions.half(request, Stage.FACTOR)
    if half is None:
        return _anew(request)
    form, settings = forms.read(Code, await request.form()), settings_of(request)
    if form.value is None:
        return _factor(request, half, form, 422)
    key = factors.unpack(settings, half.id, half.pending).get("key", "")
    judged = await staff.set_factor(settings, half.account, key, form.value.code, client_of(request))
    if judged.account is None:
        sentence, status, wait = said(judged, WRONG_CODE)
        return waiting(_factor(request, half, form.refused("code", sentence), status), wait)
    fresh = await staff.new_recovery_codes(settings, Actor(role=half.role, account=half.account))
    await sessions.go_on(half, Stage.CODES, factors.pack(settings, half.id, {"codes": fresh}))
    return redirect(request, entering.page_of(Stage.CODES))


def _factor(request: Request, half: Half, form: Checked[Code], status: int = 200) -> Response:
    settings = settings_of(request)
    key = factors.unpack(settings, half.id, half.pending).get("key", "")
    if not key:
        return _anew(request)
    page = StepPage(form, offered=factors.offer(key, half.email or half.name, settings.centre_name))
    return render(request, "access/factor.html", page, status=status)


async def recovery(request: Request) -> Response:
    """The ten codes, until they are put away; never again after that."""
    half = await sessions.half(request, Stage.CODES)
    if half is None:
        return _anew(request)
    found = factors.unpack(settings_of(request), half.id, half.pending).get("codes", [])
    return render(request, "access/recovery.html", StepPage(forms.blank(), codes=tuple(found)))


async def recovery_file(request: Request) -> Response:
    half = await sessions.half(request, Stage.CODES)
    found = factors.unpack(settings_of(request), half.id, half.pending).get("codes", []) if half else []
    return codes_file(found) if found else _anew(request)


def codes_file(found: list[str]) -> Response:
    """The codes as a file to keep."""
    headers = {"Content-Disposition": 'attachment; filename="kody-zapasowe.txt"', "Cache-Control": "no-store"}
    return Response("\r\n".join(found) + "\r\n", media_type="text/plain; charset=utf-8", headers=headers)


async def recovery_kept(request: Request) -> Response:
    half = await sessions.half(request, Stage.CODES)
    return await entering.whole(request, half.account, half.role) if half else _anew(request)


async def phone(request: Request) -> Response:
    """A facilitator without a number names one; the code sent there proves it."""
    half = await sessions.half(request, Stage.PHONE)
    return render(request, "access/phone.html", StepPage(forms.blank())) if half else _anew(request)


async def send_to_phone(request: Request) -> Response:
    half = await sessions.half(request, Stage.PHONE)
    if half is None:
        return _anew(request)
    form = forms.read(Number, await request.form())
    if form.value is None:
        return render(request, "access/phone.html", StepPage(form), status=422)
    number = form.value.phone
    if not await codes.ask_second(settings_of(request), visit(request), half.account, number, half.language):
        sentence = gettext("Wysłaliśmy już kilka kodów. Nowy będzie można dostać za godzinę.")
        page = StepPage(form.refused("phone", sentence))
        return waiting(render(request, "access/phone.html", page, status=429), 3600)
    await sessions.go_on(half, Stage.SMS)
    return redirect(request, entering.page_of(Stage.SMS))


async def sms(request: Request) -> Response:
    half, wanted = await sessions.half(request, Stage.SMS), request.query_params.get("next", "")
    page = StepPage(forms.blank(), rules.safe_path(wanted))
    return render(request, "access/sms.html", page) if half else _anew(request)


async def enter_sms(request: Request) -> Response:
    half, data = await sessions.half(request, Stage.SMS), await request.form()
    if half is None:
        return _anew(request)
    form, wanted = forms.read(Code, data), str(data.get("next", ""))
    page = StepPage(form, rules.safe_path(wanted))
    if form.value is None:
        return render(request, "access/sms.html", page, status=422)
    client, given = client_of(request), form.value.code
    found = await codes.check(settings_of(request), visit(request), given, client, Purpose.SECOND)
    if found.answer is not Answer.RIGHT or found.account != half.account:
        sentence, status, wait = refusal(found)
        page = StepPage(form.refused("code", sentence), page.next)
        return waiting(render(request, "access/sms.html", page, status=status), wait)
    await staff.set_phone(half.account, found.address)
    response = await entering.whole(request, half.account, half.role, wanted)
    await browsers.remember(request, response, half.account)
    return response


def _anew(request: Request) -> Response:
    """Signing in took too long, or was never begun here."""
    return redirect(request, "/sign-in", mark("Logowanie trwało za długo. Zacznij jeszcze raz."))
