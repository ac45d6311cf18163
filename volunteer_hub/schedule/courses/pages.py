"""A course at the desk: who was at which session, who has finished, what the sessions are about, the certificates."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.initiatives import courses
from volunteer_hub.initiatives.course_rules import Counted
from volunteer_hub.initiatives.courses import Certificate
from volunteer_hub.kit import check_code, clock, qr
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.schedule.courses import course_file
from volunteer_hub.schedule.courses import sessions as attended
from volunteer_hub.schedule.courses.sessions import Course, Mark, Row, Session
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Line, Wrong
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

LONGEST = 160
BLANK = forms.blank()


class CourseForm(Form):
    """`subjects`: one in a line, in the order of the sessions. `seen`: what stood when the form was opened."""

    seen: Annotated[str, Field(max_length=60)] = ""
    enough: int = Field(ge=1, le=400)
    counted: Counted
    subjects: str = Field("", max_length=20_000)

    @field_validator("counted")
    @classmethod
    def _of_a_hundred(cls, counted: Counted, info: ValidationInfo) -> Counted:
        if counted is Counted.PERCENT and info.data.get("enough", 0) > 100:
            raise Wrong(mark("Więcej niż 100 procent nie da się zaliczyć."))
        return counted

    @field_validator("subjects")
    @classmethod
    def _short_lines(cls, text: str) -> str:
        if any(len(line.strip()) > LONGEST for line in text.splitlines()):
            raise Wrong(mark("Temat może mieć najwyżej %(n)s znaków."), n=LONGEST)
        return text


class Chosen(Form):
    member: list[UUID] = []


class MadeUp(Form):
    sentences = {"meeting": mark("Wybierz spotkanie.")}

    meeting: UUID
    words: Annotated[Line, Field(min_length=1, max_length=200)]


class TakenBack(Form):
    meeting: UUID


class Word(Form):
    words: Annotated[Line, Field(min_length=1, max_length=300)]


@dataclass(frozen=True)
class CoursePage:
    course: Course


@dataclass(frozen=True)
class EditPage:
    """`now`: what somebody else saved meanwhile, in words, by field."""

    course: Course
    form: Checked[Any]
    now: dict[str, str]
    counted: tuple[Counted, ...] = tuple(Counted)


@dataclass(frozen=True)
class PersonPage:
    """`missed`: the sessions that may be made up for; `refused`: which of its forms was sent wrongly, the others are
    `blank`."""

    course: Course
    row: Row
    missed: list[Session]
    form: Checked[Any]
    refused: str = ""
    blank: Checked[Any] = BLANK


@dataclass(frozen=True)
class CertificatePage:
    """`checked_at`: the address where anybody may check it; `qr`: the same as a picture."""

    certificate: Certificate
    changes: bool
    form: Checked[Any]
    checked_at: str
    qr: str


async def show(request: Request) -> Response:
    found = await attended.course(request.state.actor, request.path_params["id"])
    if kind := files.asked(request):
        return await files.answer(request, kind, *course_file.sheets(found), name=course_file.NAME, personal=True)
    return render(request, "schedule/course.html", CoursePage(found))


async def edit(request: Request) -> Response:
    found = await attended.changing(request.state.actor, request.path_params["id"])
    return render(request, "schedule/course_edit.html", EditPage(found, forms.blank(**_typed(found)), {}))


async def save(request: Request) -> Response:
    """What was typed over what was seen. Changed meanwhile: both, and the next press writes this one."""
    actor, id = request.state.actor, request.path_params["id"]
    found = await attended.changing(actor, id)
    form = forms.read(CourseForm, await request.form())
    if (new := form.value) is None:
        return render(request, "schedule/course_edit.html", EditPage(found, form, {}), status=422)
    subjects = [line.strip() for line in new.subjects.splitlines()]
    while subjects and not subjects[-1]:
        subjects.pop()
    try:
        await attended.save(actor, id, new.seen, new.enough, new.counted, subjects)
    except Stale:
        return _both(request, await attended.changing(actor, id), form)
    except Refused as refused:
        if refused.status == 404:
            raise
        form = form.refused("subjects", gettext(refused.sentence))
        return render(request, "schedule/course_edit.html", EditPage(found, form, {}), status=422)
    return redirect(request, f"/desk/initiatives/{id}/course", mark("Zapisane."))


async def confirm(request: Request) -> Response:
    """One press for all who attended enough; whose box is not ticked waits."""
    id, form = request.path_params["id"], forms.read(Chosen, await request.form())
    chosen = form.value.member if form.value else []
    many = await attended.confirm(request.state.actor, id, chosen, _today(request))
    said = mark("Wydane zaświadczenia: %(n)s.") if many else mark("Nikogo nie zaznaczono albo już to zapisano.")
    return redirect(request, f"/desk/initiatives/{id}/course", said, n=many)


async def person(request: Request) -> Response:
    return render(request, "schedule/course_person.html", await _person(request, forms.blank()))


async def make_up(request: Request) -> Response:
    form = forms.read(MadeUp, await request.form())
    page = await _person(request, form, "made-up")
    if form.value is not None:
        try:
            await attended.make_up(
                request.state.actor, page.course.initiative.id, page.row.member.id, form.value.meeting, form.value.words
            )
        except Refused as refused:
            page = replace(page, form=form.refused("meeting", gettext(refused.sentence or "Wybierz spotkanie.")))
        else:
            return redirect(request, _address(page), mark("Zapisane."))
    return render(request, "schedule/course_person.html", page, status=422)


async def take_back(request: Request) -> Response:
    """The session counts as missed again."""
    form = forms.read(TakenBack, await request.form())
    page = await _person(request, forms.blank())
    if form.value is None:
        return redirect(request, _address(page))
    ids = page.course.initiative.id, page.row.member.id
    await attended.make_up(request.state.actor, *ids, form.value.meeting, "")
    return redirect(request, _address(page), mark("Zapisane."))


async def confirm_anyway(request: Request) -> Response:
    """By exception, with a word that says why."""
    form = forms.read(Word, await request.form())
    page = await _person(request, form, "finishing")
    if form.value is None:
        return render(request, "schedule/course_person.html", page, status=422)
    ids = page.course.initiative.id, page.row.member.id
    await attended.confirm_anyway(request.state.actor, *ids, form.value.words, _today(request))
    return redirect(request, _address(page), mark("Zapisane."))


async def certificate(request: Request) -> Response:
    return render(request, "schedule/certificate.html", await _certificate(request, forms.blank()))


async def undo(request: Request) -> Response:
    form = forms.read(Word, await request.form())
    if form.value is None:
        return render(request, "schedule/certificate.html", await _certificate(request, form), status=422)
    of = await courses.undo(request.state.actor, request.path_params["id"], form.value.words)
    return redirect(request, f"/desk/initiatives/{of}/course", mark("Cofnięte. Numer nie będzie wydany drugi raz."))


def _typed(of: Course) -> dict[str, Any]:
    typed = {"seen": of.seen, "subjects": "\n".join(one.subject for one in of.sessions).rstrip()}
    finish = of.finish
    return typed | ({"enough": finish.enough, "counted": finish.counted.value} if finish else {"counted": "sessions"})


def _both(request: Request, now: Course, form: Checked[Any]) -> Response:
    saved = _typed(now)
    words = {"sessions": gettext("tyle spotkań"), "percent": gettext("tyle procent spotkań")}
    again = Checked({**form.typed, "seen": [saved.pop("seen")]}, form.errors, form.value)
    differ = {n: v for n, v in saved.items() if form.first(n).split() != str(v).split()}
    said = {name: words.get(str(value), str(value)) for name, value in differ.items()}
    return render(request, "schedule/course_edit.html", EditPage(now, again, said), status=409)


async def _person(request: Request, form: Checked[Any], refused: str = "") -> PersonPage:
    found = await attended.changing(request.state.actor, request.path_params["id"])
    row = found.row(request.path_params["member"])
    by_session = zip(found.sessions, row.marks, strict=True)
    missed = [one for one, noted in by_session if noted not in (Mark.CAME, Mark.MADE_UP) and one.held]
    return PersonPage(found, row, missed, form, refused if form.typed and form.value is None else "")


async def _certificate(request: Request, form: Checked[Any]) -> CertificatePage:
    found = await courses.certificate(request.state.actor, request.path_params["id"])
    changes = (await courses.course(request.state.actor, found.initiative)).changes
    at = check_code.address(settings_of(request).public_url, found.code)
    return CertificatePage(found, changes, form, at, qr.picture(at))


def _address(page: PersonPage) -> str:
    return f"/desk/initiatives/{page.course.initiative.id}/course/members/{page.row.member.id}"


def _today(request: Request) -> date:
    return clock.today(settings_of(request).timezone)
