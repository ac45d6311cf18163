"""What comes after an address, a link or a password was right: the next step of signing in, or the desk."""

from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit, browsers, codes, factors, kept, rules, sessions
from volunteer_hub.access.rules import WITH_PASSWORD, Stage
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, settings_of, visit

PAGES = {
    Stage.PASSWORD: "/sign-in/new-password",
    Stage.FACTOR: "/sign-in/factor",
    Stage.CODES: "/sign-in/recovery",
    Stage.SECOND: "/sign-in/second",
    Stage.PHONE: "/sign-in/phone",
    Stage.SMS: "/sign-in/sms",
    Stage.CHOICE: "/sign-in/choice",
}


async def by_address(request: Request, account: UUID, role: Role, wanted: str = "", *, phone: str = "") -> Response:
    """An e-mail's link or code, or an SMS to `phone`, was right: a volunteer is in, the staff go on."""
    if phone and len(await codes.family(phone)) > 1:
        return await halfway(request, account, role, Stage.CHOICE, wanted)
    if role is Role.FACILITATOR:
        return await _facilitator(request, account, wanted)
    if role in WITH_PASSWORD:
        return await halfway(request, account, role, Stage.PASSWORD, wanted)
    return await whole(request, account, role, wanted)


async def _facilitator(request: Request, account: UUID, wanted: str) -> Response:
    if await browsers.is_known(request, account):
        return await whole(request, account, Role.FACILITATOR, wanted)
    row = await database.fetchrow("SELECT phone, language FROM account WHERE id = $1", account)
    phone = row and row["phone"]
    if not row or not phone:
        return await halfway(request, account, Role.FACILITATOR, Stage.PHONE, wanted)
    if not await codes.ask_second(settings_of(request), visit(request), account, phone, row["language"]):
        raise Refused(mark("Wysłaliśmy już kilka kodów. Nowy będzie można dostać za godzinę."), 429)
    return await halfway(request, account, Role.FACILITATOR, Stage.SMS, wanted)


async def halfway(request: Request, account: UUID, role: Role, stage: Stage, wanted: str = "") -> Response:
    """Begins a sign-in that goes on at the page of `stage`."""
    response = redirect(request, page_of(stage, wanted))
    await sessions.start(request, response, account, role, stage)
    return response


async def whole(request: Request, account: UUID, role: Role, wanted: str = "") -> Response:
    """Signs in: a new session under a new token, and a line in the log. What was kept for them comes first."""
    to = kept.PAGE if await kept.waits(account) else rules.safe_path(wanted) or rules.landing(role)
    response = redirect(request, to)
    async with database.transaction():
        await sessions.start(request, response, account, role)
        await audit.record(Actor(role=role, account=account), "sign-in", f"account:{account}")
    return response


async def to_factor(request: Request, half: sessions.Half) -> None:
    """A second factor is offered to somebody in the middle of signing in."""
    pending = factors.pack(settings_of(request), half.id, {"key": factors.new_key()})
    await sessions.go_on(half, Stage.FACTOR, pending)


def page_of(stage: Stage, wanted: str = "") -> str:
    path = rules.safe_path(wanted)
    return f"{PAGES[stage]}?next={quote(path)}" if path else PAGES[stage]
