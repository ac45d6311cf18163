"""Tables as files for a spreadsheet. Nothing of the domain."""

import csv
import io
from collections.abc import Iterable, Sequence

# A cell that begins so would be run as a formula by whoever opens the file.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_file(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV the way a Polish office opens it: UTF-8 with a mark in front, semicolons, and no formula runs."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA):
        return f"'{cell}"
    return cell
