"""Typesetting: tagged, every letter readable again, the data never read as code, the same bytes, pages not held up."""

import asyncio
import re
import time
import unicodedata
from collections.abc import Coroutine

import pytest
from support import pdfs

from volunteer_hub.kit import typeset
from volunteer_hub.kit.typeset import NotTypeset, pdf
from volunteer_hub.settings import Settings
from volunteer_hub.web import i18n
from volunteer_hub.web.letterhead import letterhead

LETTERS = "ąćęłńóśźż ĄĆĘŁŃÓŚŹŻ ґєії ҐЄІЇ щюя „cudzysłów” – € № ✓"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


def report(words: str = LETTERS, **changes: object) -> dict[str, object]:
    with i18n.speaking("uk"):
        head = letterhead(Settings(mode="demo", centre_phone="+48540000000"), MADE)
    table = {
        "kind": "table",
        "caption": "Rok",
        "columns": ["Miara", "2007"],
        "rows": [[words, "12"]] * 80,
        "numbers": [1],
    }
    picture = {"kind": "picture", "svg": SQUARE, "alt": "Kwadrat", "caption": "", "width": 20}
    parts = [{"kind": "text", "text": words}, table, picture]
    return {
        **head,
        "title": f"Рік {words}",
        "edition": "Wydanie",
        "sections": [{"title": "A", "parts": parts}],
        **changes,
    }


MADE = typeset.datetime.fromisoformat("2008-05-31T10:00:00+02:00")


async def test_it_is_tagged_and_says_its_language_and_title() -> None:
    document = await pdf("report.typ", report())
    assert pdfs.spoken(document) == {
        "tagged": True, "language": "uk", "title": f"Рік {LETTERS}", "title shown": True, "part": "1",
    }  # fmt: skip
    found = pdfs.tags(document)
    assert (found["H1"], found["H2"], found["Table"], found["Figure"]) == (1, 1, 1, 1)
    assert (found["TH"], found["TD"]) == (2, 160), "the header is said again on each page and tagged once"
    assert pdfs.pages(document) > 1


async def test_every_letter_can_be_copied_out_again() -> None:
    assert LETTERS in pdfs.text(await pdf("report.typ", report())).replace("\n", " ")


@pytest.mark.parametrize(
    "words", ["*a* _b_ $x$", '#read("house.typ")', "@ref <label> = b", "\\u{41}", "// c", "[#]", "```"]
)
async def test_data_are_never_markup(words: str) -> None:
    assert words in pdfs.text(await pdf("report.typ", report(words)))


async def test_the_same_data_give_the_same_bytes_and_other_data_others() -> None:
    first = await pdf("report.typ", report())
    assert await pdf("report.typ", report()) == first
    assert await pdf("report.typ", report(made="2008-06-01T10:00:00+02:00")) != first


async def test_a_letter_without_a_shape_stops_nobodys_paper() -> None:
    said = pdfs.text(await pdf("report.typ", report("Ola 😀 王 Ґалина")))
    assert "Ola □ □ Ґалина" in said


async def test_each_letter_held_for_known_has_a_shape() -> None:
    known = [
        c for c in map(chr, range(0x20, 0x3000)) if unicodedata.category(c) != "Cn" and not typeset._NO_SHAPE.match(c)
    ]
    assert len(known) > 900
    typeset._compiled("report.typ", report(" ".join(known)), 0)  # not by way of □
    with pytest.raises(typeset.typst.TypstError, match="could not be displayed"):
        typeset._compiled("report.typ", report("王"), 0)


@pytest.mark.parametrize(
    ("document", "data", "says"),
    [
        ("report.typ", {"title": "Jan Kowalski"}, "must say when it was made"),
        ("report.typ", report(sections=None), "report.typ: "),
        ("../../volunteer_hub/kit/typeset.py", report(), "root"),
        ("none.typ", report(), "No such file"),
    ],
)
async def test_what_cannot_be_typeset_says_which_and_why(document: str, data: dict[str, object], says: str) -> None:
    with pytest.raises(NotTypeset, match=re.escape(says)) as error:
        await pdf(document, data)
    assert "Kowalski" not in str(error.value)


async def test_a_picture_must_be_said_in_words() -> None:
    sections = [{"title": "A", "parts": [{"kind": "picture", "svg": SQUARE, "caption": ""}]}]
    with pytest.raises(NotTypeset, match="alt"):
        await pdf("report.typ", report(sections=sections))


async def test_the_page_goes_on_while_a_long_report_is_set() -> None:
    async def longest_wait() -> float:
        worst = 0.0
        while True:
            before = time.monotonic()
            try:
                await asyncio.sleep(0.002)
            except asyncio.CancelledError:
                return max(worst, time.monotonic() - before)
            worst = max(worst, time.monotonic() - before)

    async def waited(work: Coroutine[None, None, bytes]) -> tuple[float, float]:
        watch = asyncio.create_task(longest_wait())
        await asyncio.sleep(0.01)
        before = time.monotonic()
        await work
        took = time.monotonic() - before
        watch.cancel()
        return await watch, took

    async def in_the_way(data: dict[str, object]) -> bytes:
        return typeset._written("report.typ", data)

    def long(words: str) -> dict[str, object]:
        return report(
            sections=[{"title": f"{words} {n}", "parts": report()["sections"][0]["parts"]} for n in range(20)]
        )

    worst, took = await waited(pdf("report.typ", long("a")))
    assert worst < took / 2
    worst, took = await waited(in_the_way(long("b")))
    assert worst > took * 0.8, "control: what is set on the loop itself holds everybody up"
