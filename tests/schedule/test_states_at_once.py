"""Pairs of verbs at the same moment, by different people on different connections, in any order: never over capacity,
never double-booked, never a place lost, and a moved meeting keeps whoever is on it. With the guard off it fails."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.privacy import erasure
from volunteer_hub.schedule import actions, seats
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.schedule.waiting import refill
from volunteer_hub.schedule.wishes import actions as wishes
from volunteer_hub.settings import Settings, load

VOLUNTEERS, OPENINGS, SEATS = 4, 3, 1
TAKES_AWAY = {"no", "withdraw", "cancel", "erase"}

verbs = st.sampled_from(
    ["invite", "invite", "yes", "yes", "yes", "no", "withdraw", "move", "wish", "wish", "wish", "lapse", "worker",
     "cancel", "erase"]
)  # fmt: skip
# A new verb needs a method of Town of its name, and a place in the line above.
steps = st.tuples(verbs, st.integers(0, VOLUNTEERS - 1), st.integers(0, OPENINGS - 1))
pairs = st.lists(st.tuples(steps, steps), min_size=8, max_size=16)
Step = tuple[str, int, int]


@dataclass
class Town:
    """Four people and three places of an hour each, the first two at one time."""

    settings: Settings
    coordinator: Actor
    volunteers: list[Volunteer]
    openings: list[Opening]
    noon: datetime
    moved: dict[int, int] = field(default_factory=dict)

    async def step(self, step: Step) -> None:
        verb, who, at = step
        try:
            await getattr(self, verb)(self.volunteers[who], self.openings[at], at)
        except Refused as refused:
            assert refused.status in (404, 409, 410), refused.sentence

    async def invite(self, who: Volunteer, to: Opening, _: int) -> None:
        await actions.invite(self.coordinator, to.id, who.id)

    async def yes(self, who: Volunteer, to: Opening, _: int) -> None:
        await actions.answer(SYSTEM, await self.asked(who, to), accept=True, channel="sms")

    async def no(self, who: Volunteer, to: Opening, _: int) -> None:
        await actions.answer(SYSTEM, await self.asked(who, to), accept=False, channel="sms")

    async def withdraw(self, who: Volunteer, to: Opening, _: int) -> None:
        await actions.withdraw(self.coordinator, await self.asked(who, to))

    async def wish(self, who: Volunteer, to: Opening, _: int) -> None:
        await wishes.wish(SYSTEM, to.id, "sms", volunteer=who.id)

    async def move(self, _: Volunteer, to: Opening, at: int) -> None:
        """To the time of another one and back again."""
        self.moved[at] = (self.moved.get(at, 0) + 1) % 3
        starts = self.noon + timedelta(hours=2 * self.moved[at])
        await actions.move_meeting(self.coordinator, to.meeting, starts, starts + timedelta(hours=1))

    async def cancel(self, _: Volunteer, to: Opening, at: int) -> None:
        if at == 2:  # the others stay, so that something goes on
            await actions.cancel_meeting(self.coordinator, to.meeting)

    async def erase(self, who: Volunteer, _: Opening, __: int) -> None:
        if who is self.volunteers[0]:
            await erasure.erase(self.settings, self.coordinator, f"volunteer:{who.id}", why="asked")

    async def lapse(self, who: Volunteer, to: Opening, _: int) -> None:
        await database.execute(
            """UPDATE assignment SET offer_until = now() - interval '1 second'
               WHERE opening = $1 AND volunteer = $2 AND offer_until IS NOT NULL""",
            *(to.id, who.id),
        )
        await self.worker(who, to, 0)

    async def worker(self, *_: object) -> None:
        await refill.plan(self.settings)

    async def asked(self, who: Volunteer, to: Opening) -> UUID:
        found = "SELECT id FROM assignment WHERE volunteer = $1 AND opening = $2"
        return await database.fetchval(found, who.id, to.id) or to.id

    async def accepted(self) -> set[UUID]:
        return {row["id"] for row in await database.fetch("SELECT id FROM assignment WHERE state = 'accepted'")}


async def a_town(folder: Path, most: int = SEATS) -> Town:
    of = await people.initiative(takes="at_once", widens=0)
    role, place = await people.role(of, most=most), await people.place()
    noon = datetime.combine(clock.today(people.ZONE) + timedelta(days=3), time(10))
    openings = []
    for hour in (0, 0, 2):
        at = await people.meeting(of, starts=noon + timedelta(hours=hour), hours=1, place=place.id)
        openings.append(await people.opening(at, role, most=most))
    volunteers = [await people.volunteer(max_hours_week=90) for _ in range(VOLUNTEERS)]
    coordinator = people.actor(await people.account(Role.COORDINATOR))
    chosen = load({"HUB_MODE": "demo", "HUB_ERASURE_FILE": str(folder / "erased")})
    return Town(chosen, coordinator, volunteers, openings, noon)


async def everything_agrees(town: Town) -> None:
    """Seats, yeses, bookings and history are one; whoever waits has an offer of every place that is free for them."""
    ids = [opening.id for opening in town.openings]
    for row in await database.fetch(
        f"""SELECT o.taken, o.most, m.state,
                   (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND s.state = 'accepted') AS yes,
                   (SELECT count(*) FROM assignment s JOIN booking b ON b.assignment = s.id WHERE s.opening = o.id
                      AND CASE WHEN s.state = 'accepted' AND s.at_risk <> 'clash' THEN NOT b.accepted
                          ELSE b.accepted END) AS astray,
                   (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND {seats.OFFERED}) AS offered,
                   (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND s.waiting_since IS NOT NULL
                      AND s.offer_until IS NULL AND s.state IN ('proposed', 'invited')
                      AND NOT EXISTS (SELECT FROM booking b WHERE b.volunteer = s.volunteer AND b.accepted
                                      AND tstzrange(b.starts_at, b.ends_at) && tstzrange(m.starts_at, m.ends_at)))
                     AS waiting
            FROM opening o JOIN meeting m ON m.id = o.meeting WHERE o.id = ANY($1)""",
        ids,
    ):
        assert row["taken"] == row["yes"] <= row["most"] and not row["astray"], dict(row)
        free = row["most"] - row["taken"] - row["offered"]
        assert row["state"] == "cancelled" or free <= 0 or not row["waiting"], dict(row)
    twice = await database.fetchval(
        """SELECT count(*) FROM booking a JOIN booking b ON b.volunteer = a.volunteer AND b.id > a.id AND b.accepted
           AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at) WHERE a.accepted"""
    )
    assert twice == 0
    last = await database.fetch(
        """SELECT s.state, (SELECT became FROM assignment_change WHERE assignment = s.id
                            ORDER BY at DESC LIMIT 1) AS became FROM assignment s WHERE s.opening = ANY($1)""",
        ids,
    )
    assert all(row["state"] == row["became"] for row in last), [tuple(row) for row in last]


async def run(town: Town, steps: Sequence[tuple[Step, Step]]) -> None:
    for both in steps:
        before = await town.accepted()
        await asyncio.gather(*(town.step(step) for step in both))
        # What a lock made wait is looked at again by the worker, within seconds.
        await refill.plan(town.settings)
        await everything_agrees(town)
        if not TAKES_AWAY & {verb for verb, _, _ in both}:
            assert before <= await town.accepted(), both


@given(pairs)
@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_any_two_at_once_in_any_order_keep_the_books(
    db: str, tmp_path: Path, steps: list[tuple[Step, Step]]
) -> None:
    await run(await a_town(tmp_path), steps)


async def both_say_yes(tmp_path: Path) -> None:
    town = await a_town(tmp_path)
    await run(town, [(("invite", 0, 0), ("invite", 1, 0)), (("yes", 0, 0), ("yes", 1, 0))])


async def test_two_yeses_to_one_place(db: str, tmp_path: Path) -> None:
    await both_say_yes(tmp_path)


async def test_control_without_the_conditional_update_it_fails(
    db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.execute("ALTER TABLE opening DROP CONSTRAINT opening_seats")
    unconditional = (
        "UPDATE opening SET taken = taken + 1 WHERE id = $1 AND $2::uuid IS NOT NULL AND $3::bool IS NOT NULL"
    )
    monkeypatch.setattr(seats, "TAKE", unconditional)
    with pytest.raises(AssertionError):
        await both_say_yes(tmp_path)
