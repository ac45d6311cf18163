"""From the bytes of a file to its sheet: text in the ways people save it, or a spreadsheet of any make. Decision 0055.

What a file is, its first bytes say; its name may say what it likes.
"""

import asyncio
import csv
import io
import json
import unicodedata
from collections import Counter
from itertools import islice

from volunteer_hub.exchange.people_import import layout
from volunteer_hub.exchange.people_import.layout import Row, Sheet
from volunteer_hub.exchange.reading import Unreadable
from volunteer_hub.kit import child
from volunteer_hub.web.i18n import gettext, mark

READING = "volunteer_hub.exchange.people_import.reading"
MOST_BYTES = 10_000_000
MOST_LINES = 10_000
MOST_COLUMNS = 100
LONGEST_CELL = 1_000
SECONDS = 60

EMPTY = mark("W pliku nie ma ani jednej osoby.")
NO_TABLE = mark("To nie jest arkusz ani plik CSV. Zapisz go jako XLSX albo CSV i wczytaj jeszcze raz.")
TOO_LONG = mark("W pliku jest za dużo wierszy. Najwięcej: %(most)s. Podziel go.")
UNFIT = {
    "password": mark("Ten plik jest chroniony hasłem. Zapisz go bez hasła i wczytaj jeszcze raz."),
    "unreadable": NO_TABLE,
    "too-long": TOO_LONG,
    "too-wide": mark("W pliku jest za dużo kolumn. Najwięcej: %(most)s."),
    "too-much": mark("Ten plik po rozpakowaniu jest za duży. Zostaw w nim tylko listę osób."),
}
BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
SEPARATORS = (";", "\t", ",", "|")
# Letters that stand in other places in ISO 8859-2 than in Windows-1250: ą ś ź Ą Ś Ź.
LATIN_2 = frozenset(b"\xb1\xb6\xbc\xa1\xa6\xac")

# One at a time in each process: a spreadsheet of the largest kind takes a core for a second or two.
_turn = asyncio.Semaphore(1)


async def read(data: bytes) -> Sheet:
    """The sheet with the people in it. Raises Unreadable with a sentence."""
    if len(data) > MOST_BYTES:
        raise Unreadable(gettext("Ten plik jest za duży. Najwięcej: %(mb)s MB.", mb=MOST_BYTES // 1_000_000))
    found = await _book(data) if data.startswith(BOOKS) else [("", await asyncio.to_thread(_text, data))]
    sheet = layout.best([
        (_tidy(name), [(number, [_tidy(cell) for cell in cells]) for number, cells in rows]) for name, rows in found
    ])  # fmt: skip
    if sheet is None or not sheet.rows:
        raise Unreadable(gettext(EMPTY))
    if len(sheet.rows) > MOST_LINES:
        raise _unfit("too-long")
    return sheet


async def _book(data: bytes) -> list[tuple[str, list[Row]]]:
    async with _turn:
        said = await child.asked(READING, given=data, seconds=SECONDS, silent=True)
    # Ended by its own bounds: what it was given is more than it may take.
    answer = await asyncio.to_thread(json.loads, said or b'{"unfit": "too-much"}')
    if "unfit" in answer:
        raise _unfit(answer["unfit"])
    return [(name, [(number, cells) for number, cells in rows]) for name, rows in answer["sheets"]]


def _text(data: bytes) -> list[Row]:
    text = _decoded(data)
    rows: list[Row] = []
    try:
        separator, text = _separator(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for number, cells in enumerate(reader, 1):
            if len(cells) > MOST_COLUMNS and sum(map(bool, cells)) > MOST_COLUMNS:
                raise _unfit("too-wide")
            if any(cell.strip() for cell in cells):
                rows.append((number, [cell[:LONGEST_CELL] for cell in cells[:MOST_COLUMNS]]))
            if len(rows) > MOST_LINES + layout.TOP:
                raise _unfit("too-long")
    except csv.Error:
        raise _unfit("unreadable") from None
    return rows


def _decoded(data: bytes) -> str:
    """As the file's own mark says; else UTF-8 if it is that, else what Windows or older programs write in Poland."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in data:
        encodings = ["utf-16-le"] if data[1:40:2].count(0) > 10 else []
    else:
        latin_2 = LATIN_2 & set(data) and not any(0x80 <= byte < 0xA0 for byte in data)
        encodings = ["utf-8-sig", "iso-8859-2" if latin_2 else "cp1250"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        odd = sum(unicodedata.category(c) == "Cc" and c not in "\r\n\t" for c in islice(text, 4000))
        if not odd:
            return text
    raise _unfit("unreadable")


def _separator(text: str) -> tuple[str, str]:
    """What stands between cells, and the text without the line in which Excel says so."""
    first, _, rest = text.partition("\n")
    if first.startswith("sep=") and len(first.strip()) == 5:
        return first[4], "\n" + rest
    lines = [line for line in islice(text.splitlines(), 60) if line.strip()]

    def told(separator: str) -> tuple[int, int]:
        """In how many lines it stands equally often; how often that is."""
        counts = Counter(len(cells) - 1 for cells in csv.reader(lines, delimiter=separator))
        counts.pop(0, None)
        most = max(counts.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
        return most[1], most[0]

    return max(SEPARATORS, key=told), text


def _tidy(cell: str) -> str:
    """One line, without signs that cannot be seen, and without Excel's own ways to say "this is text".

    Two things of several words under each other in one cell are two things.
    """
    parts = [part.split() for part in cell.splitlines()]
    if sum(len(part) > 1 for part in parts) > 1:
        cell = " / ".join(" ".join(part) for part in parts if part)
    text = "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") else " " for c in cell)
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.lstrip("'") or text


def _unfit(why: str) -> Unreadable:
    most = MOST_COLUMNS if why == "too-wide" else MOST_LINES
    return Unreadable(gettext(UNFIT.get(why, NO_TABLE), most=most))
