"""What a confidential theme touches is told to nobody outside the desk: all addresses of the public and volunteers."""

from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people

from volunteer_hub import routes
from volunteer_hub.atlas.tables import FurtherTheme, Theme
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.settings import Settings

# Words that stand on nothing else: of the theme in each language, its slug, and of what it touches.
NAMES = ("Zmilczana", "Unspoken", "Неназвана", "zmilczane")
TOUCHED = ("Potrzeba Kryształ", "Inicjatywa Bursztyn")
ASKED = ("", "?theme=zmilczane", "?theme=nad-nim", "?lang=en", "?lang=uk", "?q=Kryszta", "?zoom=18")


def addresses(settings: Settings) -> Iterator[str]:
    """Everything that the public and volunteers can look at without an id of their own."""
    for method, path, _, who in routes.table(settings):
        if method == "GET" and "{" not in path and who & {Role.ANYONE, Role.VOLUNTEER}:
            yield path


@pytest.fixture
async def theme(db: str) -> Theme:
    """An open theme under another, with a need, an initiative that looks for people, and resources that are public."""
    above = await people.theme(slug="nad-nim", name_pl="Nad nim")
    theme = await people.theme(
        slug="zmilczane", name_pl="Zmilczana", name_en="Unspoken", name_uk="Неназвана", parent=above.id
    )
    area = await people.area()
    for _ in range(12):
        await people.need(title="Potrzeba Kryształ", theme=theme.id, area=area.id, people=12)
    resource = await people.resource(name="Świetlica", theme=theme.id, place=(await people.place(area=area.id)).id)
    other = await people.resource(name="Klub", theme=above.id, place=(await people.place(area=area.id)).id)
    await people.save(FurtherTheme(resource=other.id, theme=theme.id))
    venture = await people.initiative(name="Inicjatywa Bursztyn", theme=theme.id, kind="one_off", public=True)
    await people.opening(await people.meeting(venture))
    await database.execute("UPDATE resource SET consent_on = current_date WHERE id = $1", resource.id)
    return theme


@pytest.fixture
async def visitors(db: str, app: Starlette) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """A stranger, and a volunteer who would help with what lies above it."""
    async with new_client(app) as stranger, new_client(app) as helper:
        account = await people.account(Role.VOLUNTEER)
        await people.volunteer(account=account.id, causes=["nad-nim"])
        await people.sign_in(helper, account)
        yield [stranger, helper]


async def told(visitors: list[httpx2.AsyncClient], settings: Settings) -> set[str]:
    """Which of the words stand anywhere."""
    found: set[str] = set()
    for visitor in visitors:
        for path in addresses(settings):
            for asked in ASKED:
                answer = await visitor.get(path + asked, follow_redirects=True)
                # What was asked for stands in the links of the page itself.
                said = answer.text.replace("theme=zmilczane", "")
                found |= {word for word in (*NAMES, *TOUCHED) if word in said}
    return found


async def test_nothing_of_it_is_told(theme: Theme, visitors: list[httpx2.AsyncClient], settings: Settings) -> None:
    """Marked on the theme above it, once."""
    await database.execute("UPDATE theme SET confidential = true WHERE slug = 'nad-nim'")
    assert await told(visitors, settings) == set()


async def test_control_of_an_open_one_all_is_told(
    theme: Theme, visitors: list[httpx2.AsyncClient], settings: Settings
) -> None:
    assert await told(visitors, settings) == {*NAMES, *TOUCHED}
