"""Signed-in browsers: opaque tokens in cookies, their hashes in the table, ended by time, a press or a change.

Until a session is whole it is nobody's: `actor_of` sees a visitor, and only the pages of signing in know it (`half`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import browsers, rules
from volunteer_hub.access.rules import HALF_MINUTES, PROVED_MINUTES, Stage
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import VISITOR, Actor, Role
from volunteer_hub.web import i18n, render

COOKIE = "session"
# A page that asks by itself what has changed says so: that is no use of a session, or an open one would never end. So
# with the stream it listens to, where browsers let a page set no header of its own.
UNASKED, STREAM = "x-unasked", "text/event-stream"

FIND = """
    SELECT s.id, s.created_at, s.seen_at, now() AS now, a.id AS account, a.name, a.role, a.language
    FROM session s JOIN account a ON a.id = s.account
    WHERE s.token_hash = $1 AND s.stage = 'whole' AND a.closed_at IS NULL"""

FIND_HALF = """
    SELECT s.id, s.stage, s.pending, a.id AS account, a.name, a.role, a.language, a.email, a.phone,
           a.totp_since IS NOT NULL AS has_factor
    FROM session s JOIN account a ON a.id = s.account
    WHERE s.token_hash = $1 AND s.stage <> 'whole' AND a.closed_at IS NULL
      AND s.created_at > now() - make_interval(mins => $2)"""

OWN = """
    SELECT id, label, created_at, seen_at FROM session
    WHERE account = $1 AND stage = 'whole' AND seen_at > now() - $2::interval AND created_at > now() - $3::interval
    ORDER BY seen_at DESC, id"""


@dataclass(frozen=True)
class Half:
    """Somebody in the middle of signing in; `pending` is sealed."""

    id: UUID
    stage: Stage
    pending: bytes | None
    account: UUID
    name: str
    role: Role
    language: str
    email: str | None
    phone: str | None
    has_factor: bool


@dataclass(frozen=True)
class Own:
    """A signed-in browser as its owner sees it; `here` is the one that asks."""

    id: UUID
    label: str
    created_at: datetime
    seen_at: datetime
    here: bool


async def actor_of(request: Request) -> Actor:
    """Who this browser is signed in as; a visitor when it is not, or no longer, or not yet."""
    row = await _row(request)
    if row is None or _is_over(row):
        return VISITOR
    used = UNASKED not in request.headers and request.headers.get("accept") != STREAM
    if used and (row["now"] - row["seen_at"]).total_seconds() > 60:
        await database.execute("UPDATE session SET seen_at = now() WHERE id = $1", row["id"])
    if not getattr(request.state, "language_asked", False):
        i18n.use(row["language"])
    request.state.session = row["id"]
    return _actor(row)


async def stands(request: Request) -> bool:
    """Whether the session that `request` came with still stands, for the same role. To ask is no use of it."""
    row = await _row(request)
    return row is not None and not _is_over(row) and Role(row["role"]) is request.state.actor.role


async def lapsed(request: Request) -> Actor:
    """Whose session was in this browser until time alone ended it; a visitor when it is any other way. It opens
    nothing: its row stays only until somebody signs in here or the night after its period."""
    row = await _row(request)
    return _actor(row) if row is not None and _is_over(row) else VISITOR


async def _row(request: Request) -> asyncpg.Record | None:
    token = render.read_cookie(request, COOKIE)
    return await database.fetchrow(FIND, secret.fingerprint(token)) if token else None


def _is_over(row: asyncpg.Record) -> bool:
    role, now = Role(row["role"]), row["now"]
    return bool(
        now - row["seen_at"] > rules.idle_limit(role) or now - row["created_at"] > rules.absolute_limit(role)
    )


def _actor(row: asyncpg.Record) -> Actor:
    return Actor(role=Role(row["role"]), account=row["account"], name=row["name"])


async def half(request: Request, *stages: Stage) -> Half | None:
    """Who is in the middle of signing in here, at one of `stages` (without any: at whichever)."""
    token = render.read_cookie(request, COOKIE)
    row = await database.fetchrow(FIND_HALF, secret.fingerprint(token), HALF_MINUTES) if token else None
    if row is None or (stages and row["stage"] not in stages):
        return None
    if not getattr(request.state, "language_asked", False):
        i18n.use(row["language"])
    return Half(**dict(row) | {"stage": Stage(row["stage"]), "role": Role(row["role"])})


async def start(request: Request, response: Response, account: UUID, role: Role, stage: Stage = Stage.WHOLE) -> None:
    """Signs this browser in under a new token, or as far as `stage`; whatever session it had ends."""
    await end(request, response)
    token = secret.token()
    await database.execute(
        "INSERT INTO session (id, token_hash, account, label, created_at, seen_at, proved_at, stage)"
        " VALUES (gen_random_uuid(), $1, $2, $3, now(), now(), CASE WHEN $4 THEN now() END, $5)",
        secret.fingerprint(token), account, browsers.label(request), stage is Stage.WHOLE, stage.value,
    )  # fmt: skip
    limit = rules.absolute_limit(role) if stage is Stage.WHOLE else timedelta(minutes=HALF_MINUTES)
    render.cookie(request, response, COOKIE, token, max_age=int(limit.total_seconds()))


async def go_on(half: Half, stage: Stage, pending: bytes | None = None) -> None:
    """The same sign-in, a step further; with what its owner is then in the middle of."""
    await database.execute(
        "UPDATE session SET stage = $2, pending = $3 WHERE id = $1", half.id, stage.value, pending
    )


async def end(request: Request, response: Response) -> None:
    """Signs this browser out."""
    if token := render.read_cookie(request, COOKIE):
        await database.execute("DELETE FROM session WHERE token_hash = $1", secret.fingerprint(token))
    render.drop_cookie(request, response, COOKIE)


async def own(request: Request, actor: Actor) -> list[Own]:
    """Where this account is signed in, the last used first."""
    rows = await database.fetch(OWN, actor.account, rules.idle_limit(actor.role), rules.absolute_limit(actor.role))
    return [Own(**row, here=row["id"] == request.state.session) for row in rows]


async def end_one(actor: Actor, session: UUID) -> bool:
    """Ends a session of this account; False when it has no such one."""
    return bool(await database.execute("DELETE FROM session WHERE id = $1 AND account = $2", session, actor.account))


async def end_others(account: UUID, but: UUID | None = None) -> int:
    """Ends whatever sessions the account has `but` this one; with none named, all of them."""
    return await database.execute("DELETE FROM session WHERE account = $1 AND id IS DISTINCT FROM $2", account, but)


async def is_proved(request: Request) -> bool:
    """Whether whoever is signed in here has proven who they are within the last ten minutes."""
    return bool(
        await database.fetchval(
            "SELECT proved_at > now() - make_interval(mins => $2) FROM session WHERE id = $1",
            request.state.session, PROVED_MINUTES,
        )
    )  # fmt: skip


async def proved(request: Request) -> None:
    """They just did."""
    await database.execute("UPDATE session SET proved_at = now() WHERE id = $1", request.state.session)


async def keep(request: Request, pending: bytes | None) -> None:
    """What the owner of this session is in the middle of, sealed; None: nothing any more."""
    await database.execute("UPDATE session SET pending = $2 WHERE id = $1", request.state.session, pending)


async def kept(request: Request) -> bytes | None:
    found: bytes | None = await database.fetchval("SELECT pending FROM session WHERE id = $1", request.state.session)
    return found
