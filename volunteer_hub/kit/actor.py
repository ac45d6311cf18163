"""Who acts. `access` makes an Actor from a session; every query and action takes one."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from volunteer_hub.kit.refused import Refused


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

    @property
    def coordinates(self) -> bool:
        """A coordinator, or the machine where it acts for them: whoever sees and plans all of the centre's work."""
        return self.role in (Role.COORDINATOR, Role.MACHINE)


VISITOR = Actor()
SYSTEM = Actor(role=Role.MACHINE, name="system")


def coordinators_only(actor: Actor) -> None:
    """Raises Refused 404 for everybody but coordinators and the machine."""
    if not actor.coordinates:
        raise Refused("", 404)
