"""Districts from a GeoJSON file: sent, shown with what they would change, then put on the map, all or none."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import area_actions, area_files, drawing
from volunteer_hub.atlas.area_files import Choice, Preview
from volunteer_hub.atlas.area_forms import PutFile, ReadFile
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render


@dataclass(frozen=True)
class SendPage:
    form: Checked[Any]
    mb: int = drawing.MOST_BYTES // 1_000_000


@dataclass(frozen=True)
class PreviewPage:
    """`form` holds the choices the preview was made with, `naming` what may be chosen as the name.

    `moving` says in words what would move.
    """

    preview: Preview
    form: Checked[Any]
    naming: list[tuple[str, str]]
    moving: str
    why: str = ""


async def send_form(request: Request) -> Response:
    return render(request, "atlas/area_import.html", SendPage(forms.blank()))


async def send(request: Request) -> Response:
    """Reads and judges the file; what is sound waits for a word at its own address."""
    sent = await request.form()
    form, file = forms.read(ReadFile, sent), sent.get("file")
    try:
        if not isinstance(file, UploadFile) or not file.size:
            raise Refused(mark("Wybierz plik z granicami osiedli."), 422)
        if file.size > drawing.MOST_BYTES:
            raise Refused(mark("Ten plik jest za duży. Najwięcej: %(mb)s MB."), 413, mb=SendPage.mb)
        found = await drawing.read_file(file.file, swap=bool(form.value and form.value.swap))
    except Refused as refused:
        said = gettext(refused.sentence, **refused.values)
        return render(request, "atlas/area_import.html", SendPage(form.refused("file", said)), status=refused.status)
    id = await area_files.take_in(request.state.actor, file.filename or "", found)
    return redirect(request, f"/desk/areas/import/{id}")


async def preview(request: Request) -> Response:
    form = forms.read(PutFile, {name: [value] for name, value in request.query_params.items()})
    return await _preview(request, form)


async def put(request: Request) -> Response:
    form = forms.read(PutFile, await request.form())
    seen = form.value.seen if form.value else ""
    try:
        n = await area_files.put(request.state.actor, request.path_params["id"], _choice(form), seen)
    except Refused as refused:
        if not refused.sentence:
            raise
        return await _preview(request, form, gettext(refused.sentence, **refused.values), refused.status)
    return redirect(request, "/desk/areas", mark("Gotowe. Wczytane osiedla: %(n)s."), n=n)


async def _preview(request: Request, form: Checked[PutFile], why: str = "", status: int = 200) -> Response:
    id: UUID = request.path_params["id"]
    choice = _choice(form)
    found = await area_files.preview(request.state.actor, id, choice)
    naming = choice.naming if choice.naming in found.file.naming else next(iter(found.file.naming), "")
    filled = forms.blank(
        naming=naming, gone="remove" if choice.removing else "keep", move="yes" if choice.moving else "no"
    )
    moving = ", ".join(area_actions.counted(what, n) for what, n in found.moving.items())
    options = [(name, name) for name in found.file.naming]
    return render(request, "atlas/area_preview.html", PreviewPage(found, filled, options, moving, why), status=status)


def _choice(form: Checked[PutFile]) -> Choice:
    value = form.value or PutFile()
    return Choice(value.naming, removing=value.gone == "remove", moving=value.move != "no")
