"""What the staff prove themselves by: passwords and second factors judged, set and renewed. Each leaves a line."""

from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.access import audit, browsers, factors, passwords, sessions, tries
from volunteer_hub.access.rules import WITH_PASSWORD
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import VISITOR, Actor, Role
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

WRONG_PASSWORD = mark("E-mail albo hasło się nie zgadza.")
WRONG_CODE = mark("Ten kod się nie zgadza albo był już użyty. Poczekaj na następny i wpisz go.")


@dataclass(frozen=True)
class Judged:
    """Whose it was, when it was right; else the seconds to wait, if there were too many tries."""

    account: UUID | None = None
    role: Role = Role.ANYONE
    wait: int = 0


async def by_password(settings: Settings, email: str, password: str, client: str) -> Judged:
    """Whose e-mail and password these are. Known or not, it answers the same and takes as long."""
    row = await database.fetchrow(
        "SELECT id, role, password_hash FROM account WHERE email = $1 AND closed_at IS NULL AND role = ANY($2)",
        email, [role.value for role in WITH_PASSWORD],
    )  # fmt: skip
    account = row["id"] if row else None
    whose = str(account or email)
    if wait := await tries.take(settings, whose, client):
        await _failed("sign-in.password", account, "too many")
        return Judged(wait=wait)
    if not await passwords.is_right(account, row["password_hash"] if row else "", password):
        await _failed("sign-in.password", account, "wrong")
        return Judged()
    await tries.give_back(settings, whose, client)
    assert row  # noqa: S101 - nobody's password is never right
    return Judged(account, Role(row["role"]))


async def by_second(settings: Settings, account: UUID, code: str, client: str) -> Judged:
    """Whether `code` is the account's second factor: six digits of the app, or a recovery code."""
    if wait := await tries.take(settings, str(account), client):
        await _failed("sign-in.second", account, "too many")
        return Judged(wait=wait)
    recovery = len(code) != 6
    if not await (factors.use_recovery if recovery else factors.is_right)(settings, account, code):
        await _failed("sign-in.second", account, "wrong")
        return Judged()
    await tries.give_back(settings, str(account), client)
    if recovery:
        await audit.record(VISITOR, "sign-in.recovery-code", f"account:{account}")
    return Judged(account)


async def set_password(actor: Actor, password: str, *, but: UUID | None) -> None:
    """A new password, already found good; every other session ends, and every invitation."""
    stored = await passwords.hashed(password)
    assert actor.account  # noqa: S101 - the pages are for those who have one
    async with database.transaction():
        await database.execute("UPDATE account SET password_hash = $2 WHERE id = $1", actor.account, stored)
        await database.execute("DELETE FROM sign_in_code WHERE account = $1 AND used_at IS NULL", actor.account)
        await sessions.end_others(actor.account, but)
        await audit.record(actor, "account.password", f"account:{actor.account}")


async def set_factor(settings: Settings, account: UUID, key: str, code: str, client: str) -> Judged:
    """`key` becomes the second factor when `code` is its first one."""
    if wait := await tries.take(settings, str(account), client):
        return Judged(wait=wait)
    async with database.transaction():
        if not key or not await factors.confirm(settings, account, key, code):
            return Judged()
        await tries.give_back(settings, str(account), client)
        await audit.record(VISITOR, "account.factor", f"account:{account}")
    return Judged(account)


async def new_recovery_codes(settings: Settings, actor: Actor) -> list[str]:
    """Ten new ones in the place of the former."""
    assert actor.account  # noqa: S101
    async with database.transaction():
        fresh = await factors.new_recovery_codes(settings, actor.account)
        await audit.record(actor, "account.recovery-codes", f"account:{actor.account}")
    return fresh


async def set_phone(account: UUID, phone: str) -> None:
    """A facilitator's number, just proven; browsers remembered by another one are forgotten."""
    other = "UPDATE account SET phone = $2 WHERE id = $1 AND phone IS DISTINCT FROM $2"
    if await database.execute(other, account, phone):
        await browsers.forget_all(account)
    await database.execute("UPDATE account SET phone_proven_at = now() WHERE id = $1", account)


async def _failed(verb: str, account: UUID | None, outcome: str) -> None:
    await audit.record(VISITOR, verb, f"account:{account or 'unknown'}", outcome)
