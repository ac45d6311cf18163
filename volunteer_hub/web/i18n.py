"""Three languages. The Polish sentence is the message id; locale/en.po and uk.po translate it, pl.po holds plurals.

How to add or change words: docs/languages.md. The language of the request (or of the message being written) is a
context variable, so that whatever renders for a person says it in theirs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = {"pl": "Polski", "en": "English", "uk": "Українська"}
DEFAULT = "pl"
CATALOGUES = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """The language words are now said in: pl, en or uk."""
    return _language.get()


def locale() -> Locale:
    return _locale(language())


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def use(code: str) -> None:
    """Says which language the rest of this request is answered in; an unknown one becomes Polish."""
    _language.set(code if code in LANGUAGES else DEFAULT)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Everything rendered inside the block is in `code`, whatever the request speaks."""
    before = _language.set(code if code in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _language.reset(before)


@cache
def catalogue(code: str) -> Translations:
    """The translations into `code`, compiled in memory from its .po file."""
    with (CATALOGUES / f"{code}.po").open("rb") as source:
        messages = read_po(source, locale=code)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def gettext(message: str, **values: object) -> str:
    if not message:  # the catalogue's own head stands under it
        return ""
    said = catalogue(language()).ugettext(message)
    return said % values if values else said


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The form of the words that goes with `n`; %(n)s stands for it."""
    return catalogue(language()).ungettext(one, many, n) % {"n": n, **values}


def mark(message: str) -> str:
    """Names a sentence for the catalogues that is translated later, where it is shown."""
    return message


def mark_plural(one: str, many: str) -> tuple[str, str]:
    """Names a sentence with a number for the catalogues; `ngettext(*pair, n=…)` says it later."""
    return one, many


def best(accept_language: str) -> str | None:
    """The first of our languages in an Accept-Language header by its weights, or None."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language.split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        code = tag.split("-")[0].lower()
        if code in LANGUAGES:
            try:
                wishes.append((-float(weight or 1), place, code))
            except ValueError:
                continue
    return min(wishes)[2] if wishes else None
