"""Reads of accounts and of the settings in force; for those who look after them and see nobody's case."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import STAFF, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import PREFIX, Settings


@dataclass(frozen=True)
class StaffAccount:
    """`invited`: the first way in was sent and not yet used. `factor`: signs in with two."""

    id: UUID
    name: str
    email: str
    role: Role
    invited: bool
    factor: bool
    created_at: datetime
    signed_in_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class InForce:
    """A setting as it is now. A secret's `value` stays empty; `is_set` says whether there is one."""

    name: str
    value: str
    secret: bool
    is_set: bool


@dataclass(frozen=True)
class Copies:
    """When a backup was last made, and one last put back; None: never, by what this database remembers."""

    made_at: datetime | None
    restored_at: datetime | None


COPIES = """
    SELECT (SELECT max(at) FROM audit_entry WHERE verb = 'backup.made') AS made_at,
           (SELECT max(at) FROM audit_entry WHERE verb = 'backup.restored') AS restored_at"""

STAFF_ACCOUNTS = """
    SELECT a.id, a.name, coalesce(a.email, '') AS email, a.role, a.created_at, a.closed_at,
           a.totp_since IS NOT NULL AS factor, seen.at AS signed_in_at, seen.at IS NULL AS invited
    FROM account a LEFT JOIN LATERAL (
        SELECT max(e.at) AS at FROM audit_entry e
        WHERE e.account = a.id AND e.verb LIKE 'sign-in%' AND e.outcome = 'done'
    ) AS seen ON true
    WHERE a.role = ANY($1)"""


async def staff_accounts(actor: Actor) -> list[StaffAccount]:
    """Everybody of the centre, who may sign in first, by name. Volunteers are people, not accounts to look after."""
    _only(actor, Role.ADMINISTRATOR, Role.PROTECTION_OFFICER)
    by_name = 'ORDER BY a.closed_at IS NOT NULL, sort_key(a.name) COLLATE "C", a.id'
    rows = await database.fetch(f"{STAFF_ACCOUNTS} {by_name}", _staff())
    return [StaffAccount(**{**row, "role": Role(row["role"])}) for row in rows]


async def staff_account(actor: Actor, account: UUID) -> StaffAccount:
    """One of them. Raises Refused 404, as for a volunteer's."""
    _only(actor, Role.ADMINISTRATOR)
    row = await database.fetchrow(f"{STAFF_ACCOUNTS} AND a.id = $2", _staff(), account)
    if row is None:
        raise Refused("", 404)
    return StaffAccount(**{**row, "role": Role(row["role"])})


async def roles_there() -> frozenset[Role]:
    """The roles that somebody has who may sign in."""
    rows = await database.fetch("SELECT DISTINCT role FROM account WHERE closed_at IS NULL")
    return frozenset(Role(row["role"]) for row in rows)


async def copies() -> Copies:
    """When everything was last copied out and put back, by the log."""
    row = await database.fetchrow(COPIES)
    assert row  # noqa: S101 - two values are always one row
    return Copies(**row)


def in_force(actor: Actor, settings: Settings) -> list[InForce]:
    """The settings, by name, with no secret among them."""
    _only(actor, Role.ADMINISTRATOR, Role.PROTECTION_OFFICER)
    return [_shown(name, settings) for name in sorted(Settings.model_fields)]


def _shown(name: str, settings: Settings) -> InForce:
    value = getattr(settings, name)
    secret = isinstance(value, SecretStr) or "SecretStr" in str(Settings.model_fields[name].annotation)
    words = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")
    return InForce(PREFIX + name.upper(), "" if secret else words, secret, bool(value))


def _staff() -> list[str]:
    return sorted(role.value for role in STAFF)


def _only(actor: Actor, *roles: Role) -> None:
    if actor.role not in roles:
        raise Refused("", 404)


async def of_role(role: str, nth: int = 0) -> Actor | None:
    """Whom the demo's button of `role` signs in: the first account opened, or the one `nth` after it, by phone and
    e-mail among equals; None without any."""
    row = await database.fetchrow(
        "SELECT id, role, name FROM account WHERE role = $1 AND closed_at IS NULL"
        " ORDER BY created_at, phone, email, id LIMIT 1 OFFSET $2",
        role, nth,
    )  # fmt: skip
    return Actor(role=Role(row["role"]), account=row["id"], name=row["name"]) if row else None
