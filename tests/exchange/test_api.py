"""What other programs read: the same openings as anybody sees, with times that need no guessing."""

from datetime import datetime, timedelta

import httpx2
from support import people

from volunteer_hub.kit import clock


async def test_a_public_opening_is_told_with_its_offset_and_free_seats(client: httpx2.AsyncClient) -> None:
    initiative = await people.initiative(name="Czytanie bajek")
    day = clock.today(people.ZONE) + timedelta(days=5)
    starts = datetime(day.year, day.month, day.day, 16)
    place = await people.place(area=(await people.area(name="Południe")).id)
    meeting = await people.meeting(initiative, starts=starts, place=place.id)
    opening = await people.opening(meeting, await people.role(initiative), most=3, taken=1)
    answer = await client.get("/api/v1/openings")
    assert answer.headers["content-type"] == "application/json"
    assert "access-control-allow-origin" not in answer.headers
    (found,) = answer.json()["openings"]
    assert found == {
        "id": str(opening.id),
        "title": "Czytanie bajek",
        "starts": found["starts"],
        "ends": found["ends"],
        "area": "Południe",
        "free_seats": 2,
    }
    begins, ends = datetime.fromisoformat(found["starts"]), datetime.fromisoformat(found["ends"])
    assert begins == clock.instant(starts, people.ZONE) and ends - begins == timedelta(hours=2)
    assert begins.replace(tzinfo=None) == starts


async def test_what_is_not_public_is_not_told(client: httpx2.AsyncClient) -> None:
    for hidden in ({"kind": "group"}, {"kind": "circle"}, {"public": False}, {"state": "finished"}):
        initiative = await people.initiative(**hidden)
        await people.opening(await people.meeting(initiative), await people.role(initiative))
    assert (await client.get("/api/v1/openings")).json() == {"openings": []}
