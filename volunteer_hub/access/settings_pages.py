"""Settings at the desk: who may sign in, a way for others to come in, what is in force."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import actions, queries
from volunteer_hub.access.forms import NewAccount
from volunteer_hub.access.queries import Copies, InForce, StaffAccount
from volunteer_hub.access.rules import STAFF_ROLES
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of


@dataclass(frozen=True)
class SettingsPage:
    """`may_change` shows the form of an invitation and the ways to each account.

    `copied_late`: it is longer ago than it should be. No copy can be had here: it holds everything about everybody, and
    whoever looks after accounts sees no one's case.
    """

    accounts: list[StaffAccount]
    closed: list[StaffAccount]
    in_force: list[InForce]
    copies: Copies
    copied_late: bool
    may_change: bool
    form: forms.Checked[NewAccount]
    roles: tuple[Role, ...]


async def settings(request: Request) -> Response:
    return await _settings(request, forms.blank())


async def invite(request: Request) -> Response:
    form = forms.read(NewAccount, await request.form())
    if form.value is None:
        return await _settings(request, form, 422)
    new = form.value
    try:
        await actions.invite(settings_of(request), request.state.actor, name=new.name, role=new.role, email=new.email)
    except Refused as refused:
        return await _settings(request, form.refused("email", gettext(refused.sentence)), 422)
    sent = mark("Zaproszenie wysłane na %(email)s. Link działa 7 dni.")
    return redirect(request, "/desk/settings", sent, email=new.email)


async def _settings(request: Request, form: forms.Checked[NewAccount], status: int = 200) -> Response:
    actor, within = request.state.actor, timedelta(days=settings_of(request).backup_days)
    found, copies = await queries.staff_accounts(actor), await queries.copies()
    page = SettingsPage(
        accounts=[one for one in found if one.closed_at is None],
        closed=[one for one in found if one.closed_at is not None],
        copies=copies,
        copied_late=bool(within) and (copies.made_at is None or clock.now() - copies.made_at > within),
        in_force=queries.in_force(actor, settings_of(request)),
        may_change=actor.role is Role.ADMINISTRATOR,
        form=form,
        roles=STAFF_ROLES,
    )
    return render(request, "access/settings.html", page, status=status)
