"""Secret calendar addresses: of a volunteer, of somebody who leads, of an initiative for who is in it.

Only the hash of a secret is kept, and a new one ends the old. Nobody is named in a feed, and a group, a circle or a
confidential theme is a neutral title without a place. docs/decisions/0013-calendar.md.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import calendar, notices
from volunteer_hub.schedule.volunteers import feeds as volunteers_feeds
from volunteer_hub.schedule.volunteers.feeds import PAST_DAYS
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, speaking

LEADS = (Role.COORDINATOR, Role.FACILITATOR, Role.SPECIALIST)


class Of(StrEnum):
    """Whose a calendar address is."""

    VOLUNTEER = "volunteer"
    ACCOUNT = "account"
    INITIATIVE = "initiative"


@dataclass(frozen=True, slots=True)
class Owner:
    """`role`: of an account, what decides which meetings it leads."""

    of: Of
    id: UUID
    language: str
    role: str = ""


# Who leads nothing any more, or has no account any more, reads nothing any more.
OWNER = """
    SELECT 'volunteer' AS of, id, language, '' AS role FROM volunteer WHERE feed_hash = encode($1, 'hex')
    UNION ALL
    SELECT 'account', a.id, a.language, a.role FROM calendar_feed f JOIN account a ON a.id = f.account
    WHERE f.token_hash = $1 AND a.closed_at IS NULL AND a.role = ANY($2)
    UNION ALL
    SELECT 'initiative', initiative, $3, '' FROM calendar_feed WHERE token_hash = $1 AND initiative IS NOT NULL"""
MADE = "SELECT made_at FROM calendar_feed WHERE {} = $1"
MAKE = """
    INSERT INTO calendar_feed (id, {of}, token_hash, made_at, made_by) VALUES (gen_random_uuid(), $1, $2, now(), $3)
    ON CONFLICT ({of}) DO UPDATE SET token_hash = excluded.token_hash, made_at = excluded.made_at,
        made_by = excluded.made_by"""
END = "DELETE FROM calendar_feed WHERE {} = $1 RETURNING id"

LED = """(i.coordinator = $2 AND $3 = 'coordinator'
    OR EXISTS (SELECT FROM facilitator f WHERE f.initiative = i.id AND f.account = $2))"""
MEETINGS = f"""
    SELECT m.id, {notices.MEETING}, m.state = 'cancelled' AS off, coalesce(o.taken, 0) AS taken,
           coalesce(o.most, 0) AS most, greatest(m.changed_at, c.last) AS stamp
    FROM meeting m {notices.AROUND}
    LEFT JOIN LATERAL (SELECT sum(taken) AS taken, sum(most) AS most FROM opening WHERE meeting = m.id) o ON true
    LEFT JOIN LATERAL (SELECT max(h.at) AS last FROM opening n JOIN assignment s ON s.opening = n.id
                       JOIN assignment_change h ON h.assignment = s.id WHERE n.meeting = m.id) c ON true
    WHERE {{}} AND m.ends_at > now() - make_interval(days => {PAST_DAYS}) ORDER BY m.starts_at, m.id"""
OF_ACCOUNT = MEETINGS.format(LED)
OF_INITIATIVE = MEETINGS.format("i.id = $2")


async def owner(settings: Settings, token: str) -> Owner | None:
    """Whose calendar the secret opens; None when it opens none."""
    row = await database.fetchrow(OWNER, secret.fingerprint(token), list(LEADS), settings.locale)
    return Owner(Of(row["of"]), row["id"], row["language"], row["role"]) if row else None


async def content(settings: Settings, owner: Owner) -> tuple[bytes, datetime]:
    """The calendar, in its owner's language, and when it last changed; the same bytes as long as nothing did.

    What has no time of change, such as a name, counts as changed at the beginning of today.
    """
    if owner.of is Of.VOLUNTEER:
        return await volunteers_feeds.calendar_of(settings, owner.id, owner.language)
    own = owner.of is Of.ACCOUNT
    which = (OF_ACCOUNT, owner.id, owner.role) if own else (OF_INITIATIVE, owner.id)
    rows = await database.fetch(which[0], CONFIDENTIAL, *which[1:])
    with speaking(owner.language):
        events = [_event(settings, row, for_leader=own) for row in rows]
        name = gettext("Spotkania, które prowadzę") if own else _name(rows)
        body = calendar.feed(events, name, settings.timezone)
    return body, volunteers_feeds.changed(settings, rows)


async def made_at(actor: Actor, initiative: UUID | None = None) -> datetime | None:
    """Since when there is an address: the actor's own, or the `initiative`'s. Raises Refused 404 as `make` does."""
    of, id = await _whose(actor, initiative)
    made: datetime | None = await database.fetchval(MADE.format(of), id)
    return made


async def make(actor: Actor, initiative: UUID | None = None) -> str:
    """A new secret, told only now; the old one ends. For the actor's own meetings, or those of one `initiative`, which
    whoever may change it makes. Raises Refused 404."""
    token = secret.token()
    async with database.transaction():
        of, id = await _whose(actor, initiative)
        await database.execute(MAKE.format(of=of), id, secret.fingerprint(token), actor.account)
        await audit.record(actor, "people.calendar", f"{of}:{id}")
    return token


async def end(actor: Actor, initiative: UUID | None = None) -> None:
    """The address opens nothing any more. Raises Refused 404 as `make` does; once more changes nothing."""
    async with database.transaction():
        of, id = await _whose(actor, initiative)
        if await database.fetchval(END.format(of), id):
            await audit.record(actor, "people.calendar", f"{of}:{id}")


async def _whose(actor: Actor, initiative: UUID | None) -> tuple[Of, UUID]:
    if initiative:
        return Of.INITIATIVE, (await initiatives.changing(actor, initiative)).id
    if actor.account is None or actor.role not in LEADS:
        raise Refused("", 404)
    return Of.ACCOUNT, actor.account


def _name(rows: list[asyncpg.Record]) -> str:
    return rows[0]["title"] if rows and not rows[0]["confidential"] else gettext("Spotkania")


def _event(settings: Settings, row: asyncpg.Record, *, for_leader: bool) -> calendar.Event:
    """Who leads is told how many come and led to the page of the meeting; the others whom to call."""
    hidden, stamp = row["confidential"] or row["private"], row["stamp"]
    page = f"{settings.public_url}/desk/meetings/{row['id']}" if for_leader else ""
    seats = gettext("obsada: %(taken)s z %(most)s", taken=row["taken"], most=row["most"]) if row["most"] else ""
    return calendar.Event(
        assignment=row["id"],
        of="meeting",
        title=gettext("Spotkanie") if row["confidential"] else row["title"],
        starts=row["starts_wall"],
        ends=row["ends_wall"],
        timezone=row["timezone"],
        sequence=row["sequence"],
        stamp=stamp or clock.now(),
        cancelled=row["off"],
        location="" if hidden else ", ".join(filter(None, (row["place"], row["address"]))),
        details="\n".join(filter(None, (seats, page))) if for_leader else notices.whom_to_call(settings),
        url=page,
    )
