"""Reads a PDF the way a screen reader does: its tags, its language, its title and its letters."""

import io
from collections import Counter

import pikepdf
import pypdfium2


def text(document: bytes) -> str:
    """All that can be copied out of it, page after page."""
    with pypdfium2.PdfDocument(document) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "\n")


def pages(document: bytes) -> int:
    with pypdfium2.PdfDocument(document) as pdf:
        return len(pdf)


def tags(document: bytes) -> Counter[str]:
    """How many elements of each kind its structure has: H1, P, Table, TH, TD, Figure, …"""
    found: Counter[str] = Counter()
    with pikepdf.open(io.BytesIO(document)) as pdf:
        waiting = [pdf.Root.StructTreeRoot]
        while waiting:
            element = waiting.pop()
            if "/S" in element:
                found[str(element.S).removeprefix("/")] += 1
            below = element.get("/K", [])
            elements = below if isinstance(below, pikepdf.Array) else [below]
            waiting.extend(one for one in elements if isinstance(one, pikepdf.Dictionary))
    return found


def spoken(document: bytes) -> dict[str, str | bool]:
    """What PDF/UA-1 asks of the file as a whole: tagged, its language and title, and that it says it follows it."""
    with pikepdf.open(io.BytesIO(document)) as pdf, pdf.open_metadata() as about:
        return {
            "tagged": bool(pdf.Root.MarkInfo.Marked) and "/StructTreeRoot" in pdf.Root,
            "language": str(pdf.Root.Lang),
            "title": str(about["dc:title"]),
            "title shown": bool(pdf.Root.ViewerPreferences.DisplayDocTitle),
            "part": str(about["pdfuaid:part"]),
        }
