"""The suggestions found in SQL are those the pure rules find among everybody, on random towns."""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from matching import neighbours
from support import people

from volunteer_hub.initiatives.tables import AgeLimit
from volunteer_hub.kit import clock, database, geo
from volunteer_hub.matching import search
from volunteer_hub.people.tables import Agreement, Availability, Away, Clearance, Policy, Service, Volunteer
from volunteer_hub.schedule.facts import opening_facts, volunteer_facts
from volunteer_hub.schedule.rules import DETOUR, KMH, Rule, broken
from volunteer_hub.schedule.scoring import score
from volunteer_hub.schedule.tables import Assignment, Booking, Meeting, Opening

TODAY = clock.today(people.ZONE)
WORDS = ("reading", "music", "driving")
CAUSES = ("children", "elders", "food")
SIZE = 220
DAY = ((time(8), time(12)), (time(12), time(16)), (time(16), time(20)), (time(20), time(23, 59, 59)))


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # a town, not a secret


def some(chance: random.Random, words: Sequence[str]) -> list[str]:
    return [word for word in words if chance.random() < 0.4]


def a_volunteer(chance: random.Random, n: int) -> Volunteer:
    lat, lon = people.CENTRE
    point = (lat + chance.uniform(-0.04, 0.04), lon + chance.uniform(-0.06, 0.06))
    if chance.random() < 0.4:
        point = (None, None)
    born = TODAY - timedelta(days=chance.choice([chance.randrange(14 * 365, 20 * 365), chance.randrange(7000, 30000)]))
    return Volunteer(
        id=uuid4(), first_name="Ewa", last_name=f"Nowak{n}", phone=f"+48500{n:06d}", birth_date=born, kind="adult",
        step=chance.choice(["active"] * 9 + ["paused"]), area_slug=chance.choice(["north", "south", ""]),
        latitude=point[0], longitude=point[1], max_km=chance.choice([0, 2, 3.5, 5, 10]),
        max_hours_week=chance.choice([2, 3, 5, 8, 30]), causes=some(chance, CAUSES), skills=some(chance, WORDS),
        languages=chance.choice([["pl"], ["pl", "uk"], ["uk"]]), gender=chance.choice(["", "f", "m"]),
        guardian_consent_at=chance.choice([None, clock.now()]),
        restricted_at=chance.choice([None] * 19 + [clock.now()]), max_times_week=chance.choice([None, None, 1, 2, 3]),
        travels=chance.choice(["", "foot", "bike", "bus", "car"]),
    )  # fmt: skip


def their_time(chance: random.Random, who: Volunteer) -> list[Any]:
    rows: list[Any] = []
    for weekday in range(1, 8):
        for starts, ends in DAY:
            if chance.random() < 0.7:
                rows.append(Availability(volunteer=who.id, weekday=weekday, starts=starts, ends=ends))
    if chance.random() < 0.15:
        first = TODAY + timedelta(days=chance.randrange(0, 14))
        rows.append(Away(volunteer=who.id, first_day=first, last_day=first + timedelta(days=chance.randrange(5))))
    for kind in some(chance, ("minors", "driving")):
        until = TODAY + timedelta(days=chance.randrange(-20, 60))
        revoked = chance.choice([None, None, None, TODAY])
        rows.append(Clearance(volunteer=who.id, kind=kind, checked_on=TODAY, valid_until=until, revoked_on=revoked))
    return rows


def their_papers(chance: random.Random, who: Volunteer) -> list[Any]:
    """Service that reaches its 31st day around now, agreements and policies of their own that begin or end then."""
    rows: list[Any] = []
    noted = {"volunteer": who.id, "noted_at": clock.now()}
    if chance.random() < 0.6:
        first = TODAY - timedelta(days=chance.choice([10, 20, 28, 60, 400]) + chance.randrange(4))
        last = chance.choice([None, None, TODAY + timedelta(days=5)])
        rows.append(Service(first_day=first, last_day=last, **noted))
        if chance.random() < 0.7:
            until = chance.choice([None, TODAY + timedelta(days=chance.randrange(10))])
            rows.append(Agreement(signed_on=first, valid_from=first, valid_until=until, **noted))
    if chance.random() < 0.5:
        days = {"valid_from": TODAY - timedelta(days=30), "valid_until": TODAY + timedelta(days=chance.randrange(14))}
        rows.append(Policy(insurer="X", number="1", **days, **noted))
    return rows


def limits(chance: random.Random, held: list[tuple[Meeting, Opening]]) -> list[AgeLimit]:
    """Dated limits of all kinds: of a place, of a role, of anywhere; one of them over already."""
    rows = []
    for n in range(7):
        meeting, opening = chance.choice(held)
        rows.append(
            AgeLimit(
                from_age=chance.choice([0, 15]), under_age=chance.choice([16, 18, 26]),
                place=chance.choice([None, meeting.place]), role=chance.choice([None, opening.role]),
                barred=n == 0, most_hours_day=chance.choice([None, 1, 2, 3]),
                most_hours_week=chance.choice([None, 2, 4]),
                earliest=time(9) if n % 3 == 1 else None, latest=chance.choice([None, time(18), time(22, 30)]),
                valid_from=TODAY - timedelta(days=90), valid_until=chance.choice([None, TODAY + timedelta(days=4)]),
                source="test", noted_at=clock.now(),
            )
        )  # fmt: skip
    return rows


