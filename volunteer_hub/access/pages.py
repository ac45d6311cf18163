"""Signing in and out by an address: a link or code by e-mail, a code by SMS; in the demo one button per role."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import codes, entering, limits, links, queries, rules, sessions, strangers
from volunteer_hub.access.codes import Answer, Checked
from volunteer_hub.access.forms import Code, SignIn
from volunteer_hub.access.links import Works
from volunteer_hub.access.rules import Purpose, Stage
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import gettext, mark, ngettext
from volunteer_hub.web.render import redirect, render, settings_of, visit

TOO_FAST = mark("Formularz wysłano bardzo szybko. Sprawdź go i wyślij jeszcze raz.")


@dataclass(frozen=True)
class SignInPage:
    """`roles` are offered as buttons, in the demo only; `opened` tells people from scripts."""

    form: forms.Checked[SignIn]
    next: str
    roles: tuple[Role, ...]
    opened: str


@dataclass(frozen=True)
class CodePage:
    """With `number` the code only proves a number that was typed on a public form."""

    form: forms.Checked[Code]
    next: str
    number: bool = False


@dataclass(frozen=True)
class LinkPage:
    token: str
    works: Works


@dataclass(frozen=True)
class ChoicePage:
    people: list[tuple[UUID, str]]
    next: str


async def sign_in(request: Request) -> Response:
    wanted = request.query_params.get("next", "")
    if half := await sessions.half(request, Stage.PASSWORD, Stage.FACTOR, Stage.CODES):
        return redirect(request, entering.page_of(half.stage, wanted))
    return _sign_in(request, forms.blank(), wanted)


async def send_code(request: Request) -> Response:
    data = await request.form()
    form = forms.read(SignIn, data)
    wanted, settings = str(data.get("next", "")), settings_of(request)
    if form.value is None:
        return _sign_in(request, form, wanted, 422)
    if not strangers.is_person(settings, data):
        return _sign_in(request, form.refused("who", gettext(TOO_FAST)), wanted, 422)
    if not await limits.spend(settings, rules.ASKED_FOR_CODES, client_of(request)):
        sentence = gettext("Za dużo prób z tego miejsca. Spróbuj za kilka minut albo zadzwoń do nas.")
        return _sign_in(request, form.refused("who", sentence), wanted, 429, rules.ASKED_FOR_CODES.wait)
    try:
        await codes.ask(settings, visit(request), form.value.who)
    except Refused as refused:
        return _sign_in(request, form.refused("who", gettext(refused.sentence)), wanted, refused.status, 3600)
    path = rules.safe_path(wanted)
    return redirect(request, f"/sign-in/code?next={quote(path)}" if path else "/sign-in/code")


def _sign_in(request: Request, form: forms.Checked[SignIn], wanted: str, status: int = 200, wait: int = 0) -> Response:
    settings = settings_of(request)
    page = SignInPage(form, rules.safe_path(wanted), rules.ROLES if settings.demo else (), strangers.opened(settings))
    return waiting(render(request, "access/sign_in.html", page, status=status), wait)


async def code(request: Request) -> Response:
    return _code(request, forms.blank(), request.query_params.get("next", ""))


async def enter_code(request: Request) -> Response:
    data = await request.form()
    form, wanted = forms.read(Code, data), str(data.get("next", ""))
    if form.value is None:
        return _code(request, form, wanted, 422)
    found = await codes.check(settings_of(request), visit(request), form.value.code, client_of(request))
    if found.answer is Answer.RIGHT and found.account:
        return await entering.by_address(request, found.account, found.role, wanted, phone=found.address)
    sentence, status, wait = refusal(found)
    return _code(request, form.refused("code", sentence), wanted, status, wait)


def refusal(found: Checked) -> tuple[str, int, int]:
    """What is said of a code that was not right: the sentence, the status, and the seconds to wait."""
    if found.answer is Answer.WRONG:
        sentence = ngettext(
            "Ten kod się nie zgadza. Została %(n)s próba.", "Ten kod się nie zgadza. Zostało prób: %(n)s.", found.left
        )
        return sentence, 422, 0
    if found.answer is Answer.STALE:
        return gettext("Ten kod już nie działa: minęło 10 minut albo był użyty. Poproś o nowy."), 422, 0
    sentence = gettext("Za dużo prób. Odczekaj godzinę i poproś o nowy kod albo zadzwoń do nas.")
    return sentence, 429, found.wait


def _code(request: Request, form: forms.Checked[Code], wanted: str, status: int = 200, wait: int = 0) -> Response:
    page = CodePage(form, rules.safe_path(wanted))
    return waiting(render(request, "access/code.html", page, status=status), wait)


async def number(request: Request) -> Response:
    """Where the code of the first SMS to a new number is typed."""
    wanted = rules.safe_path(request.query_params.get("next", ""))
    return render(request, "access/code.html", CodePage(forms.blank(), wanted, number=True))


async def prove_number(request: Request) -> Response:
    data = await request.form()
    form, found, wanted = forms.read(Code, data), Checked(Answer.STALE), rules.safe_path(str(data.get("next", "")))
    sentence, status, wait = form.error("code"), 422, 0
    if form.value is not None:
        code = form.value.code
        found = await codes.check(settings_of(request), visit(request), code, client_of(request), Purpose.NUMBER)
        sentence, status, wait = refusal(found)
    if found.answer is not Answer.RIGHT:
        page = CodePage(form.refused("code", sentence), wanted, number=True)
        return waiting(render(request, "access/code.html", page, status=status), wait)
    people = await codes.family(found.address)
    if not people or request.state.actor.signed_in:
        return redirect(request, "/", mark("Dziękujemy, numer jest potwierdzony."))
    return await entering.by_address(request, people[0][0], Role.VOLUNTEER, wanted, phone=found.address)


async def link(request: Request) -> Response:
    token = request.path_params["token"]
    return _link(request, token, await links.works(token, visit(request)))


async def open_link(request: Request) -> Response:
    token = request.path_params["token"]
    found = await links.open(token, visit(request))
    if found.account is None:
        return _link(request, token, await links.works(token, visit(request)))
    return await entering.by_address(request, found.account, found.role)


def _link(request: Request, token: str, works: Works) -> Response:
    status = {Works.HERE: 200, Works.ELSEWHERE: 409, Works.NO: 410}[works]
    if works is Works.ELSEWHERE and request.method == "GET":
        status = 200
    response = render(request, "access/link.html", LinkPage(token, works), status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def choice(request: Request) -> Response:
    """Whose is it, of those who share the number."""
    half = await sessions.half(request, Stage.CHOICE)
    if half is None or not half.phone:
        return redirect(request, "/sign-in")
    page = ChoicePage(await codes.family(half.phone), rules.safe_path(request.query_params.get("next", "")))
    return render(request, "access/choice.html", page)


async def choose(request: Request) -> Response:
    half, data = await sessions.half(request, Stage.CHOICE), await request.form()
    chosen = forms.id_of(str(data.get("account", "")))
    if half is None or not half.phone or chosen not in dict(await codes.family(half.phone)):
        return redirect(request, "/sign-in")
    assert chosen  # noqa: S101 - it is one of the family
    return await entering.whole(request, chosen, Role.VOLUNTEER, str(data.get("next", "")))


async def sign_out(request: Request) -> Response:
    response = redirect(request, "/", mark("Wylogowano."))
    await sessions.end(request, response)
    return response


async def demo_sign_in(request: Request) -> Response:
    """The demo's short cut, "coordinator:second" the colleague's; this route does not exist in production."""
    role, _, second = str((await request.form()).get("role", "")).partition(":")
    actor = await queries.of_role(role, 1 if second else 0)
    if actor is None or actor.account is None:
        raise Refused(mark("W tej bazie nie ma jeszcze nikogo w tej roli."), 409)
    return await entering.whole(request, actor.account, actor.role)


def client_of(request: Request) -> str:
    """The address the request came from; of a proxy's X-Forwarded-For only what HUB_TRUSTED_PROXIES vouch for."""
    return request.client.host if request.client else ""


def waiting(response: Response, seconds: int) -> Response:
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response
