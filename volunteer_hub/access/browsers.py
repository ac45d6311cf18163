"""What a person calls the browser they sit at, and the browsers that a facilitator proved by a code in an SMS."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access.rules import DEVICE_DAYS
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import Actor
from volunteer_hub.web import render

COOKIE = "device"

# The first word that is in the header wins: every other browser calls itself Safari, and most of them Chrome too.
PROGRAMS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "CrOS": "ChromeOS",
    "Mac OS": "macOS", "Linux": "Linux",
}  # fmt: skip


@dataclass(frozen=True)
class Device:
    id: UUID
    label: str
    created_at: datetime
    seen_at: datetime


def label(request: Request) -> str:
    """The browser in words its owner knows: "Firefox, Android"; nothing of what else the header tells is kept."""
    agent = request.headers.get("user-agent", "")[:400]
    named = (next((words for sign, words in names.items() if sign in agent), "") for names in (PROGRAMS, SYSTEMS))
    return ", ".join(filter(None, named))


async def is_known(request: Request, account: UUID) -> bool:
    """Whether this browser proved itself as this account's within half a year; using it is noted."""
    token = render.read_cookie(request, COOKIE)
    return bool(
        token
        and await database.execute(
            "UPDATE device SET seen_at = now()"
            " WHERE token_hash = $1 AND account = $2 AND created_at > now() - make_interval(days => $3)",
            secret.fingerprint(token), account, DEVICE_DAYS,
        )
    )  # fmt: skip


async def remember(request: Request, response: Response, account: UUID) -> None:
    """From now on the link alone signs the account in on this browser."""
    token = secret.token()
    await database.execute(
        "INSERT INTO device (id, token_hash, account, label, created_at, seen_at)"
        " VALUES (gen_random_uuid(), $1, $2, $3, now(), now())",
        secret.fingerprint(token), account, label(request),
    )  # fmt: skip
    render.cookie(request, response, COOKIE, token, max_age=DEVICE_DAYS * 86400)


async def own(actor: Actor) -> list[Device]:
    rows = await database.fetch(
        "SELECT id, label, created_at, seen_at FROM device"
        " WHERE account = $1 AND created_at > now() - make_interval(days => $2) ORDER BY seen_at DESC, id",
        actor.account, DEVICE_DAYS,
    )  # fmt: skip
    return [Device(**row) for row in rows]


async def forget(actor: Actor, device: UUID) -> bool:
    """The browser has to prove itself again; False when the account has no such one."""
    return bool(await database.execute("DELETE FROM device WHERE id = $1 AND account = $2", device, actor.account))


async def forget_all(account: UUID) -> None:
    await database.execute("DELETE FROM device WHERE account = $1", account)
