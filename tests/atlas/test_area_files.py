"""Districts from a file: judged, shown with what they would change, put on the map all or none."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.atlas import area_actions, area_files, drawing
from volunteer_hub.atlas.area_files import Choice
from volunteer_hub.atlas.areas import Year
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused

IMPORT = "/desk/areas/import"


def square(west: float, **properties: Any) -> dict[str, Any]:
    """The square that support.people draws, moved to the east."""
    ring = [[west, 52.6], [west + 0.1, 52.6], [west + 0.1, 52.7], [west, 52.7], [west, 52.6]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def town(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


TOWN = town(square(19.0, nazwa="Zawiśle", kod="A"), square(19.1, nazwa="Rybnica", kod="B"))
SWAPPED = b'{"type": "Polygon", "coordinates": [[[52.6, 19], [52.7, 19], [52.7, 19.1], [52.6, 19]]]}'


@pytest.fixture
async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def send(visitor: Visitor, data: bytes, name: str = "osiedla.geojson", **values: str) -> str:
    await visitor.open(IMPORT)
    csrf = next(form for form in forms(visitor.page.text) if form.action == IMPORT).values["csrf"][0]
    file = {"file": (name, data, "application/geo+json")}
    visitor.page = await visitor.client.post(IMPORT, data={"csrf": csrf} | values, files=file, follow_redirects=True)
    return visitor.page.text


async def names() -> set[str]:
    return {row["name"] for row in await database.fetch("SELECT name FROM area")}


async def test_a_file_is_shown_before_it_is_written(desk: Visitor) -> None:
    home = await people.area(name="zawiśle")
    await people.area(name="Michelin", shape="[]", outline="[]", km2=None)
    await area_actions.put_year(SYSTEM, home.id, Year(2026, 5, 1, 1))
    page = await send(desk, TOWN)
    assert desk.page.status_code == 200 and "Na razie nic nie jest zapisane." in page
    for words in ("Zawiśle", "bez zmian", "Rybnica", "nowe", "Michelin", "nie ma go w pliku, zostaje", "75"):
        assert words in page
    assert await names() == {"zawiśle", "Michelin"}
    page = await desk.send("/saving")
    assert "Gotowe. Wczytane osiedla: 2." in page
    assert await names() == {"Zawiśle", "Rybnica", "Michelin"}
    row = await database.fetchrow("SELECT * FROM area WHERE name = 'Rybnica'")
    assert (row["slug"], row["source"], row["schematic"]) == ("rybnica", "osiedla", False)
    assert (row["latitude"], row["longitude"]) == pytest.approx((52.65, 19.15), abs=0.01) and row["outline"] != "[]"
    assert await database.fetchval("SELECT id FROM area WHERE name = 'Zawiśle'") == home.id, "with all it had"
    assert await database.fetchval("SELECT count(*) FROM area_year") == 1
    assert await database.fetchval("SELECT count(*) FROM area_file") == 0


async def test_which_property_is_the_name_is_chosen(desk: Visitor) -> None:
    await send(desk, TOWN)
    address = str(desk.page.url.path)
    assert 'value="nazwa" selected' in desk.page.text
    page = await desk.open(f"{address}?naming=kod&gone=keep&move=yes")
    assert 'value="kod" selected' in page
    await desk.send("/saving")
    assert await names() == {"A", "B"}


async def test_one_bare_outline_takes_the_name_of_its_file(desk: Visitor) -> None:
    await send(desk, json.dumps(square(19.0)["geometry"]).encode(), name="/tmp/../Zazamcze.geojson")
    await desk.send("/saving")
    assert await names() == {"Zazamcze"}


async def test_two_of_a_name_cannot_be_written(desk: Visitor) -> None:
    page = await send(desk, town(square(19.0, nazwa="Zawiśle"), square(19.1, nazwa="zawiśle")))
    assert "W pliku są dwa osiedla o nazwie" in page and "Zapisz na mapie" not in page
    with pytest.raises(Refused, match="Nic nie zapisano"):
        await _put(desk)
    assert await names() == set()


async def test_over_a_district_that_stays_nothing_is_written(desk: Visitor) -> None:
    await people.area(name="Stare")
    page = await send(desk, TOWN)
    assert "„Stare” i „Zawiśle” nachodzą na siebie" in page and "Zapisz na mapie" not in page
    with pytest.raises(Refused, match="Nic nie zapisano"):
        await _put(desk)
    assert await names() == {"Stare"}


SHOWN = Choice()


async def _put(desk: Visitor, choice: Choice = SHOWN) -> None:
    """Confirms the file that waits as no page would: past what was shown."""
    row = await database.fetchrow("SELECT id, account FROM area_file")
    actor = people.actor(await people.Account.objects().get(people.Account.id == row["account"]))
    found = await area_files.preview(actor, row["id"], choice)
    await area_files.put(actor, row["id"], choice, found.seen)


async def test_what_the_file_lacks_leaves_the_map_when_all_that_stood_there_moves(desk: Visitor) -> None:
    old = await people.area(name="Stare")
    need = await people.need(area=old.id, latitude=52.65, longitude=19.05)
    await send(desk, TOWN)
    address = str(desk.page.url.path)
    page = await desk.open(f"{address}?gone=remove&move=yes")
    assert "nie ma go w pliku, znika" in page and "Do innego osiedla przejdą: 1 " in page
    await desk.send("/saving")
    assert await names() == {"Zawiśle", "Rybnica"}
    assert await database.fetchval(
        "SELECT a.name FROM need n JOIN area a ON a.id = n.area WHERE n.id = $1", need.id
    ) == "Zawiśle"  # fmt: skip


async def test_what_cannot_move_keeps_its_district_and_nothing_is_written(desk: Visitor) -> None:
    old = await people.area(name="Stare")
    await people.volunteer(area_slug=old.slug, latitude=None, longitude=None)
    await send(desk, TOWN)
    address = str(desk.page.url.path)
    page = await desk.open(f"{address}?gone=remove&move=yes")
    assert "Na osiedlu „Stare” zostaje: 1 " in page and "Zapisz na mapie" not in page
    with pytest.raises(Refused, match="stoją jeszcze"):
        await _put(desk, Choice(removing=True))
    assert await names() == {"Stare"} and await database.fetchval("SELECT count(*) FROM area_file") == 1


async def test_what_stands_in_new_borders_moves_or_stays_as_chosen(desk: Visitor) -> None:
    home = await people.area(name="Zawiśle")
    need = await people.need(area=home.id, latitude=52.65, longitude=19.15)
    await send(desk, TOWN)
    address = str(desk.page.url.path)
    await desk.open(f"{address}?move=no")
    await desk.send("/saving")
    assert await database.fetchval("SELECT area FROM need WHERE id = $1", need.id) == home.id
    assert "Do innego osiedla przejdą: 1 " in await send(desk, TOWN)
    await desk.send("/saving")
    assert await database.fetchval("SELECT area FROM need WHERE id = $1", need.id) != home.id


async def test_a_map_that_changed_since_the_preview_is_shown_again(desk: Visitor) -> None:
    await send(desk, TOWN)
    await people.area(name="Nowe", shape="[]", outline="[]")
    page = await desk.send("/saving")
    assert desk.page.status_code == 409 and "Ktoś właśnie zmienił mapę osiedli." in page
    assert await names() == {"Nowe"}
    await desk.send("/saving")
    assert await names() == {"Nowe", "Zawiśle", "Rybnica"}


async def test_a_file_waits_a_day_for_who_sent_it(desk: Visitor, client: httpx2.AsyncClient) -> None:
    await send(desk, TOWN)
    address = str(desk.page.url.path)
    await people.signed_in(client)
    assert (await client.get(address)).status_code == 404
    await send(desk, TOWN)
    await database.execute("UPDATE area_file SET read_at = now() - interval '25 hours'")
    assert (await client.get(str(desk.page.url.path))).status_code == 404
    await send(desk, TOWN)
    assert await database.fetchval("SELECT count(*) FROM area_file") == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "Wybierz plik"),
        (b"osiedla", "To nie jest poprawny plik JSON"),
        (b"[" * 90_000, "za dużo nawiasów"),
        (TOWN.replace(b"52.6", b"582700"), "nie są w stopniach WGS 84"),
        (town(square(19.0, nazwa="Zawiśle"), square(19.05, nazwa="Rybnica")), "Zawiśle: to osiedle nachodzi na"),
        (SWAPPED, "Zamień kolejność"),
    ],
)
async def test_what_is_wrong_with_a_file_is_told_and_nothing_is_kept(desk: Visitor, data: bytes, told: str) -> None:
    page = await send(desk, data)
    assert told in page and desk.page.status_code == 422
    assert await database.fetchval("SELECT count(*) FROM area_file") == 0


async def test_latitude_first_is_read_when_the_box_is_ticked(desk: Visitor) -> None:
    assert "Na razie nic nie jest zapisane" in await send(desk, SWAPPED, swap="yes")


async def test_a_file_may_be_twenty_megabytes_and_no_larger(desk: Visitor) -> None:
    whole = TOWN + b" " * (drawing.MOST_BYTES - len(TOWN))
    assert "Na razie nic nie jest zapisane" in await send(desk, whole)
    assert "Najwięcej: 20 MB" in await send(desk, whole + b" ") and desk.page.status_code == 413


class Stream(httpx2.AsyncByteStream):
    """A form with a file without end, that counts how much of it was taken."""

    def __init__(self, size: int) -> None:
        self.left, self.taken = size, 0

    async def __aiter__(self) -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        while self.left > 0:
            self.left -= 65_536
            self.taken += 65_536
            yield b"x" * 65_536


FRAME = {"content-type": "multipart/form-data; boundary=x"}


async def test_two_hundred_megabytes_are_refused_before_they_are_read(desk: Visitor) -> None:
    body = Stream(200_000_000)
    headers = FRAME | {"content-length": "200000000"}
    answer = await desk.client.post(IMPORT, content=body, headers=headers)
    assert answer.status_code == 413 and "Najwięcej: 20 MB" in answer.text
    assert body.taken <= 65_536 * 2, "only what the test's client had in hand"


async def test_two_hundred_megabytes_of_unsaid_length_are_refused_at_the_bound(desk: Visitor) -> None:
    body = Stream(200_000_000)
    answer = await desk.client.post(IMPORT, content=body, headers=FRAME)
    assert answer.status_code == 413 and "Najwięcej: 20 MB" in answer.text


async def test_control_elsewhere_a_million_bytes_are_the_bound(desk: Visitor) -> None:
    await desk.open("/desk/areas/new")
    csrf = forms(desk.page.text)[0].values["csrf"][0]
    for size, status in ((900_000, 400), (1_100_000, 413)):
        answer = await desk.client.post("/desk/areas/new", data={"csrf": csrf}, files={"file": ("a", b"x" * size)})
        assert answer.status_code == status


async def test_others_than_coordinators_send_no_file(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.ADMINISTRATOR)
    assert (await client.post(IMPORT, files={"file": ("a", TOWN)})).status_code == 403
    someone = people.actor(await people.account(Role.ADMINISTRATOR))
    with pytest.raises(Refused):
        await area_files.take_in(someone, "a", drawing.FileRead([], []))


async def test_what_outgrows_its_bounds_is_refused_and_its_process_is_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "osiedla.geojson"
    file.write_bytes(TOWN)
    monkeypatch.setattr(drawing, "SECONDS", 0.01)
    with file.open("rb") as opened, pytest.raises(Refused, match="nie udało się przeliczyć"):
        await drawing.read_file(opened, swap=False)
