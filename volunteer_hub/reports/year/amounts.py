"""How an amount is written, the same on screen and on paper, and what stands for it in a file's cell."""

from decimal import ROUND_HALF_UP, Decimal

from volunteer_hub.kit.sheet import Cell
from volunteer_hub.reports.indicators.values import Amount, Under, Unit, Withheld
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext, mark

UNITS = {
    Unit.PEOPLE: mark("osoby"),
    Unit.FAMILIES: mark("rodziny"),
    Unit.TIMES: mark("sztuki"),
    Unit.MINUTES: mark("godziny"),
    Unit.ZLOTY: mark("złote"),
    Unit.PERCENT: mark("procent"),
}
UNKNOWN = mark("brak danych")
KEPT_BACK = mark("nie podajemy")


def unit(of: Unit) -> str:
    """In what it is counted."""
    return gettext(UNITS[of])


def hours(minutes: int | Decimal) -> Decimal:
    """Minutes as hours, to a hundredth."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()


def shown(amount: Amount, of: Unit) -> str:
    """3 434, <10, 12,5 h, 2 606 029,00 zł, 21%."""
    match amount:
        case None:
            return gettext(UNKNOWN)
        case Withheld():
            return gettext(KEPT_BACK)
        case Under():
            return f"<{amount.than}"
    if of is Unit.MINUTES:
        return f"{formats.number(hours(amount))}{formats.NO_BREAK}h"  # type: ignore[arg-type]
    if of is Unit.ZLOTY:
        return formats.money(Decimal(amount))
    if of is Unit.PERCENT:
        return f"{formats.number(float(amount))}%"
    return formats.number(amount)  # type: ignore[arg-type]


def cell(amount: Amount, of: Unit) -> Cell:
    """A number that can be reckoned with, in `unit(of)`; words where none is told."""
    if isinstance(amount, int | Decimal):
        return hours(amount) if of is Unit.MINUTES else amount
    return shown(amount, of)


def length(amount: Amount, of: Unit) -> float | None:
    """How long a bar or how high a point of it is; None where none is drawn."""
    if not isinstance(amount, int | Decimal):
        return None
    return float(hours(amount) if of is Unit.MINUTES else amount)
