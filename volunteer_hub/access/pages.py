"""Signing in and out: an address, a code; a printed link; in the demo one button per role."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit, codes, limits, queries, rules, sessions
from volunteer_hub.access.codes import Answer
from volunteer_hub.access.forms import Code, SignIn
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import gettext, mark, ngettext
from volunteer_hub.web.render import redirect, render, settings_of, visit


@dataclass(frozen=True)
class SignInPage:
    """`roles` are offered as buttons, in the demo only."""

    form: forms.Checked[SignIn]
    next: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class CodePage:
    form: forms.Checked[Code]
    next: str


@dataclass(frozen=True)
class LinkPage:
    token: str
    works: bool


async def sign_in(request: Request) -> Response:
    return _sign_in(request, forms.blank(), request.query_params.get("next", ""))


async def send_code(request: Request) -> Response:
    data = await request.form()
    form = forms.read(SignIn, data)
    wanted = str(data.get("next", ""))
    if form.value is None:
        return _sign_in(request, form, wanted, 422)
    if not await limits.spend(settings_of(request), rules.ASKED_FOR_CODES, client_of(request)):
        sentence = gettext("Za dużo prób z tego miejsca. Spróbuj za kilka minut albo zadzwoń do nas.")
        return _sign_in(request, form.refused("who", sentence), wanted, 429, rules.ASKED_FOR_CODES.wait)
    try:
        await codes.ask(settings_of(request), visit(request), form.value.who)
    except Refused as refused:
        return _sign_in(request, form.refused("who", gettext(refused.sentence)), wanted, refused.status, 3600)
    path = rules.safe_path(wanted)
    return redirect(request, f"/sign-in/code?next={quote(path)}" if path else "/sign-in/code")


def _sign_in(request: Request, form: forms.Checked[SignIn], wanted: str, status: int = 200, wait: int = 0) -> Response:
    roles = rules.ROLES if settings_of(request).demo else ()
    page = SignInPage(form, rules.safe_path(wanted), roles)
    return _waiting(render(request, "access/sign_in.html", page, status=status), wait)


async def code(request: Request) -> Response:
    return _code(request, forms.blank(), request.query_params.get("next", ""))


async def enter_code(request: Request) -> Response:
    data = await request.form()
    form = forms.read(Code, data)
    wanted = str(data.get("next", ""))
    if form.value is None:
        return _code(request, form, wanted, 422)
    found = await codes.check(settings_of(request), visit(request), form.value.code)
    if found.answer is Answer.RIGHT and found.account:
        return await _enter(request, found.account, found.role, wanted)
    if found.answer is Answer.WRONG and await limits.spend(settings_of(request), rules.WRONG_CODES, client_of(request)):
        sentence = ngettext(
            "Ten kod się nie zgadza. Została %(n)s próba.", "Ten kod się nie zgadza. Zostało prób: %(n)s.", found.left
        )
        return _code(request, form.refused("code", sentence), wanted, 422)
    if found.answer is Answer.STALE:
        sentence = gettext("Ten kod już nie działa: minęło 10 minut albo był użyty. Poproś o nowy.")
        return _code(request, form.refused("code", sentence), wanted, 422)
    sentence = gettext("Za dużo prób. Odczekaj godzinę i poproś o nowy kod albo zadzwoń do nas.")
    return _code(request, form.refused("code", sentence), wanted, 429, 3600)


def _code(request: Request, form: forms.Checked[Code], wanted: str, status: int = 200, wait: int = 0) -> Response:
    page = CodePage(form, rules.safe_path(wanted))
    return _waiting(render(request, "access/code.html", page, status=status), wait)


async def link(request: Request) -> Response:
    token = request.path_params["token"]
    return _link(request, token, works=await codes.link_works(token))


async def open_link(request: Request) -> Response:
    token = request.path_params["token"]
    found = await codes.open_link(token)
    if found.account is None:
        return _link(request, token, works=False)
    return await _enter(request, found.account, found.role, "")


def _link(request: Request, token: str, *, works: bool) -> Response:
    response = render(request, "access/link.html", LinkPage(token, works), status=200 if works else 410)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def sign_out(request: Request) -> Response:
    response = redirect(request, "/", mark("Wylogowano."))
    await sessions.end(request, response)
    return response


async def demo_sign_in(request: Request) -> Response:
    """The demo's short cut; this route does not exist in production."""
    actor = await queries.first_of_role(str((await request.form()).get("role", "")))
    if actor is None or actor.account is None:
        raise Refused(mark("W tej bazie nie ma jeszcze nikogo w tej roli."), 409)
    await audit.record(actor, "sign-in", f"account:{actor.account}")
    return await _enter(request, actor.account, actor.role, "")


async def _enter(request: Request, account: UUID, role: Role, wanted: str) -> Response:
    response = redirect(request, rules.safe_path(wanted) or rules.landing(role))
    await sessions.start(request, response, account, role)
    return response


def client_of(request: Request) -> str:
    """The address the request came from; of a proxy's X-Forwarded-For only what HUB_TRUSTED_PROXIES vouch for."""
    return request.client.host if request.client else ""


def _waiting(response: Response, seconds: int) -> Response:
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response
