"""The centre's year for programs: the edition for publication, word for word as it is printed, and no other.

Small numbers are not told, nor what would give them away: `under` stands for fewer than so many, `withheld` for a
number that is known and not said (docs/decisions/0053-indicators.md).
"""

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from volunteer_hub.exchange.hsds import Told
from volunteer_hub.reports.indicators import publication, words
from volunteer_hub.reports.indicators.values import Amount, By, Figure, Indicator, Part, Under, Unit, Withheld
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import speaking


class Counted(Told):
    """A number, or why there is none: one of `value`, `under` and `withheld`; none of them where it is not known."""

    value: int | float | None = Field(None, description="Rounded: counts to tens, minutes to ten hours.")
    under: int | None = Field(None, description="Fewer than this; how many is not told.")
    withheld: Literal[True] | None = Field(None, description="Not told, or a smaller number would follow from it.")


class TellsPart(Counted):
    key: str = Field(description="A slug or a code of ours; empty: of none.")
    name: str


class Division(Told):
    by: By
    title: str
    parts: list[TellsPart]


class TellsIndicator(Counted):
    id: Indicator
    title: str
    how: str = Field(description="How it is counted.")
    unit: Unit
    divisions: list[Division] = Field(description="One person may be in several parts.")


class Year(Told):
    """The indicators of a calendar year that is over."""

    year: int
    edition: Literal["public"] = "public"
    indicators: list[TellsIndicator]


async def of_year(settings: Settings, year: int) -> Year:
    """In the centre's own language. Raises Refused 404 before the year is over."""
    found = await publication.of_year(year, settings.timezone)
    with speaking(settings.locale):
        return Year(year=year, indicators=[_indicator(figure) for figure in found])


def _indicator(figure: Figure) -> TellsIndicator:
    divisions = [
        Division(by=by, title=words.division(by), parts=[_part(by, part) for part in parts])
        for by, parts in figure.parts.items()
    ]
    return TellsIndicator(
        id=figure.indicator,
        title=words.title(figure.indicator),
        how=words.how(figure.indicator),
        unit=figure.unit,
        divisions=divisions,
        **_amount(figure.amount),
    )


def _part(by: By, part: Part) -> TellsPart:
    return TellsPart(key=part.key, name=words.part(by, part), **_amount(part.amount))


def _amount(amount: Amount) -> dict[str, Any]:
    match amount:
        case Under():
            return {"under": amount.than}
        case Withheld():
            return {"withheld": True}
        case Decimal():
            return {"value": float(amount)}
        case int():
            return {"value": amount}
        case None:
            return {}
