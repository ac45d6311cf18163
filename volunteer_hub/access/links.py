"""Links that sign in, once. Opening one shows a button and changes nothing: mail scanners open links too.

The link of an e-mail works in the browser that asked for it; one that an administrator gives out, in any.
"""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from volunteer_hub.access import codes
from volunteer_hub.access.codes import Answer, Checked
from volunteer_hub.access.rules import CODE_MINUTES, INVITATION_MINUTES
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings

INVITATION_LIFE = timedelta(minutes=INVITATION_MINUTES)

ANY_BROWSER = secret.fingerprint("any browser")

LINK = """
    SELECT c.id, c.browser_hash FROM sign_in_code c JOIN account a ON a.id = c.account AND a.closed_at IS NULL
    WHERE c.link_hash = $1 AND c.used_at IS NULL AND c.created_at > now() - make_interval(mins => c.minutes)"""


class Works(StrEnum):
    HERE = "here"
    ELSEWHERE = "elsewhere"
    NO = "no"


async def make(settings: Settings, address: str, minutes: int = CODE_MINUTES) -> str | None:
    """The address that signs in whoever has this e-mail, once, within `minutes`, in any browser; None for nobody's.

    Whoever signs in by a password sets a new one by it; a second factor they have stays and is asked.
    """
    account = await database.fetchval("SELECT id FROM account WHERE email = $1 AND closed_at IS NULL", address)
    return await _make(settings, account, address, minutes) if account else None


async def invite(settings: Settings, account: UUID) -> None:
    """Sends the first way in to somebody of the staff, by e-mail; it works once, within seven days.

    Earlier invitations end. Inside the transaction that opened the account or took its second factor away.
    """
    row = await database.fetchrow("SELECT email, language FROM account WHERE id = $1", account)
    assert row is not None  # noqa: S101 - its own transaction made it
    await database.execute(
        "DELETE FROM sign_in_code WHERE account = $1 AND browser_hash = $2 AND used_at IS NULL", account, ANY_BROWSER
    )
    url = await _make(settings, account, row["email"], INVITATION_MINUTES)
    await outbox.put(
        key=f"invitation:{secret.fingerprint(url).hex()[:40]}",
        about=f"account:{account}",
        channel=Channel.EMAIL,
        address=row["email"],
        language=row["language"],
        template="staff_invitation",
        values={"url": url, "days": INVITATION_MINUTES // 1440, "centre": settings.centre_name},
        expires_at=clock.now() + INVITATION_LIFE,
    )


async def works(token: str, browser: str) -> Works:
    """Whether and where the link would sign in. Looking at it changes nothing."""
    return (await _find(token, browser))[0]


async def open(token: str, browser: str) -> Checked:
    """Uses the link. Of two presses at once, one comes in."""
    async with database.transaction():
        where, id = await _find(token, browser)
        return await codes.use(id) if id and where is Works.HERE else Checked(Answer.STALE)


async def _find(token: str, browser: str) -> tuple[Works, UUID | None]:
    row = await database.fetchrow(LINK, secret.fingerprint(token))
    if row is None:
        return Works.NO, None
    here = bytes(row["browser_hash"]) in (ANY_BROWSER, secret.fingerprint(browser))
    return (Works.HERE if here else Works.ELSEWHERE), row["id"]


async def _make(settings: Settings, account: UUID, address: str, minutes: int) -> str:
    token = secret.token()
    await database.execute(
        "INSERT INTO sign_in_code (id, account, address_hash, browser_hash, secret_hash, link_hash, purpose, address,"
        " tries, minutes, created_at)"
        " VALUES (gen_random_uuid(), $1, $2, $3, ''::bytea, $4, 'sign-in', '', 0, $5, now())",
        account, codes.keyed(settings, "address", address), ANY_BROWSER, secret.fingerprint(token), minutes,
    )  # fmt: skip
    return f"{settings.public_url}/sign-in/link/{token}"
