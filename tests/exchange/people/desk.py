"""A coordinator with a spreadsheet: sends it, mends lines, writes, undoes, as the forms on the pages do."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import httpx2
from support import people

from volunteer_hub.kit import database
from volunteer_hub.people.tables import Volunteer

HERE = "/desk/people/import"
GOOD = (
    "Imię;Nazwisko;Data urodzenia;Telefon;E-mail;Osiedle\n"
    "Anna;Kowalska;4.05.1990;600 111 222;anna@example.org;Śródmieście\n"
    "Jan;Nowak;1 lutego 1985;+48 600 111 333;;Śródmieście\n"
)


async def town() -> None:
    await people.area(slug="srodmiescie", name="Śródmieście")
    await people.area(slug="poludnie", name="Południe")


async def mark_of(client: httpx2.AsyncClient, address: str = HERE) -> str:
    page = await client.get(address)
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


async def send(client: httpx2.AsyncClient, told: str | bytes = GOOD, name: str = "lista.csv") -> httpx2.Response:
    data = told.encode() if isinstance(told, str) else told
    files = {"file": (name, data, "application/octet-stream")}
    return await client.post(HERE, data={"csrf": await mark_of(client)}, files=files, follow_redirects=True)


async def newest() -> UUID:
    return await database.fetchval("SELECT id FROM people_import ORDER BY created_at DESC LIMIT 1")


async def press(client: httpx2.AsyncClient, what: str, id: UUID | None = None, **fields: Any) -> httpx2.Response:
    """Presses a button of the newest file: "writing", "undoing", "columns", "lines/<id>"…"""
    id = id or await newest()
    version = await database.fetchval("SELECT version FROM people_import WHERE id = $1", id)
    form = {"csrf": await mark_of(client), "version": str(version)} | fields
    return await client.post(f"{HERE}/{id}/{what}", data=form, follow_redirects=True)


async def line(number: int) -> UUID:
    sql = "SELECT id FROM people_import_line WHERE file = $1 AND number = $2"
    return await database.fetchval(sql, await newest(), number)


async def fates() -> dict[int, str]:
    sql = "SELECT number, fate FROM people_import_line WHERE file = $1 ORDER BY number"
    return {row["number"]: row["fate"] for row in await database.fetch(sql, await newest())}


async def everybody() -> list[Volunteer]:
    return await Volunteer.objects().order_by(Volunteer.last_name, Volunteer.first_name)


async def ana() -> Volunteer:
    """Somebody who may be Anna of the file."""
    born = date(1990, 5, 4)
    return await people.volunteer(first_name="Ana", last_name="Kowalska", birth_date=born, phone="+48600555666")


async def nothing_said() -> bool:
    return await database.fetchval("SELECT count(*) FROM message") == 0
