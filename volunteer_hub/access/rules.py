"""Who may sign in, how long for, which roles are handed out, and how often a stranger may try."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from volunteer_hub.kit.actor import STAFF, Role

CODE_MINUTES = 10
CODE_TRIES = 5
CODES_PER_HOUR = 5
# Wrong codes for one address, whatever browser they come from.
TRIES_PER_HOUR = 10

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
STAFF_ROLES = tuple(role for role in ROLES if role in STAFF)


@dataclass(frozen=True)
class Limit:
    """`most` times at once and no more than that in `seconds`, growing back evenly."""

    name: str
    most: int
    seconds: int

    @property
    def wait(self) -> int:
        """Seconds after which one more try has surely grown back."""
        return -(-self.seconds // self.most)


ASKED_FOR_CODES = Limit("sign-in", 20, 3600)
WRONG_CODES = Limit("sign-in-wrong", 20, 3600)


def idle_limit(role: Role) -> timedelta:
    """How long an unused session lives: short where other people's data is seen."""
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


def safe_path(wanted: str) -> str:
    """`wanted` when it is a plain path of this site, else nothing: a link that signs in must not lead elsewhere."""
    if not wanted.startswith("/") or wanted.startswith("//") or len(wanted) > 500:
        return ""
    # Browsers read a backslash as a slash and drop control characters, so "/\evil" is another site.
    if "\\" in wanted or any(ord(character) < 0x21 or ord(character) == 0x7F for character in wanted):
        return ""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return ""
    return wanted if not parts.scheme and not parts.netloc else ""
