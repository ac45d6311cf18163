"""Sums and counts as people type them: "1 234,50", "1.234,50", "1234.5", "1 234 zł"."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from volunteer_hub.web.forms import Wrong
from volunteer_hub.web.i18n import mark

MOST = Decimal("9999999999.99")

# Thousands stand in threes behind spaces or points; what is left of a comma or one point are at most two digits.
GROUPED = re.compile(r"\d{1,3}(?:[ .]\d{3})+(?:,\d{1,2})?")
PLAIN = re.compile(r"\d+(?:[.,]\d{1,2})?")
UNIT = re.compile(r"\s*(zł|zl|pln)\.?$", re.IGNORECASE)


def amount(text: object) -> Decimal:
    """The number that `text` is. Raises Wrong for what could be read in two ways, or is none."""
    if isinstance(text, Decimal):
        return text
    words = UNIT.sub("", " ".join(str(text).split()))
    if not words.isascii() or not (GROUPED.fullmatch(words) or PLAIN.fullmatch(words)):
        raise Wrong(mark("Wpisz liczbę, na przykład 1 234,50."))
    if GROUPED.fullmatch(words):
        words = words.replace(".", "")
    number = Decimal(words.replace(" ", "").replace(",", "."))
    if number > MOST:
        raise Wrong(mark("Ta liczba jest za duża."))
    return number


def typed(number: Decimal | None) -> str:
    """As it stands in a field: without the zeros nobody types."""
    if number is None:
        return ""
    whole = number == number.to_integral_value()
    return (f"{number:.0f}" if whole else f"{number:.2f}").replace(".", ",")


Amount = Annotated[Decimal, BeforeValidator(amount), Field(ge=0)]
