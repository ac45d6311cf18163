"""Partner schools: their list at the desk, and a school's own page by a link."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.intake.guardian_forms import NewSchool
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import schools
from volunteer_hub.people.schools import Pupil, School
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
COLUMNS: files.Columns[School] = {
    mark("Szkoła"): lambda school: school.name,
    mark("Kto koordynuje"): lambda school: school.contact_name,
    mark("E-mail"): lambda school: school.contact_email,
    mark("Uczniowie"): lambda school: school.pupils,
    mark("Link działa do"): lambda school: school.link_until,
}


@dataclass(frozen=True)
class SchoolsPage:
    schools: list[School]
    form: Checked[NewSchool]


@dataclass(frozen=True)
class SchoolPage:
    """`name` is empty when the link works no more."""

    name: str
    pupils: list[Pupil]
    token: str


async def desk(request: Request) -> Response:
    if kind := files.asked(request):
        table = files.table(mark("Szkoły"), COLUMNS, await schools.schools(request.state.actor))
        return await files.answer(request, kind, table, personal=True)
    return await _desk(request, forms.blank())


async def add(request: Request) -> Response:
    form = forms.read(NewSchool, await request.form())
    if form.value is None:
        return await _desk(request, form, 422)
    new = form.value
    try:
        await schools.add(settings_of(request), request.state.actor, new.name, new.contact_name, new.contact_email)
    except Refused as refused:
        if refused.status != 409:
            raise
        return await _desk(request, form.refused("name", gettext(refused.sentence)), 409)
    return redirect(request, "/desk/schools", mark("Szkoła jest na liście. Link poszedł e-mailem."))


async def send_link(request: Request) -> Response:
    await schools.send_link(settings_of(request), request.state.actor, request.path_params["id"])
    return redirect(request, "/desk/schools", mark("Nowy link poszedł e-mailem. Poprzedni już nie działa."))


async def close(request: Request) -> Response:
    await schools.close(request.state.actor, request.path_params["id"])
    return redirect(request, "/desk/schools", mark("Szkoły nie ma już na liście, a jej link nie działa."))


async def school(request: Request) -> Response:
    token = request.path_params["token"]
    found = await schools.of_link(token)
    page = SchoolPage(found[1], await schools.pupils(found[0]), token) if found else SchoolPage("", [], "")
    response = render(request, "intake/school.html", page, status=200 if found else 410)
    response.headers.update(PRIVATE)
    return response


async def vouch(request: Request) -> Response:
    token = request.path_params["token"]
    await schools.vouch(token, request.path_params["id"])
    response = redirect(request, f"/school/{token}", mark("Dziękujemy. Poręczenie jest zapisane."))
    response.headers.update(PRIVATE)
    return response


async def _desk(request: Request, form: Checked[NewSchool], status: int = 200) -> Response:
    page = SchoolsPage(await schools.schools(request.state.actor), form)
    return render(request, "intake/schools.html", page, status=status)
