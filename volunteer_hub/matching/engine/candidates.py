"""Every candidate of a problem with its score, found through masks and cells and never by trying every pair."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import exp, floor

import numpy as np
from numpy.typing import NDArray

from volunteer_hub.matching.engine.fit import Bools, Floats, Indices, between, scores
from volunteer_hub.matching.engine.instance import Instance, Opening
from volunteer_hub.matching.engine.masks import CELL, Masks
from volunteer_hub.matching.engine.reach import Reach

# Pairs that are measured and scored at once: some 30 MB of numbers on the way.
AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs that pass every rule, by opening and then volunteer: ten bytes each."""

    volunteer: NDArray[np.int32]
    opening: NDArray[np.int32]
    score: NDArray[np.int16]
    # Where the candidates of each opening begin; one more at the end.
    first: NDArray[np.int64]
    # Not `whole`: there was no time to find all.
    whole: bool = True

    def __len__(self) -> int:
        return len(self.volunteer)

    def of(self, opening: int) -> slice:
        return slice(int(self.first[opening]), int(self.first[opening + 1]))

    def find(self, volunteer: int, opening: int) -> int | None:
        """Where the pair stands; None: it breaks a rule."""
        part = self.of(opening)
        at = part.start + int(np.searchsorted(self.volunteer[part], volunteer))
        return at if at < part.stop and self.volunteer[at] == volunteer else None


def find(
    instance: Instance,
    masks: Masks,
    progress: Callable[[int], None] = lambda done: None,
    late: Callable[[], bool] = lambda: False,
) -> Candidates:
    """All candidates; `progress` is told how many openings are done. Once `late`, the openings that are left have
    none but those whom `keep` names: urgent openings come first, cell by cell."""
    measured = _Measured(instance, masks)
    reach = Reach(masks.latitudes, masks.longitudes, masks.max_km)
    kept: dict[int, list[int]] = {}
    for one in instance.keep:
        kept.setdefault(one.opening, []).append(one.volunteer)
    done, too_late = 0, False
    for places, cell in _cells(instance):
        near = None
        for n in cell:
            too_late = too_late or late()
            if near is None and not too_late:
                near = reach.around(places) if places else np.arange(masks.count)
            if near is None or too_late:
                if n not in kept:
                    continue
                who = np.array(sorted(kept[n]), dtype=np.intp)
            else:
                who = near
            measured.add(n, who[masks.test(who, masks.passing(instance.openings[n]))])
        done += len(cell)
        progress(done)
    return measured.candidates(whole=not too_late)


def _cells(instance: Instance) -> Iterator[tuple[list[tuple[float, float]], list[int]]]:
    """The openings cell by cell, the urgent before the others, each cell with its places (none: remote)."""
    cells: dict[tuple[int, ...], list[int]] = {}
    for n, o in enumerate(instance.openings):
        cells.setdefault((not o.urgent, *_cell(o)), []).append(n)
    for _, cell in sorted(cells.items()):
        yield [at for n in cell if (at := instance.openings[n].at) is not None], cell


def _cell(o: Opening) -> tuple[int, ...]:
    return (floor(o.at[0] / CELL), floor(o.at[1] / CELL)) if o.at is not None else ()


class _Measured:
    """Who passes every rule but the distance, until there are enough of them to be measured at once."""

    def __init__(self, instance: Instance, masks: Masks) -> None:
        self.instance, self.masks = instance, masks
        self.rested = np.array([100 * exp(-v.recent / 6) for v in masks.volunteers], dtype=np.float64)
        places = [o.at if o.at is not None else (np.nan, np.nan) for o in instance.openings]
        self.places: Floats = np.radians(np.array(places, dtype=np.float64).reshape(-1, 2))
        self.waiting: list[tuple[int, Indices]] = []
        self.size = 0
        none = np.zeros(0, dtype=np.int16)
        self.found: list[tuple[NDArray[np.int32], NDArray[np.int16]]] = [(none.astype(np.int32), none)] * len(places)

    def add(self, opening: int, who: Indices) -> None:
        self.waiting.append((opening, who))
        self.size += len(who)
        if self.size > AT_ONCE:
            self._measure()

    def candidates(self, *, whole: bool) -> Candidates:
        self._measure()
        sizes = np.array([len(who) for who, _ in self.found], dtype=np.int64)
        return Candidates(
            volunteer=np.concatenate([np.zeros(0, np.int32), *(who for who, _ in self.found)]),
            opening=np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
            score=np.concatenate([np.zeros(0, np.int16), *(scored for _, scored in self.found)]),
            first=np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]),
            whole=whole,
        )

    def _measure(self) -> None:
        """Distances and scores of those who wait."""
        if not self.waiting:
            return
        waiting, self.waiting, self.size = self.waiting, [], 0
        who = np.concatenate([one for _, one in waiting])
        sizes = np.array([len(one) for _, one in waiting])
        opening = np.repeat(np.array([n for n, _ in waiting], dtype=np.intp), sizes)
        masks, at = self.masks, self.places[opening]
        away = np.nan_to_num(between(masks.latitudes[who], masks.longitudes[who], at[:, 0], at[:, 1]))
        near = 1 - away / masks.max_km[who]
        liked = [masks.test(who, masks.has("causes", self.instance.openings[n].cause or "")) for n, who in waiting]
        total = scores(near, np.concatenate(liked), self._known(waiting, who, sizes), self.rested[who])
        ends = np.cumsum(sizes)
        in_reach = away <= masks.max_km[who]
        for (n, _), start, end in zip(waiting, ends - sizes, ends, strict=True):
            mine = start + np.flatnonzero(in_reach[start:end])
            self.found[n] = who[mine].astype(np.int32), total[mine].astype(np.int16)

    def _known(self, waiting: list[tuple[int, Indices]], who: Indices, sizes: NDArray[np.int64]) -> Bools:
        """Which of the pairs are of somebody who helped there before: few are, so each of those is looked up."""
        by_id, count = self.masks.by_id, self.masks.count
        keys = np.repeat(np.arange(len(waiting)), sizes) * count + who
        known = [
            place * count + by_id[one]
            for place, (n, _) in enumerate(waiting)
            for one in self.instance.openings[n].known
            if one in by_id
        ]
        at = np.searchsorted(keys, known)
        found = np.zeros(len(keys) + 1, dtype=bool)
        found[at[np.append(keys, -1)[at] == known]] = True
        return found[:-1]
