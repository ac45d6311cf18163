"""Reading, for eight hours, confidential words that are not one's own: asked with a reason, allowed by a colleague.

Administrator and protection officer see that it happened, never what was read. Four eyes are the database's rule too.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

OPEN_HOURS = 8
# A question nobody answered in a day is no longer an urgent one.
WAIT_HOURS = 24

IS_OPEN = """
    SELECT EXISTS (SELECT FROM break_glass WHERE account = $1 AND about = $2 AND approved_at IS NOT NULL
                   AND refused_at IS NULL AND ends_at > now())"""

LAPSE = f"""
    UPDATE break_glass SET refused_at = now() WHERE account = $1 AND about = $2 AND approved_at IS NULL
    AND refused_at IS NULL AND asked_at <= now() - interval '{WAIT_HOURS} hours'"""

ASK = """
    INSERT INTO break_glass (id, account, about, reason, asked_at) VALUES ($1, $2, $3, $4, now())
    ON CONFLICT DO NOTHING RETURNING id"""

# What may still be decided, by somebody else, for somebody who is still a coordinator.
WAITING = f"""
    approved_at IS NULL AND refused_at IS NULL AND asked_at > now() - interval '{WAIT_HOURS} hours'
    AND EXISTS (SELECT FROM account a WHERE a.id = account AND a.closed_at IS NULL AND a.role = 'coordinator')"""

APPROVE = f"""
    UPDATE break_glass SET approved_at = now(), decided_by = $2, ends_at = now() + interval '{OPEN_HOURS} hours'
    WHERE id = $1 AND account <> $2 AND {WAITING} RETURNING about"""

REFUSE = f"""
    UPDATE break_glass SET refused_at = now(), decided_by = $2
    WHERE id = $1 AND account <> $2 AND {WAITING} RETURNING about"""

END = """
    UPDATE break_glass SET ends_at = now() WHERE id = $1 AND account = $2 AND ends_at > now() RETURNING about"""

COLLEAGUES = """
    SELECT id, email, language FROM account
    WHERE role = 'coordinator' AND closed_at IS NULL AND email IS NOT NULL AND id <> $1"""

LIST = f"""
    SELECT g.id, g.account, g.about, g.reason, g.asked_at, g.ends_at,
           a.name AS who, coalesce(d.name, '') AS decided_by,
           CASE WHEN g.refused_at IS NOT NULL THEN 'refused'
                WHEN g.ends_at > now() THEN 'open'
                WHEN g.approved_at IS NOT NULL THEN 'over'
                WHEN g.asked_at > now() - interval '{WAIT_HOURS} hours' THEN 'waiting'
                ELSE 'lapsed' END AS state
    FROM break_glass g JOIN account a ON a.id = g.account LEFT JOIN account d ON d.id = g.decided_by"""


class GlassState(StrEnum):
    WAITING = "waiting"
    OPEN = "open"
    OVER = "over"
    REFUSED = "refused"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Glass:
    """A question; `about` is "initiative:<uuid>" or "participant:<uuid>". `reason` is empty for who may not see it."""

    id: UUID
    account: UUID
    who: str
    about: str
    reason: str
    asked_at: datetime
    decided_by: str
    ends_at: datetime | None
    state: GlassState


async def is_open(actor: Actor, about: str) -> bool:
    """Whether the actor may read `about` now. For showing a way there; who reads asks `open_for`."""
    if actor.role is not Role.COORDINATOR:
        return False
    return bool(await database.fetchval(IS_OPEN, actor.account, about))


async def open_for(actor: Actor, about: str) -> bool:
    """Whether the actor may read `about` now; when so, that they read is written down before they do."""
    if not await is_open(actor, about):
        return False
    await audit.record(actor, "break-glass.read", about)
    return True


async def ask(settings: Settings, actor: Actor, about: str, reason: str) -> UUID:
    """Asks the other coordinators, each by a letter without the reason. Raises Refused 409 when it waits or is open."""
    _coordinator(actor)
    async with database.transaction():
        await database.execute(LAPSE, actor.account, about)
        if await is_open(actor, about):
            raise Refused(mark("Ten wgląd już jest otwarty."))
        id = await database.fetchval(ASK, uuid4(), actor.account, about, reason)
        if id is None:
            raise Refused(mark("Ta prośba już czeka na zgodę drugiej osoby."))
        await audit.record(actor, "break-glass.ask", about)
        for row in await database.fetch(COLLEAGUES, actor.account):
            await outbox.put(
                key=f"break-glass:{id}:{row['id']}",
                about=f"account:{row['id']}",
                channel=Channel.EMAIL,
                address=row["email"],
                language=row["language"],
                template="break_glass_asked",
                values={"url": f"{settings.public_url}/desk/break-glass", "centre": settings.centre_name},
            )
    return UUID(str(id))


async def approve(actor: Actor, id: UUID) -> None:
    """Opens it for eight hours. Raises Refused 403 for one's own question, 409 when it is decided or too old."""
    await _decide(actor, id, APPROVE, "break-glass.approve")


async def refuse(actor: Actor, id: UUID) -> None:
    """Says no. Raises as `approve`."""
    await _decide(actor, id, REFUSE, "break-glass.refuse")


async def end(actor: Actor, id: UUID) -> None:
    """Closes one's own before its time. Raises Refused 404."""
    async with database.transaction():
        about = await database.fetchval(END, id, actor.account)
        if about is None:
            raise Refused("", 404)
        await audit.record(actor, "break-glass.end", about)


async def listed(actor: Actor) -> list[Glass]:
    """A coordinator's own and those waiting for a colleague's word; for the overseers all, the newest 200.

    The reason may hold somebody's story: it is for who asked, who decides and the protection officer.
    """
    if actor.role is Role.COORDINATOR:
        mine = "g.account = $1 OR (g.approved_at IS NULL AND g.refused_at IS NULL)"
        rows = await database.fetch(f"{LIST} WHERE {mine} ORDER BY g.asked_at DESC LIMIT 200", actor.account)
        found = [_glass(row, reason=True) for row in rows]
        return [one for one in found if one.account == actor.account or one.state is GlassState.WAITING]
    if actor.role not in (Role.ADMINISTRATOR, Role.PROTECTION_OFFICER):
        raise Refused("", 404)
    rows = await database.fetch(f"{LIST} ORDER BY g.asked_at DESC LIMIT 200")
    return [_glass(row, reason=actor.role is Role.PROTECTION_OFFICER) for row in rows]


async def _decide(actor: Actor, id: UUID, sql: str, verb: str) -> None:
    _coordinator(actor)
    async with database.transaction():
        about = await database.fetchval(sql, id, actor.account)
        if about is None:
            raise await _why_not(actor, id)
        await audit.record(actor, verb, about)


async def _why_not(actor: Actor, id: UUID) -> Refused:
    account = await database.fetchval("SELECT account FROM break_glass WHERE id = $1", id)
    if account is None:
        return Refused("", 404)
    if account == actor.account:
        return Refused(mark("O własnej prośbie decyduje ktoś inny z koordynacji."), 403)
    return Refused(mark("Ta prośba jest już rozstrzygnięta albo za stara."))


def _coordinator(actor: Actor) -> None:
    if actor.role is not Role.COORDINATOR:
        raise Refused("", 404)


def _glass(row: dict[str, object], *, reason: bool) -> Glass:
    values = {**row, "state": GlassState(str(row["state"]))}
    return Glass(**(values if reason else values | {"reason": ""}))  # type: ignore[arg-type]
