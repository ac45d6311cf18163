"""The parts of pages: every macro renders, every state has words, the first page is light, colours can be read."""

import gzip
import re
from collections.abc import Callable
from enum import StrEnum

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from volunteer_hub.access.rules import landing
from volunteer_hub.atlas import rules as atlas
from volunteer_hub.initiatives import rules as initiatives
from volunteer_hub.intake import rules as intake
from volunteer_hub.kit.actor import STAFF, Actor, Role
from volunteer_hub.kit.paths import PACKAGE, bundled
from volunteer_hub.messaging import rules as messaging
from volunteer_hub.people import rules as people
from volunteer_hub.people.week import TRAVELS
from volunteer_hub.schedule import rules as schedule
from volunteer_hub.web import errors, forms, templates
from volunteer_hub.web.i18n import LANGUAGES, speaking
from volunteer_hub.web.render import common

Show = Callable[..., str]

IMPORTS = """{% import "parts/forms.html" as f with context %}{% import "parts/look.html" as l with context %}
{% import "parts/words.html" as w with context %}{% import "parts/icons.html" as icons with context %}"""

WRONG = forms.Checked(
    typed={"phone": ["600 000 00"], "kind": ["adult"], "week": ["6-morning"], "text": ["<b>"]},
    errors={"phone": "Numer ma 8 cyfr.", "kind": "Wybierz jedną z odpowiedzi.", "": "Za dużo naraz."},
)


def request_to(app: Starlette, path: str = "/here", actor: Actor | None = None) -> Request:
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "app": app, "scheme": "http"}
    request = Request(scope | {"headers": [(b"host", b"hub.test")], "server": ("hub.test", 80), "state": {}})
    if actor:
        request.state.actor = actor
    return request


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
        "trap": '{{ f.trap("<1>") }}',
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
        "pages": '{{ l.pages(2, 3, other_language) }}',
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
    "request_state": intake.RequestState,
    "message_state": messaging.State,
    "channel": messaging.Channel,
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


# ---- forms


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


# ---- seats


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


# ---- layouts and pages

LAYOUT = """{% extends "layouts/NAME.html" %}{% set here = "people" %}{% block title %}Ludzie{% endblock %}
{% block main %}<h1>Ludzie</h1>{% endblock %}"""


def page_of(app: Starlette, layout: str, role: Role | None = None, **values: object) -> str:
    actor = Actor(role, account="a", name="Hanna Lis") if role else None  # type: ignore[arg-type]
    made = templates.environment().from_string(LAYOUT.replace("NAME", layout))
    return made.render(common(request_to(app, actor=actor)) | values)


@pytest.mark.parametrize("layout", ["public", "me", "desk"])
def test_a_layout_has_the_landmarks_and_one_live_region(layout: str, app: Starlette) -> None:
    page = page_of(app, layout, Role.COORDINATOR)
    for mark in ('<a class="skip" href="#main">', "<header", "<nav", "<footer", 'id="main"', 'id="notice"'):
        assert mark in page, mark
    assert len(re.findall("<main[ >]", page)) == 1
    assert re.search(r'<div id="notice" role="status"[^>]*></div>', page), "empty, or CSS would show an empty box"
    for address in ("/privacy", "/accessibility", "/sign-out", "/here?lang=en", "/here?lang=uk"):
        assert f'"{address}"' in page, address
    assert "<title>Ludzie · Centrum Wolontariatu</title>" in page
    assert "<title>Błąd: Ludzie" in page_of(app, layout, Role.COORDINATOR, form=WRONG)


def test_the_rail_says_where_one_stands_and_shows_each_role_its_rooms(app: Starlette) -> None:
    def rooms(role: Role) -> list[str]:
        rail = page_of(app, "desk", role).partition("<nav")[2].partition("</nav>")[0]
        found = re.findall(r'href="(/desk[^"]*)"', rail)
        assert found.pop() == "/desk/account", "the own account is the last for everybody"
        return found

    assert '<a href="/desk/people" aria-current="page">' in page_of(app, "desk", Role.COORDINATOR)
    assert len(rooms(Role.COORDINATOR)) == 13
    assert rooms(Role.FIRST_CONTACT) == ["/desk/requests"]
    assert rooms(Role.FACILITATOR) == ["/desk/initiatives"]
    assert rooms(Role.SPECIALIST) == ["/desk/requests", "/desk/initiatives", "/desk/participants"]
    assert (rooms(Role.ADMINISTRATOR)[0], rooms(Role.PROTECTION_OFFICER)[0]) == ("/desk/settings", "/desk/rights")


@pytest.mark.parametrize("role", sorted(STAFF))
def test_the_way_from_a_public_page_to_the_desk_is_where_signing_in_leads(role: Role, app: Starlette) -> None:
    assert f'<a href="{landing(role)}">Biurko</a>' in page_of(app, "public", role)


