"""Opportunities and groups over the API: what stands on the public pages, page by page, and nothing else."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from exchange.openly import told
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from support import people

from volunteer_hub.exchange.openapi import OF_WORK
from volunteer_hub.kit import clock, database

CANARY = "ZŁOTYKANAREK"


async def validate(client: httpx2.AsyncClient, path: str, answer: Any) -> None:
    document = await told(client, "/openapi.json")
    schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": document["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(answer)


async def opening(days: int = 3, **values: Any) -> Any:
    of = await people.initiative(**values)
    starts = datetime.combine(clock.today(people.ZONE) + timedelta(days=days), time(16))
    return await people.opening(await people.meeting(of, starts=starts), await people.role(of, name="Czyta"), most=3)


async def test_an_opportunity_says_what_when_where_and_how_many_are_missing(client: httpx2.AsyncClient) -> None:
    one = await opening(name="Czytanie bajek")
    await database.execute("UPDATE opening SET taken = 1 WHERE id = $1", one.id)
    page = await told(client, "/opportunities")
    (found,) = page["contents"]
    assert (found["title"], found["role"], found["seats"], found["free_seats"]) == ("Czytanie bajek", "Czyta", 3, 2)
    assert found["url"] == f"http://hub.test/opportunities/{one.id}"
    starts = datetime.fromisoformat(found["starts"])
    assert starts.hour == 16 and starts.utcoffset() and datetime.fromisoformat(found["ends"]) > starts
    assert (await client.get(f"/opportunities/{one.id}")).status_code == 200
    assert await told(client, f"/opportunities/{one.id}") == found
    await validate(client, "/opportunities", page)
    await validate(client, "/opportunities/{id}", found)
    for broken in ({"seats": "x"}, {"hidden": 1}, {"starts": 7}):
        with pytest.raises(ValidationError):
            await validate(client, "/opportunities/{id}", found | broken)


async def test_a_group_says_its_public_name_and_no_theme(client: httpx2.AsyncClient) -> None:
    hidden = await people.theme(slug="alkohol", name_pl=CANARY, confidential=True)
    group = await people.initiative(kind="group", name="Czwartkowa", public=True, about="Herbata", theme=hidden.id)
    course = await people.initiative(kind="course", name="Budżet domowy", public=True)
    page = await told(client, "/groups")
    assert {one["id"] for one in page["contents"]} == {str(group.id), str(course.id)}
    assert CANARY not in str(page) and "alkohol" not in str(page)
    (only,) = (await told(client, "/groups?kind=course"))["contents"]
    assert only == await told(client, f"/groups/{course.id}") and only["kind"] == "course"
    await validate(client, "/groups", page)
    await validate(client, "/groups/{id}", only)


async def planted() -> list[Any]:
    """What must not be told, each for one reason, each named by the canary."""
    hidden = await people.theme(slug="przemoc", name_pl=CANARY, confidential=True)
    rows = [
        await opening(**values, name=CANARY)
        for values in (
            {"kind": "circle"}, {"kind": "group"}, {"public": False}, {"state": "finished"}, {"theme": hidden.id},
            {"days": 40},
        )
    ]  # fmt: skip
    full = await opening(name=CANARY)
    await database.execute("UPDATE opening SET taken = most WHERE id = $1", full.id)
    groups = [
        await people.initiative(name=CANARY, **values)
        for values in ({"kind": "circle"}, {"kind": "group", "public": False}, {"kind": "group", "state": "finished"})
    ]
    await database.execute("UPDATE initiative SET public = false WHERE kind = 'group'")
    return [*rows, full, *groups]


async def everything(client: httpx2.AsyncClient) -> str:
    return str([await told(client, path) for path in ("/opportunities", "/groups")])


async def test_nothing_confidential_leaves(client: httpx2.AsyncClient) -> None:
    home = await people.place(private=True, name=CANARY, address=CANARY)
    of = await people.initiative(name="U kogoś w domu")
    await people.opening(await people.meeting(of, place=home.id), await people.role(of))
    rows = await planted()
    said = await everything(client)
    assert "U kogoś w domu" in said and CANARY not in said
    for row in rows:
        assert str(row.id) not in said
        for kind in ("opportunities", "groups"):
            assert (await client.get(f"/api/v1/{kind}/{row.id}")).status_code == 404
    absent = await client.get(f"/api/v1/groups/{uuid4()}")
    assert absent.json() == (await client.get(f"/api/v1/groups/{rows[-1].id}")).json()


async def test_control_a_canary_that_becomes_public_sings(client: httpx2.AsyncClient) -> None:
    await planted()
    await database.execute("UPDATE initiative SET public = true, state = 'running'")
    await database.execute("UPDATE theme SET confidential = false")
    assert (await everything(client)).count(CANARY) >= 6


async def test_pages_hold_everything_once_and_etags_say_when_nothing_changed(client: httpx2.AsyncClient) -> None:
    ids = {str((await opening(days=2 + n)).id) for n in range(7)}
    seen: list[str] = []
    for number in (1, 2, 3, 4):
        page = await told(client, f"/opportunities?per_page=3&page={number}")
        seen += [one["id"] for one in page["contents"]]
        assert page["total_items"] == 7 and page["last_page"] is (number >= 3)
    assert len(seen) == 7 and set(seen) == ids
    first = await client.get("/api/v1/opportunities")
    tag = first.headers["etag"]
    again = await client.get("/api/v1/opportunities", headers={"if-none-match": tag})
    assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == tag
    await database.execute("UPDATE opening SET taken = taken + 1 WHERE id = $1::uuid", seen[0])
    changed = await client.get("/api/v1/opportunities", headers={"if-none-match": tag})
    assert changed.status_code == 200 and changed.headers["etag"] != tag


async def test_what_is_not_understood_is_refused(client: httpx2.AsyncClient) -> None:
    for path in ("/opportunities?city=x", "/opportunities?page=0", "/groups?kind=circle", "/groups?per_page=1000"):
        answer = await client.get(f"/api/v1{path}")
        assert answer.status_code == 400 and answer.json()["detail"]
    for path in ("/opportunities/x", "/groups/x"):
        assert (await client.get(f"/api/v1{path}")).status_code == 404


async def test_the_document_says_what_each_needs(client: httpx2.AsyncClient) -> None:
    document = await told(client, "/openapi.json")
    assert document["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
    for endpoint in OF_WORK:
        told_of = document["paths"][endpoint.path]["get"]
        assert told_of["security"] == [{}, {"token": [endpoint.scope]}] and "401" in told_of["responses"]
    assert set(document["webhooks"]) == {"opportunity.*", "service.*", "organization.*", "group.*"}
