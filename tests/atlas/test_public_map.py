"""The public map over random towns: nothing of a person, nothing confidential, no count below ten."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import httpx2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import people

from volunteer_hub.kit import database

CANARY = "Kanarek"
SECRET = "Tajemnica"
NUMBERS = ("needs_at_least", "people_at_least")


@dataclass(frozen=True)
class Lack:
    area: int
    theme: int
    personal: bool
    state: str
    people: int


lacks = st.builds(
    Lack,
    area=st.integers(0, 1),
    theme=st.integers(0, 2),
    personal=st.booleans(),
    state=st.sampled_from(["open", "addressed", "met", "withdrawn"]),
    people=st.integers(1, 9) | st.integers(1, 500),
)


async def town(found: list[Lack]) -> None:
    """Two districts and three themes, the last of them confidential; every need's words hold the canary."""
    await database.execute("TRUNCATE area, theme, place, resource, need CASCADE")
    areas = [await people.area(slug=f"a{n}", name=f"Rejon {n}") for n in range(2)]
    themes = [
        await people.theme(slug=f"t{n}", name_pl=f"{SECRET if n == 2 else 'Temat'} {n}", confidential=n == 2)
        for n in range(3)
    ]
    await database.executemany(
        "INSERT INTO need (id, title, theme, area, latitude, longitude, urgency, people, personal, voiced_by,"
        " voiced_on, state, created_at)"
        " VALUES (gen_random_uuid(), $1, $2, $3, 52.65, 19.07, 2, $4, $5, $1, now(), $6, now())",
        [(CANARY, themes[n.theme].id, areas[n.area].id, n.people, n.personal, n.state) for n in found],
    )
    home = await people.place(area=areas[0].id, private=True, name=f"{CANARY} dom", address=f"{CANARY} ulica")
    await people.resource(name=f"{CANARY} ukryty", theme=themes[0].id, public=False)
    await people.resource(name=f"{CANARY} w domu", theme=themes[0].id, place=home.id)
    await people.resource(name="Jawny", theme=themes[2].id, place=(await people.place(area=areas[0].id)).id)


def leaks(text: str) -> list[str]:
    """What must not be in any public answer."""
    return [word for word in (CANARY, SECRET) if word in text]


def small_counts(data: dict[str, Any]) -> list[int]:
    """Counts that single somebody out: between one and nine, or told exactly."""
    found = [feature["properties"].get(name, 0) for feature in data["features"] for name in NUMBERS]
    return [count for count in found if count % 10]


def expected(found: list[Lack], theme: int | None) -> dict[str, tuple[int, int]]:
    """Needs and people in tens by district, reckoned without the database."""
    needs: Counter[int] = Counter()
    persons: Counter[int] = Counter()
    for lack in found:
        shown = not lack.personal and lack.theme != 2 and lack.state in ("open", "addressed")
        if shown and theme in (None, lack.theme):
            needs[lack.area] += 1
            persons[lack.area] += lack.people
    return {f"Rejon {n}": (needs[n] // 10 * 10, persons[n] // 10 * 10) for n in range(2)}


def told(data: dict[str, Any]) -> dict[str, tuple[int, int]]:
    districts = [f["properties"] for f in data["features"] if f["properties"]["kind"] == "district"]
    return {d["name"]: (d["needs_at_least"], d["people_at_least"]) for d in districts if d["name"].startswith("Rejon")}


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(found=st.lists(lacks, max_size=30))
async def test_nothing_of_a_person_and_no_small_count(client: httpx2.AsyncClient, found: list[Lack]) -> None:
    await town(found)
    for theme, query in [(None, ""), (0, "?theme=t0"), (1, "?theme=t1"), (None, "?theme=t2")]:
        answer = await client.get(f"/map.geojson{query}")
        page = await client.get(f"/map{query}")
        points = await client.get(f"/map/points{query}")
        data = answer.json()
        assert not leaks(answer.text + page.text + points.text)
        assert not small_counts(data)
        assert told(data) == expected(found, theme)
        assert {feature["properties"]["kind"] for feature in data["features"]} <= {"district"}
        assert {feature["properties"]["kind"] for feature in points.json()["features"]} <= {"resource"}


async def test_control_the_eyes_above_see_what_is_planted(client: httpx2.AsyncClient) -> None:
    """The desk's map of the same town holds all that the public one must not."""
    await people.signed_in(client)
    await town([Lack(0, 2, True, "open", 3)])
    assert leaks((await client.get("/desk/map/points")).text) == [CANARY, SECRET]
    planted = {"features": [{"properties": {"needs_at_least": 7, "people_at_least": 20}}]}
    assert small_counts(json.loads(json.dumps(planted))) == [7]


async def test_a_public_resource_stands_with_its_point_and_keeps_a_confidential_theme(
    client: httpx2.AsyncClient,
) -> None:
    await town([])
    data = (await client.get("/map/points")).json()
    (shown,) = [f for f in data["features"] if f["properties"]["kind"] == "resource"]
    assert shown["geometry"] == {"type": "Point", "coordinates": [people.CENTRE[1], people.CENTRE[0]]}
    assert shown["properties"]["name"] == "Jawny"
    assert shown["properties"]["theme"] == "" and "Wiślana 1" in (await client.get("/map")).text