@pytest.mark.parametrize("layout", ["public", "me", "desk"])
@pytest.mark.parametrize(
    "role", [None, Role.VOLUNTEER, *sorted(r for r in Role if r not in ("anyone", "machine", "volunteer"))]
)
def test_no_link_of_a_layout_leads_nowhere(layout: str, role: Role | None, app: Starlette) -> None:
    known = {route.path for route in app.routes if hasattr(route, "path")}
    page = page_of(app, layout, role)
    for address in re.findall(r'(?:href|action)="(/[^"?#]*)', page):
        assert address in known | {"/here"} or address.startswith("/static/"), address


@pytest.mark.parametrize("status", sorted(errors.PAGES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_page_says_what_to_do_in_each_language(status: int, language: str, app: Starlette) -> None:
    with speaking(language):
        page = errors.answer(request_to(app), status).body.decode()
    assert f'<html lang="{language}">' in page
    assert 'href="/"' in page and page.count("<h1>") == 1


# ---- weight and colours


async def test_the_first_page_of_a_phone_is_light(client: httpx2.AsyncClient) -> None:
    """HTML, CSS, JavaScript and signs of the home page, compressed as they are sent: 60 kB at most."""
    page = (await client.get("/")).text
    files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert any("htmx" in file for file in files) and any(file.endswith(".css") or ".css?" in file for file in files)
    sizes = {"/": len(gzip.compress(page.encode()))}
    for file in files:
        sizes[file] = len(gzip.compress((await client.get(file)).content))
    assert sum(sizes.values()) <= 60_000, sizes


def _tokens(dark: bool) -> dict[str, str]:
    css = (bundled("static") / "css/tokens.css").read_text()
    light, _, rest = css.partition("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", light))
    return found | dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", rest)) if dark else found


def _light(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2: 1 is no difference, 21 is black on white."""
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = [
    *[(text, ground) for text in ("text", "text-soft", "link") for ground in ("page", "surface", "surface-tint")],
    *[(tone, f"{tone}-ground") for tone in ("good", "info", "warn", "bad", "mute")],
    *[("text", f"{tone}-ground") for tone in ("good", "info", "warn", "bad")],
    *[(f"{kind}", ground) for kind in ("bad", "good") for ground in ("page", "surface")],
    *[(f"urgency-{n}", ground) for n in range(1, 5) for ground in ("page", "surface")],
    *[(f"kind-{kind}", ground) for kind in ("partner", "long", "once", "learn") for ground in ("page", "surface")],
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-rail", "rail"),
    ("on-rail-soft", "rail"),
    ("text", "rail-here"),
]
EDGES = [
    ("line-strong", "surface"),
    ("line-strong", "page"),
    ("accent", "surface"),
    ("focus", "page"),
    ("focus", "surface"),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_and_edges_stand_out(dark: bool) -> None:
    colour = _tokens(dark)
    weak = [(a, b, round(contrast(colour[a], colour[b]), 2)) for a, b in TEXT if contrast(colour[a], colour[b]) < 4.5]
    weak += [(a, b, round(contrast(colour[a], colour[b]), 2)) for a, b in EDGES if contrast(colour[a], colour[b]) < 3]
    assert not weak
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


def test_styles_fetch_nothing_and_use_only_values_that_are_named() -> None:
    css = {
        path.name: re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        for path in (bundled("static") / "css").glob("*.css")
    }
    everything = "\n".join(css.values())
    assert not re.search(r"@import|url\((?!#)", everything)
    named = set(re.findall(r"(--[\w-]+)\s*:", everything)) | set(re.findall(r"@property (--[\w-]+)", everything))
    unnamed = {used for used, end in re.findall(r"var\((--[\w-]+)\s*([,)])", everything) if end == ")"} - named
    assert not unnamed


def test_every_class_that_has_a_style_is_written_somewhere() -> None:
    """A rule for nothing is read by everybody who looks for the one that counts. Leaflet writes its own classes."""
    sources = [*bundled("templates").rglob("*.html"), *bundled("static").glob("*.js"), *PACKAGE.rglob("*.py")]
    written = set(re.findall(r"[\w-]+", "\n".join(path.read_text() for path in sources)))
    for sheet in (bundled("static") / "css").glob("*.css"):
        plain = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
        named = {name for name in re.findall(r"\.([a-zA-Z][\w-]*)", plain) if not name.startswith("leaflet-")}
        # `pin-${kind}` leaves "pin-" behind
        idle = {name for name in named if name not in written and f"{name.rpartition('-')[0]}-" not in written}
        assert not idle, (sheet.name, idle)
