"""From a typed address to a point: our own map, a geocoder asked once, slowly and with the address alone, towns."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise

import httpx2
import pytest
from conftest import served
from starlette.responses import PlainTextResponse
from support import people
from support.fake_geocoder import FakeGeocoder, candidate
from support.visitor import Visitor

from volunteer_hub.atlas import geocoder, towns
from volunteer_hub.kit import database
from volunteer_hub.settings import Settings

STREET = "ul. Zielna 4"
ANSWER = candidate("4, Zielna, Włocławek", 52.655, 19.065)


@dataclass
class Stage:
    fake: FakeGeocoder
    settings: Settings

    async def labels(self, text: str) -> list[str]:
        return [one.label for one in (await geocoder.find(self.settings, text)).found]


@pytest.fixture
async def stage(db: str, settings: Settings) -> AsyncIterator[Stage]:
    fake = FakeGeocoder(known={STREET: [ANSWER]})
    async with served(fake) as url:
        yield Stage(fake, settings.model_copy(update={"geocoder_url": url}))


async def test_towns_are_known_without_any_service(settings: Settings, db: str) -> None:
    assert towns.find("wloclawek")[0].name == "Włocławek"
    assert towns.find("łódź")[0].name == "Łódź" and towns.find(" ") == []
    latitude, longitude = (await geocoder.find(settings, "Warszawa")).found[0].point
    assert (round(latitude), round(longitude)) == (52, 21)


async def test_districts_and_places_of_the_map_come_first_but_nobodys_home(stage: Stage) -> None:
    river = await people.area(name="Zawiśle")
    await people.place(area=river.id, name="Świetlica", address=STREET)
    await people.place(area=river.id, name="Mieszkanie", address=STREET, private=True)
    assert await stage.labels("zawisle") == ["Zawiśle"]
    assert await stage.labels(STREET) == [f"Świetlica, {STREET}", "4, Zielna, Włocławek"]


async def test_signs_of_a_pattern_are_letters_like_others(stage: Stage) -> None:
    await people.area(name="Zawiśle")
    assert await stage.labels("%%") == [] and await stage.labels("__") == [] and await stage.labels("\\\\") == []


async def test_the_address_alone_goes_out_and_once(stage: Stage) -> None:
    await people.area(name="Zawiśle")
    first, again = await stage.labels(STREET), await stage.labels("  UL. zielna  4 ")
    assert first == again == ["4, Zielna, Włocławek"]
    [asked] = stage.fake.asked
    assert asked.keys() == {"q", "format", "limit", "accept-language", "viewbox", "bounded"} and asked["q"] == STREET
    assert "cookie" not in stage.fake.headers[0] and "volunteer_hub" in stage.fake.headers[0]["user-agent"]


async def test_what_it_does_not_know_is_asked_once_too(stage: Stage) -> None:
    assert await stage.labels("ul. Żadna 1") == await stage.labels("ul. Żadna 1") == []
    assert len(stage.fake.asked) == 1


async def test_it_is_asked_once_a_second_by_all_together(stage: Stage) -> None:
    await asyncio.gather(*[stage.labels(f"ul. Zielna {number}") for number in range(3)])
    times = sorted(stage.fake.at)
    assert len(times) == 3 and all(later - sooner > 0.95 for sooner, later in pairwise(times))


async def test_control_without_the_turn_it_is_asked_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: Settings) -> None: ...

    monkeypatch.setattr(geocoder, "_turn", at_once)
    await asyncio.gather(*[stage.labels(f"ul. Zielna {number}") for number in range(3)])
    assert max(stage.fake.at) - min(stage.fake.at) < 0.9


BAD = {
    "error": PlainTextResponse("", 503),
    "page": PlainTextResponse("<html>"),
    "no list": PlainTextResponse('{"error": "no"}'),
    "no numbers": PlainTextResponse('[{"lat": "x", "lon": "y"}]'),
    "off the globe": PlainTextResponse('[{"lat": "952", "lon": "19"}]'),
    "no place": PlainTextResponse('[{"display_name": "?"}]'),
    "deep": PlainTextResponse("[" * 100_000),
    "long": PlainTextResponse(" " * (geocoder.MOST_BYTES + 1)),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_answer_is_silence_and_is_not_kept(stage: Stage, name: str) -> None:
    stage.fake.answers.append(BAD[name])
    answer = await geocoder.find(stage.settings, STREET)
    assert answer.silent and answer.found == ()
    assert await database.fetchval("SELECT count(*) FROM geocoded") == 0


async def test_nobody_there_is_silence(db: str, settings: Settings) -> None:
    there = settings.model_copy(update={"geocoder_url": "http://127.0.0.1:9"})
    answer = await geocoder.find(there, "Warszawa")
    assert answer.silent and answer.found[0].label == "Warszawa"


async def test_the_page_leads_from_an_address_to_a_form(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await people.area(name="Zawiśle")
    visitor = Visitor(client)
    page = await visitor.open("/desk/find?q=zawisle")
    assert "Zawiśle" in page and "/desk/needs/new?lat=" in page and "/desk/resources/new?lat=" in page
    assert "Nic nie znaleźliśmy" in await visitor.open("/desk/find?q=%00nigdzie%25")
    assert "Nic nie znaleźliśmy" not in await visitor.open("/desk/find")
