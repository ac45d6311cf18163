"""One webhook at the administrator's settings: how it fares, its last deliveries, and what may be done with it."""

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.exchange.api_access import webhooks
from volunteer_hub.exchange.api_access.pages import PROGRAMS, WHY, NewWebhook, page
from volunteer_hub.exchange.api_access.webhooks import WebhookLine
from volunteer_hub.messaging.hooks import Delivery
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

WEBHOOKS = f"{PROGRAMS}/webhooks"


@dataclass(frozen=True)
class WebhookPage:
    """`secret`: the new one, shown once."""

    one: WebhookLine
    deliveries: list[Delivery]
    secret: str = ""


async def make(request: Request) -> Response:
    """Answers with the webhook's page itself, not with a redirect: its secret must stand nowhere else."""
    form, settings = forms.read(NewWebhook, await request.form()), settings_of(request)
    if form.value and (wrong := webhooks.wrong_address(settings, form.value.url)):
        form = form.refused("url", gettext(WHY[wrong]))
    if form.value is None:
        return await page(request, webhook_form=form, refused="webhook")
    new = form.value
    id, secret = await webhooks.make(request.state.actor, settings, new.webhook_name, new.url, new.kinds)
    return await _page(request, id, secret)


async def show(request: Request) -> Response:
    return await _page(request, _id(request))


async def attempt(request: Request) -> Response:
    await webhooks.attempt(request.state.actor, settings_of(request), _id(request))
    return _back(request, mark("Próba wysłana. Za chwilę odśwież stronę i zobacz, czy doszła."))


async def stop(request: Request) -> Response:
    await webhooks.stop(request.state.actor, _id(request))
    return _back(request, mark("Zatrzymany. O tym, co zmieni się teraz, ten program nie usłyszy."))


async def start(request: Request) -> Response:
    await webhooks.start(request.state.actor, settings_of(request), _id(request))
    return _back(request, mark("Uruchomiony. Program usłyszy o tym, co zmieni się od teraz."))


async def end(request: Request) -> Response:
    await webhooks.end(request.state.actor, _id(request))
    return _back(request, mark("Webhook zakończony."))


async def turn(request: Request) -> Response:
    """As `make`: the new secret is shown on this page alone."""
    secret = await webhooks.turn(request.state.actor, settings_of(request), _id(request))
    return await _page(request, _id(request), secret)


async def again(request: Request) -> Response:
    await webhooks.again(request.state.actor, _id(request), request.path_params["delivery"])
    return _back(request, mark("Wyślemy jeszcze raz."))


def _id(request: Request) -> UUID:
    found: UUID = request.path_params["id"]
    return found


def _back(request: Request, say: str) -> Response:
    return redirect(request, f"{WEBHOOKS}/{_id(request)}", say)


async def _page(request: Request, id: UUID, secret: str = "") -> Response:
    actor = request.state.actor
    shown = WebhookPage(await webhooks.one(actor, id), await webhooks.deliveries(actor, id), secret)
    return render(request, "exchange/webhook.html", shown)
