"""A fragment's file `_name.html` is one element with id="name": htmx swaps it whole, wherever the page put it."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from volunteer_hub.kit.paths import bundled

TEMPLATES = bundled("templates")
FRAGMENTS = [
    path
    for path in TEMPLATES.rglob("_*.html")
    if "messages" not in path.relative_to(TEMPLATES).parts  # the frame of a mail, no fragment of a page
]
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr", "source"}


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


class Roots(HTMLParser):
    """The elements on the top level of what is fed, and the text beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.roots: list[dict[str, str | None]] = []
        self.loose = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.roots.append(dict(attrs))
        if tag not in VOID:
            self.depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.roots.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.depth == 0:
            self.loose += data.strip()


def roots(source: str) -> Roots:
    """Reads a template's own HTML: comments, imports and what jinja puts in are taken out first."""
    plain = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.S)
    parser = Roots()
    parser.feed(plain)
    return parser


@pytest.mark.parametrize("path", FRAGMENTS, ids=name)
def test_a_fragment_is_one_element_named_like_its_file(path: Path) -> None:
    found = roots(path.read_text())
    assert len(found.roots) == 1 and not found.loose, name(path)
    assert found.roots[0].get("id") == path.stem.removeprefix("_"), name(path)


def test_every_fragment_stands_in_a_page() -> None:
    """One that no page includes could only be swapped into nothing."""
    sources = {path: path.read_text() for path in TEMPLATES.rglob("*.html")}
    for fragment in FRAGMENTS:
        users = [path for path, text in sources.items() if f'include "{name(fragment)}"' in text and path != fragment]
        assert users, name(fragment)


@pytest.mark.parametrize(
    "bad", ['<p id="x">', '<div id="roster"></div><p></p>', 'text<div id="roster"></div>', '<div id="{{ x }}"></div>']
)
def test_control_a_wrong_fragment_is_found(bad: str) -> None:
    found = roots(bad)
    assert len(found.roots) != 1 or found.loose or found.roots[0].get("id") != "roster"


def test_control_a_right_fragment_is_not() -> None:
    found = roots(
        '{% import "x" as x %}\n<section id="roster" class="a">{% for a in b %}<p>{{ a }}<br></p>{% endfor %}</section>'
    )
    assert len(found.roots) == 1 and not found.loose and found.roots[0]["id"] == "roster"
