"""Resources from a file: seen line by line first, then all or nothing, never public by themselves."""

import asyncio
import json
import re
from datetime import date, time
from typing import Any
from uuid import UUID

import httpx2
import pytest
from conftest import new_client
from exchange import openly
from starlette.applications import Starlette
from support import people

from volunteer_hub.atlas.tables import Resource
from volunteer_hub.exchange import reading
from volunteer_hub.kit import database, geo
from volunteer_hub.kit.actor import Role

SOURCE = "Baza miasta"
HERE = people.CENTRE
HOBBY = {"taxonomy_term": {"name": "Hobby", "code": "hobby"}}


def service(**values: Any) -> dict[str, Any]:
    """A service as another town would tell it."""
    address = {"address_1": "ul. Cicha 3", "city": "Włocławek", "postal_code": "87-800"}
    location = at(*HERE, id="l1", name="Dom kultury", addresses=[address])[0]["location"]
    defaults = {
        "id": "s1", "name": "Szachy dla wszystkich", "status": "active",
        "description": "<p>Gramy <b>co tydzień</b></p>",
        "phones": [{"number": "600 111 222"}], "email": "szachy@example.org", "url": "www.szachy.example",
        "languages": [{"code": "pl"}],
        "schedules": [{"freq": "WEEKLY", "byday": "TU,TH", "opens_at": "16:00", "closes_at": "18:30:00",
                       "valid_from": "2026-09-01"}],
        "attributes": [HOBBY],
        "service_at_locations": [{"id": "at1", "location": location}],
    }  # fmt: skip
    return defaults | values


def at(latitude: float, longitude: float, **values: Any) -> list[dict[str, Any]]:
    location = {"location_type": "physical", "name": "Gdzieś", "latitude": latitude, "longitude": longitude, **values}
    return [{"id": f"at {latitude} {longitude}", "location": location}]


async def town() -> None:
    await people.area(name="Śródmieście")
    await people.theme(slug="hobby", name_pl="Hobby", name_en="Hobbies")


async def send(client: httpx2.AsyncClient, told: Any, **fields: str) -> httpx2.Response:
    """Sends a file as the form does; `told`: what is in it, as JSON or as bytes."""
    page = await client.get("/desk/resources/import")
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert csrf
    data = told if isinstance(told, bytes) else json.dumps(told).encode()
    form = {"csrf": csrf[1], "source": SOURCE} | fields
    files = {"file": ("zasoby.json", data, "application/json")}
    return await client.post("/desk/resources/import", data=form, files=files, follow_redirects=True)


async def save(client: httpx2.AsyncClient, *choices: str) -> httpx2.Response:
    page = await client.get("/desk/resources/import/plan")
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert csrf, page.text
    return await client.post("/desk/resources/import/plan", data={"csrf": csrf[1], "choice": list(choices)})


async def stored() -> list[Resource]:
    return await Resource.objects().order_by(Resource.name)


