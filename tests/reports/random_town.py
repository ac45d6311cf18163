"""A town at random: everything that indicators are counted from, over four years, with holes and oddities."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from support import people

from volunteer_hub.atlas.tables import AreaYear
from volunteer_hub.initiatives.course_tables import Completion, Contract, ContractGoal, ContractMember, ContractStep
from volunteer_hub.initiatives.tables import FundingLine, InitiativeChange
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.people.tables import Agreement
from volunteer_hub.reports.tables import TownYear
from volunteer_hub.schedule.attendance.tables import Coming
from volunteer_hub.schedule.hours.tables import HoursWorked
from volunteer_hub.schedule.tables import Assignment, Booking

FIRST, TODAY = date(2023, 1, 1), clock.today(people.ZONE)
DAYS = (TODAY - FIRST).days
KINDS = ("partnership", "long_term", "one_off", "educational", "group", "group", "course", "course", "circle")
STATES = ("running", "running", "running", "finished", "stopped", "prepared", "idea")


@dataclass
class Readers:
    """`runs` coordinates some groups and has some contracts; `other` neither leads nor works with anything."""

    runs: Actor
    other: Actor


def day_of(chance: random.Random, least: int = 0, most: int = DAYS) -> date:
    return FIRST + timedelta(days=chance.randint(least, most))


async def build(chance: random.Random) -> Readers:
    runs, other = await people.account(), await people.account()
    areas = [await people.area(name=f"Osiedle {name}") for name in "ABC"]
    themes = [await people.theme(confidential=n == 0) for n in range(4)]
    places = [await people.place(area=chance.choice(areas).id, private=n == 0) for n in range(4)]
    initiatives = [await _initiative(chance, kind, themes, runs.id) for kind in KINDS]
    meetings = {of.id: [await _meeting(chance, of, places) for _ in range(6)] for of in initiatives}
    await _volunteers(chance, areas, initiatives, meetings)
    members = await _participants(chance, initiatives, meetings)
    await _contracts(chance, members, initiatives, runs.id)
    for number, (_, of, member) in enumerate(members, 1):
        if of.kind == "course" and chance.random() < 0.6:
            await _completion(chance, of, member, number)
    await _money(chance, initiatives)
    await _years(chance, areas)
    return Readers(people.actor(runs), people.actor(other))


async def _initiative(chance: random.Random, kind: str, themes: list[Any], runs: Any) -> Any:
    starts = day_of(chance, 0, DAYS - 200)
    ends = starts + timedelta(days=chance.randint(0, 700)) if chance.random() < 0.5 else None
    state = chance.choice(STATES) if kind != "group" else chance.choice(["running", "finished"])
    of = await people.initiative(
        kind=kind, theme=chance.choice(themes).id, state=state, starts_on=starts, ends_on=ends,
        coordinator=runs if chance.random() < 0.5 else None,
    )  # fmt: skip
    if state == "stopped" and chance.random() < 0.5:
        await people.save(InitiativeChange(initiative=of.id, was="idea", became="running"))
    return of


async def _meeting(chance: random.Random, of: Any, places: list[Any]) -> Any:
    minute = chance.randint(0, 59)
    starts = datetime.combine(day_of(chance, 0, DAYS + 60), datetime.min.time()) + timedelta(
        hours=chance.choice([0, 9, 16, 23]), minutes=minute
    )
    state = "cancelled" if chance.random() < 0.2 else "planned"
    return await people.meeting(of, starts=starts, hours=0.01, place=chance.choice(places).id, state=state)


async def _volunteers(chance: random.Random, areas: list[Any], initiatives: list[Any], meetings: Any) -> None:
    openings = []
    for of in initiatives:
        asked = await people.role(of)
        openings += [(at, await people.opening(at, asked, most=30, taken=25)) for at in meetings[of.id]]
    for _ in range(20):
        born = datetime(2022, 12, 30, 22, tzinfo=UTC) + timedelta(hours=chance.randint(0, DAYS * 24 - 72))
        area = chance.choice([*areas, None])
        who = await people.volunteer(
            free=False, area_slug=area.slug if area else "gone", created_at=born,
            kind=chance.choice(["pupil", "student", "adult"]), birth_date=date(chance.randint(1940, 2011), 6, 1),
        )  # fmt: skip
        for _ in range(chance.randint(0, 2)):
            day = day_of(chance)
            await people.save(Agreement(volunteer=who.id, signed_on=day, valid_from=day))
        # Nobody under 18 is on a roster without a guardian's consent.
        most = 6 if who.birth_date.year < 2005 else 0
        for at, opening in chance.sample(openings, chance.randint(0, most)):
            await _helps(chance, who, at, opening)
        for _ in range(chance.randint(0, 3)):
            await people.save(
                HoursWorked(volunteer=who.id, initiative=chance.choice(initiatives).id, day=day_of(chance),
                            minutes=chance.randint(1, 300), state=chance.choice(["approved", "approved", "reported"]))
            )  # fmt: skip


async def _helps(chance: random.Random, who: Any, at: Any, opening: Any) -> None:
    state = chance.choice(["accepted", "done", "done", "missed", "declined"])
    row = await people.save(Assignment(opening=opening.id, volunteer=who.id, state=state))
    await people.save(
        Booking(assignment=row.id, meeting=at.id, volunteer=who.id, starts_at=at.starts_at, ends_at=at.ends_at,
                accepted=state in ("accepted", "done"))
    )  # fmt: skip


async def _participants(chance: random.Random, initiatives: list[Any], meetings: Any) -> list[tuple[Any, Any, Any]]:
    found = []
    for _ in range(20):
        who = await people.participant()
        for of in chance.sample(initiatives, chance.randint(0, 4)):
            joined = day_of(chance)
            left = joined + timedelta(days=chance.randint(0, 500)) if chance.random() < 0.6 else None
            member = await people.member(of, who, joined_on=joined, left_on=left)
            found.append((who, of, member))
            for at in chance.sample(meetings[of.id], chance.randint(0, 4)):
                came = chance.choice([True, True, False, None])
                await people.save(
                    Coming(meeting=at.id, member=member.id, came=came, made_up="Zadanie" if came is False else "")
                )
    return found


async def _contracts(chance: random.Random, members: list[Any], initiatives: list[Any], runs: Any) -> None:
    for who, _, _ in chance.sample(members, min(14, len(members))):
        state = chance.choice(["draft", "signed", "signed", "finished", "ended"])
        first = day_of(chance)
        last = first + timedelta(days=chance.randint(0, 500)) if chance.random() < 0.5 else None
        mine, over = chance.random(), state in ("finished", "ended")
        of = await people.save(
            Contract(participant=who.id, runs=runs if mine < 0.4 else None, state=state, first_day=first, last_day=last,
                     signed_on=None if state == "draft" and chance.random() < 0.5 else first,
                     ended_on=first + timedelta(days=chance.randint(0, 300)) if over else None)
        )  # fmt: skip
        if mine > 0.8:
            await people.save(ContractMember(contract=of.id, account=runs))
        goal = await people.save(ContractGoal(contract=of.id))
        for _ in range(3):
            done = day_of(chance) if chance.random() < 0.4 else None
            rests = chance.choice(initiatives) if chance.random() < 0.7 else None
            await people.save(
                ContractStep(goal=goal.id, done_on=done, initiative=rests and rests.id,
                             attend=chance.randint(1, 2) if rests else None)
            )  # fmt: skip


async def _completion(chance: random.Random, of: Any, member: Any, number: int) -> None:
    day = day_of(chance)
    await people.save(
        Completion(initiative=of.id, member=member.id, finished_on=day, issued_on=day, year=day.year, number=number,
                   name="Z", course=of.name, first_day=day, last_day=day, attended=1, sessions=1, minutes=60,
                   undone_at=clock.now() if chance.random() < 0.2 else None)
    )  # fmt: skip


async def _money(chance: random.Random, initiatives: list[Any]) -> None:
    for _ in range(14):
        spent = Decimal(chance.randint(0, 9_999_999)) / 100
        await people.save(
            FundingLine(initiative=chance.choice(initiatives).id, year=chance.randint(2022, 2026), amount=spent,
                        spent=spent, source=chance.choice(["own", "eu", "sponsor", "state"]))
        )  # fmt: skip


async def _years(chance: random.Random, areas: list[Any]) -> None:
    for year in range(2022, 2027):
        if year == 2025:
            await people.save(TownYear(year=year, residents=9000, assisted=800, families=400))
        elif chance.random() < 0.5:
            await people.save(TownYear(year=year, **_town(chance)))
        for area in areas:
            if chance.random() < 0.8:
                await people.save(AreaYear(area=area.id, year=year, **_town(chance)))


def _town(chance: random.Random) -> dict[str, int | None]:
    return {
        name: None if chance.random() < 0.15 else chance.randint(0, 3000)
        for name in ("residents", "assisted", "families")
    }
