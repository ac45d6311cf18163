"""Printing at the desk: the list of a meeting, the poster of a group, the slip of a request, the insurance list.

Each address shows what has been issued so far and a form for a new one; with ?kept=… it is that paper itself.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.initiatives.rules import CONFIDENTIAL_KINDS
from volunteer_hub.intake import queries as intake
from volunteer_hub.intake.queries import RequestCard
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import attendance, insurance, kept, poster, slip
from volunteer_hub.papers.issuing import Issued
from volunteer_hub.papers.kept import Kept, Whose
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.people.forms import Day
from volunteer_hub.schedule.attendance import queries as sheets
from volunteer_hub.web import forms, i18n
from volunteer_hub.web.forms import Checked, Form, Line, Wrong, Yes
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

READY = mark("Dokument nr %(number)s jest gotowy. Otwórz go i wydrukuj.")
READY_WITHOUT = mark(
    "Dokument nr %(number)s jest gotowy. Liczba osób, których na nim nie ma, bo prosiły, żeby ich danych nie używać:"
    " %(n)s. Bez ubezpieczenia nie mogą pomagać."
)
# A list for longer than a year is a slip of the hand.
MOST_DAYS = 366


class Print(Form):
    language: Literal["pl", "en", "uk"]


class PrintPoster(Print):
    place: Yes = False


class PrintSlip(Print):
    bring: Annotated[Line, Field(max_length=200)] = ""


class PrintInsurance(Print):
    first: Day
    last: Day

    @field_validator("last")
    @classmethod
    def _after(cls, last: date, info: ValidationInfo) -> date:
        first = info.data.get("first")
        if first and last < first:
            raise Wrong(mark("Ta data nie może być wcześniejsza niż poprzednia."))
        if first and (last - first).days >= MOST_DAYS:
            raise Wrong(mark("Najdłuższy okres to rok."))
        return last


@dataclass(frozen=True)
class PrintPage:
    """`name` is what the paper is about, `back` its page."""

    kind: Kind
    name: str
    back: str
    papers: list[Kept]
    form: Checked[Any]


Made = Callable[[Any], Awaitable[Issued]]


async def attendance_list(request: Request) -> Response:
    return await _shown(request, *await _meeting(request), forms.blank(language=i18n.language()))


async def issue_attendance_list(request: Request) -> Response:
    about = await _meeting(request)
    settings, actor, id = settings_of(request), request.state.actor, request.path_params["id"]
    return await _issued(request, *about, Print, lambda new: attendance.issue(settings, actor, id, new.language))


async def group_poster(request: Request) -> Response:
    row = await poster.open_to_all(request.state.actor, request.path_params["id"])
    # The public page does not say where a group meets, so a poster does only where somebody wants it.
    place = "" if row.kind in CONFIDENTIAL_KINDS else "yes"
    return await _shown(request, *_group(row.id, row.name), forms.blank(language=i18n.language(), place=place))


async def issue_group_poster(request: Request) -> Response:
    settings, actor = settings_of(request), request.state.actor
    row = await poster.open_to_all(actor, request.path_params["id"])

    async def made(new: PrintPoster) -> Issued:
        return await poster.issue(settings, actor, row.id, new.language, place=new.place)

    return await _issued(request, *_group(row.id, row.name), PrintPoster, made)


async def request_slip(request: Request) -> Response:
    asked = await _asked(request)
    language = asked.language if isinstance(asked, RequestCard) else i18n.language()
    with i18n.speaking(language):
        bring = gettext("tę kartkę")
    return await _shown(request, *_of_request(asked), forms.blank(language=language, bring=bring))


async def issue_request_slip(request: Request) -> Response:
    asked, settings, actor = await _asked(request), settings_of(request), request.state.actor
    return await _issued(
        request, *_of_request(asked), PrintSlip, lambda new: slip.issue(settings, actor, asked, new.language, new.bring)
    )


async def insurance_list(request: Request) -> Response:
    coordinators_only(request.state.actor)
    first, last = insurance.month_from(clock.today(settings_of(request).timezone))
    form = forms.blank(language="pl", first=f"{first:%d.%m.%Y}", last=f"{last:%d.%m.%Y}")
    return await _shown(request, Whose(Kind.INSURANCE), "", "/desk/policies", form)


async def issue_insurance_list(request: Request) -> Response:
    settings, actor = settings_of(request), request.state.actor

    async def made(new: PrintInsurance) -> Issued:
        return await insurance.issue(settings, actor, new.first, new.last, new.language)

    async def left_out(new: PrintInsurance) -> int:
        return await insurance.left_out(actor, new.first, new.last)

    about = (Whose(Kind.INSURANCE), "", "/desk/policies")
    return await _issued(request, *about, PrintInsurance, made, left_out)


async def _shown(
    request: Request, whose: Whose, name: str, back: str, form: Checked[Any], status: int = 200
) -> Response:
    """The page; or the paper that ?kept=… names, byte for byte as it was issued."""
    if asked := request.query_params.get("kept"):
        if (id := forms.id_of(asked)) is None:
            raise Refused("", 404)
        document = await kept.document(settings_of(request), request.state.actor, whose, id)
        headers = {"Content-Disposition": f'inline; filename="{whose.kind}.pdf"', "Cache-Control": "no-store"}
        return Response(document, media_type="application/pdf", headers=headers)
    page = PrintPage(whose.kind, name, back, await kept.kept(whose), form)
    return render(request, "papers/print.html", page, status=status)


async def _issued(
    request: Request,
    whose: Whose,
    name: str,
    back: str,
    model: type[Print],
    made: Made,
    left_out: Callable[[Any], Awaitable[int]] | None = None,
) -> Response:
    form = forms.read(model, await request.form())
    if form.value is not None:
        try:
            paper = await made(form.value)
        except Refused as refused:
            if not refused.sentence:
                raise
            form = form.refused("", gettext(refused.sentence))
            return await _shown(request, whose, name, back, form, refused.status)
        number, without = f"{paper.number}/{paper.year}", await left_out(form.value) if left_out else 0
        return redirect(request, request.url.path, READY_WITHOUT if without else READY, number=number, n=without)
    return await _shown(request, whose, name, back, form, 422)


async def _meeting(request: Request) -> tuple[Whose, str, str]:
    """Whoever may not know all who belong sees only the lists they printed themselves."""
    actor = request.state.actor
    sheet = await sheets.sheet(actor, request.path_params["id"])
    at = sheet.meeting
    own = actor.account if sheet.hidden else None
    return Whose(Kind.ATTENDANCE, at.id, own), at.title, f"/desk/meetings/{at.id}"


def _group(id: UUID, name: str) -> tuple[Whose, str, str]:
    return Whose(Kind.POSTER, id), name, f"/desk/initiatives/{id}"


async def _asked(request: Request) -> Any:
    return await intake.seen(request.state.actor, request.path_params["id"], settings_of(request).timezone)


def _of_request(asked: Any) -> tuple[Whose, str, str]:
    return Whose(Kind.SLIP, asked.id), asked.number, f"/desk/requests/{asked.id}"
