"""Who may sign in, how long for, and which roles are handed out."""

from datetime import timedelta

from volunteer_hub.kit.actor import STAFF, Role

CODE_MINUTES = 10
CODE_TRIES = 5
CODES_PER_HOUR = 5

# The order in which the sign-in page of the demo and `account create --role` name them.
ROLES = (
    Role.COORDINATOR,
    Role.VOLUNTEER,
    Role.FIRST_CONTACT,
    Role.FACILITATOR,
    Role.SPECIALIST,
    Role.ADMINISTRATOR,
    Role.PROTECTION_OFFICER,
)


def idle_limit(role: Role) -> timedelta:
    """How long an unused session lives: short where other people's data is seen (trust: T18)."""
    return timedelta(minutes=30) if role in STAFF else timedelta(days=14)


def absolute_limit(role: Role) -> timedelta:
    """How long any session lives, used or not."""
    return timedelta(hours=12) if role in STAFF else timedelta(days=30)


def landing(role: Role) -> str:
    """Where one goes after signing in."""
    return {
        Role.VOLUNTEER: "/me",
        Role.FACILITATOR: "/desk/initiatives",
        Role.FIRST_CONTACT: "/desk/requests",
        Role.ADMINISTRATOR: "/desk/settings",
        Role.PROTECTION_OFFICER: "/desk/settings",
        Role.SPECIALIST: "/desk/initiatives",
    }.get(role, "/desk")
