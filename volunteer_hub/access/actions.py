"""Verbs of accounts: opened, invited, given a role, closed, opened anew. One transaction each, a line in the log."""

from uuid import UUID

import asyncpg

from volunteer_hub.access import audit, factors, links
from volunteer_hub.access.rules import WITH_PASSWORD
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

STAFF_LOCK = 727_004

COLLEAGUE = """
    SELECT id, email, role, language, password_hash, totp_since, closed_at FROM account
    WHERE id = $1 AND role <> $2 FOR NO KEY UPDATE"""

# Rows by which somebody is signed in, or may be without a password.
WAYS_IN = ("session", "device", "sign_in_code")


async def create_account(
    actor: Actor,
    *,
    name: str,
    role: Role,
    email: str | None = None,
    phone: str | None = None,
    language: str = "pl",
) -> UUID:
    """An account that signs in by `email` (in small letters) or `phone` (E.164), at least one of them.

    Raises Refused 409 when somebody already signs in by either.
    """
    if not email and not phone:
        raise ValueError("an account needs an e-mail or a phone")
    async with database.transaction():
        account: UUID | None = await database.fetchval(
            "INSERT INTO account (id, name, email, phone, role, language, created_at)"
            " VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, now()) ON CONFLICT DO NOTHING RETURNING id",
            name, email or None, phone or None, role.value, language,
        )  # fmt: skip
        if account is None:
            raise Refused(mark("Konto z tym adresem e-mail albo telefonem już jest."))
        await audit.record(actor, "account.create", f"account:{account}")
    return account


async def invite(
    settings: Settings, actor: Actor, *, name: str, role: Role, email: str, phone: str | None = None
) -> UUID:
    """A colleague's account, and the letter with their first way in. Raises Refused 409 as `create_account`."""
    async with database.transaction():
        account = await create_account(actor, name=name, role=role, email=email, phone=phone)
        await links.invite(settings, account)
    return account


async def invite_again(settings: Settings, actor: Actor, account: UUID) -> None:
    """Another letter; the link of the one before ends. With it a forgotten password is set anew, never the factor."""
    async with database.transaction():
        await _open(account)
        await links.invite(settings, account)
        await audit.record(actor, "account.invite", f"account:{account}")


async def change_role(settings: Settings, actor: Actor, account: UUID, role: Role) -> None:
    """The one role an account has; all its sessions end at once. Raises Refused (404, 409).

    Who now needs a password and has none is invited to set one.
    """
    if account == actor.account:
        raise Refused(mark("Własnej roli nie można zmienić. Poproś drugą osobę z administracji."))
    async with database.transaction():
        await one_at_a_time()
        row = await _open(account)
        await _keep_an_administrator(account)
        if row["role"] == role:
            return
        await database.execute("UPDATE account SET role = $2 WHERE id = $1", account, role.value)
        await _shut_out(account)
        await audit.record(actor, f"account.role.{role}", f"account:{account}")
        if role in WITH_PASSWORD and not row["password_hash"]:
            await links.invite(settings, account)


async def reset_factor(settings: Settings, actor: Actor, account: UUID) -> None:
    """Their phone is lost: the next way in leads to a new second factor. A letter tells the owner. Raises Refused."""
    async with database.transaction():
        row = await _open(account)
        if row["totp_since"] is None:
            raise Refused(mark("To konto nie ma teraz drugiego kroku logowania. Ustawi go przy wejściu."))
        await factors.take_away(account)
        await audit.record(actor, "account.factor-reset", f"account:{account}")
        moment = await database.fetchval("SELECT extract(epoch FROM now())::bigint")
        await outbox.put(
            key=f"factor-reset:{account}:{moment}",
            about=f"account:{account}",
            channel=Channel.EMAIL,
            address=row["email"],
            language=row["language"],
            template="factor_reset",
            values={"centre": settings.centre_name},
        )
        await links.invite(settings, account)


async def close_account(actor: Actor, account: UUID) -> None:
    """Nobody signs in by it any more, and whoever is signed in is out at once. Raises Refused (404, 409)."""
    if account == actor.account:
        raise Refused(mark("Własnego konta nie można zamknąć. Poproś drugą osobę z administracji."))
    async with database.transaction():
        await one_at_a_time()
        await _open(account)
        await _keep_an_administrator(account)
        await database.execute("UPDATE account SET closed_at = now() WHERE id = $1", account)
        await _shut_out(account)
        await audit.record(actor, "account.close", f"account:{account}")


async def reopen_account(settings: Settings, actor: Actor, account: UUID) -> None:
    """A closed account is there again, in its role, and begins as a new one: invited, without password and factor."""
    async with database.transaction():
        row = await database.fetchrow(COLLEAGUE, account, Role.VOLUNTEER.value)
        if row is None or row["closed_at"] is None:
            raise Refused("", 404)
        await factors.take_away(account)
        await database.execute("UPDATE account SET closed_at = NULL, password_hash = '' WHERE id = $1", account)
        await links.invite(settings, account)
        await audit.record(actor, "account.reopen", f"account:{account}")


async def one_at_a_time() -> None:
    """Changes of who works here wait for each other: each sees what the one before left, and none locks one out.

    The first thing in a transaction.
    """
    await database.execute("SELECT pg_advisory_xact_lock($1)", STAFF_LOCK)


async def _open(account: UUID) -> asyncpg.Record:
    """The account of a colleague who may sign in, locked. Raises Refused 404."""
    row = await database.fetchrow(COLLEAGUE, account, Role.VOLUNTEER.value)
    if row is None or row["closed_at"] is not None:
        raise Refused("", 404)
    return row


async def _keep_an_administrator(account: UUID) -> None:
    """Raises Refused when `account` is the only administrator."""
    left = await database.fetch(
        "SELECT id FROM account WHERE role = $1 AND closed_at IS NULL", Role.ADMINISTRATOR.value
    )
    if [row["id"] for row in left] == [account]:
        raise Refused(mark("To ostatnie konto administracji. Najpierw daj tę rolę komuś jeszcze."))


async def _shut_out(account: UUID) -> None:
    for table in WAYS_IN:
        await database.execute(f"DELETE FROM {table} WHERE account = $1", account)
