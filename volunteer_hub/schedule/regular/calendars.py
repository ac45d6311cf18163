"""A regular task in its volunteer's calendar: one event that recurs on the days that are theirs, and nothing more.

Each letter about the whole task carries all of it anew; between them a meeting that changes is told as one occurrence
(notices.event), known by the wall time that `assignment.occurrence` keeps. "From a day on without me" is the same event
with fewer days: the RANGE of RFC 5545 is read by hardly any program. docs/decisions/0013-calendar.md.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.kit import clock, database
from volunteer_hub.schedule import calendar, notices, rsvp
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, speaking

# Above all that was said of single occurrences, whose SEQUENCE is this and their meeting's.
RISES = """
    UPDATE regular_task t SET sequence = t.sequence + 1 + coalesce((
        SELECT max(m.sequence) FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
        WHERE s.regular = t.id), 0)
    WHERE t.id = $1 RETURNING sequence"""
STANDS = "s.state IN ('accepted', 'done', 'missed') AND m.state = 'planned'"
ROWS = f"""
    SELECT s.id, s.occurrence, {STANDS} AS stands, m.starts_wall, m.ends_wall, m.sequence,
           p.name AS place, p.address, p.private
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    JOIN place p ON p.id = m.place WHERE s.regular = $1 AND s.occurrence IS NOT NULL ORDER BY s.occurrence, s.id"""
# What is to come is known by the hour of its series from now on, whatever that was before; what is off is not known.
ANEW = f"""
    UPDATE assignment s SET occurrence = CASE WHEN {STANDS} THEN m.series_day + r.starts END
    FROM opening o JOIN meeting m ON m.id = o.meeting JOIN series r ON r.id = m.series
    WHERE o.id = s.opening AND s.regular = $1 AND s.occurrence IS NOT NULL AND m.ends_at > now()"""
UNTIL = "UPDATE regular_task SET calendar_until = $2 WHERE id = $1"


async def part(
    settings: Settings, task: UUID, row: asyncpg.Record, values: Mapping[str, Any]
) -> tuple[bytes, str] | None:
    """The task as it stands, for the calendar of its volunteer, and the METHOD; None when nothing of it was theirs.

    In the transaction of its change, under the locks of `regular`. `row` and `values` are those of its letter.
    """
    known = await database.fetch(ROWS, task)
    if not known:
        return None
    sequence = await database.fetchval(RISES, task)
    await database.execute(ANEW, task)
    stands = [one for one in await database.fetch(ROWS, task) if one["stands"]]
    await database.execute(UNTIL, task, stands[-1]["occurrence"].date() if stands else None)
    guest = calendar.Person(row["mail"], row["guardian_name"] if row["through_guardian"] else row["first_name"])
    with speaking(row["language"]):
        first = _event(settings, task, row, values, (stands or known)[0]["occurrence"], sequence)
        centre = await rsvp.organizer(settings, first)
        if not stands:
            return calendar.cancellation(first, centre, guest), "CANCEL"
        changed = [one for each in stands if (one := _otherwise(first, each, row)) is not None]
    whole = calendar.Recurring(first, row["rrule"], [one["occurrence"] for one in stands], changed)
    return calendar.invitation(whole, centre, guest, accepted=True), "REQUEST"


def _event(
    settings: Settings, task: UUID, row: asyncpg.Record, values: Mapping[str, Any], starts: datetime, sequence: int
) -> calendar.Event:
    lasts = datetime.combine(starts.date(), row["ends"]) - datetime.combine(starts.date(), row["starts"])
    return calendar.Event(
        assignment=task,
        of="regular",
        title=values["title"] or gettext("Spotkanie"),
        starts=starts,
        ends=starts + lasts,
        timezone=row["timezone"],
        sequence=sequence,
        stamp=clock.now(),
        location=_where(values["place"], values["address"]),
        details=notices.details(settings, values, values["role"], values["tasks"]),
        url=values["url"],
    )


def _otherwise(first: calendar.Event, one: asyncpg.Record, row: asyncpg.Record) -> calendar.Event | None:
    """The occurrence that has another time or place than the task says; None when it has the same."""
    starts = one["occurrence"]
    hidden = row["confidential"] or one["private"]
    where = "" if hidden else _where(one["place"], one["address"])
    here = (one["starts_wall"], one["ends_wall"], where)
    if here == (starts, starts + (first.ends - first.starts), first.location):
        return None
    return replace(
        first,
        starts=here[0],
        ends=here[1],
        location=where,
        occurrence=starts,
        sequence=first.sequence + one["sequence"],
    )


def _where(*parts: str) -> str:
    return ", ".join(filter(None, parts))
