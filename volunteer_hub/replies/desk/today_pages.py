"""What leaves today and what has left, live; and what is held: looked at, let go, or called off altogether."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.phone import pretty
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import queries as messages
from volunteer_hub.messaging.edited.kinds import called
from volunteer_hub.messaging.queries import Held
from volunteer_hub.messaging.rules import Channel, ToPeople
from volunteer_hub.replies.desk import pressing, today
from volunteer_hub.replies.desk.today import Line, Sample, Stage, Today
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of
from volunteer_hub.web.templates import word

NOTHING_HELD = mark("Nic tu już nie czekało na zgodę.")
TODAY = "/desk/messages/today"
COLUMNS: files.Columns[Line] = {
    mark("Kto"): lambda line: line.who.name or gettext("Nieznany nadawca"),
    mark("Numer albo adres"): lambda line: pretty(line.address) if line.address.startswith("+") else line.address,
    mark("Wiadomość"): lambda line: called(line.template),
    mark("Jak"): lambda line: word("channel", line.channel),
    mark("Kiedy"): lambda line: line.wall,
    mark("Części"): lambda line: line.parts,
    mark("Stan"): lambda line: gettext("Przekazane telefonicznie") if line.told else word("message_state", line.state),
}


class Asked(Form):
    """To what the day is narrowed."""

    stage: Stage | None = None
    channel: ToPeople | None = None
    page: Annotated[int, Field(ge=1, le=10_000)] = 1

    def way(self, stage: str | None, channel: str | None, page: int = 1) -> str:
        """The address of the day narrowed otherwise."""
        asked = {"stage": stage or "", "channel": channel or "", "page": page if page > 1 else ""}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{TODAY}?{query}" if query else TODAY

    def at_page(self, page: int) -> str:
        return self.way(self.stage, self.channel, page)


class OfChannel(Form):
    channel: ToPeople


class Cancelling(OfChannel):
    """`until`: when the list of what would be called off was shown."""

    until: datetime


@dataclass(frozen=True)
class TodayPage:
    """`back`: where a press leads back to."""

    today: Today
    asked: Asked
    held: list[Held]
    back: str = "today"


@dataclass(frozen=True)
class HeldPage:
    channel: Channel
    sample: Sample


async def show(request: Request) -> Response:
    query, actor = request.query_params, request.state.actor
    asked = forms.read(Asked, {name: query.getlist(name) for name in Asked.model_fields}).value or Asked()
    zone = settings_of(request).timezone
    if kind := files.asked(request):
        every = files.table(mark("Wiadomości na dziś"), COLUMNS, files.through(partial(_page, actor, zone, asked)))
        return await files.answer(request, kind, every, personal=True)
    found = await today.today(actor, zone, asked.stage, asked.channel, asked.page)
    return render(request, "replies/today.html", TodayPage(found, asked, await messages.held(actor)), fragment="today")


async def _page(actor: Actor, zone: str, asked: Asked, page: int | None) -> tuple[list[Line], int | None]:
    found = await today.today(actor, zone, asked.stage, asked.channel, page or 1)
    lines = [line for hour in found.hours for group in hour.groups for line in group.lines]
    return lines, found.page + 1 if found.page < found.pages else None


async def held(request: Request) -> Response:
    """All that waits on a channel, before it is called off."""
    asked = forms.read(OfChannel, {"channel": request.query_params.getlist("channel")}).value
    if asked is None:
        raise Refused("", 404)
    sample = await today.waiting_on(request.state.actor, asked.channel)
    if not sample.total:
        return redirect(request, TODAY, NOTHING_HELD)
    return render(request, "replies/held.html", HeldPage(asked.channel, sample))


async def let_go(request: Request) -> Response:
    """A coordinator looked at the flood: it may leave."""
    asked = forms.read(OfChannel, await request.form()).value
    if asked is None:
        raise Refused("", 404)
    if not await pressing.let_go(request.state.actor, asked.channel):
        return redirect(request, TODAY, NOTHING_HELD)
    return redirect(request, TODAY, mark("Puszczone. Wiadomości wychodzą po kolei."))


async def call_off(request: Request) -> Response:
    """Everything that was shown and still waits is called off."""
    asked = forms.read(Cancelling, await request.form()).value
    if asked is None or asked.until.tzinfo is None:
        raise Refused("", 404)
    many = await pressing.call_off_held(request.state.actor, asked.channel, asked.until)
    return redirect(request, TODAY, mark("Odwołane wiadomości: %(n)s. Nikt ich nie dostanie."), n=many)
