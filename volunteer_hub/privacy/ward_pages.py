"""/guardian/<link>/data: a guardian sees, copies, corrects, withdraws or has erased the data of a child under thirteen.

Of an older child, or with a link that has ended, every one of these leads to the guardian's page, which says why.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.intake.guardian_pages import PRIVATE
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import consents
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.guardians import Ward
from volunteer_hub.privacy import data_pages, export, rights, ward_rights
from volunteer_hub.privacy.data_pages import Chapter
from volunteer_hub.privacy.rights import Asked
from volunteer_hub.privacy.rules import Right, due_on
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

# A correction or an objection without words says nothing.
NEEDS_WORDS = (Right.CORRECT, Right.OBJECT)
FEWEST_LETTERS = 5


class AskedForChild(Form):
    sentences = {
        "right": mark("Wybierz jedną z odpowiedzi."),
        "words": mark("Napisz krócej: najwyżej 2000 znaków."),
    }

    right: Annotated[str, Field(pattern="^(correct|restrict|object|erase)$")]
    words: Annotated[str, Field(max_length=2000)] = ""


@dataclass(frozen=True)
class WardDataPage:
    """`token` is the way back to the guardian's page."""

    ward: Ward
    token: str
    chapters: list[Chapter]
    asked: list[Asked]
    rights: tuple[Right, ...]
    consents: list[Purpose]
    form: Checked[AskedForChild]
    due_on: date


async def show(request: Request) -> Response:
    return await _page(request, forms.blank())


async def copy(request: Request) -> Response:
    ward = await ward_rights.ward(settings_of(request), _token(request))
    if ward is None:
        return _elsewhere(request)
    parts = await ward_rights.copy(settings_of(request), _token(request))
    return _private(data_pages.file(export.as_json(ward_rights.subject(ward), parts)))


async def ask(request: Request) -> Response:
    form = forms.read(AskedForChild, await request.form())
    if form.value and Right(form.value.right) in NEEDS_WORDS and len(form.value.words) < FEWEST_LETTERS:
        form = form.refused("words", gettext("Proszę napisać jednym zdaniem, o co chodzi."))
    if form.value is None:
        return await _page(request, form, 422)
    if await ward_rights.ward(settings_of(request), _token(request)) is None:
        return _elsewhere(request)
    await ward_rights.ask(settings_of(request), _token(request), Right(form.value.right), form.value.words)
    return _back(request, mark("Wniosek zapisany. Odpowiemy najpóźniej w ciągu miesiąca."))


async def withdraw(request: Request) -> Response:
    purpose = str((await request.form()).get("purpose"))
    if purpose not in rights.WITHDRAWABLE:
        raise Refused(mark("Wybierz jedną z odpowiedzi."), 400)
    if await ward_rights.ward(settings_of(request), _token(request)) is None:
        return _elsewhere(request)
    await ward_rights.withdraw(settings_of(request), _token(request), Purpose(purpose))
    return _back(request, mark("Zgoda cofnięta. Od tej chwili już jej nie używamy."))


async def _page(request: Request, form: Checked[AskedForChild], status: int = 200) -> Response:
    settings, token = settings_of(request), _token(request)
    ward = await ward_rights.ward(settings, token)
    if ward is None:
        return _elsewhere(request)
    known = await consents.current(ward.volunteer)
    page = WardDataPage(
        ward=ward,
        token=token,
        chapters=data_pages.chapters(await ward_rights.held(settings, token)),
        asked=await rights.of(ward_rights.subject(ward)),
        rights=ward_rights.ASKED,
        consents=[one for one in rights.WITHDRAWABLE if one in known and known[one].given],
        form=form,
        due_on=due_on(clock.today(settings.timezone)),
    )
    return _private(render(request, "privacy/ward.html", page, status=status))


def _token(request: Request) -> str:
    token: str = request.path_params["token"]
    return token


def _elsewhere(request: Request) -> Response:
    return _private(redirect(request, f"/guardian/{_token(request)}"))


def _back(request: Request, said: str) -> Response:
    return _private(redirect(request, f"/guardian/{_token(request)}/data", said))


def _private(response: Response) -> Response:
    response.headers.update(PRIVATE)
    return response
