"""What an edited text may hold, and that nothing in one can run long, grow, or reach anything."""

import time
from typing import Any

import pytest
from jinja2 import Environment, UndefinedError

from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.edited import sandbox

NAMES = frozenset({"code", "title", "phone"})
VALUES = {"code": "12", "title": "Pomoc w zakupach", "phone": ""}


def said(source: str, **values: str) -> str:
    return sandbox.render(source, NAMES, VALUES | values)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Kod {{ code }}.", "Kod 12."),
        ("{{ title|cut(9) }}!", "Pomoc...!"),
        ("{{ title|cut(40) }}", "Pomoc w zakupach"),
        ("{% if phone %}tel. {{ phone }}{% else %}bez telefonu{% endif %}", "bez telefonu"),
        ("{% if not phone %}a{% elif code %}b{% endif %}", "a"),
        ("100% { pewne }", "100% { pewne }"),
    ],
)
def test_words_names_and_parts_left_out(source: str, text: str) -> None:
    assert said(source) == text


EVIL = [
    '{{ "a"*10**9 }}',
    "{{ 'a' * 1000000000 }}",
    "{{ 9**9**9 }}",
    "{{ code*99999 }}",
    "{{ code ~ code }}",
    "{{ code.__class__ }}",
    "{{ code['__class__'] }}",
    "{{ code|attr('__class__') }}",
    "{{ code.upper() }}",
    "{{ code() }}",
    "{{ code|upper }}",
    "{{ code|cut(code) }}",
    "{{ code|cut(1000000) }}",
    "{{ code|cut(-1) }}",
    "{{ (code|cut(2))|cut(1) }}",
    "{{ 'text' }}",
    "{{ 12 }}",
    "{{ self }}",
    "{{ range(10**9) }}",
    "{{ cycler }}",
    "{{ lipsum(1000) }}",
    "{% for x in code %}{{ code }}{% endfor %}",
    "{% for x in range(10**9) %}a{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'layouts/desk.html' %}",
    "{% import 'parts/forms.html' as f %}",
    "{% extends 'layouts/desk.html' %}",
    "{% set code = 'x' %}{{ code }}",
    "{% block a %}{{ self.a() }}{% endblock %}",
    "{% filter upper %}a{% endfilter %}",
    "{% raw %}{{ x }}{% endraw %}{{ unknown }}",
    "{% if code == '12' %}a{% endif %}",
    "{% if code is defined %}a{% endif %}",
    "{{ code if title else phone }}",
    "{{ [code]*1000 }}",
    "{{ {} }}",
    "{% autoescape false %}{{ code }}{% endautoescape %}",
    "{{ " + "(" * 400 + "code" + ")" * 400 + " }}{{ 1 }}",
    "{{ " + "-" * 900 + "1 }}",
    "{{ " + "9" * 900 + " }}",
    "{% if code %}" * 9 + "a" + "{% endif %}" * 9,
    "{{code}}" * 500,
    "{{ code",
    "{% if code %}",
    "{{ }}",
    "a" * 1001,
]


@pytest.mark.parametrize("source", EVIL, ids=lambda source: source[:30])
def test_everything_else_is_refused_at_once(source: str) -> None:
    began = time.perf_counter()
    with pytest.raises(Refused) as refused:
        sandbox.check(source, NAMES, sandbox.MOST_SMS)
    assert refused.value.status == 422 and refused.value.sentence
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("source", ["{{ " + "{" * 3000, "{{ code"])
def test_names_are_not_looked_for_where_nothing_can_be_read(source: str) -> None:
    with pytest.raises(Refused):
        sandbox.names_in(source)


def test_control_plain_jinja_does_run_some_of_these() -> None:
    assert Environment(autoescape=False).from_string("{{ code*99999 }}").render(code="12").startswith("1212")  # noqa: S701
    assert "class" in Environment(autoescape=False).from_string("{{ code.__class__ }}").render(code="12")  # noqa: S701


@pytest.mark.parametrize("source", ["{{ code*9 }}", "{{ unknown }}"])
def test_what_came_into_the_table_past_the_page_is_not_said_either(source: str) -> None:
    with pytest.raises(Refused):
        said(source)


def test_a_name_without_a_value_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError):
        sandbox.render("{{ code }}", NAMES, {})


def test_a_value_is_never_read_as_a_text() -> None:
    assert said("{{ title }}", title="{{ code }} {% if %}") == "{{ code }} {% if %}"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("{{ code }} {{ title|cut(5) }}", {"code"}),
        ("{% if phone %}{{ code }}{% endif %}", set()),
        ("{% if phone %}{{ code }}{% else %}x {{ code }}{% endif %}", {"code"}),
        ("{% if phone %}{{ phone }}{% endif %}", {"phone"}),
        ("{% if not phone %}{{ code }}{% else %}{{ phone }}{{ code }}{% endif %}", {"phone", "code"}),
        ("{% if phone %}{{ code }}{% elif title %}{{ code }}{% endif %}", set()),
        ("{% if phone %}{{ code }}{% elif title %}{{ code }}{% else %}{{ code }}{% endif %}", {"code"}),
    ],
)
def test_what_is_said_whatever_the_values(source: str, names: set[str]) -> None:
    tree: Any = sandbox.check(source, NAMES, 500)
    assert sandbox.always_said(tree) == names


