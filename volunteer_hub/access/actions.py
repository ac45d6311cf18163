"""Verbs of accounts: opened, closed. One transaction each, and a line in the log."""

from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark


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


async def close_account(actor: Actor, account: UUID) -> None:
    """Nobody signs in by it any more, and whoever is signed in is out at once. Raises Refused (404, 409)."""
    if account == actor.account:
        raise Refused(mark("Własnego konta nie można zamknąć. Poproś drugą osobę z administracji."))
    async with database.transaction():
        closed = await database.execute(
            "UPDATE account SET closed_at = now() WHERE id = $1 AND role <> $2 AND closed_at IS NULL",
            account, Role.VOLUNTEER.value,
        )  # fmt: skip
        if not closed:
            raise Refused("", 404)
        await database.execute("DELETE FROM session WHERE account = $1", account)
        await audit.record(actor, "account.close", f"account:{account}")
