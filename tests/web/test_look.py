"""The parts of pages: every macro renders, every state has words, the first page is light, colours can be read."""

import re
from collections.abc import Callable
from enum import StrEnum

import pytest
from starlette.applications import Starlette
from support.drawn import WRONG, request_to

from volunteer_hub.atlas import rules as atlas
from volunteer_hub.initiatives import rules as initiatives
from volunteer_hub.intake import rules as intake
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.paths import bundled
from volunteer_hub.messaging import rules as messaging
from volunteer_hub.people import rules as people
from volunteer_hub.people.week import TRAVELS
from volunteer_hub.schedule import states as schedule
from volunteer_hub.web import forms, templates
from volunteer_hub.web.render import common

Show = Callable[..., str]


IMPORTS = """{% import "parts/forms.html" as f with context %}{% import "parts/look.html" as l with context %}
{% import "parts/words.html" as w with context %}{% import "parts/icons.html" as icons with context %}"""


@pytest.fixture
def show(app: Starlette) -> Show:
    """Renders a bit of template as a page would, every undefined name an error."""

    def render(source: str, **values: object) -> str:
        made = templates.environment().from_string(IMPORTS + source)
        return made.render(common(request_to(app)) | {"form": WRONG} | values).strip()

    return render


# Each macro the way pages call it; a new macro without a line here fails the test below.
USED = {
    "forms": {
        "form": '{% call f.form("/x", fragment="roster", id="one") %}in{% endcall %}',
        "hidden": '{{ f.hidden("a", "<1>") }}',
        "summary": '{{ f.summary(form, {"phone": "Telefon"}) }}',
        "text": '{{ f.text(form, "phone", "Telefon", "9 cyfr.", type="tel", autocomplete="tel", short=True) }}',
        "password": '{{ f.password(form, "phone", "Hasło", "current-password", "12 znaków.") }}',
        "file": '{{ f.file(form, "file", "Plik", ".json", 5, "Najwyżej 5 MB.") }}',
        "pick": '{{ f.pick("icon", "heart", "serce", "heart", True, True) }}',
        "trap": '{{ f.trap("<1>") }}',
        "present": '{{ f.present("there", "1", "Anna Kot", "czyta", ticked=True) }}',
        "tick": '{{ f.tick("who", "1", "Anna Kot", ticked=True) }}',
        "plain": '{{ f.plain("q", "Szukaj", "q", type="search", seen=False) }}',
        "area": '{{ f.area(form, "text", "Tekst") }}',
        "select": '{{ f.select(form, "kind", "Kto", [("adult", "Dorosły"), ("pupil", "Uczeń")], empty="Wybierz") }}',
        "radios": '{{ f.radios(form, "kind", "Kto", [("adult", "Dorosły"), ("pupil", "Uczeń")], "Jedno.") }}',
        "checks": '{{ f.checks(form, "kind", "Kto", [("adult", "Dorosły"), ("pupil", "Uczeń")]) }}',
        "check": '{{ f.check(form, "phone", "Zgoda", "Można odwołać.") }}',
        "week": '{{ f.week(form, "week", "Kiedy", "Zaznacz.") }}',
        "submit": '{{ f.submit("Zaproś", icon="send", of="Anna K.") }}',
    },
    "look": {
        "icon": '{{ l.icon("check") }}',
        "seats": "{{ l.seats(1, 1, 3) }}{{ l.seats(20, 5, 40) }}",
        "seats_legend": "{{ l.seats_legend() }}",
        "urgency": "{% for n in range(1, 5) %}{{ l.urgency(n) }}{% endfor %}",
        "kind": '{{ l.kind("one_off") }}',
        "pill": '{{ l.pill("ważne", "warn", "alert") }}',
        "state": '{{ l.state("invited") }}',
        "empty": '{{ l.empty("Nic tu nie ma", "Zacznij tak.", "/x", "Dodaj") }}',
        "notice": '{{ l.notice("Uwaga", "bad") }}',
        "say": '{{ l.say("Zapisane.") }}',
        "person": '{{ l.person("Anna Kot", "Południe", "/x") }}',
        "avatar": '{{ l.avatar("anna maria kot") }}',
        "facts": '{{ l.facts([("Kiedy", "dziś"), ("Nic", "")]) }}',
        "button": '{{ l.button("Zobacz", "/x", icon="next", of="Anna") }}',
        "crumbs": '{{ l.crumbs([("Ludzie", "/desk/people"), ("Anna", "")]) }}',
        "pages": "{{ l.pages(2, 3, other_language) }}",
        "files": '{{ l.files(other_language, "Ludzie") }}',
        "bar": "{{ l.bar(3, 10) }}",
        "table": '{% call l.table("Ludzie", ["Kto", ""]) %}<tr role="row"></tr>{% endcall %}',
    },
    "icons": {
        "icon": '{{ icons.icon("check") }}',
        "mark": "{{ icons.mark() }}",
        "plate": '{{ icons.plate() }}{{ icons.plate("chipped") }}{{ icons.plate("sketch") }}',
    },
}


@pytest.mark.parametrize("part", USED)
def test_every_macro_renders(part: str, show: Show) -> None:
    source = (bundled("templates") / f"parts/{part}.html").read_text()
    assert {n for n in re.findall(r"{% macro (\w+)\(", source) if not n.startswith("_")} == set(USED[part])
    for name, call in USED[part].items():
        assert show(call), name


