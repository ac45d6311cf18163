"""Once a month each coordinator reads by e-mail what needs doing: how much of what, never whose.

It leaves on the first working day of the month; if no worker ran that day, on one of the next few.
"""

from datetime import date, datetime, timedelta
from typing import Any

from volunteer_hub.access import limits
from volunteer_hub.access.rules import Limit
from volunteer_hub.intake.rules import is_working_day
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.reports import gaps, queue, rules
from volunteer_hub.settings import Settings

# Of all workers one looks, every ten minutes.
OFTEN = Limit("digest", 1, 600)
# For so many days after the first working one it is still of use.
LATE = timedelta(days=4)
# So long after its end a year is still being closed: until then the gaps in its data are told, not the new one's.
CLOSING = timedelta(days=90)

COORDINATORS = """
    SELECT id, name, email, language FROM account
    WHERE role = 'coordinator' AND closed_at IS NULL AND email IS NOT NULL AND digest_mail
      AND NOT EXISTS (SELECT FROM message WHERE key = $1 || account.id)
    ORDER BY id"""
# Holds the account while the mail is put: whoever just said no to it does not get it.
STILL_WANTED = "SELECT 1 FROM account WHERE id = $1 AND digest_mail AND closed_at IS NULL FOR NO KEY UPDATE"


async def plan(settings: Settings) -> None:
    """The worker's: every ten minutes, whoever comes first."""
    if await limits.spend(settings, OFTEN, "hub"):
        await tell(settings)


async def tell(settings: Settings, now: datetime | None = None) -> int:
    """Puts the month's mail to each coordinator who has none yet; how many. Any number may run side by side."""
    zone = settings.timezone
    wall = clock.wall(now or clock.now(), zone)
    if not is_due(wall):
        return 0
    put = 0
    key = f"digest:{wall:%Y-%m}:"
    for row in await database.fetch(COORDINATORS, key):
        put += await _tell(settings, key, row, wall)
    return put


def is_due(wall: datetime) -> bool:
    """Whether the month's mail may leave at this wall time: from the first working day's morning on, by day."""
    first = first_working_day(wall.date())
    return first <= wall.date() <= first + LATE and rules.OPENS <= wall.time() < rules.CLOSES


def first_working_day(day: date) -> date:
    """Of the month of `day`."""
    first = day.replace(day=1)
    while not is_working_day(first):
        first += timedelta(days=1)
    return first


async def _tell(settings: Settings, key: str, row: Any, wall: datetime) -> bool:
    reader = Actor(Role.COORDINATOR, row["id"], row["name"])
    waiting = await queue.waiting(reader, settings.timezone, mine=True)
    year = (wall.date().replace(day=1) - CLOSING).year
    lacking = await gaps.gaps(reader, year, wall.date(), most=1)
    if not waiting.totals and not lacking:
        return False
    async with database.transaction():
        if not await database.fetchval(STILL_WANTED, row["id"]):
            return False
        return await outbox.put(
            key=f"{key}{row['id']}",
            about=f"account:{row['id']}",
            channel=Channel.EMAIL,
            address=row["email"],
            language=row["language"],
            template="digest",
            values=_said(settings, waiting, lacking, year, wall.date()),
            expires_at=clock.instant(wall + LATE, settings.timezone),
        )


def _said(
    settings: Settings, waiting: queue.Waiting, lacking: list[gaps.Gaps], year: int, today: date
) -> dict[str, object]:
    """What the mail says: kinds, numbers and links."""
    desk = f"{settings.public_url}/desk"
    return {
        "month": today.replace(day=1),
        "todo": [
            {"kind": kind.value, "n": n, "url": f"{desk}?kind={kind}&mine=yes"} for kind, n in waiting.totals.items()
        ],
        "gaps": [{"gap": one.gap.value, "n": one.total} for one in lacking],
        "missing": f"{desk}/reports/missing?year={year}", "desk": f"{desk}?mine=yes", "account": f"{desk}/account",
        "year": year, "centre": settings.centre_name,
    }  # fmt: skip
