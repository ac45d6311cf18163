"""Who may sign in, how long for, which roles are handed out, and how often a stranger may try."""

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from volunteer_hub.kit.actor import STAFF, Role

CODE_MINUTES = 10
CODE_TRIES = 5
CODES_PER_HOUR = 5
INVITATION_MINUTES = 7 * 1440
# Signing in is finished within this time of its first step, or begun anew.
HALF_MINUTES = 30
# So long before an unused session of the staff ends, its page asks whether they stay (WCAG 2.2.1 wants 20 seconds).
WARNING_SECONDS = 180
# Proving who one is counts for this long when an address, a password or the second factor is to change.
PROVED_MINUTES = 10
DEVICE_DAYS = 180
RECOVERY_CODES = 10


class Purpose(StrEnum):
    """What the right answer to a code does: signs in, is a facilitator's second step, proves an address or a number,
    or proves once more who is signed in."""

    SIGN_IN = "sign-in"
    SECOND = "second"
    NEW_ADDRESS = "new-address"
    NUMBER = "number"
    PROOF = "proof"


class Stage(StrEnum):
    """How far signing in has come. Only a WHOLE session is anybody's; the others open one page each."""

    WHOLE = "whole"
    PASSWORD = "password"  # noqa: S105 - came by a one-time link: sets a password
    FACTOR = "factor"  # then a second factor
    CODES = "codes"  # then puts the recovery codes away
    SECOND = "second"  # the password was right: the second factor is asked
    PHONE = "phone"  # a facilitator without a number gives one
    SMS = "sms"  # a facilitator on a browser we do not know types the code from the SMS
    CHOICE = "choice"  # the number is a family's: which of them is it

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
# A facilitator comes once a week from a phone: a link and, on a new browser, a code by SMS. The others see much more.
WITH_PASSWORD = STAFF - {Role.FACILITATOR}
STAFF_ROLES = tuple(role for role in ROLES if role in STAFF)


@dataclass(frozen=True)
class Limit:
    """`most` times at once and no more than that in `seconds`, growing back evenly; never, with infinite seconds."""

    name: str
    most: int
    seconds: float

    @property
    def wait(self) -> int:
        """Seconds after which one more try has surely grown back."""
        return math.ceil(self.seconds / self.most)


# A person needs longer than the first to fill a form, and comes back before the second is over.
FASTEST_SECONDS, SLOWEST_SECONDS = 2, 86400

ASKED_FOR_CODES = Limit("sign-in", 20, 3600)
# Wrong passwords, codes and second factors together.
WRONG_OF_ONE_ACCOUNT = Limit("wrong-account", 10, 3600)
WRONG_FROM_ONE_PLACE = Limit("wrong-place", 20, 3600)


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
        Role.FACILITATOR: "/desk/day",
        Role.FIRST_CONTACT: "/desk/requests",
        Role.ADMINISTRATOR: "/desk/settings",
        Role.PROTECTION_OFFICER: "/desk/settings",
        Role.SPECIALIST: "/desk/requests",
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