def role(chance: random.Random) -> dict[str, Any]:
    if chance.random() < 0.5:
        return {"minor_safe": True}  # one that asks for little finds a crowd
    return {
        "skills": chance.choice([[], some(chance, WORDS)]),
        "languages": chance.choice([[], [], ["pl"], ["uk", "en"]]),
        "clearances": chance.choice([[], [], [], ["minors"], ["minors", "driving"]]),
        "min_age": chance.choice([None, None, None, 16, 18, 30]),
        "max_age": chance.choice([None, None, None, 26]),
        "minor_safe": chance.random() < 0.7,
        "gender": chance.choice(["", "", "", "f"]),
    }


async def openings(chance: random.Random) -> list[tuple[Meeting, Opening]]:
    """Meetings of the last and the next weeks of three initiatives, some of them over midnight."""
    rows = []
    for cause in CAUSES:
        of = await people.initiative(theme=(await people.theme(slug=cause)).id)
        asked = [await people.role(of, **role(chance)) for _ in range(5)]
        lat, lon = people.CENTRE
        at = await people.place(latitude=lat + chance.uniform(-0.02, 0.02), longitude=lon + chance.uniform(-0.03, 0.03))
        for days in (-40, -20, -6, -3, 1, 2, 4, 5, 8, 11):
            hour = time(chance.choice([9, 16, 17, 22]), chance.choice([0, 30]))
            starts = datetime.combine(TODAY + timedelta(days=days), hour)
            meeting = await people.meeting(of, starts=starts, hours=chance.choice([0.5, 1, 2, 3]), place=at.id)
            rows.append((meeting, await people.opening(meeting, chance.choice(asked), most=9)))
    return rows


async def town(chance: random.Random, size: int = SIZE) -> list[Opening]:
    """A town of `size` volunteers with work behind and before them; the openings that are still to come."""
    for slug, offset in (("north", 0.02), ("south", -0.015)):
        await people.area(slug=slug, latitude=people.CENTRE[0] + offset, longitude=people.CENTRE[1])
    volunteers = [a_volunteer(chance, n) for n in range(size)]
    await Volunteer.insert(*volunteers)
    for table in (Availability, Away, Clearance):
        rows = [row for who in volunteers for row in their_time(chance, who) if isinstance(row, table)]
        await table.insert(*rows)
    papers = [row for who in volunteers for row in their_papers(chance, who)]
    for table in (Service, Agreement, Policy):
        await table.insert(*(row for row in papers if isinstance(row, table)))
    days = {"valid_from": TODAY, "valid_until": TODAY + timedelta(days=7)}
    await people.save(Policy(insurer="Y", number="2", noted_at=clock.now(), **days))
    held = await openings(chance)
    await AgeLimit.insert(*limits(chance, held))
    await work(chance, volunteers, held)
    return [opening for meeting, opening in held if meeting.starts_at > clock.now()]


async def work(chance: random.Random, volunteers: list[Volunteer], held: list[tuple[Meeting, Opening]]) -> None:
    """Who said what to what; nobody accepts two things at once. The past knew no guard, so it is off meanwhile."""
    taken: dict[UUID, list[Meeting]] = {}
    assignments, bookings = [], []
    for meeting, opening in held:
        for who in chance.sample(volunteers, 40):
            mine = taken.setdefault(who.id, [])
            state = chance.choice(["accepted", "accepted", "done", "declined", "withdrawn"])
            accepted = state in ("accepted", "done")
            if accepted and any(a.starts_at < meeting.ends_at and meeting.starts_at < a.ends_at for a in mine):
                continue
            row = Assignment(id=uuid4(), opening=opening.id, volunteer=who.id, state=state)
            times = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
            assignments.append(row)
            bookings.append(
                Booking(assignment=row.id, meeting=meeting.id, volunteer=who.id, accepted=accepted, **times)
            )
            if accepted:
                mine.append(meeting)
    await database.execute("ALTER TABLE assignment DISABLE TRIGGER USER")
    await Assignment.insert(*assignments)
    await database.execute("ALTER TABLE assignment ENABLE TRIGGER USER")
    await Booking.insert(*bookings)


async def slowly(opening: UUID) -> list[tuple[UUID, int]]:
    """All volunteers by the pure rules, without those on the opening in any state: the best first."""
    asked = await opening_facts(opening)
    free = "SELECT id FROM volunteer EXCEPT SELECT volunteer FROM assignment WHERE opening = $1"
    known = await volunteer_facts(asked, [row["id"] for row in await database.fetch(free, opening)])
    fitting = [(v.id, score(v, asked).total) for v in known.values() if not broken(v, asked)]
    return sorted(fitting, key=lambda one: (-one[1], one[0]))


