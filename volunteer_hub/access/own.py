"""What people change of their own account, once they have proven who they are. They are told of it; it is logged."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit, browsers, factors
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, mark, speaking

PASSWORD, EMAIL, PHONE = mark("hasło"), mark("adres e-mail"), mark("numer telefonu")
FACTOR, RECOVERY = mark("telefon z kodami"), mark("kody zapasowe")


@dataclass(frozen=True)
class Mine:
    """One's own account."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    language: str
    has_password: bool
    factor_since: datetime | None
    urgent_mail: bool
    digest_mail: bool
    codes_left: int


async def mine(actor: Actor) -> Mine:
    """The account of whoever is signed in. Raises Refused 404 for everybody else."""
    row = await database.fetchrow(
        "SELECT id, name, email, phone, language, password_hash <> '' AS has_password, totp_since AS factor_since,"
        " urgent_mail, digest_mail"
        " FROM account WHERE id = $1",
        actor.account,
    )
    if row is None:
        raise Refused("", 404)
    return Mine(**row, codes_left=await factors.codes_left(row["id"]))


async def want_urgent_mail(actor: Actor, wanted: bool) -> None:
    """Whether this coordinator hears by e-mail of what is urgent."""
    await database.execute("UPDATE account SET urgent_mail = $2 WHERE id = $1", actor.account, wanted)


async def want_digest_mail(actor: Actor, wanted: bool) -> None:
    """Whether this coordinator gets the month's list of what is to be done by e-mail."""
    await database.execute("UPDATE account SET digest_mail = $2 WHERE id = $1", actor.account, wanted)


async def change_address(settings: Settings, actor: Actor, address: str) -> None:
    """`address` (an e-mail or a phone) just proved itself and takes the place of the former one, which is told.

    Raises Refused 409 when an e-mail signs somebody else in.
    """
    email = "@" in address
    column, what = ("email", EMAIL) if email else ("phone", PHONE)
    before = await mine(actor)
    try:
        async with database.transaction():
            await database.execute(
                f"UPDATE account SET {column} = $2, {column}_proven_at = now() WHERE id = $1", before.id, address
            )
            if not email and actor.role is Role.FACILITATOR:
                await browsers.forget_all(before.id)
            await tell(settings, before, what)
            await audit.record(actor, f"account.{column}", f"account:{before.id}")
    except asyncpg.UniqueViolationError:
        raise Refused(mark("Tym adresem loguje się już ktoś inny. Podaj inny albo zadzwoń do nas.")) from None


async def tell(settings: Settings, before: Mine, what: str) -> None:
    """Says to the address as it was until now that something of the account changed."""
    address = before.email or before.phone
    if not address:
        return
    with speaking(before.language):
        changed = gettext(what)
    async with database.transaction():
        await outbox.put(
            key=f"account-changed:{secret.token()}",
            about=f"account:{before.id}",
            channel=Channel.EMAIL if before.email else Channel.SMS,
            address=address,
            language=before.language,
            template="account_changed",
            values={"what": changed, "centre": settings.centre_name},
        )
