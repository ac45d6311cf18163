"""Other programs, at the administrator's settings: the tokens they read with, the webhooks they hear by."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.exchange.api_access import tokens, webhooks
from volunteer_hub.exchange.api_access.rules import LONGEST_DAYS, Kind, Scope
from volunteer_hub.exchange.api_access.tokens import TokenLine
from volunteer_hub.exchange.api_access.webhooks import WebhookLine
from volunteer_hub.kit import clock
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Line
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

PROGRAMS = "/desk/settings/programs"
USUAL_DAYS = 365


class NewToken(Form):
    sentences = {"scopes": mark("Zaznacz, co ten program ma czytać."), "ends_on": mark("Podaj dzień.")}

    name: Annotated[Line, Field(min_length=1, max_length=80)]
    scopes: Annotated[list[Scope], Field(min_length=1)]
    ends_on: date


class NewWebhook(Form):
    sentences = {"kinds": mark("Zaznacz, o czym ten program ma słyszeć.")}

    webhook_name: Annotated[Line, Field(min_length=1, max_length=80)]
    url: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(str.strip)]
    kinds: Annotated[list[Kind], Field(min_length=1)]


ADDRESS = mark("Podaj cały adres, na przykład https://miasto.example.org/zmiany, bez hasła i bez spacji.")
NOT_HTTPS = mark("Adres musi zaczynać się od https://, żeby nikt po drodze nie podsłuchał.")
PRIVATE = mark("Ten adres prowadzi do naszej własnej sieci. Podaj adres dostępny z internetu.")
WHY = {"address": ADDRESS, "not https": NOT_HTTPS, "private address": PRIVATE}
PAST = mark("Ten dzień już minął.")
TOO_LONG = mark("Klucz może działać najwyżej dwa lata.")


@dataclass(frozen=True)
class ProgramsPage:
    """`form` is whichever of the two was `refused`, the other is blank. `token`: the new one, shown once."""

    tokens: list[TokenLine]
    webhooks: list[WebhookLine]
    token_form: Checked[NewToken]
    webhook_form: Checked[NewWebhook]
    scopes: tuple[Scope, ...]
    kinds: tuple[Kind, ...]
    token: str = ""
    refused: str = ""


async def show(request: Request) -> Response:
    return await page(request)


async def make_token(request: Request) -> Response:
    """Answers with the page itself, not with a redirect: the new token must stand nowhere else."""
    form = forms.read(NewToken, await request.form())
    if form.value and (wrong := _wrong_day(form.value.ends_on, clock.today(settings_of(request).timezone))):
        form = form.refused("ends_on", gettext(wrong))
    if form.value is None:
        return await page(request, token_form=form, refused="token")
    new = form.value
    return await page(request, token=await tokens.make(request.state.actor, new.name, new.scopes, new.ends_on))


async def end_token(request: Request) -> Response:
    await tokens.end(request.state.actor, request.path_params["id"])
    return redirect(request, PROGRAMS, mark("Ten klucz już nie działa."))


def _wrong_day(day: date, today: date) -> str:
    if day < today:
        return PAST
    return TOO_LONG if day > today + timedelta(days=LONGEST_DAYS) else ""


async def page(
    request: Request,
    *,
    token_form: Checked[NewToken] | None = None,
    webhook_form: Checked[NewWebhook] | None = None,
    token: str = "",
    refused: str = "",
) -> Response:
    actor, today = request.state.actor, clock.today(settings_of(request).timezone)
    shown = ProgramsPage(
        tokens=await tokens.listed(actor),
        webhooks=await webhooks.listed(actor),
        token_form=token_form or forms.blank(ends_on=today + timedelta(days=USUAL_DAYS)),
        webhook_form=webhook_form or forms.blank(kinds=[kind.value for kind in Kind]),
        scopes=tuple(Scope),
        kinds=tuple(Kind),
        token=token,
        refused=refused,
    )
    return render(request, "exchange/programs.html", shown, status=422 if refused else 200)
