"""The desk's tree of themes: words, looks, order; confidential by one word, open again only by its name written out."""

import re
from pathlib import Path
from uuid import UUID

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import people
from support.visitor import Visitor

from volunteer_hub.atlas import queries, theme_actions, theme_rules, themes
from volunteer_hub.atlas.theme_actions import Details
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused

ROOT = Path(__file__).resolve().parents[2]
GOOD = theme_rules.PALETTE[0]
WORDS = {"name_pl": "Samotność", "name_en": "Loneliness", "name_uk": "Самотність", "colour": GOOD, "icon": "people"}


@pytest.fixture
async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def verbs() -> list[str]:
    rows = await database.fetch("SELECT verb FROM audit_entry WHERE starts_with(verb, 'theme') ORDER BY at, id")
    return [row["verb"] for row in rows]


async def confidential(id: UUID) -> bool:
    return await database.fetchval("SELECT confidential FROM theme WHERE id = $1", id)


# Looks


def test_the_contrast_of_black_and_white_is_twenty_one() -> None:
    assert theme_rules.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme_rules.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_every_colour_of_the_palette_is_seen() -> None:
    assert all(theme_rules.is_seen(colour) for colour in theme_rules.PALETTE)


def test_the_grounds_are_those_of_the_pages() -> None:
    tokens = (ROOT / "static/css/tokens.css").read_text()
    for name in ("page", "surface", "map-land", "map-district"):
        light, dark = re.findall(rf"--{name}: (#[0-9a-f]{{6}})", tokens)
        assert light in theme_rules.LIGHT and dark in theme_rules.DARK, name


def test_every_sign_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons.svg").read_text()))
    assert set(theme_rules.ICONS) <= drawn


@given(st.integers(0, 0xFFFFFF))
def test_for_any_colour_one_that_is_seen_is_found(number: int) -> None:
    colour = f"#{number:06x}"
    found = theme_rules.nearest_seen(colour)
    assert theme_rules.is_seen(found) and (found == colour or not theme_rules.is_seen(colour))


# Pages


async def test_a_theme_is_added_beneath_another(desk: Visitor) -> None:
    parent = await people.theme(name_pl="Zdrowie")
    await desk.open(f"/desk/themes/new?parent={parent.id}")
    mapped = {"taxonomy": "Open Eligibility", "taxonomy_code": "1102"}
    page = await desk.send("/desk/themes/new", **WORDS, **mapped, reach_km="2,5")
    assert "Temat dodany." in page
    row = await database.fetchrow("SELECT * FROM theme WHERE slug = 'samotnosc'")
    assert (row["parent"], row["colour"], row["icon"], row["reach_km"]) == (parent.id, GOOD, "people", 2.5)
    assert (row["taxonomy"], row["taxonomy_code"]) == ("Open Eligibility", "1102")
    assert [(one.theme.name, one.depth) for one in await themes.tree(SYSTEM)] == [("Zdrowie", 0), ("Samotność", 1)]
    assert await verbs() == ["theme.add"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name_uk": ""}, "Wypełnij to pole."),
        ({"name_pl": "Żywność"}, "Temat o tej nazwie już jest."),
        ({"colour": "niebieski"}, "Podaj kolor tak"),
        ({"colour": "#ffff99"}, "prawie nie widać na jasnym tle"),
        ({"colour": "#101010"}, "prawie nie widać na ciemnym tle"),
        ({"icon": "skull"}, "Wybierz znak z listy."),
        ({"parent": "b5b5b5b5-0000-4000-8000-000000000000"}, "Tego nie ma już na liście."),
        ({"reach_km": "0"}, "Wpisz liczbę kilometrów"),
        ({"reach_km": "NaN"}, "Wpisz liczbę kilometrów"),
        ({"taxonomy_code": "1102"}, "Wpisz, z jakiej listy jest ten kod."),
    ],
)
async def test_what_is_wrong_is_told_and_what_was_typed_stays(desk: Visitor, typed: dict[str, str], told: str) -> None:
    await people.theme(name_pl="żywność")
    await desk.open("/desk/themes/new")
    page = await desk.send("/desk/themes/new", **WORDS | typed)
    assert told in page and 'value="Loneliness"' in page and desk.page.status_code in (409, 422)
    assert await database.fetchval("SELECT count(*) FROM theme") == 1


async def test_a_theme_that_is_hard_to_see_is_answered_with_one_that_is_not(desk: Visitor) -> None:
    await desk.open("/desk/themes/new")
    page = await desk.send("/desk/themes/new", **WORDS | {"colour": "#ffff00"})
    assert f"Podobny i dobry: {theme_rules.nearest_seen('#ffff00')}." in page


async def test_a_theme_is_offered_no_place_beneath_itself_and_refused_one(desk: Visitor) -> None:
    top = await people.theme(name_pl="Zdrowie", colour=GOOD, icon="hand")
    leaf = await people.theme(name_pl="Ruch", parent=top.id)
    page = await desk.open(f"/desk/themes/{top.id}")
    assert f'value="{leaf.id}"' not in page and f'value="{top.id}"' not in page
    await desk.send(f"/desk/themes/{top.id}", parent=str(leaf.id))
    assert desk.page.status_code == 422
    with pytest.raises(Refused, match="pod samym sobą"):
        await theme_actions.change(SYSTEM, top.id, Details("Zdrowie", "Health", "Здоров'я", parent=leaf.id))


