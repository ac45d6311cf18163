"""One's own account, at /me/account and /desk/account: where one is signed in, and proving who one is."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import browsers, codes, own, rules, sessions, staff
from volunteer_hub.access.browsers import Device
from volunteer_hub.access.codes import Answer
from volunteer_hub.access.forms import Code, Proof
from volunteer_hub.access.own import Mine
from volunteer_hub.access.pages import client_of, refusal, waiting
from volunteer_hub.access.rules import Purpose
from volunteer_hub.access.sessions import Own
from volunteer_hub.access.staff import WRONG_CODE
from volunteer_hub.access.staff_pages import said
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of, visit, wants_fragment

WRONG_PROOF = mark("Hasło albo kod się nie zgadza. Poczekaj na następny kod i wpisz oba jeszcze raz.")


@dataclass(frozen=True)
class AccountPage:
    base: str
    mine: Mine
    sessions: list[Own]
    devices: list[Device]
    idle_minutes: int


@dataclass(frozen=True)
class ProofPage:
    """`sent`: a code is on its way to `address`."""

    base: str
    form: Checked[Any]
    next: str
    by_password: bool
    address: str
    sent: bool


def base_of(request: Request) -> str:
    return "/desk/account" if request.state.actor.is_staff else "/me/account"


async def account(request: Request) -> Response:
    actor = request.state.actor
    page = AccountPage(
        base=base_of(request),
        mine=await own.mine(actor),
        sessions=await sessions.own(request, actor),
        devices=await browsers.own(actor),
        idle_minutes=int(rules.idle_limit(actor.role).total_seconds()) // 60,
    )
    return render(request, "access/account.html", page)


async def end_session(request: Request) -> Response:
    if not await sessions.end_one(request.state.actor, request.path_params["id"]):
        raise Refused("", 404)
    return redirect(request, base_of(request), mark("Wylogowano tamtą przeglądarkę."))


async def end_others(request: Request) -> Response:
    await sessions.end_others(request.state.actor.account, request.state.session)
    return redirect(request, base_of(request), mark("Wylogowano wszystkie pozostałe przeglądarki."))


async def forget_device(request: Request) -> Response:
    if not await browsers.forget(request.state.actor, request.path_params["id"]):
        raise Refused("", 404)
    return redirect(request, base_of(request), mark("To urządzenie znów poprosi o kod z SMS-a."))


async def want_urgent_mail(request: Request) -> Response:
    wanted = (await request.form()).get("wanted") == "yes"
    await own.want_urgent_mail(request.state.actor, wanted)
    said = mark("O pilnych sprawach napiszemy e-mailem.") if wanted else mark("Nie będzie e-maili o pilnych sprawach.")
    return redirect(request, base_of(request), said)


async def want_digest_mail(request: Request) -> Response:
    wanted = (await request.form()).get("wanted") == "yes"
    await own.want_digest_mail(request.state.actor, wanted)
    said = mark("Na początku miesiąca przyjdzie e-mail.") if wanted else mark("Nie będzie e-maila co miesiąc.")
    return redirect(request, base_of(request), said)


async def stay(request: Request) -> Response:
    """A press that keeps the session alive; the guard has already noted it."""
    if wants_fragment(request):
        return Response(status_code=204)
    return redirect(request, base_of(request), mark("Zostajesz w systemie."))


async def to_proof(request: Request) -> Response | None:
    """Where to prove who one is before going on; None when that was within ten minutes."""
    if await sessions.is_proved(request):
        return None
    back = request.url.path if request.method == "GET" else base_of(request)
    return redirect(request, f"{base_of(request)}/proof?next={quote(back)}")


async def proof(request: Request) -> Response:
    sent = request.query_params.get("sent") == "yes"
    return await _proof(request, forms.blank(), request.query_params.get("next", ""), sent=sent)


async def send_proof(request: Request) -> Response:
    wanted, mine = str((await request.form()).get("next", "")), await own.mine(request.state.actor)
    address = _address(mine)
    await codes.ask_mine(settings_of(request), visit(request), request.state.actor, address, Purpose.PROOF)
    return redirect(request, f"{base_of(request)}/proof?sent=yes&next={quote(rules.safe_path(wanted))}")


async def prove(request: Request) -> Response:
    data, mine = await request.form(), await own.mine(request.state.actor)
    wanted = str(data.get("next", ""))
    form: Checked[Any] = forms.read(Proof if mine.has_password else Code, data)
    if form.value is None:
        return await _proof(request, form, wanted, sent=True, status=422)
    judge = _by_password if mine.has_password else _by_code
    if refused := await judge(request, mine, form.value):
        sentence, status, wait = refused
        return await _proof(request, form.refused("code", sentence), wanted, sent=True, status=status, wait=wait)
    await sessions.proved(request)
    return redirect(request, rules.safe_path(wanted) or base_of(request))


async def _by_password(request: Request, mine: Mine, given: Proof) -> tuple[str, int, int] | None:
    """Both are judged, so that the answer does not tell which of them was wrong."""
    settings, client = settings_of(request), client_of(request)
    first = await staff.by_password(settings, mine.email or "", given.password, client)
    if first.account != mine.id:
        return said(first, WRONG_PROOF)
    second = await staff.by_second(settings, mine.id, given.code, client)
    return None if second.account else said(second, WRONG_CODE)


async def _by_code(request: Request, mine: Mine, given: Code) -> tuple[str, int, int] | None:
    found = await codes.check(settings_of(request), visit(request), given.code, client_of(request), Purpose.PROOF)
    return None if found.answer is Answer.RIGHT and found.account == mine.id else refusal(found)


async def _proof(
    request: Request, form: Checked[Any], wanted: str, *, sent: bool, status: int = 200, wait: int = 0
) -> Response:
    mine = await own.mine(request.state.actor)
    page = ProofPage(base_of(request), form, rules.safe_path(wanted), mine.has_password, _address(mine), sent)
    return waiting(render(request, "access/proof.html", page, status=status), wait)


def _address(mine: Mine) -> str:
    """Where a code for this account goes: the phone, which is at hand, or the e-mail."""
    if not (mine.phone or mine.email):
        raise Refused(mark("To konto nie ma ani telefonu, ani adresu e-mail. Zadzwoń do nas."), 409)
    return mine.phone or mine.email or ""


def gettext_of(refused: Refused) -> str:
    return gettext(refused.sentence, **refused.values)
