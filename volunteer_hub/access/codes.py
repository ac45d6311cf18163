"""Signing in without a password: a code to an e-mail or phone, or a link the administrator prints. Once, ten minutes.

Whether an address is known shows nowhere: an unknown one gets a row without an account, the same pages, the same
counting of tries, and only no message.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.access.rules import CODE_MINUTES, CODE_TRIES, CODES_PER_HOUR, TRIES_PER_HOUR
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import VISITOR, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings
from volunteer_hub.web import i18n
from volunteer_hub.web.i18n import mark

# A link is bound to no browser: it is opened wherever it was pasted.
ANY_BROWSER = secret.fingerprint("any browser")

NEWEST = """
    SELECT id, account, address_hash, secret_hash, tries FROM sign_in_code
    WHERE browser_hash = $1 AND used_at IS NULL AND created_at > now() - make_interval(mins => $2)
    ORDER BY created_at DESC LIMIT 1"""

FORGET = """
    DELETE FROM sign_in_code WHERE id IN (
        SELECT id FROM sign_in_code WHERE created_at < now() - interval '1 day'
        ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED)"""


class Answer(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    STALE = "stale"
    TOO_MANY = "too many"


@dataclass(frozen=True)
class Checked:
    """What came of a code: with RIGHT the account, with WRONG how many tries are left."""

    answer: Answer
    account: UUID | None = None
    role: Role = Role.ANYONE
    left: int = 0


async def ask(settings: Settings, browser: str, address: str) -> None:
    """Sends a code to whoever signs in by `address` (e-mail or E.164), for this browser alone.

    Raises Refused 429 when too many were asked for at this address within the hour, known or not.
    """
    address_hash = _keyed(settings, "address", address)
    async with database.transaction():
        # Requests for one address wait for each other, else two at once would both see the fourth code.
        await database.execute("SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))", address_hash)
        asked = await database.fetchval(
            "SELECT count(*) FROM sign_in_code WHERE address_hash = $1 AND created_at > now() - interval '1 hour'",
            address_hash,
        )
        if asked >= CODES_PER_HOUR:
            raise Refused(mark("Wysłaliśmy już kilka kodów. Nowy będzie można dostać za godzinę."), 429)
        account = await database.fetchrow(
            "SELECT id, language FROM account WHERE (email = $1 OR phone = $1) AND closed_at IS NULL FOR NO KEY UPDATE",
            address,
        )
        code, id = secret.digits(), uuid4()
        await database.execute(FORGET)
        await _keep(
            id, account and account["id"], address_hash, secret.fingerprint(browser), _coded(settings, id, code)
        )
        if account and await _may_have_another(account["id"]):
            await _send(settings, account["id"], account["language"], id, address, code)
        else:
            await _rehearse(settings, id, code)


async def _rehearse(settings: Settings, id: UUID, code: str) -> None:
    """Writes a message to nobody and takes it back: an address nobody has takes as long as a known one."""
    async with database.transaction() as savepoint:
        await _send(settings, id, i18n.language(), id, "nobody@example.invalid", code)
        await savepoint.rollback()  # type: ignore[no-untyped-call]  # piccolo's


async def _may_have_another(account: UUID) -> bool:
    """Also of an account with an e-mail and a phone; silently, as saying so would tie the two together."""
    sent = await database.fetchval(
        "SELECT count(*) FROM sign_in_code WHERE account = $1 AND created_at > now() - interval '1 hour'", account
    )
    return bool(sent <= CODES_PER_HOUR)


async def _send(settings: Settings, account: UUID, language: str, id: UUID, address: str, code: str) -> None:
    channel = Channel.EMAIL if "@" in address else Channel.SMS
    expires_at = await database.fetchval("SELECT now() + make_interval(mins => $1)", CODE_MINUTES)
    await outbox.put(
        key=f"code:{id}:{channel}",
        about=f"account:{account}",
        channel=channel,
        address=address,
        language=language,
        template="sign_in_code",
        values={"code": code, "minutes": CODE_MINUTES, "centre": settings.centre_name},
        expires_at=expires_at,
    )


async def check(settings: Settings, browser: str, code: str) -> Checked:
    """Whether `code` is the newest one this browser asked for. Every try counts, at once and for all."""
    async with database.transaction():
        row = await database.fetchrow(NEWEST, secret.fingerprint(browser), CODE_MINUTES)
        if row is None:
            return Checked(Answer.STALE)
        tries = await database.fetchval(
            "UPDATE sign_in_code SET tries = tries + 1 WHERE id = $1 AND tries < $2 RETURNING tries",
            row["id"], CODE_TRIES,
        )  # fmt: skip
        spent = await database.fetchval(
            "SELECT sum(tries) FROM sign_in_code WHERE address_hash = $1 AND created_at > now() - interval '1 hour'",
            row["address_hash"],
        )
        about = f"account:{row['account']}" if row["account"] else "account:unknown"
        if tries is None or spent > TRIES_PER_HOUR:
            await audit.record(VISITOR, "sign-in.code", about, "too many")
            return Checked(Answer.TOO_MANY)
        if row["account"] is None or not _matches(settings, row, code):
            await audit.record(VISITOR, "sign-in.code", about, "wrong")
            return Checked(Answer.WRONG, left=CODE_TRIES - tries)
        return await _used(row["id"])


async def _used(id: UUID) -> Checked:
    row = await database.fetchrow(
        "UPDATE sign_in_code c SET used_at = now() FROM account a"
        " WHERE c.id = $1 AND c.used_at IS NULL AND a.id = c.account AND a.closed_at IS NULL"
        " RETURNING a.id, a.role, a.name",
        id,
    )
    if row is None:
        return Checked(Answer.STALE)
    role = Role(row["role"])
    await audit.record(Actor(role=role, account=row["id"], name=row["name"]), "sign-in", f"account:{row['id']}")
    return Checked(Answer.RIGHT, row["id"], role)


async def make_link(settings: Settings, address: str) -> str | None:
    """The address that signs in whoever has this e-mail or phone, once, within ten minutes; None for nobody's."""
    account = await database.fetchval(
        "SELECT id FROM account WHERE (email = $1 OR phone = $1) AND closed_at IS NULL", address
    )
    if account is None:
        return None
    token = secret.token()
    await _keep(uuid4(), account, _keyed(settings, "address", address), ANY_BROWSER, secret.fingerprint(token))
    return f"{settings.public_url}/sign-in/link/{token}"


