"""What a volunteer is told about a regular task: one message for all of its meetings, never one for each.

With the task as one recurring event for their calendar, once it is theirs. Later changes of a meeting are told as any
(decision 0032).
"""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import clock, database
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.schedule import centre, notices
from volunteer_hub.schedule.regular import calendars
from volunteer_hub.schedule.regular import seats as regular_seats
from volunteer_hub.schedule.regular.seats import LeftOut
from volunteer_hub.schedule.series import words as series_words
from volunteer_hub.schedule.series.pattern import Series, read
from volunteer_hub.settings import Settings
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext, speaking

# After this nobody is asked any more.
ASKED_FOR = timedelta(days=14)

ROW = """
    SELECT t.id, t.code, t.first_day, t.last_day, s.rrule, s.first_day AS series_first, s.last_day AS series_last,
           s.times, s.starts, s.ends, s.skips_holidays, s.skips_breaks, s.timezone, r.name AS role, r.tasks,
           i.kind = ANY($1) OR h.confidential AS confidential, i.name AS title, p.name AS place, p.address, p.private,
           a.name AS area, v.first_name, v.guardian_name, v.language, through_guardian(v) AS through_guardian,
           sms_to(v) AS sms, mail_to(v) AS mail
    FROM regular_task t JOIN series s ON s.id = t.series JOIN role_asked r ON r.id = t.role
    JOIN initiative i ON i.id = s.initiative JOIN theme h ON h.id = i.theme JOIN place p ON p.id = s.place
    JOIN area a ON a.id = p.area JOIN volunteer v ON v.id = t.volunteer WHERE t.id = $2"""
TOLD = f"{ROW} AND {notices.MAY_HEAR.replace('m.timezone', 's.timezone')}"


async def tell(
    id: UUID,
    template: str,
    *,
    key: str,
    sms: bool = True,
    left_out: Sequence[LeftOut] = (),
    since: date | None = None,
    own: bool = True,
) -> None:
    """Tells the volunteer of the task by e-mail, and by SMS if `sms`, each only by the ways they agreed to.

    `left_out`: the meetings that are not theirs; `since`: the first day without them; `own`: it is or was theirs, so
    that the letter brings their calendar to what stands now.
    """
    row = await database.fetchrow(TOLD, CONFIDENTIAL, id)
    if row is None:
        return
    settings = centre.settings()
    with speaking(row["language"]):
        values = _values(settings, row) | {
            "left_out": regular_seats.said(left_out),
            "left_short": regular_seats.in_short(left_out),
            "since": since,
        }
    said: dict[str, Any] = {
        "about": f"regular:{id}",
        "language": row["language"],
        "template": template,
        "values": values,
        "expires_at": clock.now() + ASKED_FOR,
    }
    if sms and row["sms"]:
        await outbox.put(key=f"{key}:sms", channel=Channel.SMS, address=row["sms"], reply_code=row["code"], **said)
    if row["mail"]:
        part = await calendars.part(settings, id, row, values) if own else None
        attached: dict[str, Any] = {"calendar": part[0], "calendar_method": part[1]} if part else {}
        await outbox.put(key=f"{key}:email", channel=Channel.EMAIL, address=row["mail"], **attached, **said)


async def spoken(id: UUID, language: str, left_out: Sequence[LeftOut]) -> dict[str, Any]:
    """What an answer by SMS says back: the days in short, and the meetings that are not theirs."""
    row = await database.fetchrow(ROW, CONFIDENTIAL, id)
    with speaking(language):
        short = _values(centre.settings(), row)["short"] if row else ""
        return {"short": short, "left_out": regular_seats.in_short(left_out)}


def plan_of(row: asyncpg.Record) -> Series:
    """The days of a task, from the columns of its series and its own first and last day."""
    last = min((day for day in (row["last_day"], row["series_last"]) if day), default=None)
    first = max(row["first_day"], row["series_first"])
    times = row["times"] if first == row["series_first"] and last is None else None
    return Series(read(row["rrule"]), first, last, times, row["skips_holidays"], row["skips_breaks"])


def _values(settings: Settings, row: asyncpg.Record) -> dict[str, Any]:
    """As in notices: of what is confidential neither name nor role nor place, of a home no address."""
    hidden = row["confidential"] or row["private"]
    plan, today = plan_of(row), clock.today(row["timezone"])
    guardian = row["through_guardian"]
    return {
        "centre": settings.centre_name,
        "phone": settings.centre_phone,
        "url": f"{settings.public_url}/{'guardian' if guardian else 'me'}",
        "said": series_words.said(plan, row["starts"], today),
        "short": _short(plan, row["starts"], today),
        "title": "" if row["confidential"] else row["title"],
        "role": "" if row["confidential"] else row["role"],
        "tasks": "" if row["confidential"] else row["tasks"],
        "place": "" if hidden else row["place"],
        "address": "" if hidden else row["address"],
        "area": row["area"],
        "code": row["code"],
        "ward": row["first_name"] if guardian else "",
    }


def _short(plan: Series, starts: time, today: date) -> str:
    """As series_words.said, for an SMS: without what takes days away, days without their year."""
    text = gettext("%(days)s o %(hour)s", days=series_words.days_said(plan), hour=formats.hour(starts))
    if plan.first_day > today:
        text = gettext("%(text)s, od %(day)s", text=text, day=formats.short_day(plan.first_day))
    if plan.last_day:
        text = gettext("%(text)s, do %(day)s", text=text, day=formats.short_day(plan.last_day))
    return text
