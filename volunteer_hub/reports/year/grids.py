"""A report's figures as tables: what stands on the screen, in files and on paper is made of these and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from volunteer_hub.kit.sheet import Cell, Sheet
from volunteer_hub.reports.indicators import words
from volunteer_hub.reports.indicators.values import By, Figure, Indicator, Part
from volunteer_hub.reports.year import amounts
from volunteer_hub.web.i18n import gettext, mark


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell says, and what stands for it in a file."""

    words: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Row:
    """`heads` say what the row is of, `values` how much; `note`: how it is counted. `of` and `by`, `key`: of what."""

    heads: tuple[str, ...]
    values: tuple[Value, ...]
    of: Indicator
    by: By | None = None
    key: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `numbers`: which columns are amounts, counted from 0."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[Row]
    noted: bool = False

    @property
    def numbers(self) -> tuple[int, ...]:
        heads = len(self.rows[0].heads) if self.rows else 1
        return tuple(range(heads, len(self.columns) - self.noted))

    def sheet(self) -> Sheet:
        """As a sheet of a file: amounts as numbers, and in what they are."""
        at = len(self.columns) - self.noted
        columns = (*self.columns[:at], gettext(mark("Jednostka")), *self.columns[at:])
        return Sheet(self.title, columns, [self._cells(row) for row in self.rows])

    def _cells(self, row: Row) -> list[Cell]:
        unit = amounts.unit(Figure(row.of, None).unit)
        return [*row.heads, *(value.cell for value in row.values), unit, *([row.note] if self.noted else [])]

    def lines(self) -> list[list[str]]:
        """As it stands on paper."""
        return [
            [*row.heads, *(value.words for value in row.values), *([row.note] if self.noted else [])]
            for row in self.rows
        ]


def value(figure: Figure, part: Part | None = None) -> Value:
    """The whole of a figure, or a part of it."""
    amount = part.amount if part else figure.amount
    return Value(amounts.shown(amount, figure.unit), amounts.cell(amount, figure.unit))


def whole(figures: Sequence[Figure]) -> Grid:
    """Every indicator, and how it is counted."""
    columns = (gettext(mark("Wskaźnik")), gettext(mark("Ile")), gettext(mark("Jak liczymy")))
    rows = [
        Row((words.title(one.indicator),), (value(one),), one.indicator, note=words.how(one.indicator))
        for one in figures
    ]
    return Grid("whole", gettext(mark("Wskaźniki")), columns, rows, noted=True)


def by_year(years: Mapping[int, Sequence[Figure]]) -> Grid:
    """The same indicators year by year, side by side."""
    columns = (gettext(mark("Wskaźnik")), *(str(year) for year in years))
    rows = [
        Row((words.title(indicator),), tuple(value(of[at]) for of in years.values()), indicator)
        for at, indicator in enumerate(Indicator)
    ]
    return Grid("years", gettext(mark("Rok po roku")), columns, rows)


def divided(figures: Sequence[Figure]) -> list[Grid]:
    """What is divided by each of area, kind, age, theme and source; parts of nothing are left out."""
    found = [Grid(by.value, words.division(by), _columns(by), list(_parts(figures, by))) for by in By]
    return [grid for grid in found if grid.rows]


def _columns(by: By) -> tuple[str, ...]:
    parts = {
        By.AREA: mark("Osiedle"), By.KIND: mark("Rodzaj"), By.AGE: mark("Wiek"), By.THEME: mark("Temat"),
        By.SOURCE: mark("Źródło"),
    }  # fmt: skip
    return gettext(mark("Wskaźnik")), gettext(parts[by]), gettext(mark("Ile"))


def _parts(figures: Iterable[Figure], by: By) -> Iterable[Row]:
    for figure in figures:
        for part in figure.parts.get(by, ()):
            if part.amount != 0:
                heads = (words.title(figure.indicator), words.part(by, part))
                yield Row(heads, (value(figure, part),), figure.indicator, by, part.key)