LINK = """
    SELECT c.id FROM sign_in_code c JOIN account a ON a.id = c.account AND a.closed_at IS NULL
    WHERE c.browser_hash = $1 AND c.secret_hash = $2 AND c.used_at IS NULL
      AND c.created_at > now() - make_interval(mins => $3)"""


async def link_works(token: str) -> bool:
    """Whether the link would sign in. Looking at it changes nothing: mail scanners look too."""
    return await _link(token) is not None


async def open_link(token: str) -> Checked:
    """Signs in by the link. Of two presses at once, one comes in."""
    async with database.transaction():
        id = await _link(token)
        return await _used(id) if id else Checked(Answer.STALE)


async def _link(token: str) -> UUID | None:
    id: UUID | None = await database.fetchval(LINK, ANY_BROWSER, secret.fingerprint(token), CODE_MINUTES)
    return id


async def _keep(id: UUID, account: UUID | None, address_hash: bytes, browser_hash: bytes, secret_hash: bytes) -> None:
    await database.execute(
        "INSERT INTO sign_in_code (id, account, address_hash, browser_hash, secret_hash, tries, created_at)"
        " VALUES ($1, $2, $3, $4, $5, 0, now())",
        id, account, address_hash, browser_hash, secret_hash,
    )  # fmt: skip


def _keyed(settings: Settings, what: str, *parts: str) -> bytes:
    return bytes.fromhex(secret.sign(settings.key, what, *parts))


def _coded(settings: Settings, id: UUID, code: str) -> bytes:
    """Six digits are guessed in a moment from a plain hash: theirs is keyed, and different in every row."""
    return _keyed(settings, "code", str(id), code)


def _matches(settings: Settings, row: asyncpg.Record, code: str) -> bool:
    return secret.same(_coded(settings, row["id"], code).hex(), bytes(row["secret_hash"]).hex())
