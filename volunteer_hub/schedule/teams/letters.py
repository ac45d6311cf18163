"""What the people of a team get by e-mail: an entry for their calendar, its changes, and its end.

Called inside the transaction of the change. A letter says that the team meets, when and where, and nothing more.
"""

from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.kit import clock, database
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.schedule import calendar
from volunteer_hub.settings import Settings

# $2: one member or, when empty, all who are in the team and have an e-mail.
TO = """
    SELECT m.id, m.starts_wall, m.ends_wall, m.timezone, m.starts_at, m.sequence, t.name AS team, p.name AS place,
           p.address, e.id AS member, e.name, e.email
    FROM team_meeting m JOIN team t ON t.id = m.team JOIN place p ON p.id = m.place JOIN team_member e ON e.team = t.id
    WHERE m.id = $1 AND e.email <> '' AND CASE WHEN $2::uuid IS NULL THEN e.left_on IS NULL ELSE e.id = $2 END
    ORDER BY e.id"""


async def invite(settings: Settings, meeting: UUID, *, member: UUID | None = None) -> None:
    """Puts the meeting, or its new time and place, into the calendars of the team or of one `member`."""
    await _write(settings, meeting, "team_meeting", "REQUEST", member)


async def take_back(settings: Settings, meeting: UUID, *, member: UUID | None = None) -> None:
    """Takes the meeting out of the calendars of the team or of one `member`."""
    await _write(settings, meeting, "team_cancelled", "CANCEL", member)


async def _write(settings: Settings, meeting: UUID, template: str, method: str, member: UUID | None) -> None:
    for row in await database.fetch(TO, meeting, member):
        about = f"team:{meeting}:{row['member']}"
        await outbox.cancel(about=about)
        await outbox.put(
            key=f"{about}:{template}:{row['sequence']}",
            about=about,
            channel=Channel.EMAIL,
            address=row["email"],
            language=settings.locale,
            template=template,
            values=_values(settings, row),
            expires_at=row["starts_at"],
            calendar=_calendar(settings, row, method),
            calendar_method=method,
        )


def _values(settings: Settings, row: asyncpg.Record) -> dict[str, Any]:
    return {
        "centre": settings.centre_name,
        "phone": settings.centre_phone,
        "team": row["team"],
        "starts": row["starts_wall"],
        "ends": row["ends_wall"],
        "place": row["place"],
        "address": row["address"],
        "moved": row["sequence"] > 0,
    }


def _calendar(settings: Settings, row: asyncpg.Record, method: str) -> bytes:
    happening = calendar.Event(
        assignment=row["id"],
        of="team-meeting",
        title=row["team"],
        starts=row["starts_wall"],
        ends=row["ends_wall"],
        timezone=row["timezone"],
        sequence=row["sequence"],
        stamp=clock.now(),
        location=", ".join(filter(None, (row["place"], row["address"]))),
    )
    centre = calendar.Person(settings.mail_from, settings.centre_name)
    guest = calendar.Person(row["email"], row["name"])
    if method == "CANCEL":
        return calendar.cancellation(happening, centre, guest)
    return calendar.invitation(happening, centre, guest)