@pytest.mark.parametrize(
    ("seed", "begin", "crowd"),
    [
        (0, 10**9, 0),  # share by share of their reach
        (1, 10**9, 0),
        (2, -(10**9), 0),  # by the index of words, whom the cause moves first
        (3, -(10**9), 0),
        (4, -(10**9), 10**9),  # by that index, everybody at once
        (5, search.BEGIN, search.CROWD),
    ],
)
async def test_sql_finds_whom_the_rules_find(
    seed: int, begin: int, crowd: int, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    coming = await town(dice(seed))
    # Small numbers, so that some are settled near by, some further, and some by looking at all.
    monkeypatch.setattr(search, "PROMISING", 1 + seed % 4)
    monkeypatch.setattr(search, "BEGIN", begin)
    monkeypatch.setattr(search, "CROWD", crowd)
    settled = {"whole": 0, "short": 0}
    for opening in coming:
        expected = await slowly(opening.id)
        assert await search.best(await opening_facts(opening.id)) == expected[: search.BEST]
        settled["whole" if len(expected) > search.BEST else "short"] += 1
    assert all(settled.values()), "crowds and handfuls were met"


@pytest.mark.parametrize(("travels", "kmh"), [*KMH.items(), ("", 15.0)])
async def test_the_way_between_two_tasks_is_reckoned_alike(db: str, travels: str, kmh: float) -> None:
    """A minute too little and a minute more than the way takes, before and after a task elsewhere."""
    of = await people.initiative()
    role, lat = await people.role(of), people.CENTRE[0]
    elsewhere = await people.place(latitude=lat + 0.03)
    needed = timedelta(hours=geo.km(people.CENTRE, (lat + 0.03, people.CENTRE[1])) * DETOUR / kmh)
    noon = datetime.combine(TODAY + timedelta(days=3), time(12))
    opening = await people.opening(await people.meeting(of, starts=noon, hours=1), role)
    for apart, fits in ((needed - timedelta(minutes=1), False), (needed + timedelta(minutes=1), True)):
        for starts in (noon - apart - timedelta(hours=1), noon + timedelta(hours=1) + apart):
            who = await people.volunteer(travels=travels, max_hours_week=90)
            at = await people.meeting(of, starts=starts, hours=1, place=elsewhere.id)
            await neighbours.commitment(who, await people.opening(at, role), at)
            asked = await opening_facts(opening.id)
            known = await volunteer_facts(asked, [who.id])
            assert broken(known[who.id], asked) == (() if fits else (Rule.TRAVEL,)), (apart, starts)
            assert (who.id in dict(await search.best(asked))) is fits


async def test_distances_and_reaches_in_sql_are_those_of_the_kit(db: str) -> None:
    chance = dice(5)
    for _ in range(300):
        here = (chance.uniform(-70, 70), chance.uniform(-170, 170))
        reach = chance.choice([0, 0.5, 5, 12.5, 50, 129])
        there = (here[0] + chance.uniform(-1, 1) * reach / 100, here[1] + chance.uniform(-1, 1) * reach / 40)
        row = await database.fetchrow(
            """SELECT km($1, $2, $3, $4), point($4, $3) <@ around($1, $2, $5) AS inside,
                      class_reach(reach_class($5)) AS most""",
            *(*here, *there, reach),
        )
        assert row["km"] == pytest.approx(geo.km(here, there), rel=1e-12)
        assert row["inside"] or row["km"] > reach
        assert row["most"] >= reach


async def test_no_class_of_reach_is_too_short(db: str) -> None:
    """Each is at least what somebody in it would go, and the search looks through all of them."""
    for reach in (0, 0.1, 1, 1.01, 11.9, 12, 12.01, 16, 16.01, 32, 64, 100, 128, 128.1, 20_000):
        row = await database.fetchrow("SELECT reach_class($1) AS class, class_reach(reach_class($1)) AS most", reach)
        assert 1 <= row["class"] <= 17 and row["most"] >= reach, reach


async def test_the_statement_stays_prepared(db: str) -> None:
    """asyncpg prepares longer ones anew each time, which takes longer than the answer."""
    async with database.connection() as connection:
        longest = connection._config.max_cacheable_statement_size
    assert len(search.SUGGESTIONS.encode()) < longest


async def test_the_nearest_are_looked_at_whether_they_fit_or_not(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "NEAR", 3)
    lat = people.CENTRE[0]
    opening = await people.opening()
    at = [
        await people.volunteer(latitude=lat + n / 1000, step=step) for n, step in enumerate(("left", *5 * ["paused"]))
    ]
    await people.save(Assignment(opening=opening.id, volunteer=at[1].id, state="declined"))
    for slug, south in (("near", 0.01), ("far", 0.02)):
        await people.area(slug=slug, latitude=lat - south)
    by_area = [await people.volunteer(latitude=None, area_slug=slug) for slug in ("far", "far", "near", "near")]
    found = await search.nearest(await opening_facts(opening.id))
    assert found[:3] == [who.id for who in at[2:5]]
    assert {who.id for who in by_area[2:]} < set(found[3:]) and len(found) == 6
