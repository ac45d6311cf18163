"""Codes: six digits to an e-mail or phone, typed into the browser that asked. Once, ten minutes, five tries.

Whether an address is known shows nowhere: an unknown one gets a row without an account, the same pages, the same
counting of tries, and only no message.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

import asyncpg

from volunteer_hub.access import audit, tries
from volunteer_hub.access.rules import CODE_MINUTES, CODE_TRIES, CODES_PER_HOUR, WITH_PASSWORD, Purpose
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import VISITOR, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox, proven
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings
from volunteer_hub.web import i18n
from volunteer_hub.web.i18n import mark

# Whom an address signs in. An e-mail is one person's. A number is a family's; it is nobody's until it proved itself,
# and no way in for those who work here.
BY_EMAIL = "SELECT id, role, language FROM account WHERE email = $1 AND closed_at IS NULL FOR NO KEY UPDATE"
BY_PHONE = """
    SELECT a.id, a.role, a.language FROM account a
    WHERE a.phone = $1 AND a.closed_at IS NULL AND a.role = 'volunteer'
      AND EXISTS (SELECT FROM proven_number WHERE address = $1 AND how <> 'asked')
    ORDER BY a.created_at, a.id LIMIT 1 FOR NO KEY UPDATE OF a"""

NEWEST = """
    SELECT id, account, address, address_hash, secret_hash FROM sign_in_code
    WHERE browser_hash = $1 AND purpose = $2 AND used_at IS NULL
      AND created_at > now() - make_interval(mins => minutes)
    ORDER BY created_at DESC LIMIT 1"""

FORGET = """
    DELETE FROM sign_in_code WHERE id IN (
        SELECT id FROM sign_in_code
        WHERE created_at < now() - interval '1 day' AND created_at < now() - make_interval(mins => minutes)
        ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED)"""


class Answer(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    STALE = "stale"
    TOO_MANY = "too many"


@dataclass(frozen=True)
class Checked:
    """What came of a code: with RIGHT the account (if it is anybody's) and the address it proved, with WRONG how many
    tries are left, with TOO_MANY how many seconds to wait."""

    answer: Answer
    account: UUID | None = None
    role: Role = Role.ANYONE
    address: str = ""
    left: int = 0
    wait: int = 3600


@dataclass(frozen=True)
class _Fresh:
    """A row about to be kept: a code, and for an e-mail a link that stands for it."""

    id: UUID
    code: str
    link: str


async def ask(settings: Settings, browser: str, address: str) -> None:
    """Sends to whoever signs in by `address` (e-mail or E.164) a code, by e-mail a link too, for this browser alone.

    Who signs in by a password is told so instead. Raises Refused 429 when too many were asked for at this address
    within the hour, known or not.
    """
    async with database.transaction():
        await _count(settings, address)
        account = await database.fetchrow(BY_EMAIL if "@" in address else BY_PHONE, address)
        by_password = account is not None and Role(account["role"]) in WITH_PASSWORD
        fresh = await _keep(settings, browser, address, account if not by_password else None, Purpose.SIGN_IN)
        if account and await _may_have_another(account["id"]):
            template = "sign_in_password" if by_password else "sign_in_code"
            await _send(settings, account["id"], account["language"], fresh, address, template)
        else:
            await _rehearse(settings, fresh, address)


async def ask_second(settings: Settings, browser: str, account: UUID, phone: str, language: str) -> bool:
    """Sends a code by SMS to a facilitator who came by the link; False when too many went there within the hour."""
    async with database.transaction():
        await database.execute("SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE", account)
        if not await _may_have_another(account, spare=1):
            return False
        fresh = await _keep(settings, browser, phone, {"id": account}, Purpose.SECOND, proves=phone)
        await _send(settings, account, language, fresh, phone, "sign_in_code")
    return True


async def ask_mine(settings: Settings, browser: str, actor: Actor, address: str, purpose: Purpose) -> None:
    """Sends a code to somebody signed in: to a new address that must prove itself, or to their own as a proof.

    Raises Refused 429 after too many within the hour.
    """
    assert actor.account  # noqa: S101 - the pages are for the signed in
    async with database.transaction():
        await _count(settings, address)
        await database.execute("SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE", actor.account)
        if not await _may_have_another(actor.account, spare=1):
            raise _too_many()
        fresh = await _keep(settings, browser, address, {"id": actor.account}, purpose, proves=address)
        template = "address_code" if purpose is Purpose.NEW_ADDRESS else "sign_in_code"
        await _send(settings, actor.account, i18n.language(), fresh, address, template)


async def for_number(settings: Settings, browser: str, phone: str) -> str:
    """A code for the one SMS to a number that a stranger typed: typed into this browser it proves the number."""
    fresh = await _keep(settings, browser, phone, None, Purpose.NUMBER, proves=phone)
    return fresh.code


async def check(
    settings: Settings, browser: str, code: str, client: str, purpose: Purpose = Purpose.SIGN_IN
) -> Checked:
    """Whether `code` is the newest one this browser asked for. Every try counts, at once and for all."""
    async with database.transaction():
        row = await database.fetchrow(NEWEST, secret.fingerprint(browser), purpose.value)
        if row is None:
            return Checked(Answer.STALE)
        whose = str(row["account"] or bytes(row["address_hash"]).hex())
        about = f"account:{row['account'] or 'unknown'}"
        wait = await tries.take(settings, whose, client)
        tried = not wait and await database.fetchval(
            "UPDATE sign_in_code SET tries = tries + 1 WHERE id = $1 AND tries < $2 RETURNING tries",
            row["id"], CODE_TRIES,
        )  # fmt: skip
        if not tried:
            await audit.record(VISITOR, "sign-in.code", about, "too many")
            return Checked(Answer.TOO_MANY, wait=wait or 3600)
        nobodys = row["account"] is None and purpose is not Purpose.NUMBER
        if nobodys or not _matches(settings, row, code):
            await audit.record(VISITOR, "sign-in.code", about, "wrong")
            return Checked(Answer.WRONG, left=CODE_TRIES - tried)
        await tries.give_back(settings, whose, client)
        address = row["address"] or await _own_phone(settings, row)
        return await use(row["id"], address)


async def use(id: UUID, address: str = "") -> Checked:
    """Uses the row up; of two at once, one does. Inside a transaction."""
    row = await database.fetchrow(
        "UPDATE sign_in_code c SET used_at = now()"
        " FROM sign_in_code s LEFT JOIN account a ON a.id = s.account AND a.closed_at IS NULL"
        " WHERE c.id = $1 AND s.id = c.id AND c.used_at IS NULL AND (c.account IS NULL OR a.id IS NOT NULL)"
        " RETURNING a.id, a.role",
        id,
    )
    if row is None:
        return Checked(Answer.STALE)
    if address and "@" not in address:
        await proven.note(address, "code")
    proves = "phone_proven_at" if address else "email_proven_at"
    await database.execute(f"UPDATE account SET {proves} = now() WHERE id = $1 AND {proves} IS NULL", row["id"])
    return Checked(Answer.RIGHT, row["id"], Role(row["role"] or Role.ANYONE), address)


async def _own_phone(settings: Settings, row: asyncpg.Record) -> str:
    """The account's phone, when that is where the code went, of which the row has only a mark; "" for an e-mail."""
    phone = await database.fetchval("SELECT phone FROM account WHERE id = $1", row["account"])
    asked = bytes(row["address_hash"])
    return phone if phone and keyed(settings, "address", phone) == asked else ""


async def family(phone: str) -> list[tuple[UUID, str]]:
    """Whom a number signs in, by first name; of two with the same one also the surname's first letter."""
    rows = await database.fetch(
        "SELECT id, name FROM account WHERE phone = $1 AND closed_at IS NULL AND role = 'volunteer'"
        ' ORDER BY sort_key(name) COLLATE "C", id',
        phone,
    )
    firsts = [row["name"].partition(" ")[0] for row in rows]
    return [
        (row["id"], first if firsts.count(first) == 1 else f"{first} {row['name'].rpartition(' ')[2][:1]}.")
        for row, first in zip(rows, firsts, strict=True)
    ]


async def _count(settings: Settings, address: str) -> None:
    address_hash = keyed(settings, "address", address)
    # Requests for one address wait for each other, else two at once would both see the fourth code.
    await database.execute("SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))", address_hash)
    asked = await database.fetchval(
        "SELECT count(*) FROM sign_in_code WHERE address_hash = $1 AND created_at > now() - interval '1 hour'",
        address_hash,
    )
    if asked >= CODES_PER_HOUR:
        raise _too_many()


def _too_many() -> Refused:
    return Refused(mark("Wysłaliśmy już kilka kodów. Nowy będzie można dostać za godzinę."), 429)


async def _may_have_another(account: UUID, spare: int = 0) -> bool:
    """Also of an account with an e-mail and a phone; silently, as saying so would tie the two together."""
    sent = await database.fetchval(
        "SELECT count(*) FROM sign_in_code WHERE account = $1 AND created_at > now() - interval '1 hour'", account
    )
    return bool(sent + spare <= CODES_PER_HOUR)


async def _rehearse(settings: Settings, fresh: _Fresh, address: str) -> None:
    """Writes a message to nobody and takes it back: an address nobody has takes as long as a known one."""
    async with database.transaction() as savepoint:
        nobody = "nobody@example.invalid" if "@" in address else "+00000000"
        await _send(settings, fresh.id, i18n.language(), fresh, nobody, "sign_in_code")
        await savepoint.rollback()  # type: ignore[no-untyped-call]  # piccolo's


async def _send(
    settings: Settings, account: UUID, language: str, fresh: _Fresh, address: str, template: str
) -> None:
    channel = Channel.EMAIL if "@" in address else Channel.SMS
    path = "/sign-in/password" if template == "sign_in_password" else f"/sign-in/link/{fresh.link}"
    expires_at = await database.fetchval("SELECT now() + make_interval(mins => $1)", CODE_MINUTES)
    await outbox.put(
        key=f"code:{fresh.id}:{channel}",
        about=f"account:{account}",
        channel=channel,
        address=address,
        language=language,
        template=template,
        values={
            "code": fresh.code,
            "url": settings.public_url + path if fresh.link else "",
            "minutes": CODE_MINUTES,
            "centre": settings.centre_name,
        },
        expires_at=expires_at,
    )


async def _keep(
    settings: Settings,
    browser: str,
    address: str,
    account: asyncpg.Record | dict[str, UUID] | None,
    purpose: Purpose,
    proves: str = "",
) -> _Fresh:
    link = secret.token() if purpose is Purpose.SIGN_IN and "@" in address else ""
    fresh = _Fresh(uuid4(), secret.digits(), link)
    await database.execute(FORGET)
    await database.execute(
        "INSERT INTO sign_in_code (id, account, address_hash, browser_hash, secret_hash, link_hash, purpose, address,"
        " tries, minutes, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, now())",
        fresh.id, account and account["id"], keyed(settings, "address", address), secret.fingerprint(browser),
        _coded(settings, fresh.id, fresh.code), secret.fingerprint(link) if link else None, purpose.value, proves,
        CODE_MINUTES,
    )  # fmt: skip
    return fresh


def keyed(settings: Settings, what: str, *parts: str) -> bytes:
    return bytes.fromhex(secret.sign(settings.key, what, *parts))


def _coded(settings: Settings, id: UUID, code: str) -> bytes:
    """Six digits are guessed in a moment from a plain hash: theirs is keyed, and different in every row."""
    return keyed(settings, "code", str(id), code)


def _matches(settings: Settings, row: asyncpg.Record, code: str) -> bool:
    return secret.same(_coded(settings, row["id"], code).hex(), bytes(row["secret_hash"]).hex())
