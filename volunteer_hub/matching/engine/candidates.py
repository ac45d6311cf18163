"""Every candidate of a problem with its score, found through masks and cells and never by trying every pair."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from volunteer_hub.matching.engine.fit import Floats, distances, scores
from volunteer_hub.matching.engine.instance import Instance
from volunteer_hub.matching.engine.masks import Masks


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs that pass every rule, by opening and then volunteer: ten bytes each."""

    volunteer: NDArray[np.int32]
    opening: NDArray[np.int32]
    score: NDArray[np.int16]
    # Where the candidates of each opening begin; one more at the end.
    first: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.volunteer)

    def of(self, opening: int) -> slice:
        return slice(int(self.first[opening]), int(self.first[opening + 1]))

    def find(self, volunteer: int, opening: int) -> int | None:
        """Where the pair stands; None: it breaks a rule."""
        part = self.of(opening)
        at = part.start + int(np.searchsorted(self.volunteer[part], volunteer))
        return at if at < part.stop and self.volunteer[at] == volunteer else None


def find(instance: Instance, masks: Masks, progress: Callable[[int], None] = lambda done: None) -> Candidates:
    """All candidates; `progress` is told how many openings are done."""
    rested = np.array([100 * exp(-v.recent / 6) for v in instance.volunteers], dtype=np.float64)
    volunteers, scored = [], []
    first = np.zeros(len(instance.openings) + 1, dtype=np.int64)
    for n, o in enumerate(instance.openings):
        who = np.flatnonzero(masks.unpacked(masks.passing(o)))
        near: Floats = np.ones(len(who))
        if o.at is not None:
            away = np.nan_to_num(distances(masks.latitudes[who], masks.longitudes[who], o.at))
            in_reach = away <= masks.max_km[who]
            who = who[in_reach]
            near = 1 - away[in_reach] / masks.max_km[who]
        liked = masks.unpacked(masks.has("causes", o.cause or ""))[who]
        known = np.isin(who, [masks.by_id[one] for one in o.known if one in masks.by_id])
        volunteers.append(who.astype(np.int32))
        scored.append(scores(near, liked, known, rested[who]).astype(np.int16))
        first[n + 1] = first[n] + len(who)
        if n % 64 == 0:
            progress(n)
    return Candidates(
        volunteer=np.concatenate([np.zeros(0, np.int32), *volunteers]),
        opening=np.repeat(np.arange(len(instance.openings), dtype=np.int32), np.diff(first)),
        score=np.concatenate([np.zeros(0, np.int16), *scored]),
        first=first,
    )
