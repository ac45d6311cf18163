"""Who acts. `access` makes an Actor from a session; every query and action takes one."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What an account is for; design of rights: docs/decisions/0006-roles-and-actors.md."""

    ANYONE = "anyone"
    VOLUNTEER = "volunteer"
    FIRST_CONTACT = "first-contact"
    COORDINATOR = "coordinator"
    FACILITATOR = "facilitator"
    SPECIALIST = "specialist"
    ADMINISTRATOR = "administrator"
    PROTECTION_OFFICER = "protection-officer"
    MACHINE = "machine"


STAFF = frozenset({
    Role.FIRST_CONTACT,
    Role.COORDINATOR,
    Role.FACILITATOR,
    Role.SPECIALIST,
    Role.ADMINISTRATOR,
    Role.PROTECTION_OFFICER,
})


@dataclass(frozen=True, slots=True)
class Actor:
    """The one in whose name something is read or done. `account` is None for a visitor and for the machine itself."""

    role: Role = Role.ANYONE
    account: UUID | None = None
    name: str = ""

    @property
    def signed_in(self) -> bool:
        return self.account is not None

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF


VISITOR = Actor()
SYSTEM = Actor(role=Role.MACHINE, name="system")
