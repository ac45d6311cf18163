"""The floor of the matching benchmark: a greedy plan by urgency, written for speed and nothing else.

The urgent openings first, among them those with the fewest candidates; each takes its best-scoring candidates who are
free. One sort of all candidates, then plain lists: a few looks per seat, since most people asked first are free.
"""

from dataclasses import dataclass

import numpy as np

from volunteer_hub.kit.geo import km
from volunteer_hub.matching.engine.problem import Problem


@dataclass(frozen=True)
class Greedy:
    """What was chosen: positions among the candidates; seats up to the least, all and those of urgent openings."""

    chosen: list[int]
    seats: int
    urgent_seats: int


def greedy(problem: Problem, *, to_most: bool = False) -> Greedy:
    """Fills every opening to its least; `to_most`: then those with room to their most, for the score."""
    openings, found = problem.instance.openings, problem.candidates
    # Grouped by opening already: the best first within each.
    order = np.argsort(found.opening.astype(np.int64) * 2048 - found.score)
    who = found.volunteer[order].tolist()
    first = found.first.tolist()
    sizes = np.diff(found.first)
    urgent = np.array([o.urgent for o in openings], dtype=bool)
    most_minutes = [v.week_minutes for v in problem.instance.volunteers]
    rest, far_rest = problem.rests
    far_km = problem.instance.travel.far_km
    mine: list[list[int]] = [[] for _ in most_minutes]
    taken: list[list[int]] = [[] for _ in openings]

    def fits(v: int, o: int) -> bool:
        one, used = openings[o], 0
        ((week, minutes), *others) = one.weeks
        starts, ends = one.times[0]
        for p in mine[v]:
            other = openings[p]
            if len(one.times) == 1 == len(other.times):
                start, end = other.times[0]
                if start < ends + far_rest and starts < end + far_rest:
                    if start < ends + rest and starts < end + rest:
                        return False
                    if one.at is not None and other.at is not None and km(one.at, other.at) > far_km:
                        return False
            elif problem.clash(o, p):
                return False
            for at, long in other.weeks:
                if at == week:
                    used += long
        if used + minutes > most_minutes[v]:
            return False
        return all(
            sum(long for p in mine[v] for at, long in openings[p].weeks if at == week) + minutes <= most_minutes[v]
            for week, minutes in others
        )

    places = np.lexsort((sizes, ~urgent)).tolist()
    for wanted in ("least", "most") if to_most else ("least",):
        for o in places:
            room = getattr(openings[o], wanted) - len(taken[o])
            if room <= 0:
                continue
            for at in range(first[o], first[o + 1]):
                v = who[at]
                if not mine[v] or (o not in mine[v] and fits(v, o)):
                    mine[v].append(o)
                    taken[o].append(at)
                    room -= 1
                    if not room:
                        break
    seats = [min(len(t), o.least) for t, o in zip(taken, openings, strict=True)]
    return Greedy(
        chosen=order[[at for t in taken for at in t]].tolist(),
        seats=sum(seats),
        urgent_seats=sum(n for n, o in zip(seats, openings, strict=True) if o.urgent),
    )