@pytest.fixture
async def desk(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    await people.signed_in(client, Role.COORDINATOR)
    await town()
    return client


async def test_a_file_is_seen_first_and_written_when_somebody_says_so(desk: httpx2.AsyncClient) -> None:
    page = await send(desk, {"contents": [service()]})
    assert page.status_code == 200 and "Szachy dla wszystkich" in page.text and "nowy" in page.text
    assert await stored() == [] and await database.fetchval("SELECT count(*) FROM place") == 0
    answer = await save(desk)
    assert answer.status_code == 303
    (made,) = await stored()
    assert (made.name, made.kind, made.about) == ("Szachy dla wszystkich", "service", "Gramy co tydzień")
    assert (made.phone, made.email, made.website) == (
        "+48600111222",
        "szachy@example.org",
        "https://www.szachy.example",
    )
    assert (made.source, made.source_id, made.languages) == (SOURCE, "at1", ["pl"])
    assert made.public is False and made.consent_on is None and made.verified_on is None
    (place,) = await database.fetch("SELECT * FROM place")
    assert (place["name"], place["address"], place["town"]) == ("Dom kultury", "ul. Cicha 3", "Włocławek")
    (hours,) = await database.fetch("SELECT * FROM opening_hours")
    assert (hours["rrule"], hours["opens"], hours["closes"]) == ("FREQ=WEEKLY;BYDAY=TU,TH", time(16), time(18, 30))
    assert hours["first_day"] == date(2026, 9, 1)
    (line,) = await database.fetch("SELECT * FROM audit_entry WHERE verb = 'resources.import'")
    assert line["about"] == "import:new=1,changed=0,left=0"
    assert await database.fetchval("SELECT count(*) FROM help WHERE source_id = $1", made.id) == 1


async def test_what_is_imported_is_public_only_with_consent(desk: httpx2.AsyncClient) -> None:
    await send(desk, [service()])
    await save(desk)
    assert "Szachy" not in await openly.everything(desk)
    sql = "UPDATE resource SET public = true, consent_on = $1, consent_by = 'Dyrektor'"
    await database.execute(sql, date(2026, 11, 1))
    assert "Szachy" in await openly.everything(desk)


async def test_the_same_file_again_changes_nothing_and_a_newer_one_says_what(desk: httpx2.AsyncClient) -> None:
    await send(desk, [service()])
    await save(desk)
    (before,) = await stored()
    page = await send(desk, [service()])
    assert "bez zmian" in page.text and "Zmieni się" not in page.text
    await save(desk)
    assert [one.to_dict() for one in await stored()] == [before.to_dict()]
    await database.execute("UPDATE resource SET public = true, consent_on = '2026-11-01', consent_by = 'Dyrektor'")
    hours = [{"freq": "WEEKLY", "byday": "FR", "opens_at": "10:00Z", "closes_at": "12:00Z", "valid_from": "2026-12-01"}]
    page = await send(desk, [service(name="Szachy", schedules=hours, phones=[])])
    assert "Zmieni się: nazwa, telefon, godziny" in re.sub(r"\s+", " ", page.text)
    await save(desk)
    (after,) = await stored()
    assert (after.id, after.name, after.phone, after.public) == (before.id, "Szachy", "", True)
    (line,) = await database.fetch("SELECT * FROM opening_hours")
    assert (line["rrule"], line["opens"]) == ("FREQ=WEEKLY;BYDAY=FR", time(11))


async def test_an_organisation_comes_once_with_what_it_runs(desk: httpx2.AsyncClient) -> None:
    runs = {"id": "o1", "name": "Fundacja Most", "description": "Łączymy.", "locations": at(*HERE)[0]["location"]}
    runs["locations"] = [runs["locations"]]
    second = service(id="s2", name="Brydż", organization=runs, service_at_locations=at(*HERE))
    page = await send(desk, [service(organization=runs), second, {**runs, "attributes": [HOBBY]}])
    assert page.status_code == 200
    await save(desk)
    bridge, most, chess = await stored()
    assert (most.kind, most.name) == ("organisation", "Fundacja Most")
    assert bridge.organisation == chess.organisation == most.id


async def other(**values: Any) -> Resource:
    """What stands there already, from nowhere."""
    place = await people.place(name="Klub", address="ul. Inna 9", latitude=HERE[0] + 0.0003, longitude=HERE[1])
    return await people.resource(**({"name": "Szachy dla wszystkich!", "kind": "group", "place": place.id} | values))


async def test_a_possible_duplicate_is_asked_about(desk: httpx2.AsyncClient) -> None:
    there = await other(phone="+48700700700", for_whom="dzieci")
    page = await send(desk, [service()])
    assert "może już jest" in page.text and f"/desk/resources/{there.id}" in page.text
    refused = await save(desk)
    assert refused.status_code == 422 and "Nic nie zapisano" in refused.text
    for nonsense in ("0:eat", "x:merge", "7:merge", "0"):
        assert (await save(desk, nonsense)).status_code == 422
    assert len(await stored()) == 1
    assert (await save(desk, "0:merge")).status_code == 303
    (merged,) = await stored()
    assert (merged.id, merged.kind, merged.place, merged.theme) == (there.id, "group", there.place, there.theme)
    assert (merged.name, merged.phone, merged.for_whom) == ("Szachy dla wszystkich", "+48600111222", "dzieci")
    assert (merged.source, merged.source_id) == (SOURCE, "at1")
    assert "może już jest" not in (await send(desk, [service()])).text


@pytest.mark.parametrize(("choice", "many"), [("new", 2), ("skip", 1)])
async def test_a_possible_duplicate_may_be_another_or_left(desk: httpx2.AsyncClient, choice: str, many: int) -> None:
    await other()
    await send(desk, [service()])
    await save(desk, f"0:{choice}")
    assert len(await stored()) == many


async def test_far_away_or_called_otherwise_is_no_duplicate(desk: httpx2.AsyncClient) -> None:
    far = await people.place(latitude=HERE[0] + 0.002, longitude=HERE[1])
    await people.resource(name="Szachy dla wszystkich", place=far.id)
    await other(name="Pracownia ceramiki")
    assert "może już jest" not in (await send(desk, [service()])).text


async def test_a_known_place_is_used_and_a_home_never(desk: httpx2.AsyncClient) -> None:
    home = await people.place(name="Dom kultury", address="ul. Cicha 3", private=True)
    known = await people.place(name="Dom Kultury", address="Cicha 3", latitude=HERE[0] + 0.0001)
    await send(desk, [service()])
    await save(desk)
    (made,) = await stored()
    assert made.place == known.id != home.id


def open_on(day: str, until: str) -> dict[str, str]:
    return {"freq": "WEEKLY", "byday": day, "opens_at": "9:00", "closes_at": until}


OUTSIDE = at(50.0, 20.0)
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("no name", {"name": ""}, "name: brakuje."),
    ("no name at all", {"name": None}, "name: brakuje."),
    ("a long name", {"name": "x" * 200}, "name: za długie, najwięcej 120 znaków."),
    ("no place", {"service_at_locations": []}, "Brakuje punktu na mapie"),
    ("outside", {"service_at_locations": OUTSIDE}, "Punkt leży poza wszystkimi osiedlami na mapie."),
    ("swapped", {"service_at_locations": at(HERE[1], HERE[0])}, "długość i szerokość są zamienione"),
    ("no degrees", {"service_at_locations": at(5_000_000.0, 1.0)}, "To nie są stopnie"),
    ("a word for a number", {"service_at_locations": [{"location": {"latitude": "x"}}]}, "latitude: tego nie"),
    ("nowhere on the map", {"service_at_locations": at(*HERE, location_type="virtual")}, "Miejsce nie jest na mapie"),
    ("no theme", {"attributes": []}, "Nie ma tu tematu"),
    ("another theme", {"attributes": [{"taxonomy_term": {"name": "Rybołówstwo"}}]}, "Nie ma tu tematu"),
    ("no phone", {"phones": [{"number": "12"}]}, "to nie jest numer telefonu: 12."),
    ("no e-mail", {"email": "szachy(at)example"}, "to nie jest adres e-mail"),
    ("a script for a page", {"url": "javascript:alert(1)"}, "to nie jest adres strony"),
    ("no such days", {"schedules": [open_on("XX", "10:00")]}, "schedules:"),
    ("closed before open", {"schedules": [open_on("MO", "8:00")]}, "schedules: brakuje godzin"),
    ("a list that is none", {"phones": "600111222"}, "phones: tego nie rozumiemy."),
    ("no capacity", {"attributes": [HOBBY, {"label": "capacity", "value": "dużo"}]}, "to nie jest liczba osób"),
    ("very many phones", {"phones": [{"number": "600111222"}] * 300}, "za długa lista"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "says"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG])
