"""No template carries code, style or an address of somebody else's server: the CSP would stop it, in silence."""

import re
from pathlib import Path

import pytest

from volunteer_hub.kit.paths import bundled

TEMPLATES = bundled("templates")
# A mail has no stylesheet of ours to link to, so its style stands in it.
PAGES = [path for path in TEMPLATES.rglob("*.html") if "messages" not in path.relative_to(TEMPLATES).parts]
MAILS = sorted((TEMPLATES / "messages").rglob("*.html"))

STYLE = re.compile(r"<style|\sstyle\s*=", re.I)
CODE = re.compile(r"<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|\shx-on\b|hx-on:|javascript:|\bjs:", re.I)
# What a browser would fetch by itself; a link that a person follows is another thing.
ELSEWHERE = re.compile(r"\b(?:src|srcset|action|poster|data)\s*=\s*[\"']?\s*(?:https?:)?//|<link[^>]*//|url\(", re.I)


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def read(path: Path) -> str:
    """The template's own HTML: without comments and statements, an x where a value comes."""
    return re.sub(r"\{\{.*?\}\}", "x", re.sub(r"\{#.*?#\}|\{%.*?%\}", "", path.read_text(), flags=re.S), flags=re.S)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_has_no_code_style_or_foreign_address(path: Path) -> None:
    text = read(path)
    for rule in (STYLE, CODE, ELSEWHERE):
        assert not (found := rule.search(text)), text[max(0, found.start() - 40) : found.end() + 40]


@pytest.mark.parametrize("path", MAILS, ids=name)
def test_a_mail_has_no_code_and_fetches_nothing(path: Path) -> None:
    text = read(path)
    assert not CODE.search(text) and not ELSEWHERE.search(text)


def test_only_the_form_macros_render_inputs() -> None:
    """So that every input has its label, hint, error and typed value. One without a name sends nothing: it is a switch
    of the picture beside it."""
    for path in PAGES:
        found = re.findall(r"<(?:input|select|textarea)\b[^>]*\sname=[^>]*>", read(path))
        seen = [tag for tag in found if 'type="hidden"' not in tag]
        assert not seen or name(path) == "parts/forms.html", (name(path), seen)


@pytest.mark.parametrize(
    "bad",
    ['<p style="x">', "<script>1</script>", '<a onclick="x">', '<b hx-on:click="x">', '<img src="https://a.test/x">'],
)
def test_control_what_is_forbidden_is_found(bad: str) -> None:
    assert any(rule.search(bad) for rule in (STYLE, CODE, ELSEWHERE))


@pytest.mark.parametrize(
    "good",
    [
        '<script src="/static/app.js" defer></script>',
        '<a href="https://a.test/">',
        "{% set here = 1 %}",
        '<i data-on="x">',
    ],
)
def test_control_what_is_allowed_is_not_found(good: str) -> None:
    assert not any(rule.search(good) for rule in (STYLE, CODE, ELSEWHERE))
