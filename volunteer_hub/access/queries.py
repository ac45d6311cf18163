"""Reads of accounts, of the log and of the settings in force; for those who look after them and see nobody's case."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import STAFF, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import PREFIX, Settings

LOG_PAGE = 50


@dataclass(frozen=True)
class StaffAccount:
    id: UUID
    name: str
    email: str
    role: Role
    created_at: datetime
    signed_in_at: datetime | None


@dataclass(frozen=True)
class LogLine:
    id: UUID
    at: datetime
    who: str
    role: str
    verb: str
    about: str
    outcome: str


@dataclass(frozen=True)
class InForce:
    """A setting as it is now. A secret's `value` stays empty; `is_set` says whether there is one."""

    name: str
    value: str
    secret: bool
    is_set: bool


async def staff_accounts(actor: Actor) -> list[StaffAccount]:
    """Everybody of the centre who may sign in, by name. Volunteers are people, not accounts to look after."""
    _only(actor, Role.ADMINISTRATOR, Role.PROTECTION_OFFICER)
    rows = await database.fetch(
        """SELECT a.id, a.name, coalesce(a.email, '') AS email, a.role, a.created_at,
                  (SELECT max(created_at) FROM session WHERE account = a.id) AS signed_in_at
           FROM account a WHERE a.role = ANY($1) AND a.closed_at IS NULL
           ORDER BY sort_key(a.name) COLLATE "C", a.id""",
        [role.value for role in STAFF],
    )
    return [StaffAccount(**{**row, "role": Role(row["role"])}) for row in rows]


async def roles_there() -> frozenset[Role]:
    """The roles that somebody has who may sign in."""
    rows = await database.fetch("SELECT DISTINCT role FROM account WHERE closed_at IS NULL")
    return frozenset(Role(row["role"]) for row in rows)


async def log(actor: Actor, before: UUID | None = None) -> tuple[list[LogLine], bool]:
    """A page of the log, the newest first, from before the line `before`; and whether older lines follow."""
    _only(actor, Role.PROTECTION_OFFICER)
    rows = await database.fetch(
        """SELECT e.id, e.at, coalesce(a.name, '') AS who, e.role, e.verb, e.about, e.outcome
           FROM audit_entry e LEFT JOIN account a ON a.id = e.account
           WHERE $1::uuid IS NULL OR (e.at, e.id) < (SELECT at, id FROM audit_entry WHERE id = $1)
           ORDER BY e.at DESC, e.id DESC LIMIT $2""",
        before, LOG_PAGE + 1,
    )  # fmt: skip
    return [LogLine(**row) for row in rows[:LOG_PAGE]], len(rows) > LOG_PAGE


def in_force(actor: Actor, settings: Settings) -> list[InForce]:
    """The settings, by name, with no secret among them."""
    _only(actor, Role.ADMINISTRATOR, Role.PROTECTION_OFFICER)
    return [_shown(name, settings) for name in sorted(Settings.model_fields)]


def _shown(name: str, settings: Settings) -> InForce:
    value = getattr(settings, name)
    secret = isinstance(value, SecretStr) or "SecretStr" in str(Settings.model_fields[name].annotation)
    words = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")
    return InForce(PREFIX + name.upper(), "" if secret else words, secret, bool(value))


def _only(actor: Actor, *roles: Role) -> None:
    if actor.role not in roles:
        raise Refused("", 404)


async def first_of_role(role: str) -> Actor | None:
    """Whom the demo's button of `role` signs in: the first account opened, by phone among equals; None without any."""
    row = await database.fetchrow(
        "SELECT id, role, name FROM account WHERE role = $1 AND closed_at IS NULL"
        " ORDER BY created_at, phone, id LIMIT 1",
        role,
    )
    return Actor(role=Role(row["role"]), account=row["id"], name=row["name"]) if row else None
