"""Settings at the desk: who may sign in, what is in force; for the protection officer also the log."""

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import actions, queries
from volunteer_hub.access.forms import NewAccount
from volunteer_hub.access.queries import InForce, LogLine, StaffAccount
from volunteer_hub.access.rules import STAFF_ROLES
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of


@dataclass(frozen=True)
class SettingsPage:
    """`may_change` shows the forms of accounts; the log is empty for those who do not read it."""

    accounts: list[StaffAccount]
    in_force: list[InForce]
    log: list[LogLine]
    older: UUID | None
    may_change: bool
    reads_log: bool
    form: forms.Checked[NewAccount]
    roles: tuple[Role, ...]


async def settings(request: Request) -> Response:
    return await _settings(request, forms.blank())


async def create_account(request: Request) -> Response:
    form = forms.read(NewAccount, await request.form())
    if form.value is None:
        return await _settings(request, form, 422)
    new = form.value
    try:
        await actions.create_account(request.state.actor, name=new.name, role=new.role, email=new.email)
    except Refused as refused:
        return await _settings(request, form.refused("email", gettext(refused.sentence)), 422)
    return redirect(request, "/desk/settings", mark("Konto założone. %(name)s może się już zalogować."), name=new.name)


async def close_account(request: Request) -> Response:
    await actions.close_account(request.state.actor, request.path_params["id"])
    return redirect(request, "/desk/settings", mark("Konto zamknięte."))


async def _settings(request: Request, form: forms.Checked[NewAccount], status: int = 200) -> Response:
    actor = request.state.actor
    reads_log = actor.role is Role.PROTECTION_OFFICER
    before = forms.id_of(request.query_params.get("before", ""))
    lines, more = await queries.log(actor, before) if reads_log else ([], False)
    page = SettingsPage(
        accounts=await queries.staff_accounts(actor),
        in_force=queries.in_force(actor, settings_of(request)),
        log=lines,
        older=lines[-1].id if more else None,
        may_change=actor.role is Role.ADMINISTRATOR,
        reads_log=reads_log,
        form=form,
        roles=STAFF_ROLES,
    )
    return render(request, "access/settings.html", page, status=status)