async def test_themes_change_places_with_those_beside_them(desk: Visitor) -> None:
    for name in ("Dom", "Nauka", "Praca"):
        await theme_actions.add(SYSTEM, Details(name, name, name))
    await desk.open("/desk/themes")
    rows = await themes.tree(SYSTEM)
    assert [one.theme.name for one in rows] == ["Dom", "Nauka", "Praca"]
    await desk.send(f"{rows[2].theme.id}/place", {"by": "-1"})
    assert [one.theme.name for one in await themes.tree(SYSTEM)] == ["Dom", "Praca", "Nauka"]
    await theme_actions.move(SYSTEM, rows[0].theme.id, -1)
    assert [one.theme.name for one in await themes.tree(SYSTEM)] == ["Dom", "Praca", "Nauka"]


async def test_a_retired_theme_is_offered_for_nothing_new_and_stays_where_it_is(desk: Visitor) -> None:
    theme = await people.theme(name_pl="Dawne")
    need = await people.need(title="Stara potrzeba", theme=theme.id)
    await desk.open(f"/desk/themes/{theme.id}")
    await desk.send("/retirement", {"retired": "yes"})
    assert (str(theme.id), "Dawne") not in await queries.theme_ids()
    assert (str(theme.id), "Dawne") in await queries.theme_ids(keep=theme.id)
    assert "Dawne" in await desk.open(f"/desk/needs/{need.id}")
    resource, venture = await people.resource(theme=theme.id), await people.initiative(theme=theme.id)
    for path in (f"needs/{need.id}", f"resources/{resource.id}", f"initiatives/{venture.id}"):
        assert f'value="{theme.id}" selected' in await desk.open(f"/desk/{path}/edit")
    for path in ("needs/new", "resources/new", "initiatives/new"):
        assert "Dawne" not in await desk.open(f"/desk/{path}")
    await desk.open(f"/desk/themes/{theme.id}")
    await desk.send("/retirement")
    assert (str(theme.id), "Dawne") in await queries.theme_ids()
    assert await verbs() == ["theme.retire", "theme.return"]


async def test_marking_once_hides_all_beneath_and_is_in_the_log(desk: Visitor) -> None:
    top = await people.theme(name_pl="Uzależnienia", colour=GOOD, icon="hand")
    leaf = await people.theme(name_pl="Alkohol", parent=top.id)
    await desk.open(f"/desk/themes/{top.id}")
    await desk.send(f"/desk/themes/{top.id}", confidential="yes")
    assert await confidential(top.id) and await confidential(leaf.id)
    assert await verbs() == ["theme.hide"]


async def test_an_edit_never_opens_a_confidential_theme(desk: Visitor) -> None:
    theme = await people.theme(confidential=True, colour=GOOD, icon="hand")
    page = await desk.open(f"/desk/themes/{theme.id}")
    assert 'name="confidential"' not in page
    await desk.send(f"/desk/themes/{theme.id}", name_pl="Inaczej")
    assert await confidential(theme.id) and await verbs() == ["theme.change"]


async def test_a_theme_is_opened_by_its_name_after_one_has_seen_what_shows(desk: Visitor) -> None:
    theme = await people.theme(name_pl="Żałoba po bliskich", confidential=True)
    beneath = await people.theme(parent=theme.id)
    await people.need(theme=theme.id)
    await people.need(theme=theme.id, personal=True)
    await people.resource(theme=theme.id)
    for kind in ("one_off", "group"):
        await people.initiative(theme=theme.id, kind=kind, public=True)
    seen = await themes.would_be_seen(SYSTEM, theme.id)
    assert (seen.needs, seen.resources, seen.initiatives) == (1, 1, 1)
    await desk.open(f"/desk/themes/{theme.id}/disclosure")
    page = await desk.send("/disclosure", word="tak")
    assert desk.page.status_code == 422 and "Przepisz nazwę tematu" in page and await confidential(theme.id)
    assert await verbs() == []
    await desk.send("/disclosure", word="Żałoba po bliskich")
    assert not await confidential(theme.id) and await confidential(beneath.id)
    assert await verbs() == ["theme.disclose"]


async def test_beneath_a_confidential_one_nothing_is_opened(desk: Visitor) -> None:
    top = await people.theme(confidential=True)
    leaf = await people.theme(name_pl="Alkohol", parent=top.id)
    await desk.open(f"/desk/themes/{leaf.id}/disclosure")
    page = await desk.send("/disclosure", word="Alkohol")
    assert desk.page.status_code == 409 and "leży pod poufnym" in page and await confidential(leaf.id)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR, Role.MACHINE, Role.ANYONE}))
async def test_themes_are_kept_by_coordinators_alone(client: httpx2.AsyncClient, role: Role) -> None:
    theme = await people.theme(name_pl="Przemoc", confidential=True)
    await people.signed_in(client, role)
    for path in ("/desk/themes", f"/desk/themes/{theme.id}", f"/desk/themes/{theme.id}/disclosure"):
        answer = await client.get(path)
        assert answer.status_code == 403 and "Przemoc" not in answer.text
    someone = people.actor(await people.account(role))
    for act in (themes.tree(someone), themes.theme(someone, theme.id), themes.would_be_seen(someone, theme.id)):
        with pytest.raises(Refused):
            await act
    with pytest.raises(Refused):
        await theme_actions.disclose(someone, theme.id, "Przemoc")
