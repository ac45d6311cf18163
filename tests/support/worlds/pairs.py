"""Of each kind something that is one's own, and something that is somebody else's."""

from dataclasses import dataclass
from uuid import UUID

Ids = dict[str, UUID]


@dataclass(frozen=True)
class Pair:
    """What fills the placeholders of an address. `foreign` is None where all of its kind are this role's to see."""

    own: Ids
    foreign: Ids | None