WORDS: dict[str, type[StrEnum] | tuple[object, ...]] = {
    "volunteer_kind": people.Kind,
    "step": people.Step,
    "assignment_state": schedule.AssignmentState,
    "meeting_state": schedule.MeetingState,
    "initiative_kind": initiatives.InitiativeKind,
    "initiative_state": initiatives.InitiativeState,
    "resource_kind": atlas.ResourceKind,
    "need_state": atlas.NeedState,
    "evidence_kind": atlas.EvidenceKind,
    "access": atlas.ACCESS,
    "request_state": intake.RequestState,
    "message_state": messaging.State,
    "channel": messaging.TO_PEOPLE,
    "role": Role,
    "urgency": (atlas.CALM, atlas.SOON, atlas.PRESSING, atlas.TODAY),
    "skill": ("reading", "first-aid", "ukulele"),
    "cause": ("elders", "bees"),
    "clearance": (*people.CLEARANCES, "forklift"),
    "leave_reason": people.LeaveReason,
    "travel": TRAVELS,
    "language": ("pl", "uk", "en", "be", "ru", "de", "fr"),
}


@pytest.mark.parametrize("macro", WORDS)
def test_every_state_and_kind_has_words_of_its_own(macro: str, show: Show) -> None:
    said = [show("{{ w[macro](value) }}", macro=macro, value=value) for value in WORDS[macro]]
    assert all(said) and len(set(said)) == len(said), said


def test_every_word_macro_is_tried() -> None:
    source = (bundled("templates") / "parts/words.html").read_text()
    assert set(re.findall(r"{% macro (\w+)\(", source)) == set(WORDS)


def test_every_state_of_an_assignment_and_kind_of_initiative_has_a_sign(show: Show) -> None:
    for state in schedule.AssignmentState:
        assert "<svg" in show("{{ l.state(state) }}", state=state)
    for kind in initiatives.InitiativeKind:
        assert "<svg" in show("{{ l.kind(kind) }}", kind=kind)


def test_every_sign_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (bundled("static") / "icons.svg").read_text()))
    uses = re.compile(r'\bicon\(\s*"([^"]+)"|\bicon="([^"]+)"')
    pages = [path.read_text() for path in bundled("templates").rglob("*.html")]
    named = {name for page in pages for pair in uses.findall(page) for name in pair if name}
    assert named <= drawn, named - drawn
    assert len(named) > 10


def test_the_summary_leads_to_each_wrong_field_in_the_same_words(show: Show) -> None:
    page = show("{{ f.summary(form) }}" + USED["forms"]["text"] + USED["forms"]["radios"])
    assert '<a href="#f-phone">Numer ma 8 cyfr.</a>' in page
    assert '<a href="#f-kind">Wybierz jedną z odpowiedzi.</a>' in page
    assert "<li>Za dużo naraz.</li>" in page
    for name in ("phone", "kind"):
        assert len(re.findall(rf'id="f-{name}"', page)) == 1
        assert re.search(rf'id="f-{name}-error">.*?<span>{WRONG.error(name)}</span>', page)
    assert 'tabindex="-1" autofocus' in page


def test_a_form_without_errors_has_no_summary(show: Show) -> None:
    assert show("{{ f.summary(form) }}", form=forms.blank()) == ""


def test_a_field_keeps_what_was_typed_and_says_what_is_wrong(show: Show) -> None:
    field = show(USED["forms"]["text"])
    assert 'value="600 000 00"' in field and 'aria-invalid="true"' in field
    assert 'aria-describedby="f-phone-hint f-phone-error"' in field
    order = [field.index(mark) for mark in ("<label", 'id="f-phone-hint"', 'id="f-phone-error"', "<input")]
    assert order == sorted(order)
    assert "&lt;b&gt;" in show(USED["forms"]["area"])
    assert re.search(r'value="adult" selected', show(USED["forms"]["select"]))
    assert re.search(r'value="adult" checked', show(USED["forms"]["radios"]))
    assert re.findall(r'value="([^"]+)" checked', show(USED["forms"]["week"])) == ["6-morning"]


def test_the_week_has_seven_days_of_three_parts(show: Show) -> None:
    values = re.findall(r'name="week" value="([^"]+)"', show(USED["forms"]["week"]))
    assert values == [f"{day}-{part}" for day in range(1, 8) for part in ("morning", "afternoon", "evening")]


def test_a_form_carries_the_mark_and_a_search_does_not(show: Show) -> None:
    sent = show(USED["forms"]["form"])
    assert 'name="csrf"' in sent and 'hx-post="/x" hx-target="#roster" hx-swap="outerHTML"' in sent
    asked = show('{% call f.form("/x", fragment="people", method="get") %}in{% endcall %}')
    assert "csrf" not in asked and 'hx-get="/x"' in asked


def test_two_forms_with_a_prefix_share_no_id(show: Show) -> None:
    page = show('{{ f.text(form, "phone", "A", prefix="a-") }}{{ f.text(form, "phone", "B", prefix="b-") }}')
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 2


@pytest.mark.parametrize(
    ("taken", "invited", "most", "leaves"),
    [(1, 1, 3, ["taken", "invited", "free"]), (3, 2, 3, ["taken"] * 3), (0, 5, 2, ["invited"] * 2)],
)
def test_a_place_is_a_leaf_and_never_more_leaves_than_places(
    taken: int, invited: int, most: int, leaves: list[str], show: Show
) -> None:
    shown = show("{{ l.seats(taken, invited, most) }}", taken=taken, invited=invited, most=most)
    assert re.findall(r'<i class="(\w+)">', shown) == leaves
    assert f"{taken} z {most}" in shown


def test_over_twelve_places_a_bar_and_the_same_words(show: Show) -> None:
    shown = show("{{ l.seats(20, 5, 40) }}")
    assert '<meter min="0" max="40" value="20"' in shown and "<i" not in shown and "20 z 40" in shown
