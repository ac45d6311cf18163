"""A report on paper: the same tables and pictures as data for templates/papers/report.typ."""

from collections.abc import Sequence

from volunteer_hub.kit import clock, typeset
from volunteer_hub.reports.pictures import drawing
from volunteer_hub.reports.pictures.values import Picture
from volunteer_hub.reports.year.grids import Grid
from volunteer_hub.reports.year.report import Report
from volunteer_hub.settings import Settings
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.letterhead import letterhead

DOCUMENT = "report.typ"
# How wide a drawing stands on the page, in percent.
WIDE, NARROW = 70, 55


async def pdf(settings: Settings, report: Report) -> bytes:
    """The report as PDF/UA-1, its edition under the title and at the foot of each page. Raises typeset.NotTypeset."""
    head = letterhead(settings, clock.now())
    return await typeset.pdf(DOCUMENT, head | told(report))


def told(report: Report) -> dict[str, object]:
    """What stands in it."""
    sections = [{"title": grid.title, "parts": [_table(grid)]} for grid in report.grids]
    if report.pictures:
        parts = [part for one in report.pictures for part in of_picture(one)]
        sections.insert(1, {"title": gettext(mark("Na obrazkach")), "parts": parts})
    return {
        "title": gettext(mark("Raport: %(period)s"), period=report.title),
        "edition": report.edition,
        "foot": [report.title, report.edition],
        "sections": sections,
    }


def _table(grid: Grid) -> dict[str, object]:
    return {
        "kind": "table", "caption": "", "columns": list(grid.columns), "rows": grid.lines(),
        "numbers": list(grid.numbers),
    }  # fmt: skip


def of_picture(one: Picture) -> list[dict[str, object]]:
    """A picture on paper: drawn, what its marks stand for, what it says, and its table."""
    drawn: list[dict[str, object]] = [{
        "kind": "picture", "svg": str(one.svg), "alt": one.says, "caption": one.title,
        "width": WIDE if one.key == "districts" else NARROW,
    }]  # fmt: skip
    if one.legend:
        said = "; ".join(words for _mark, words in one.legend)
        svg = str(drawing.legend(one.key, one.legend))
        drawn.append({"kind": "picture", "svg": svg, "alt": said, "caption": "", "width": NARROW})
    table: dict[str, object] = {
        "kind": "table", "caption": "", "columns": list(one.head), "rows": _written(one.rows),
        "numbers": list(range(1, len(one.head))),
    }  # fmt: skip
    return [*drawn, {"kind": "text", "text": one.says}, table]


def _written(rows: Sequence[tuple[str | int, ...]]) -> list[list[str]]:
    return [[formats.number(cell) if isinstance(cell, int) else cell for cell in row] for row in rows]