async def test_one_wrong_line_and_nothing_is_written(
    desk: httpx2.AsyncClient, values: dict[str, Any], says: str
) -> None:
    good = service(id="good", name="Dobry wpis", service_at_locations=at(*HERE))
    page = await send(desk, [good, service(**values), good | {"id": "g3", "service_at_locations": at(52.65, 19.05)}])
    assert page.status_code == 422 and says in page.text.replace("&lt;", "<")
    row = page.text[page.text.index('<tr role="row"><td') :].split("</tr>")[0]
    assert ">2</td>" in row and "błąd" in row and says in row
    assert "Dobry wpis" in page.text and "Zapisz</button>" not in page.text
    assert await stored() == [] and (await desk.get("/desk/resources/import/plan")).status_code == 410


async def test_a_wrong_line_may_take_the_theme_that_is_chosen(desk: httpx2.AsyncClient) -> None:
    theme = await people.theme(name_pl="Różne")
    page = await send(desk, [service(attributes=[])], theme=str(theme.id))
    assert page.status_code == 200
    await save(desk)
    (made,) = await stored()
    assert made.theme == theme.id


async def test_two_entries_of_one_id_are_one_too_many(desk: httpx2.AsyncClient) -> None:
    page = await send(desk, [service(), service(name="Inne szachy")])
    assert page.status_code == 422 and "Ten sam identyfikator ma wpis 1." in page.text


