"""A report put together: an edition's figures of a period as tables, year by year, and pictures of the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from volunteer_hub.atlas import queries as atlas
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.sheet import Cell, Sheet
from volunteer_hub.reports.indicators import figures as exact
from volunteer_hub.reports.indicators import publication
from volunteer_hub.reports.indicators.moment import at_once
from volunteer_hub.reports.indicators.values import Edition, Figure, Under, Withheld
from volunteer_hub.reports.pictures.values import Picture
from volunteer_hub.reports.year import drawn, flow, grids
from volunteer_hub.reports.year.asked import Choice
from volunteer_hub.reports.year.grids import Grid
from volunteer_hub.reports.years import YEARS_SHOWN
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext, mark

EDITIONS = {
    Edition.INTERNAL: mark("Wydanie wewnętrzne: liczby dokładne, do pracy w centrum."),
    Edition.PUBLIC: mark("Wydanie do publikacji: liczby w dziesiątkach, mniej niż 10 jako „<10”."),
}
KEPT_BACK = mark("„Nie podajemy” stoi tam, gdzie z liczby dałoby się odgadnąć kilka osób.")
YEAR, QUARTER = mark("Rok %(year)s"), mark("Kwartał %(n)s, rok %(year)s")


@dataclass(frozen=True)
class Report:
    """`years`: the figures of whole years, the oldest first; `grids` all tables, `pictures` what is drawn of them."""

    choice: Choice
    title: str
    edition: str
    figures: Sequence[Figure]
    years: Mapping[int, Sequence[Figure]]
    grids: Sequence[Grid]
    pictures: Sequence[Picture]

    @property
    def called(self) -> str:
        """The name of its files, which says of what edition they are."""
        kind = mark("raport do publikacji") if self.choice.public else mark("raport wewnętrzny")
        return f"{gettext(kind)} {self.title}"

    def sheets(self) -> list[Sheet]:
        """All of it as sheets of a file; the first says of what edition and days it is."""
        period = self.choice.period
        rows: list[tuple[Cell, ...]] = [
            (gettext(mark("Wydanie")), self.edition),
            (gettext(mark("Pierwszy dzień")), period.first),
            (gettext(mark("Ostatni dzień")), period.last),
        ]
        about = Sheet(gettext(mark("O raporcie")), (self.title, ""), rows)
        flows = [
            Sheet(one.title, one.head, one.rows) for one in self.pictures if one.key in (drawn.FILL, drawn.ANSWERS)
        ]
        return [about, *(grid.sheet() for grid in self.grids), *flows]


async def made(actor: Actor, choice: Choice, zone: str) -> Report:
    """The report that is asked for, all of one moment; empty for whoever is no coordinator."""
    async with at_once():
        return await _made(actor, choice, zone)


async def _made(actor: Actor, choice: Choice, zone: str) -> Report:
    years = await _years(actor, choice, zone)
    figures = years.get(choice.year, [])
    if not choice.period.whole_years or choice.own:
        figures = await exact.figures(actor, choice.period, zone)
    known = _since_known(years)
    tables = [grids.whole(figures), *([grids.by_year(known)] if len(known) > 1 else []), *grids.divided(figures)]
    edition = gettext(EDITIONS[choice.edition])
    if choice.public:
        edition += f" {gettext(KEPT_BACK)}"
    return Report(
        choice, title(choice), edition, figures, known, tables, await _pictures(actor, choice, figures, known, zone)
    )


async def _years(actor: Actor, choice: Choice, zone: str) -> dict[int, list[Figure]]:
    """Some years up to the one asked for; of those for publication only whole ones."""
    last = min(choice.period.last.year, clock.today(zone).year) if choice.own else choice.year
    wanted = range(last - YEARS_SHOWN + 1, last + 1)
    if choice.public:
        return await publication.of_years(wanted, zone)
    return await exact.yearly(actor, wanted, zone)


def _since_known(years: Mapping[int, Sequence[Figure]]) -> dict[int, Sequence[Figure]]:
    """From the first year on of which anything is known."""
    first = next((year for year, figures in years.items() if any(_tells(one) for one in figures)), None)
    return {year: figures for year, figures in years.items() if first is not None and year >= first}


def _tells(figure: Figure) -> bool:
    return bool(figure.amount) and not isinstance(figure.amount, Under | Withheld)


async def _pictures(
    actor: Actor, choice: Choice, figures: Sequence[Figure], years: Mapping[int, Sequence[Figure]], zone: str
) -> list[Picture]:
    pictures = [
        *(drawn.trends(years, clock.today(zone).year) if len(years) > 1 else []),
        *drawn.sources(figures),
        *drawn.coverage(figures, await atlas.districts()),
    ]
    if choice.public:
        return pictures
    months = await flow.filled(actor, choice.period)
    answers = await flow.answered(actor, choice.period, zone)
    return [*pictures, *drawn.filled(months), *drawn.answered(answers)]


def title(choice: Choice) -> str:
    """Of what days it is, in words."""
    if choice.own:
        return formats.span(choice.period.first, choice.period.last)
    if choice.quarter:
        return gettext(QUARTER, n=choice.quarter, year=choice.year)
    return gettext(YEAR, year=choice.year)
