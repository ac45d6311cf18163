"""Papers at the desk: the register by year and kind, one paper, printing it again, withdrawing it, noting it signed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.kit.sheet import Sheet
from volunteer_hub.papers import agreement, certificate, issuing, queries
from volunteer_hub.papers.forms import Wanted, Why
from volunteer_hub.papers.kinds import NAMES, Kind
from volunteer_hub.papers.queries import Listed, Paper, Wish
from volunteer_hub.people.forms import NewAgreement, not_after
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of
from volunteer_hub.web.templates import word

REFUSED = mark("Odpowiedź zapisana. Piszemy tej osobie, że czeka na jej stronie.")
REFUSED_UNTOLD = mark("Odpowiedź zapisana na stronie tej osoby. Nie wolno nam do niej pisać: zadzwoń albo powiedz jej.")

COLUMNS: files.Columns[Paper] = {
    mark("Numer"): lambda one: one.numbered,
    mark("Rodzaj"): lambda one: gettext(NAMES[one.kind]),
    mark("Kogo dotyczy"): lambda one: one.who,
    mark("Wydany"): lambda one: one.issued_at,
    mark("Kto wydał"): lambda one: one.by,
    mark("Stan"): lambda one: word("state", one, of="papers/words.html"),
}


@dataclass(frozen=True)
class RegisterPage:
    """`address(n)` leads to page n as filtered. `refusing`: the form under a wish."""

    found: Listed
    address: Callable[[int], str]
    form: Checked[Wanted]
    years: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    wishes: list[Wish]
    refusing: Checked[Any] = field(default_factory=forms.blank)
    nothing: Checked[Any] = field(default_factory=forms.blank)
    of: str = ""


@dataclass(frozen=True)
class PaperPage:
    """`signing` and `why` are the forms that note it signed and withdraw it."""

    paper: Paper
    kind: str
    signing: Checked[Any]
    why: Checked[Any] = field(default_factory=forms.blank)


async def register(request: Request) -> Response:
    page = await _register(request)
    if kind := files.asked(request):
        return await files.answer(request, kind, _file(request, page), personal=True)
    return render(request, "papers/register.html", page)


def _file(request: Request, page: RegisterPage) -> Sheet:
    """All papers that are asked for."""
    wanted = forms.read(Wanted, {name: request.query_params.getlist(name) for name in Wanted.model_fields}).value

    async def of(number: int | None) -> tuple[list[Paper], int | None]:
        asked, at = wanted or Wanted(), number or 1
        found = await queries.register(
            request.state.actor, year=asked.year, kind=asked.kind, words=asked.words, page=at
        )
        return found.papers, at + 1 if at < page.found.pages else None

    return files.table(mark("Wydane dokumenty"), COLUMNS, files.through(of))


async def refuse(request: Request) -> Response:
    """There will be no certificate, and why."""
    form, id = forms.read(Why, await request.form()), request.path_params["id"]
    if form.value is None:
        page = replace(await _register(request), refusing=form, of=str(id))
        return render(request, "papers/register.html", page, status=422)
    told = await certificate.refuse(settings_of(request), request.state.actor, id, form.value.words)
    return redirect(request, "/desk/papers", REFUSED if told else REFUSED_UNTOLD)


async def paper(request: Request) -> Response:
    return await _paper(request)


async def file(request: Request) -> Response:
    """The PDF byte for byte as it was issued."""
    found, document = await queries.document(settings_of(request), request.state.actor, request.path_params["id"])
    return pdf(document, named(found))


async def withdraw(request: Request) -> Response:
    form = forms.read(Why, await request.form())
    if form.value is None:
        return await _paper(request, why=form, status=422)
    id = request.path_params["id"]
    await issuing.withdraw(request.state.actor, id, form.value.words)
    return redirect(request, f"/desk/papers/{id}", mark("Dokument wycofany. Sprawdzenie kodu już to pokaże."))


async def sign(request: Request) -> Response:
    """The printed agreement came back signed."""
    today = clock.today(settings_of(request).timezone)
    form = not_after(forms.read(NewAgreement, await request.form()), today, "signed_on")
    if form.value is None:
        return await _paper(request, signing=form, status=422)
    try:
        volunteer = await agreement.signed(request.state.actor, request.path_params["id"], form.value)
    except Refused as refused:
        if not refused.sentence:
            raise
        return await _paper(request, signing=form.refused("", gettext(refused.sentence)), status=refused.status)
    return redirect(request, f"/desk/people/{volunteer}/papers", mark("Porozumienie zapisane jako podpisane."))


async def _register(request: Request) -> RegisterPage:
    actor, query = request.state.actor, request.query_params
    form = forms.read(Wanted, {name: query.getlist(name) for name in Wanted.model_fields})
    wanted = form.value or Wanted()
    found = await queries.register(actor, year=wanted.year, kind=wanted.kind, words=wanted.words, page=wanted.page)
    return RegisterPage(
        found=found,
        address=lambda n: str(request.url.replace(scheme="", netloc="").include_query_params(page=n)),
        form=form,
        years=[(str(year), str(year)) for year in await queries.years(actor)],
        kinds=[(kind.value, gettext(name)) for kind, name in NAMES.items()],
        wishes=await queries.wishes(actor),
    )


async def _paper(
    request: Request, *, signing: Checked[Any] | None = None, why: Checked[Any] | None = None, status: int = 200
) -> Response:
    settings, actor = settings_of(request), request.state.actor
    found = await queries.paper(actor, request.path_params["id"])
    if signing is None and found.kind is Kind.AGREEMENT:
        first, last = await agreement.dates(settings, actor, found.id)
        days = {"signed_on": clock.today(settings.timezone), "valid_from": first, "valid_until": last}
        signing = forms.blank(**{name: f"{day:%d.%m.%Y}" if day else "" for name, day in days.items()})
    page = PaperPage(found, NAMES[found.kind], signing or forms.blank(), why or forms.blank())
    return render(request, "papers/paper.html", page, status=status)


def pdf(document: bytes, name: str) -> Response:
    """A paper as the answer: shown by the browser, kept nowhere on the way."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(document, media_type="application/pdf", headers=headers)


def named(paper: Paper) -> str:
    """The name of its file."""
    return f"{paper.kind}-{paper.number}-{paper.year}"
