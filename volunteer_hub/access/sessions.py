"""Signed-in browsers: opaque tokens in cookies, their hashes in the table, ended by time, a press or a change."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import rules
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import VISITOR, Actor, Role
from volunteer_hub.web import i18n, render

COOKIE = "session"

FIND = """
    SELECT s.id, s.created_at, s.seen_at, now() AS now, a.id AS account, a.name, a.role, a.language
    FROM session s JOIN account a ON a.id = s.account
    WHERE s.token_hash = $1 AND a.closed_at IS NULL"""


async def actor_of(request: Request) -> Actor:
    """Who this browser is signed in as; a visitor when it is not, or no longer."""
    token = render.read_cookie(request, COOKIE)
    if not token:
        return VISITOR
    row = await database.fetchrow(FIND, secret.fingerprint(token))
    if row is None:
        return VISITOR
    role = Role(row["role"])
    if row["now"] - row["seen_at"] > rules.idle_limit(role) or row["now"] - row["created_at"] > rules.absolute_limit(
        role
    ):
        await database.execute("DELETE FROM session WHERE id = $1", row["id"])
        return VISITOR
    if (row["now"] - row["seen_at"]).total_seconds() > 60:
        await database.execute("UPDATE session SET seen_at = now() WHERE id = $1", row["id"])
    if not getattr(request.state, "language_asked", False):
        i18n.use(row["language"])
    return Actor(role=role, account=row["account"], name=row["name"])


async def start(request: Request, response: Response, account: UUID, role: Role) -> None:
    """Signs this browser in under a new token; whatever session it had ends."""
    await end(request, response)
    token = secret.token()
    await database.execute(
        "INSERT INTO session (id, token_hash, account, created_at, seen_at)"
        " VALUES (gen_random_uuid(), $1, $2, now(), now())",
        secret.fingerprint(token),
        account,
    )
    limit = rules.absolute_limit(role)
    render.cookie(request, response, COOKIE, token, max_age=int(limit.total_seconds()))


async def end(request: Request, response: Response) -> None:
    """Signs this browser out."""
    if token := render.read_cookie(request, COOKIE):
        await database.execute("DELETE FROM session WHERE token_hash = $1", secret.fingerprint(token))
    render.drop_cookie(request, response, COOKIE)
