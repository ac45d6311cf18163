"""How pressing a need is, and where it stands."""

from enum import StrEnum

CALM, SOON, PRESSING, TODAY = 1, 2, 3, 4
MOST_URGENT = TODAY


class NeedState(StrEnum):
    OPEN = "open"
    ADDRESSED = "addressed"
    MET = "met"
    WITHDRAWN = "withdrawn"


class ResourceKind(StrEnum):
    ORGANISATION = "organisation"
    VENUE = "venue"
    SERVICE = "service"
    SKILL = "skill"
    GROUP = "group"
