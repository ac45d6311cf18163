"""Signing in as a person does: asks for a code, reads it, types it."""

import httpx2
from support.visitor import Visitor

from volunteer_hub.kit import database


async def ask_code(visitor: Visitor, who: str) -> None:
    """Leaves the page for the code on the screen."""
    await visitor.open("/sign-in")
    await visitor.send("/sign-in", who=who)


async def newest_code(template: str = "sign_in_code") -> str:
    """The code in the newest message, as the person would read it."""
    return await database.fetchval(
        "SELECT substring(body FROM '[0-9]{6}') FROM message WHERE template = $1 ORDER BY created_at DESC LIMIT 1",
        template,
    )


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def signed_in_as(client: httpx2.AsyncClient) -> str:
    """The role the browser is signed in as, by what its session opens."""
    token = client.cookies.get("session")
    return await database.fetchval(
        "SELECT coalesce((SELECT a.role FROM session s JOIN account a ON a.id = s.account"
        " WHERE s.stage = 'whole' AND s.token_hash = sha256($1::text::bytea)), '')",
        token or "",
    )
