"""What is worked out when a template is compiled, or kept from one page to the next, changes nothing anybody reads."""

import pytest
from jinja2 import DictLoader, UndefinedError
from markupsafe import Markup

from volunteer_hub.web import templates
from volunteer_hub.web.i18n import LANGUAGES, gettext, speaking

WORD = "Zaloguj się"


def show(source: str, **values: object) -> str:
    return templates.environment().from_string(source).render(values)


def test_one_template_speaks_each_language() -> None:
    said = {}
    for code in [*LANGUAGES, *LANGUAGES]:
        with speaking(code):
            said[code] = show("{{ _('" + WORD + "') }}")
            assert said[code] == gettext(WORD) == show("{% trans %}" + WORD + "{% endtrans %}")
            assert show("{{ _(word) }}", word=WORD) == said[code], "a word known only later"
    assert len(set(said.values())) == len(LANGUAGES)


def test_values_in_words_are_escaped_in_pages_and_plain_in_texts() -> None:
    source = "{{ _('%(taken)s z %(most)s', taken=a, most=b) }} {{ a }} {{ b }}"
    assert show(source, a="<b>", b=Markup("<i>")) == "&lt;b&gt; z <i> &lt;b&gt; <i>"
    texts = templates.Spoken("pl")
    texts.loader = DictLoader({"sms.txt": source})
    assert texts.get_template("sms.txt").render(a="<b>", b="&") == "<b> z & <b> &"


def test_a_name_that_is_not_there_is_an_error_everywhere() -> None:
    for source in ("{{ nobody }}", "{{ _('%(n)s osoba', n=nobody) }}", "{{ nobody.name }}", "{{ static(nobody) }}"):
        with pytest.raises(UndefinedError):
            show(source)


def test_a_kept_part_is_made_once_and_tells_its_arguments_apart() -> None:
    asked = []

    def part(*values: object) -> Markup:
        asked.append(values)
        return Markup("{}").format(*values)

    kept = templates.kept(part)
    assert [kept("<b>"), kept("<b>"), kept(Markup("<b>")), kept(1), kept(True), kept(1)] == [
        "&lt;b&gt;", "&lt;b&gt;", "<b>", "1", "True", "1",
    ]  # fmt: skip
    assert len(asked) == 4


def test_what_looks_keep_names_nobody() -> None:
    """A kept part stays in memory, so it may be made of words and numbers only."""
    with speaking("pl"):
        look = templates.environment().get_template("parts/look.html").module
        kept = {name for name in dir(look) if isinstance(getattr(look, name), templates.Kept)}
    assert kept == {"seats", "urgency", "kind", "state"}
