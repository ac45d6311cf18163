"""Costs of messages by month, and the same as a table to take away."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import strangers
from volunteer_hub.kit import clock
from volunteer_hub.kit.sheet import csv_file
from volunteer_hub.messaging import costs
from volunteer_hub.replies import spending, today
from volunteer_hub.replies.spending import Month, Split, Sum
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import render, settings_of

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
HEADINGS = ("month", "channel", "kind", "language", "encoding", "cause", "messages", "parts", "zloty")
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
    found = await spending.months(actor)
    month = _asked(request, found)
    of = await spending.split(actor, month)
    return render(request, "replies/costs.html", await _page(settings, found, month, of))


async def _page(settings: Settings, found: list[Month], month: date, of: Split) -> CostsPage:
    left = await strangers.left_today(settings)
    return CostsPage(
        months=[(one, costs.price(one.sum.parts, settings)) for one in found],
        month=month,
        kinds=[Priced(today.called(one.key), one, costs.price(one.parts, settings)) for one in of.kinds],
        letters=of.letters,
        causes=[Priced(cause(one.key), one, costs.price(one.parts, settings)) for one in of.causes],
        budget=settings.sms_daily_budget,
        spent=settings.sms_daily_budget - left,
    )


async def table(request: Request) -> Response:
    """A line for each month, kind, language and cause. Months and money as machines read them."""
    settings = settings_of(request)
    rows = [
        (f"{one.month:%Y-%m}", one.channel, today.called(one.template), one.language, one.encoding, cause(one.cause),
         one.messages, one.parts, "" if (zl := costs.price(one.parts, settings)) is None else f"{zl:.2f}")
        for one in await spending.table(request.state.actor)
    ]  # fmt: skip
    headers = {"Content-Disposition": 'attachment; filename="messages.csv"', "Cache-Control": "no-store"}
    return Response(csv_file([HEADINGS, *rows]), media_type="text/csv", headers=headers)


def cause(key: str) -> str:
    """Whose cause it was, in words; an initiative by its name."""
    return gettext(CAUSES[key]) if key in CAUSES else key


def _asked(request: Request, found: list[Month]) -> date:
    """The month asked for; else the newest, else this one."""
    asked = request.query_params.get("month", "")
    if MONTH.fullmatch(asked):
        return date.fromisoformat(f"{asked}-01")
    return found[0].first if found else clock.today(settings_of(request).timezone).replace(day=1)