async def test_what_is_not_active_is_left_out(desk: httpx2.AsyncClient) -> None:
    page = await send(desk, [service(status="defunct")])
    assert "pominięty, nieczynny" in page.text
    await save(desk)
    assert await stored() == []


deep = b'{"contents": ' + b"[" * 60 + b"]" * 60 + b"}"
UNREADABLE = [
    (b"to nie json", "To nie jest poprawny JSON: wiersz 1, znak 1."),
    (b'{"contents": [\n{"name": ,}]}', "wiersz 2"),
    (b"[]", "nie ma ani jednego wpisu"),
    (b'{"contents": {"a": 1}}', "To nie jest lista"),
    (b"7", "To nie jest lista"),
    (b"\xff\xfe[]", "nie jest zapisany w UTF-8"),
    (deep, "zagnieżdżony głębiej"),
    (b"[" * 200_000, "zagnieżdżony głębiej"),
    (b'[{"name": NaN}]', "liczba, której nie rozumiemy"),
    (b'[{"name": ' + b"9" * 5000 + b"}]", "liczba, której nie rozumiemy"),
    (json.dumps([{}] * (reading.MOST_ITEMS + 1)).encode(), "za dużo wpisów"),
    (b'{"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:2180"}}, "features": [{}]}', "WGS 84"),
]


@pytest.mark.parametrize(("data", "says"), UNREADABLE, ids=range(len(UNREADABLE)))
async def test_a_hostile_file_gets_a_sentence(desk: httpx2.AsyncClient, data: bytes, says: str) -> None:
    page = await send(desk, data)
    assert page.status_code == 422 and says in page.text
    assert f'value="{SOURCE}"' in page.text  # what was typed stays
    assert await stored() == []


async def test_a_file_that_is_too_large_is_not_read(desk: httpx2.AsyncClient) -> None:
    page = await send(desk, b" " * (reading.MOST_BYTES + 500_000))
    assert page.status_code == 413 and "za duży" in page.text
    page = await send(desk, b" " * (reading.MOST_BYTES + 1))
    assert page.status_code == 422 and "za duży" in page.text


async def test_a_form_without_file_or_source_says_so(desk: httpx2.AsyncClient) -> None:
    assert "Wpisz, skąd są te dane" in (await send(desk, [service()], source="")).text
    assert "Wybierz plik" in (await send(desk, b"")).text
    gone = await send(desk, [service()], theme="6c0e9a52-3c1f-5d0e-9f5e-7a1d1f3b6c11")
    assert gone.status_code == 422


