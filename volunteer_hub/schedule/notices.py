"""What people are told about assignments and meetings: to whom, with which values for the words, with which calendar.

Called inside the transaction of the change. Of a confidential initiative neither name nor role nor place comes into any
message, of a private place neither its name nor its address: the volunteer's own page shows them.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.phone import pretty
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.schedule import calendar, codes, rsvp
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, speaking

# $1 is the list of confidential kinds.
MEETING = """
    m.id AS meeting, m.starts_wall, m.ends_wall, m.timezone, m.starts_at, m.sequence,
    i.kind = ANY($1) OR t.confidential AS confidential, i.name AS title,
    p.name AS place, p.address, p.private, a.name AS area"""
AROUND = """
    JOIN place p ON p.id = m.place JOIN area a ON a.id = p.area
    JOIN initiative i ON i.id = m.initiative JOIN theme t ON t.id = i.theme"""

# Nothing goes to a minor without the guardian's consent, nor to who asked us to restrict the use of their data.
MAY_HEAR = """v.restricted_at IS NULL AND (v.guardian_consent_at IS NOT NULL
    OR v.birth_date <= (now() AT TIME ZONE m.timezone)::date - interval '18 years')"""

ASSIGNMENTS = f"""
    SELECT s.id, s.code, s.state, r.name AS role, r.tasks, {MEETING}, s.occurrence, s.regular, g.sequence AS of_task,
           s.state = 'proposed' OR s.waiting_since IS NOT NULL AND s.offer_until IS NULL AS waits,
           v.first_name, v.guardian_name, v.language, through_guardian(v) AS through_guardian, sms_to(v) AS sms,
           mail_to(v) AS mail
    FROM assignment s JOIN volunteer v ON v.id = s.volunteer JOIN opening o ON o.id = s.opening
    JOIN role_asked r ON r.id = o.role JOIN meeting m ON m.id = o.meeting {AROUND}
    LEFT JOIN regular_task g ON g.id = s.regular
    WHERE s.id = ANY($2) AND {MAY_HEAR} ORDER BY s.id"""

# The usual place is where they met the last time, else where they meet the next time.
PARTICIPANTS = f"""
    SELECT e.id AS member, q.phone, q.language, c.id AS coming, {MEETING},
           m.place <> (SELECT b.place FROM meeting b
                       WHERE b.initiative = m.initiative AND b.state = 'planned' AND b.id <> m.id
                       ORDER BY b.starts_at > m.starts_at, abs(extract(epoch FROM b.starts_at - m.starts_at)) LIMIT 1
                      ) AS elsewhere
    FROM meeting m {AROUND} JOIN member e ON e.initiative = m.initiative JOIN participant q ON q.id = e.participant
    LEFT JOIN coming c ON c.meeting = m.id AND c.member = e.id
    WHERE m.id = $2 AND ($3::uuid IS NULL OR e.id = $3) AND q.sms_ok AND q.phone IS NOT NULL
      AND q.restricted_at IS NULL
      AND e.joined_on <= m.starts_wall::date AND (e.left_on IS NULL OR e.left_on > m.starts_wall::date)
    ORDER BY e.id"""

COMING = """
    INSERT INTO coming (id, meeting, member, code) VALUES (gen_random_uuid(), $1, $2, $3)
    ON CONFLICT (meeting, member) DO UPDATE SET code = excluded.code RETURNING id"""

# It went, or may have gone; one to be told by phone counts too.
MAY_HAVE_REACHED = """
    SELECT EXISTS (SELECT FROM message WHERE about = $1
                   AND state IN ('in_flight', 'unknown', 'accepted', 'sent', 'delivered', 'to_phone'))"""


async def tell(
    settings: Settings,
    assignments: Collection[UUID],
    template: str,
    *,
    key: str,
    method: str = "",
    sms: bool = True,
    own: bool = False,
    more: Mapping[str, Any] | None = None,
    until: datetime | None = None,
    wakes: Wakes = Wakes.NEEDED,
    needed_by: datetime | None = None,
) -> None:
    """Tells the volunteers of `assignments` by e-mail, with a calendar part of this `method`, and by SMS if `sms`.

    Each only by the ways they agreed to; who agreed to none is rung, as the roster says. Whether we write to a minor or
    to the guardian is decided in the database (through_guardian).

    `key` tells this saying from others, "{id}" in it stands for the assignment; `own`: the change was the volunteer's;
    `more`: what else its words may say; `until`: by when an answer is asked for, after which nothing of it leaves
    (unless said: once the meeting begins); `wakes`: whether the SMS may leave in quiet hours, where it is needed
    before `needed_by` (unless said: before the end just named).
    """
    extra = {"own": own, **(more or {})}
    for row in await database.fetch(ASSIGNMENTS, CONFIDENTIAL, list(assignments)):
        said: dict[str, Any] = {
            "about": f"assignment:{row['id']}",
            "language": row["language"],
            "template": template,
            "values": _values(settings, row) | _of_assignment(row) | _of_guardian(settings, row) | extra,
            "expires_at": until or row["starts_at"],
        }
        if until:
            said["values"]["until"] = clock.wall(until, row["timezone"])
        name = key.format(id=row["id"])
        if sms and row["sms"]:
            reached: dict[str, Any] = {"address": row["sms"], "reply_code": row["code"], "needed_by": needed_by}
            await outbox.put(key=f"{name}:sms", channel=Channel.SMS, wakes=wakes, **reached, **said)
        if row["mail"]:
            attached: dict[str, Any] = (
                {"calendar": await _calendar(settings, row, method), "calendar_method": method} if method else {}
            )
            await outbox.put(key=f"{name}:email", channel=Channel.EMAIL, address=row["mail"], **attached, **said)


async def tell_participants(
    settings: Settings, meeting: UUID, template: str, *, key: str, member: UUID | None = None, elsewhere: bool = False,
    wakes: Wakes = Wakes.NEEDED, needed_by: datetime | None = None,
) -> None:  # fmt: skip
    """Tells the participants of `meeting` who want SMS, or only `member`; "{id}" in `key` stands for their Coming.

    `elsewhere`: it has just got another place than they knew. `wakes`, `needed_by`: as for volunteers.
    """
    for row in await database.fetch(PARTICIPANTS, CONFIDENTIAL, meeting, member):
        code, others = await codes.choose(row["phone"], row["coming"])
        coming = await database.fetchval(COMING, meeting, row["member"], code)
        where = ("other" if elsewhere or row["elsewhere"] else "usual") if row["confidential"] else ""
        await outbox.put(
            key=f"{key.format(id=coming)}:sms",
            about=f"coming:{coming}",
            channel=Channel.SMS,
            address=row["phone"],
            language=row["language"],
            template=template,
            values=_values(settings, row) | {"participant": True, "code": code if others else "", "where": where},
            expires_at=row["starts_at"],
            wakes=wakes,
            needed_by=needed_by,
            reply_code=code,
        )


async def recall(about: str) -> bool:
    """Calls off what has not left about this matter. Answers whether something about it may have reached the person."""
    await outbox.cancel(about=about)
    return await database.fetchval(MAY_HAVE_REACHED, about)


def _values(settings: Settings, row: asyncpg.Record) -> dict[str, Any]:
    """What the words may say of a meeting; whatever must not leave is not among it."""
    hidden = row["confidential"] or row["private"]
    return {
        "centre": settings.centre_name,
        "phone": settings.centre_phone,
        "url": f"{settings.public_url}/me",
        "starts": row["starts_wall"],
        "ends": row["ends_wall"],
        "title": "" if row["confidential"] else row["title"],
        "place": "" if hidden else row["place"],
        "address": "" if hidden else row["address"],
        "area": row["area"],
        "participant": False,
        "ward": "",
    }


def _of_assignment(row: asyncpg.Record) -> dict[str, Any]:
    hidden = row["confidential"]
    return {
        "code": row["code"],
        "accepted": row["state"] == AssignmentState.ACCEPTED,
        "waits": row["waits"],  # for us or for a place: no answer is asked of them
        "role": "" if hidden else row["role"],
        "tasks": "" if hidden else row["tasks"],
    }


def _of_guardian(settings: Settings, row: asyncpg.Record) -> dict[str, Any]:
    """A guardian is told which child it is about, and has a page of their own."""
    return {"ward": row["first_name"], "url": f"{settings.public_url}/guardian"} if row["through_guardian"] else {}


def event(settings: Settings, row: asyncpg.Record, stamp: datetime, *, cancelled: bool = False) -> calendar.Event:
    """A row with MEETING and an assignment's id, role, tasks, through_guardian, in the language in use: what a calendar
    may show of it. One that is known there by its regular task stays an occurrence of that."""
    values = _values(settings, row) | _of_guardian(settings, row)
    found = calendar.Event(
        assignment=row["id"],
        title=values["title"] or gettext("Spotkanie"),
        starts=row["starts_wall"],
        ends=row["ends_wall"],
        timezone=row["timezone"],
        sequence=row["sequence"],
        stamp=stamp,
        cancelled=cancelled,
        location=", ".join(filter(None, (values["place"], values["address"]))),
        details=details(settings, values, *(("", "") if row["confidential"] else (row["role"], row["tasks"]))),
        url=values["url"],
    )
    if occurrence := row.get("occurrence"):
        sequence = row["sequence"] + row["of_task"]
        return replace(found, assignment=row["regular"], of="regular", occurrence=occurrence, sequence=sequence)
    return found


def details(settings: Settings, values: Mapping[str, Any], role: str, tasks: str) -> str:
    """What a calendar says below the title: whose, what to do and bring, where to look, whom to call; no theme."""
    lines = [
        gettext("Kto pomaga: %(name)s", name=values["ward"]) if values["ward"] else "",
        gettext("Rola: %(role)s", role=role) if role else "",
        tasks,
        "" if values["place"] or values["address"] else gettext("Dokładny adres jest na Twojej stronie."),
        values["url"],
        whom_to_call(settings),
    ]
    return "\n".join(filter(None, lines))


def whom_to_call(settings: Settings) -> str:
    """The centre and its telephone, in the language in use."""
    phone = settings.centre_phone
    called = [settings.centre_name, gettext("telefon %(phone)s", phone=pretty(phone)) if phone else ""]
    return ", ".join(filter(None, called))


async def _calendar(settings: Settings, row: asyncpg.Record, method: str) -> bytes:
    with speaking(row["language"]):
        happening = event(settings, row, clock.now())
    centre = await rsvp.organizer(settings, happening)
    guest = calendar.Person(row["mail"], row["guardian_name"] if row["through_guardian"] else row["first_name"])
    if method == "CANCEL":
        return calendar.cancellation(happening, centre, guest)
    return calendar.invitation(happening, centre, guest, accepted=row["state"] == AssignmentState.ACCEPTED)
