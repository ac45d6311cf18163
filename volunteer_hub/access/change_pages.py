"""Changing one's own password, addresses and second factor; every page asks first who one is."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import codes, factors, own, passwords, sessions, staff
from volunteer_hub.access.account_pages import base_of, gettext_of, to_proof
from volunteer_hub.access.codes import Answer
from volunteer_hub.access.factors import Offered
from volunteer_hub.access.forms import Address, Code, NewPassword, Number
from volunteer_hub.access.own import FACTOR, PASSWORD, RECOVERY, Mine
from volunteer_hub.access.pages import client_of, refusal, waiting
from volunteer_hub.access.rules import Purpose
from volunteer_hub.access.staff import WRONG_CODE
from volunteer_hub.access.staff_pages import WEAK, codes_file, said
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of, visit


@dataclass(frozen=True)
class ChangePage:
    """`what` is being changed: password, email, phone, factor, codes, or confirm (a code to the new address)."""

    base: str
    what: str
    form: Checked[Any]
    mine: Mine
    least: int = passwords.SHORTEST
    offered: Offered | None = None
    codes: tuple[str, ...] = ()


async def password(request: Request) -> Response:
    return await to_proof(request) or await _page(request, "password", forms.blank())


async def change_password(request: Request) -> Response:
    if proof := await to_proof(request):
        return proof
    form, mine, settings = forms.read(NewPassword, await request.form()), await _mine(request), settings_of(request)
    if form.value is None:
        return await _page(request, "password", form, 422)
    if not await passwords.may_be_used(form.value.password, (mine.name, mine.email or "", settings.centre_name)):
        return await _page(request, "password", form.refused("password", gettext(WEAK)), 422)
    await staff.set_password(request.state.actor, form.value.password, but=request.state.session)
    await _told(request, mine, PASSWORD)
    said = mark("Hasło zmienione. Wylogowaliśmy Twoje pozostałe przeglądarki.")
    return redirect(request, base_of(request), said)


async def address(request: Request) -> Response:
    return await to_proof(request) or await _page(request, _what(request), forms.blank())


async def send_to_address(request: Request) -> Response:
    """The new e-mail or number gets a code, and is taken when the code comes back."""
    if proof := await to_proof(request):
        return proof
    what, data = _what(request), await request.form()
    form: Checked[Any] = forms.read(Address if what == "email" else Number, data)
    if form.value is None:
        return await _page(request, what, form, 422)
    new = form.value.email if what == "email" else form.value.phone
    try:
        await codes.ask_mine(settings_of(request), visit(request), request.state.actor, new, Purpose.NEW_ADDRESS)
    except Refused as refused:
        return waiting(await _page(request, what, form.refused(what, gettext_of(refused)), refused.status), 3600)
    return redirect(request, f"{base_of(request)}/confirm")


async def confirm(request: Request) -> Response:
    return await to_proof(request) or await _page(request, "confirm", forms.blank())


async def confirm_address(request: Request) -> Response:
    if proof := await to_proof(request):
        return proof
    form, actor, settings = forms.read(Code, await request.form()), request.state.actor, settings_of(request)
    if form.value is None:
        return await _page(request, "confirm", form, 422)
    given, client = form.value.code, client_of(request)
    found = await codes.check(settings, visit(request), given, client, Purpose.NEW_ADDRESS)
    if found.answer is not Answer.RIGHT or found.account != actor.account:
        sentence, status, wait = refusal(found)
        return waiting(await _page(request, "confirm", form.refused("code", sentence), status), wait)
    try:
        await own.change_address(settings, actor, found.address)
    except Refused as refused:
        return await _page(request, "confirm", form.refused("code", gettext_of(refused)), refused.status)
    return redirect(request, base_of(request), mark("Zapisane. Od teraz logujesz się nowym adresem albo numerem."))


async def offer_factor(request: Request) -> Response:
    """Makes a new key; the old one works until the new one showed its first code."""
    if proof := await to_proof(request):
        return proof
    packed = factors.pack(settings_of(request), request.state.session, {"key": factors.new_key()})
    await sessions.keep(request, packed)
    return redirect(request, f"{base_of(request)}/factor")


async def factor(request: Request) -> Response:
    return await to_proof(request) or await _page(request, "factor", forms.blank())


async def confirm_factor(request: Request) -> Response:
    if proof := await to_proof(request):
        return proof
    form, settings, mine = forms.read(Code, await request.form()), settings_of(request), await _mine(request)
    if form.value is None:
        return await _page(request, "factor", form, 422)
    key = str((await _pending(request)).get("key", ""))
    judged = await staff.set_factor(settings, mine.id, key, form.value.code, client_of(request))
    if judged.account is None:
        sentence, status, wait = said(judged, WRONG_CODE)
        return waiting(await _page(request, "factor", form.refused("code", sentence), status), wait)
    await sessions.end_others(mine.id, request.state.session)
    await _told(request, mine, FACTOR)
    return await _fresh_codes(request)


async def renew_codes(request: Request) -> Response:
    if proof := await to_proof(request):
        return proof
    await _told(request, await _mine(request), RECOVERY)
    return await _fresh_codes(request)


async def recovery(request: Request) -> Response:
    return await _page(request, "codes", forms.blank())


async def recovery_file(request: Request) -> Response:
    found = (await _pending(request)).get("codes", [])
    return codes_file(found) if found else redirect(request, base_of(request))


async def recovery_kept(request: Request) -> Response:
    await sessions.keep(request, None)
    return redirect(request, base_of(request), mark("Kody zapasowe są nowe. Stare już nie działają."))


async def _fresh_codes(request: Request) -> Response:
    settings, actor = settings_of(request), request.state.actor
    fresh = await staff.new_recovery_codes(settings, actor)
    await sessions.keep(request, factors.pack(settings, request.state.session, {"codes": fresh}))
    return redirect(request, f"{base_of(request)}/recovery")


async def _page(request: Request, what: str, form: Checked[Any], status: int = 200) -> Response:
    settings, mine, pending = settings_of(request), await _mine(request), await _pending(request)
    if (what == "factor" and "key" not in pending) or (what == "codes" and "codes" not in pending):
        return redirect(request, base_of(request))
    offered = None
    if what == "factor":
        offered = factors.offer(pending["key"], mine.email or mine.name, settings.centre_name)
    shown = tuple(pending["codes"]) if what == "codes" else ()
    page = ChangePage(base_of(request), what, form, mine, offered=offered, codes=shown)
    return render(request, "access/change.html", page, status=status)


async def _pending(request: Request) -> dict[str, Any]:
    return factors.unpack(settings_of(request), request.state.session, await sessions.kept(request))


async def _mine(request: Request) -> Mine:
    return await own.mine(request.state.actor)


async def _told(request: Request, mine: Mine, what: str) -> None:
    await own.tell(settings_of(request), mine, what)


def _what(request: Request) -> str:
    return request.url.path.rpartition("/")[2]
