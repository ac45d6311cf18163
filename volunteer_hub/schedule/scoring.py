"""How well somebody who may take an opening fits it: one number, and the parts it is the sum of."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

from volunteer_hub.schedule.rules import OpeningFacts, VolunteerFacts, km


@dataclass(frozen=True, slots=True)
class Score:
    """How well a candidate fits, 100…1000, and the whole parts that add up to it."""

    total: int
    parts: Mapping[str, int]


def score(v: VolunteerFacts, o: OpeningFacts) -> Score:
    """The fit of a candidate: near, of a liked cause, known there, not asked much of late."""
    return points(km(v, o), v.max_km, likes=o.cause in v.causes, known=v.id in o.known, recent=v.recent)


def points(km: float, max_km: float, *, likes: bool, known: bool, recent: int) -> Score:
    """The score by what it rests on: who goes up to `max_km` and lives `km` away, `recent` times asked in four weeks.

    matching/search.py computes the same sum in SQL, term by term in this order: change both.
    """
    near = max(0.0, 1 - km / max_km) if max_km else 0.0
    cause, here = 250 * likes, 250 * known
    rested = 100 * exp(-recent / 6)
    total = int(100 + 300 * near + cause + here + rested)
    parts = {"base": 100, "cause": cause, "known": here, "recent": int(rested)}
    return Score(total, {**parts, "distance": total - sum(parts.values())})