async def test_points_of_geojson_come_too(desk: httpx2.AsyncClient) -> None:
    point = {"type": "Point", "coordinates": [HERE[1], HERE[0]]}
    told = {"title": "Ławka rozmów", "description": "<i>Siądź</i>", "theme": "hobby", "kind": "venue"}
    good = {"type": "Feature", "id": 7, "geometry": point, "properties": told}
    page = await send(desk, {"type": "FeatureCollection", "features": [good]})
    assert page.status_code == 200
    await save(desk)
    (made,) = await stored()
    assert (made.name, made.about, made.kind, made.source_id) == ("Ławka rozmów", "Siądź", "venue", "7")
    line = {"type": "LineString", "coordinates": [[19.0, 52.6], [19.1, 52.7]]}
    for geometry, says in ((line, "To nie jest punkt"), (None, "To nie jest punkt"),
                           ({"type": "Point", "coordinates": ["a"]}, "dwie liczby")):  # fmt: skip
        page = await send(desk, {"type": "FeatureCollection", "features": [good | {"geometry": geometry}]})
        assert page.status_code == 422 and says in page.text


async def test_our_own_points_can_be_read_back(desk: httpx2.AsyncClient) -> None:
    await openly.resource(name="Klub", theme=(await people.theme(slug="klub")).id)
    told = (await desk.get("/api/v1/resources.geojson")).json()
    page = await send(desk, told)
    assert page.status_code == 200 and "może już jest" in page.text


BOOM = """
    CREATE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF NEW.name = 'Ostatni' THEN RAISE EXCEPTION SQLSTATE '40P01'; END IF; RETURN NEW; END $$"""


async def test_when_one_cannot_be_written_none_is(desk: httpx2.AsyncClient) -> None:
    last = service(id="z", name="Ostatni", service_at_locations=at(52.65, 19.05))
    await send(desk, [service(), last])
    await database.execute(BOOM)
    await database.execute("CREATE TRIGGER boom BEFORE INSERT ON resource FOR EACH ROW EXECUTE FUNCTION boom()")
    assert (await save(desk)).status_code == 503
    counts = [
        await database.fetchval(f"SELECT count(*) FROM {table}") for table in ("resource", "place", "opening_hours")
    ]
    assert counts == [0, 0, 0]
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'resources.import'") == 0
    await database.execute("DROP TRIGGER boom ON resource")
    assert (await save(desk)).status_code == 303  # the file still waited
    assert len(await stored()) == 2


async def test_of_two_presses_at_once_one_writes(desk: httpx2.AsyncClient) -> None:
    await send(desk, [service()])
    page = await desk.get("/desk/resources/import/plan")
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert csrf
    post = [desk.post("/desk/resources/import/plan", data={"csrf": csrf[1]}) for _ in range(4)]
    answers = sorted(one.status_code for one in await asyncio.gather(*post))
    assert answers.count(303) == 1 and set(answers) <= {303, 410}
    assert len(await stored()) == 1


async def test_another_browser_does_not_see_what_waits(desk: httpx2.AsyncClient, app: Starlette) -> None:
    await send(desk, [service()])
    async with new_client(app) as stranger:
        await people.signed_in(stranger, Role.COORDINATOR)
        assert (await stranger.get("/desk/resources/import/plan")).status_code == 410


async def test_a_thousand_entries_are_shown_line_by_line(desk: httpx2.AsyncClient) -> None:
    many = [
        service(id=f"s{n}", name=f"Wpis {n}", service_at_locations=[at(*HERE)[0] | {"id": f"at{n}"}])
        for n in range(1000)
    ]
    page = await send(desk, many)
    assert page.status_code == 200 and page.text.count('<tr role="row"><td') == 1000


async def test_a_point_on_an_area_is_in_that_area(desk: httpx2.AsyncClient) -> None:
    square = geo.shape_of([(51.0, 17.0), (51.0, 17.1), (51.1, 17.1), (51.1, 17.0)])
    away = await people.area(name="Daleko", shape=json.dumps(square), outline=json.dumps(square))
    await send(desk, [service(service_at_locations=at(51.05, 17.05))])
    await save(desk)
    found: UUID = await database.fetchval("SELECT area FROM place")
    assert found == away.id
