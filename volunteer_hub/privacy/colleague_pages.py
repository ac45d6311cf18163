"""A colleague's account: invited again, given a role, second factor reset, work handed over, closed, opened again."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import actions, queries
from volunteer_hub.access.queries import StaffAccount
from volunteer_hub.access.rules import STAFF_ROLES
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.privacy import handover
from volunteer_hub.privacy.handover import Heir, InHand
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Wrong
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of


def _of_the_staff(role: Role) -> Role:
    if role not in STAFF_ROLES:
        raise Wrong(mark("Wybierz jedną z odpowiedzi."))
    return role


class NewRole(Form):
    sentences = {"role": mark("Wybierz jedną z odpowiedzi.")}

    role: Annotated[Role, AfterValidator(_of_the_staff)]


class HandOver(Form):
    sentences = {"heir": mark("Wybierz, kto przejmie pracę.")}

    heir: UUID


class Closing(Form):
    """`heir` is an id, or "nobody": said, not forgotten."""

    sentences = {"heir": mark("Wybierz, kto przejmie pracę.")}

    heir: UUID | None

    @classmethod
    def of(cls, data: Any) -> Checked["Closing"]:
        form = forms.read(HandOver, data)
        if form.first("heir") == "nobody":
            return Checked(form.typed, {}, cls(heir=None))
        return Checked(form.typed, form.errors, cls(heir=form.value.heir) if form.value else None)


@dataclass(frozen=True)
class ColleaguePage:
    """`form` is whichever of the page's forms was `refused`; the others are `blank`."""

    who: StaffAccount
    in_hand: InHand
    heirs: list[Heir]
    roles: tuple[Role, ...]
    own: bool
    form: Checked[Any]
    blank: Checked[Any]
    refused: str


async def colleague(request: Request) -> Response:
    return await _page(request)


async def invite_again(request: Request) -> Response:
    await actions.invite_again(settings_of(request), request.state.actor, _id(request))
    return redirect(request, _path(request), mark("Zaproszenie wysłane jeszcze raz. Działa 7 dni."))


async def change_role(request: Request) -> Response:
    form = forms.read(NewRole, await request.form())
    if form.value is None:
        return await _page(request, form, "role")
    try:
        await actions.change_role(settings_of(request), request.state.actor, _id(request), form.value.role)
    except Refused as refused:
        return await _page(request, _because(form, "role", refused), "role", refused.status)
    return redirect(request, _path(request), mark("Rola zmieniona. Ta osoba musi zalogować się jeszcze raz."))


async def reset_factor(request: Request) -> Response:
    await actions.reset_factor(settings_of(request), request.state.actor, _id(request))
    return redirect(request, _path(request), mark("Drugi krok wyzerowany. Właściciel konta dostał o tym e-mail."))


async def hand_over(request: Request) -> Response:
    form = forms.read(HandOver, await request.form())
    if form.value is None:
        return await _page(request, form, "handover")
    try:
        await handover.hand_over(request.state.actor, _id(request), form.value.heir)
    except Refused as refused:
        return await _page(request, _because(form, "heir", refused), "handover", refused.status)
    return redirect(request, _path(request), mark("Praca przekazana."))


async def close(request: Request) -> Response:
    data = await request.form()
    has_work = (await handover.in_hand(_id(request))).anything
    form = Closing.of(data) if has_work else Checked(value=Closing(heir=None))
    if form.value is None:
        return await _page(request, form, "closing")
    try:
        await handover.close(request.state.actor, _id(request), form.value.heir)
    except Refused as refused:
        return await _page(request, _because(form, "heir", refused), "closing", refused.status)
    return redirect(request, "/desk/settings", mark("Konto zamknięte."))


async def reopen(request: Request) -> Response:
    await actions.reopen_account(settings_of(request), request.state.actor, _id(request))
    return redirect(request, _path(request), mark("Konto znów jest otwarte. Zaproszenie poszło e-mailem."))


def _id(request: Request) -> UUID:
    found: UUID = request.path_params["id"]
    return found


def _path(request: Request) -> str:
    return f"/desk/settings/accounts/{_id(request)}"


def _because(form: Checked[Any], name: str, refused: Refused) -> Checked[Any]:
    """The form with what only the database knew; a 404 stays one."""
    if refused.status == 404:
        raise refused
    return form.refused(name, gettext(refused.sentence))


async def _page(request: Request, form: Checked[Any] | None = None, refused: str = "", status: int = 422) -> Response:
    who = await queries.staff_account(request.state.actor, _id(request))
    page = ColleaguePage(
        who=who,
        in_hand=await handover.in_hand(who.id),
        heirs=await handover.heirs(who.id, who.role),
        roles=STAFF_ROLES,
        own=who.id == request.state.actor.account,
        form=form or forms.blank(),
        blank=forms.blank(),
        refused=refused,
    )
    return render(request, "privacy/colleague.html", page, status=status if form else 200)
