"""Everything a person reads exists in Polish, English and Ukrainian, with equal placeholders and the right plurals."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from volunteer_hub.kit.paths import bundled
from volunteer_hub.web.i18n import CATALOGUES, ngettext, speaking

ROOT = Path(__file__).resolve().parents[2]
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.svg", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None, "mark_plural": (1, 2)}
OPTIONS = {"**.html": {"silent": "false", "trimmed": "false"}, "**.txt": {"silent": "false"}}


def used() -> set[str | tuple[str, ...]]:
    """Every message id in code and templates."""
    found: set[str | tuple[str, ...]] = set()
    for folder in (ROOT / "volunteer_hub", bundled("templates")):
        for _, _, message, _, _ in extract_from_dir(folder, METHODS, OPTIONS, KEYWORDS):
            if message:
                found.add(message)
    return found


def catalogue(code: str) -> Catalog:
    return read_po(BytesIO((CATALOGUES / f"{code}.po").read_bytes()), locale=code)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("code", ["en", "uk"])
def test_every_message_is_translated(code: str) -> None:
    known = {m.id: m for m in catalogue(code) if m.id and not m.fuzzy}
    missing = []
    for message in used():
        entry = known.get(message) or known.get(message[0] if isinstance(message, tuple) else message)
        strings = (entry.string if isinstance(entry.string, tuple) else (entry.string,)) if entry else ()
        if not strings or not all(strings):
            missing.append(message)
    assert not missing, f"{len(missing)}: {missing[:5]}"


@pytest.mark.parametrize("code", ["pl", "en", "uk"])
def test_every_plural_has_all_its_forms(code: str) -> None:
    known = {m.id[0]: m for m in catalogue(code) if isinstance(m.id, tuple)}
    for message in used():
        if isinstance(message, tuple):
            entry = known.get(message[0])
            assert entry is not None and len(entry.string) == catalogue(code).num_plurals, (code, message)
            assert all(entry.string), (code, message)


@pytest.mark.parametrize("code", ["pl", "en", "uk"])
def test_placeholders_are_the_same(code: str) -> None:
    for message in catalogue(code):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set().union(*(placeholders(text) for text in ids))
        for text in strings:
            assert not text or placeholders(text) <= wanted | {"n", "num"}, (code, message.id)
            assert not text or len(ids) > 1 or placeholders(text) == wanted, (code, message.id)


@pytest.mark.parametrize("code", ["pl", "en", "uk"])
def test_nothing_is_left_over(code: str) -> None:
    singles = {m if isinstance(m, str) else m[0] for m in used()}
    left = [m.id for m in catalogue(code) if m.id and (m.id if isinstance(m.id, str) else m.id[0]) not in singles]
    assert not left, left[:5]


def test_polish_and_ukrainian_plurals() -> None:
    one, many = next(m for m in used() if isinstance(m, tuple) and set(re.findall(r"%\((\w+)\)", m[0])) == {"n"})
    for code, groups in (("pl", [{1}, {2, 22, 104}, {0, 5, 12, 25}]), ("uk", [{1, 21}, {2, 22}, {0, 5, 11, 12, 25}])):
        with speaking(code):
            forms = [{re.sub(r"\d+", "", ngettext(one, many, n)) for n in group} for group in groups]
        assert all(len(form) == 1 for form in forms), (code, forms)
