"""How pressing a need is and where it stands; what reaches it; what of it the public may know."""

from enum import StrEnum

CALM, SOON, PRESSING, TODAY = 1, 2, 3, 4
MOST_URGENT = TODAY

# A resource helps a need of its own theme this far away in a straight line: twenty minutes on foot.
REACH_KM = 1.5

# Fewer than this many could be told apart by a neighbour (docs/decisions/0012-map.md).
CROWD = 10


class NeedState(StrEnum):
    """open → addressed (an initiative stands for it) → met; or withdrawn by who voiced it."""

    OPEN = "open"
    ADDRESSED = "addressed"
    MET = "met"
    WITHDRAWN = "withdrawn"


NEXT: dict[NeedState, tuple[NeedState, ...]] = {
    NeedState.OPEN: (NeedState.ADDRESSED, NeedState.MET, NeedState.WITHDRAWN),
    NeedState.ADDRESSED: (NeedState.OPEN, NeedState.MET, NeedState.WITHDRAWN),
    NeedState.MET: (NeedState.OPEN,),
    NeedState.WITHDRAWN: (NeedState.OPEN,),
}

# What still stands on the map.
LIVING = (NeedState.OPEN, NeedState.ADDRESSED)


class ResourceKind(StrEnum):
    ORGANISATION = "organisation"
    VENUE = "venue"
    SERVICE = "service"
    SKILL = "skill"
    GROUP = "group"


class EvidenceKind(StrEnum):
    SURVEY = "survey"
    REQUEST = "request"
    TEAM = "team"
    FIGURES = "figures"
    SEEN = "seen"


class HelpSource(StrEnum):
    RESOURCE = "resource"
    INITIATIVE = "initiative"


# What a place can offer to somebody who walks, sees or hears with difficulty.
ACCESS = ("step-free", "lift", "toilet", "parking", "hearing-loop", "sign-language", "quiet", "guide-dog")


def public_count(count: int) -> int:
    """`count` as the public may know it: rounded down to tens, so fewer than ten is 0.

    Rounded, and not only hidden below ten: from exact sums over all themes and over one a small rest could be reckoned.
    """
    return count // CROWD * CROWD


def is_gap(state: NeedState, *, initiatives: int, nearest_km: float | None) -> bool:
    """Whether nothing reaches an open need: no initiative stands for it and no resource of its theme is near."""
    reached = nearest_km is not None and nearest_km <= REACH_KM
    return state is NeedState.OPEN and not initiatives and not reached
