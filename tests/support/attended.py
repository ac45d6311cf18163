"""A meeting that is going on or over, with participants and volunteers who were expected there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from support import people
from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives.tables import Initiative, Member
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Meeting, Opening

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Attended:
    """`leader` runs the group; `members` and `helpers` are on the list of `meeting`, by the order they came in."""

    of: Initiative
    leader: Account
    meeting: Meeting
    opening: Opening
    members: list[Member]
    helpers: list[Volunteer]

    @property
    def page(self) -> str:
        return f"/desk/meetings/{self.meeting.id}/attendance"

    async def assignment(self, n: int = 0) -> UUID:
        found: UUID = await database.fetchval(
            "SELECT id FROM assignment WHERE opening = $1 AND volunteer = $2", self.opening.id, self.helpers[n].id
        )
        return found

    async def shift(self, by: timedelta) -> None:
        """Puts the meeting at another time: its start becomes now plus `by`."""
        await shift(self.meeting.id, by)


async def shift(meeting: UUID, by: timedelta) -> None:
    row = await database.fetchrow("SELECT ends_at - starts_at AS long FROM meeting WHERE id = $1", meeting)
    assert row
    starts = clock.now() + by
    wall = clock.wall(starts, people.ZONE).replace(microsecond=0)
    await database.execute(
        "UPDATE meeting SET starts_at = $2, ends_at = $3, starts_wall = $4, ends_wall = $5 WHERE id = $1",
        *(meeting, starts, starts + row["long"], wall, wall + row["long"]),
    )
    await database.execute(
        "UPDATE booking SET starts_at = $2, ends_at = $3 WHERE meeting = $1", meeting, starts, starts + row["long"]
    )


async def attended(
    *, kind: str = "group", members: int = 3, helpers: int = 1, begun: timedelta = -HOUR, **values: Any
) -> Attended:
    """By default a group an hour after it has begun; it lasts two."""
    leader = await people.account(Role.FACILITATOR)
    of = await people.initiative(kind=kind, name="Grupa Czwartek", **values)
    await people.facilitator(of, leader)
    noon = datetime.combine(clock.today(people.ZONE) + timedelta(days=2), datetime.min.time()) + 12 * HOUR
    meeting = await people.meeting(of, starts=noon)
    opening = await people.opening(meeting, most=max(1, helpers), least=1)
    found = [await people.volunteer(first_name=f"Anna{n}", max_hours_week=60) for n in range(helpers)]
    for who in found:
        await actions.answer(SYSTEM, await actions.invite(SYSTEM, opening.id, who.id), accept=True, channel="desk")
    joined = [await people.member(of, await people.participant(alias=f"Zofia{n} N.")) for n in range(members)]
    made = Attended(of, leader, meeting, opening, joined, found)
    await made.shift(begun)
    return made
