"""Tokens: administrators make and end them; a program that sends one is known by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.exchange.api_access.rules import TOKEN_PREFIX, Scope
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused

MAKE = """
    INSERT INTO api_token (id, name, scopes, token_hash, made_by, made_at, ends_on)
    VALUES (gen_random_uuid(), $1, $2, $3, $4, now(), $5) RETURNING id"""

END = "UPDATE api_token SET ended_at = now(), ended_by = $2 WHERE id = $1 AND ended_at IS NULL"

LINES = """
    SELECT t.id, t.name, t.scopes, a.name AS made_by, t.made_at, t.ends_on, t.used_on, t.ended_at,
           t.ended_at IS NULL AND t.ends_on >= centre_today() AS works
    FROM api_token t JOIN account a ON a.id = t.made_by ORDER BY 9 DESC, t.made_at DESC, t.id"""

# Found by its hash alone: how long that takes says nothing of any token, and one that ended is as one that never was.
KNOWN = """
    SELECT id, scopes, used_on IS DISTINCT FROM centre_today() AS first_today FROM api_token
    WHERE token_hash = $1 AND ended_at IS NULL AND ends_on >= centre_today()"""

USED = "UPDATE api_token SET used_on = centre_today() WHERE id = $1 AND used_on IS DISTINCT FROM centre_today()"


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as administrators see it: all but itself."""

    id: UUID
    name: str
    scopes: tuple[Scope, ...]
    made_by: str
    made_at: datetime
    ends_on: date
    used_on: date | None
    ended_at: datetime | None
    works: bool


@dataclass(frozen=True, slots=True)
class Bearer:
    """A program that proved itself."""

    id: UUID
    scopes: frozenset[Scope]


def administrators_only(actor: Actor) -> None:
    """Raises Refused 404 for everybody else."""
    if actor.role is not Role.ADMINISTRATOR:
        raise Refused("", 404)


async def make(actor: Actor, name: str, scopes: Iterable[Scope], ends_on: date) -> str:
    """A new token, to be shown this once. Raises Refused 404 for all but administrators."""
    administrators_only(actor)
    token = TOKEN_PREFIX + secret.token()
    async with database.transaction():
        known = sorted(scope.value for scope in scopes)
        id = await database.fetchval(MAKE, name, known, secret.fingerprint(token), actor.account, ends_on)
        await audit.record(actor, "api.token-make", f"token:{id}")
    return token


async def end(actor: Actor, id: UUID) -> None:
    """From now on it opens nothing. Ended twice is ended. Raises Refused 404."""
    administrators_only(actor)
    async with database.transaction():
        if await database.execute(END, id, actor.account):
            await audit.record(actor, "api.token-end", f"token:{id}")
        elif not await database.fetchval("SELECT 1 FROM api_token WHERE id = $1", id):
            raise Refused("", 404)


async def listed(actor: Actor) -> list[TokenLine]:
    """All of them, those that work first. Raises Refused 404."""
    administrators_only(actor)
    rows = await database.fetch(LINES)
    return [TokenLine(**{**row, "scopes": tuple(one for one in Scope if one in row["scopes"])}) for row in rows]


async def known(token: str) -> Bearer | None:
    """Whose token it is, if it works; the day is noted."""
    row = await database.fetchrow(KNOWN, secret.fingerprint(token))
    if row is None:
        return None
    if row["first_today"]:
        await database.execute(USED, row["id"])
    return Bearer(row["id"], frozenset(Scope(one) for one in row["scopes"]))
