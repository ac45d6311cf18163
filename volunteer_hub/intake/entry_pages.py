"""A request typed in by first contact, mended by its desk, and the slip of paper to ask by."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.intake import queries, request_actions, status
from volunteer_hub.intake.forms import WRITTEN, with_area
from volunteer_hub.intake.queries import RequestCard, RequestStub
from volunteer_hub.intake.request_forms import ChangeRequest, EnterRequest
from volunteer_hub.intake.rules import Act, What, may
from volunteer_hub.kit import clock, secret
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

START = {"came": "phone", "reporter": "self", "urgency": "2", "language": "pl", "text_number": "yes"}


@dataclass(frozen=True)
class EntryPage:
    form: Checked[Any]
    areas: list[tuple[str, str]]
    languages_written: tuple[str, ...]
    once: str


@dataclass(frozen=True)
class ChangePage:
    """`why`: somebody else changed it meanwhile; `asked` is how they left it, and the form holds what was typed."""

    asked: RequestCard
    form: Checked[Any]
    areas: list[tuple[str, str]]
    languages_written: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True)
class SlipPage:
    id: UUID
    number: str
    code: str
    day: date


async def new_request(request: Request) -> Response:
    page = EntryPage(forms.blank(**START), await atlas.areas(), WRITTEN, secret.token())
    return render(request, "intake/new_request.html", page)


async def create_request(request: Request) -> Response:
    form, areas = forms.read(EnterRequest, await request.form()), await atlas.areas()
    form = with_area(form, form.first("area"), dict(areas), required=False)
    if form.value is None:
        page = EntryPage(form, areas, WRITTEN, form.first("once") or secret.token())
        return render(request, "intake/new_request.html", page, status=422)
    settings = settings_of(request)
    today = clock.today(settings.timezone)
    id = await request_actions.enter_request(settings, request.state.actor, form.value, today)
    said = mark("Zapisane. Podaj tej osobie numer zgłoszenia.")
    if form.value.what is What.HARM:
        said = mark("Zapisane jako pilne. Gdy komuś grozi niebezpieczeństwo, dzwoń teraz: 112.")
    return redirect(request, f"/desk/requests/{id}", said)


async def change_form(request: Request) -> Response:
    asked = await _open(request)
    typed = {
        name: getattr(asked, name)
        for name in ("name", "phone", "email", "address", "text", "language", "what", "urgency", "reporter")
    }
    form = forms.blank(**typed, area=asked.area_slug, version=asked.version)
    return render(request, "intake/change_request.html", ChangePage(asked, form, await atlas.areas(), WRITTEN))


async def change_request(request: Request) -> Response:
    form, areas = forms.read(ChangeRequest, await request.form()), await atlas.areas()
    form = with_area(form, form.first("area"), dict(areas), required=False)
    asked = await _open(request)
    if form.value is None:
        return render(request, "intake/change_request.html", ChangePage(asked, form, areas, WRITTEN), status=422)
    try:
        await request_actions.change_request(request.state.actor, asked.id, form.value)
    except Refused as refused:
        if not refused.sentence:
            raise
        form = Checked({**form.typed, "version": [str(asked.version)]})
        page = ChangePage(asked, form, areas, WRITTEN, gettext(refused.sentence))
        return render(request, "intake/change_request.html", page, status=refused.status)
    return redirect(request, f"/desk/requests/{asked.id}", mark("Zapisane."))


async def slip(request: Request) -> Response:
    """One sheet of A6 with the number and nothing of what was asked for; also for what moved on."""
    actor, settings = request.state.actor, settings_of(request)
    asked: RequestCard | RequestStub = await queries.seen(actor, request.path_params["id"], settings.timezone)
    await audit.record(actor, "request.slip", f"request:{asked.id}")
    day = clock.wall(asked.created_at, settings.timezone).date()
    page = SlipPage(asked.id, asked.number, status.code_of(settings, asked.number), day)
    return render(request, "intake/slip.html", page)


async def _open(request: Request) -> RequestCard:
    """The request to be changed. Raises Refused: 404 when it is not at this desk, 409 when it is closed."""
    asked = await queries.request(request.state.actor, request.path_params["id"], settings_of(request).timezone)
    if not may(asked.state, Act.CHANGE):
        raise Refused(mark("Tego zgłoszenia nie można już zmienić: jest zamknięte."))
    await audit.record(request.state.actor, "request.open", f"request:{asked.id}")
    return asked
