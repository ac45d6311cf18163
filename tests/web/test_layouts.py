"""Layouts have landmarks, show each role its rooms and lead nowhere that is not there; error pages say what to do."""

import re

import pytest
from starlette.applications import Starlette
from support.drawn import WRONG, request_to

from volunteer_hub.access.rules import landing
from volunteer_hub.kit.actor import STAFF, Actor, Role
from volunteer_hub.web import errors, templates
from volunteer_hub.web.i18n import LANGUAGES, speaking
from volunteer_hub.web.render import common

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
    assert len(rooms(Role.COORDINATOR)) == 15
    assert rooms(Role.FIRST_CONTACT) == ["/desk/requests"]
    assert rooms(Role.FACILITATOR) == ["/desk/day", "/desk/initiatives", "/desk/week"]
    assert rooms(Role.SPECIALIST) == [
        "/desk/requests", "/desk/day", "/desk/initiatives", "/desk/week", "/desk/participants",
    ]  # fmt: skip
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
