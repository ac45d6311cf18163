"""Which year a page of the reports is of, and to which others it leads."""

from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import Field

from volunteer_hub.kit import clock
from volunteer_hub.reports import queries
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form

YEARS_SHOWN = 5
OLDEST, NEWEST = 1990, 2100

# What an address gives for a name: `request.query_params.getlist`.
Given = Callable[[str], Sequence[str]]


class Asked(Form):
    """Which year to count."""

    year: Annotated[int, Field(ge=OLDEST, le=NEWEST)] | None = None


def year_of(given: Given, zone: str) -> int:
    """The year that is asked for; this one unless it is a year."""
    asked = forms.read(Asked, {"year": given("year")}).value
    return asked.year if asked and asked.year else clock.today(zone).year


async def years_back(year: int, zone: str) -> list[int]:
    """This year and those before it of which anything is known, five at most; `year` is among them."""
    this = clock.today(zone).year
    oldest = max(await queries.first_year(zone), this - YEARS_SHOWN + 1)
    return sorted({year, *range(oldest, this + 1)}, reverse=True)
