"""Costs of messages by month, and the same as a file to take away."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files, strangers
from volunteer_hub.kit import clock
from volunteer_hub.messaging import costs
from volunteer_hub.messaging.edited.kinds import called
from volunteer_hub.replies.desk import spending
from volunteer_hub.replies.desk.spending import Cell, Month, Split, Sum
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import render, settings_of
from volunteer_hub.web.templates import word

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
CAUSES = {
    "": mark("Bez inicjatywy"),
    "gone": mark("Inicjatywa, której już nie ma"),
    "confidential": mark("Grupy i zespoły wsparcia razem"),
}


@dataclass(frozen=True)
class Priced:
    """A line of a table: its name, the figures, and the price where one is known."""

    name: str
    sum: Sum
    price: Decimal | None


@dataclass(frozen=True)
class CostsPage:
    """`month` is the one that is split; `budget` and `spent`: today's SMS that public forms may cause, and did."""

    months: list[tuple[Month, Decimal | None]]
    month: date
    kinds: list[Priced]
    letters: list[Sum]
    causes: list[Priced]
    budget: int
    spent: int


async def show(request: Request) -> Response:
    actor, settings = request.state.actor, settings_of(request)
    if kind := files.asked(request):
        lines = await spending.table(actor)
        table = files.table(mark("Koszty wiadomości"), _columns(settings), lines)
        return await files.answer(request, kind, table, personal=False)
    found = await spending.months(actor)
    month = _asked(request, found)
    of = await spending.split(actor, month)
    return render(request, "replies/costs.html", await _page(settings, found, month, of))


async def _page(settings: Settings, found: list[Month], month: date, of: Split) -> CostsPage:
    left = await strangers.left_today(settings)
    return CostsPage(
        months=[(one, costs.price(one.sum.parts, settings)) for one in found],
        month=month,
        kinds=[Priced(called(one.key), one, costs.price(one.parts, settings)) for one in of.kinds],
        letters=of.letters,
        causes=[Priced(cause(one.key), one, costs.price(one.parts, settings)) for one in of.causes],
        budget=settings.sms_daily_budget,
        spent=settings.sms_daily_budget - left,
    )


def _columns(settings: Settings) -> files.Columns[Cell]:
    """A line for each month, channel, kind, language, letters and cause."""
    return {
        mark("Miesiąc"): lambda one: one.month,
        mark("Jak"): lambda one: word("channel", one.channel),
        mark("Wiadomość"): lambda one: called(one.template),
        mark("Język"): lambda one: one.language,
        mark("Litery"): lambda one: one.encoding,
        mark("Inicjatywa"): lambda one: cause(one.cause),
        mark("Wiadomości"): lambda one: one.messages,
        mark("Części"): lambda one: one.parts,
        mark("Koszt"): lambda one: costs.price(one.parts, settings),
    }


def cause(key: str) -> str:
    """Whose cause it was, in words; an initiative by its name."""
    return gettext(CAUSES[key]) if key in CAUSES else key


def _asked(request: Request, found: list[Month]) -> date:
    """The month asked for; else the newest, else this one."""
    asked = request.query_params.get("month", "")
    if MONTH.fullmatch(asked):
        return date.fromisoformat(f"{asked}-01")
    return found[0].first if found else clock.today(settings_of(request).timezone).replace(day=1)
