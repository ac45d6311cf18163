"""Registered, agreement signed, active, by place and quarter: the count the centre writes, against a slow reading."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest
from support import people

from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Role
from volunteer_hub.people.tables import Agreement
from volunteer_hub.reports import places
from volunteer_hub.schedule.tables import Assignment, Booking

YEAR = 2025


def quarter(day: date) -> int:
    return (day.month + 2) // 3


async def helped(who: Any, opening: Any, meeting: Any, state: str = "accepted", accepted: bool = True) -> None:
    row = await people.save(Assignment(opening=opening.id, volunteer=who.id, state=state))
    await people.save(
        Booking(assignment=row.id, meeting=meeting.id, volunteer=who.id, starts_at=meeting.starts_at,
                ends_at=meeting.ends_at, accepted=accepted)
    )  # fmt: skip


async def town(chance: random.Random) -> list[dict[str, Any]]:
    """Volunteers, agreements and meetings at random over three years; what happened, as a plain list."""
    told: list[dict[str, Any]] = []
    areas = [await people.area(name=name) for name in ("Śródmieście", "Zazamcze", "Łęg")]
    spots = [await people.place(name=f"Świetlica {n}", area=areas[n % 3].id, private=n == 3) for n in range(4)]
    of = await people.initiative()
    asked = await people.role(of)
    meetings = []
    for n in range(24):
        starts = datetime(2024, 10, 1, 16) + timedelta(days=chance.randint(0, 600), minutes=n)
        spot = chance.choice(spots)
        at = await people.meeting(
            of, starts=starts, hours=0.01, place=spot.id, state="cancelled" if chance.random() < 0.15 else "planned"
        )
        meetings.append((at, await people.opening(at, asked, most=9), spot))
    for _ in range(25):
        born = datetime(2024, 9, 1, tzinfo=UTC) + timedelta(hours=chance.randint(0, 14_000))
        area = chance.choice([*areas, None])
        who = await people.volunteer(area_slug=area.slug if area else "", created_at=born)
        signed = [born.date() + timedelta(days=chance.randint(0, 300)) for _ in range(chance.randint(0, 2))]
        for day in signed:
            await people.save(Agreement(volunteer=who.id, signed_on=day, valid_from=day))
        came = []
        for at, opening, spot in chance.sample(meetings, chance.randint(0, 8)):
            state = chance.choice(["accepted", "done", "missed", "declined"])
            await helped(who, opening, at, state, state in ("accepted", "done"))
            came.append((at, spot, state))
        told.append({"id": who.id, "area": area.name if area else "", "born": born, "signed": signed, "came": came})
    return told


def slow(told: list[dict[str, Any]]) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """The same counts, one person and one quarter after the other."""
    districts, work = set(), set()
    for number in (1, 2, 3, 4):
        homes: dict[str, set[Any]] = {}
        for place in {one["area"] for one in told}:
            living = [one for one in told if one["area"] == place]
            wall = {one["id"]: clock.wall(one["born"], people.ZONE).date() for one in living}
            registered = [o for o in living if (wall[o["id"]].year, quarter(wall[o["id"]])) == (YEAR, number)]
            firsts = [min(o["signed"]) for o in living if o["signed"]]
            agreed = [day for day in firsts if (day.year, quarter(day)) == (YEAR, number)]
            active = set()
            for one in living:
                for at, spot, state in one["came"]:
                    day = at.starts_wall.date()
                    held = at.state == "planned" and at.starts_at <= clock.now() and state in ("accepted", "done")
                    if held and (day.year, quarter(day)) == (YEAR, number):
                        active.add(one["id"])
                        homes.setdefault("" if spot.private else spot.name, set()).add(one["id"])
            if registered or agreed or active:
                districts.add((number, place, len(registered), len(agreed), len(active)))
        work |= {(number, name, len(ids)) for name, ids in homes.items()}
    return districts, work


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_count_by_place_is_that_of_a_slow_reading(db: str, seed: int) -> None:
    districts, work = slow(await town(random.Random(seed)))
    found = await places.places(people.actor(await people.account()), YEAR, people.ZONE)
    assert {(r.quarter, r.place, r.registered, r.agreed, r.active) for r in found.districts} == districts
    assert {(r.quarter, r.place, r.active) for r in found.work} == work
    assert len(found.districts) == len(districts) > 5 and len(found.work) == len(work) > 5


async def test_it_stands_on_the_page_and_in_a_file(client: httpx2.AsyncClient) -> None:
    area = await people.area(name="=Zazamcze")
    day = date(YEAR, 5, 5)
    who = await people.volunteer(area_slug=area.slug, created_at=datetime(YEAR, 2, 3, tzinfo=UTC))
    await people.save(Agreement(volunteer=who.id, signed_on=day, valid_from=day))
    of = await people.initiative()
    home = await people.place(name="U pani Zofii, Wiślana 3 m. 8", area=area.id, private=True)
    at = await people.meeting(of, starts=datetime(YEAR, 8, 8, 16), place=home.id)
    await helped(who, await people.opening(at, await people.role(of)), at)
    await people.signed_in(client)
    page = (await client.get(f"/desk/reports/places?year={YEAR}")).text
    assert "Kwartał 1, =Zazamcze" in page and "Kwartał 3, u kogoś w domu" in page and "Zofii" not in page
    assert f'href="/desk/reports/places?year={YEAR}&amp;format=csv"' in page
    answer = await client.get(f"/desk/reports/places?year={YEAR}&format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="wedlug-miejsc-i-kwartalow-' in answer.headers["content-disposition"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[1:] == [
        f"{YEAR};1;osiedle wolontariusza;'=Zazamcze;1;0;0",
        f"{YEAR};2;osiedle wolontariusza;'=Zazamcze;0;1;0",
        f"{YEAR};3;osiedle wolontariusza;'=Zazamcze;0;0;1",
        f"{YEAR};3;miejsce pomocy;u kogoś w domu;;;1",
    ]


async def test_only_coordinators_read_it(client: httpx2.AsyncClient) -> None:
    await people.volunteer(created_at=datetime(YEAR, 2, 3, tzinfo=UTC))
    await people.signed_in(client, Role.FIRST_CONTACT)
    assert (await client.get("/desk/reports/places?format=csv")).status_code == 403
    other = people.actor(await people.account(Role.FACILITATOR))
    assert await places.places(other, YEAR, people.ZONE) == places.Places([], [])
