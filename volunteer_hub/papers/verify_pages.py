"""Checking a paper, for anybody: by the address in its QR code, or by typing the code."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access.pages import client_of
from volunteer_hub.kit import check_code
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import verify
from volunteer_hub.papers.verify import Verified
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Line
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

TEMPLATE = "papers/verify.html"
# The code stands in the address: no search engine keeps it, and no other site is told it.
HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


class CodeForm(Form):
    sentences = {"code": mark("Wpisz kod z dokumentu.")}

    code: Annotated[Line, Field(min_length=1, max_length=60)]


@dataclass(frozen=True)
class VerifyPage:
    """`asked`: somebody asked for a code, and `paper` is what it says; `wrong`: why we did not look."""

    form: Checked[Any] = field(default_factory=forms.blank)
    asked: bool = False
    paper: Verified | None = None
    wrong: str = ""


async def form(request: Request) -> Response:
    return _page(request, VerifyPage())


async def look(request: Request) -> Response:
    """To the address of the code that was typed, which is the one in the QR code."""
    typed = forms.read(CodeForm, await request.form())
    if typed.value is None:
        return _page(request, VerifyPage(typed), 422)
    code = check_code.read(typed.value.code)
    if not code:
        wrong = gettext("Kod ma 16 liter i cyfr. Przepisz go jeszcze raz, spacje i kreski nie są ważne.")
        return _page(request, VerifyPage(typed.refused("code", wrong)), 422)
    answer = redirect(request, f"/verify/{check_code.shown(code)}")
    answer.headers.update(HEADERS)
    return answer


async def show(request: Request) -> Response:
    try:
        paper = await verify.verify(settings_of(request), client_of(request), request.path_params["code"])
    except Refused as refused:
        return _page(request, VerifyPage(wrong=gettext(refused.sentence)), refused.status)
    return _page(request, VerifyPage(asked=True, paper=paper))


def _page(request: Request, page: VerifyPage, status: int = 200) -> Response:
    answer = render(request, TEMPLATE, page, status=status)
    answer.headers.update(HEADERS)
    return answer
