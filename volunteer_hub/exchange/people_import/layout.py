"""Where in a sheet the heading stands, what its columns mean and which of its rows are people. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from volunteer_hub.exchange.comparing import fold
from volunteer_hub.exchange.people_import import vocabulary
from volunteer_hub.exchange.people_import.vocabulary import DITTO, LISTS, NAMES, PHONES, Field, without_numbers
from volunteer_hub.people.rules import read_date

Row = tuple[int, list[str]]
# How far down a heading is looked for: above it stand titles, dates, names of who made the list.
TOP = 20
# What is kept of a heading.
LONGEST = 200


@dataclass(frozen=True)
class Sheet:
    """`headings`: what the columns are called; `rows`: those below but empty ones, repeated headings and totals.

    `name`: what the sheet is called in its workbook; `beside`: its others that hold people too, and are not read.
    """

    headings: list[str]
    rows: list[Row]
    name: str = ""
    beside: tuple[str, ...] = ()

    @property
    def mark(self) -> bytes:
        """The same for every file with these headings in this order."""
        return sha256("\x1f".join(map(fold, self.headings)).encode()).digest()


def best(sheets: Sequence[tuple[str, Sequence[Row]]]) -> Sheet | None:
    """Of a workbook's named sheets the one whose heading we understand most of; None when no sheet has two columns."""
    found = [(_understood(rows[place][1]), replace(sheet_of(rows, place), name=name))
             for name, rows in sheets for place in [_heading(rows)] if place is not None]  # fmt: skip
    _most, read = max(found, key=lambda one: (one[0], bool(one[1].rows)), default=(0, None))
    beside = [one.name for understood, one in found if one is not read and understood > 1 and one.rows]
    return replace(read, beside=tuple(beside)) if read else None


def sheet_of(rows: Sequence[Row], place: int) -> Sheet:
    """`place`: which of the rows is the heading; where that one looks like a person, columns have letters for names."""
    width = max(len(cells) for _, cells in rows[place:])
    top = rows[place][1]
    headless = _understood(top) == 0 and any(read_date(cell) or "@" in cell for cell in top)
    headings = [_letter(n) for n in range(width)] if headless else _wide(top, width)
    dropped = {n for n, heading in enumerate(headings) if vocabulary.never_kept(heading)}
    phones = {n for n, heading in enumerate(headings) if vocabulary.field_of(heading) in PHONES}
    named = [fold(heading) for heading in headings]
    below = rows[place if headless else place + 1 :]
    kept: list[Row] = [
        (number, ["" if n in dropped else cell if n in phones else without_numbers(cell)
                  for n, cell in enumerate(_wide(cells, width))])
        for number, cells in below
        if [fold(cell) for cell in _wide(cells, width)] != named and not _total(cells)
    ]
    # A number of the row alone is no person.
    people = [(number, cells) for number, cells in kept if sum(map(bool, cells)) > 1]
    return Sheet([heading[:LONGEST] for heading in headings], _spelt_out(people))


def guessed(headings: Sequence[str]) -> dict[int, Field]:
    """What each column means as far as its heading tells; of two that mean one thing, the first."""
    found: dict[int, Field] = {}
    for n, heading in enumerate(headings):
        field = vocabulary.field_of(heading)
        if field and (field in LISTS or field not in found.values()):
            found[n] = field
    # "Name" beside a surname is the first name, alone it is all of it.
    if {Field.FIRST_NAME} == set(found.values()) & set(NAMES):
        found = {n: Field.NAME if field is Field.FIRST_NAME else field for n, field in found.items()}
    return found


def complete(mapping: Mapping[int, Field]) -> bool:
    """Whether it says where a whole name and the day of birth are: without them nobody is written."""
    fields = set(mapping.values())
    named = {Field.FIRST_NAME, Field.LAST_NAME} <= fields or fields & {Field.NAME, Field.NAME_TURNED}
    return bool(named) and Field.BIRTH_DATE in fields


def twice(mapping: Mapping[int, Field]) -> bool:
    """Whether two columns are said to mean one thing that is only once, or the name stands there in two ways."""
    fields = [field for field in mapping.values() if field not in LISTS]
    ways = [{Field.NAME}, {Field.NAME_TURNED}, {Field.FIRST_NAME, Field.LAST_NAME}]
    return len(fields) != len(set(fields)) or sum(bool(way & set(fields)) for way in ways) > 1


def values(cells: Sequence[str], mapping: Mapping[int, Field]) -> dict[Field, str]:
    """What a line says, by field; what stands in several columns of one list is one text."""
    found: dict[Field, str] = {}
    for n, field in mapping.items():
        if n < len(cells) and cells[n]:
            found[field] = f"{found[field]}, {cells[n]}" if field in found else cells[n]
    return found


def _heading(rows: Sequence[Row]) -> int | None:
    tops = [(_understood(cells), -n) for n, (_, cells) in enumerate(rows[:TOP])]
    best = max(tops, default=(0, 0))
    if best[0] >= 2 or (best[0] == 1 and any(vocabulary.field_of(c) in NAMES for c in rows[-best[1]][1])):
        return -best[1]
    return next((n for n, (_, cells) in enumerate(rows) if sum(map(bool, cells)) > 1), None)


def _understood(cells: Sequence[str]) -> int:
    return len({field for cell in cells if len(cell) <= 80 for field in [vocabulary.field_of(cell)] if field})


def _total(cells: Sequence[str]) -> bool:
    first = next((fold(cell) for cell in cells if cell), "")
    return any(first == word or first.startswith(f"{word} ") for word in vocabulary.TOTALS)


def _spelt_out(rows: Sequence[Row]) -> list[Row]:
    """The same with the words of the line above where a cell says "j.w." or has ditto marks."""
    found: list[Row] = []
    for number, cells in rows:
        above = found[-1][1] if found else [""] * len(cells)
        found.append((number, [above[n] if DITTO.fullmatch(cell) else cell for n, cell in enumerate(cells)]))
    return found


def _letter(n: int) -> str:
    """What a spreadsheet calls the column: A, B … Z, AA, AB …"""
    return (_letter(n // 26 - 1) if n >= 26 else "") + chr(65 + n % 26)


def _wide(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]
