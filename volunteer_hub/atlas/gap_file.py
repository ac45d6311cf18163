"""The gaps, and who is free to fill them, as files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from volunteer_hub.access import files
from volunteer_hub.atlas import map_lists, reach, reasons
from volunteer_hub.atlas.capacity import Capacity
from volunteer_hub.atlas.gaps import Gap
from volunteer_hub.atlas.map_lists import MapNeed
from volunteer_hub.atlas.reach_sql import Terms
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.sheet import Cell, Sheet
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.templates import word

PARTS = {
    "work-morning": mark("dni robocze rano"),
    "work-afternoon": mark("dni robocze po południu"),
    "work-evening": mark("dni robocze wieczorem"),
    "weekend-morning": mark("weekend rano"),
    "weekend-afternoon": mark("weekend po południu"),
    "weekend-evening": mark("weekend wieczorem"),
}
PEOPLE: files.Columns[Capacity] = {
    mark("Osiedle"): lambda row: row.name or gettext("bez osiedla"),
    mark("Osoby"): lambda row: row.total.people,
    mark("Wolne godziny"): lambda row: row.total.hours,
}


@dataclass(frozen=True, slots=True)
class Line:
    need: MapNeed
    why: str
    days: int


COLUMNS: files.Columns[Line] = {
    mark("Potrzeba"): lambda line: line.need.title,
    mark("Temat"): lambda line: line.need.theme,
    mark("Osiedle"): lambda line: line.need.area_name,
    mark("Dlaczego luka"): lambda line: line.why,
    mark("Pilność"): lambda line: word("urgency", line.need.urgency),
    mark("Osoby"): lambda line: line.need.people,
    mark("Zgłoszona"): lambda line: line.need.voiced_on,
    mark("Czeka dni"): lambda line: line.days,
}


def sheet(actor: Actor, found: Sequence[Gap], terms: Terms) -> Sheet:
    """The gaps that were found, the most important first, with why each is one."""
    return files.table(mark("Luki"), COLUMNS, files.through(_Pages(actor, found, terms).page))


@dataclass(frozen=True, slots=True)
class _Pages:
    actor: Actor
    found: Sequence[Gap]
    terms: Terms

    async def page(self, number: int | None) -> tuple[list[Line], int | None]:
        facts = {gap.id: gap for gap in self.found}
        rows = await map_lists.of_ids(self.actor, list(facts), number or 1)
        why = await reach.reasons(self.actor, [facts[row.id] for row in rows.rows], self.terms)
        lines = [
            Line(row, reasons.reason(why[row.id]), (self.terms.day - facts[row.id].voiced_on).days + 1)
            for row in rows.rows
        ]
        return lines, rows.number + 1 if rows.number < rows.pages else None


def free(rows: Sequence[Capacity]) -> Sheet:
    """People with time, by district and part of the week."""
    parts = {words: _people(part) for part, words in PARTS.items()}
    return files.table(mark("Wolne godziny ludzi"), {**PEOPLE, **parts}, rows)


def _people(part: str) -> Callable[[Capacity], Cell]:
    return lambda row: row.parts[part].people
