"""What a token may be for, what a webhook hears of, how long secrets live. Nothing here reads a clock or a table."""

from datetime import timedelta
from enum import StrEnum


class Scope(StrEnum):
    """What a token lets its program read."""

    OPPORTUNITIES = "opportunities"
    RESOURCES = "resources"
    GROUPS = "groups"
    INDICATORS = "indicators"


class Kind(StrEnum):
    """Of what a webhook hears: things that anybody may read, each under an address of its own."""

    OPPORTUNITY = "opportunity"
    SERVICE = "service"
    ORGANIZATION = "organization"
    GROUP = "group"


class Ended(StrEnum):
    """Why a webhook came to its end."""

    BY_US = "by-us"
    BY_THEM = "by-them"  # it answered 410


# A token's first letters say what it is wherever it turns up: in a log, in a commit, in a search for leaked secrets.
TOKEN_PREFIX = "vhub_"  # noqa: S105 - no secret, the same for all
SECRET_PREFIX = "whsec_"  # noqa: S105 - as Standard Webhooks write a signing secret
LONGEST_DAYS = 731
# After a change of its secret a receiver has this long to learn the new one: both sign meanwhile.
BOTH_SIGN = timedelta(hours=24)
