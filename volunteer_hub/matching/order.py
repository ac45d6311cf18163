"""The rule of the order, as its page tells it: the points by part, an example, what a plan puts first. Pure.

Every number comes from schedule.scoring.points, or is held to the engine by a test.
"""

from dataclasses import dataclass

from volunteer_hub.matching.rules import PARTS
from volunteer_hub.schedule import scoring
from volunteer_hub.schedule.rules import WISHES, Rule
from volunteer_hub.schedule.scoring import Score

# Of so many at the top of a list any may be asked without a word.
WITHOUT_WORD = 5

# What a plan weighs: one urgent seat up to the least against other such seats, one of those against perfect fits.
SEATS_IN_URGENT = 100
FITS_IN_SEAT = 100

# Nobody is asked in spite of these; in spite of the others, with a word.
NEVER = tuple(rule for rule in Rule if rule not in WISHES and rule is not Rule.ASSIGNED)
WISHED = tuple(rule for rule in Rule if rule in WISHES)

# Times in four weeks for which the page tells how many points are left.
RECENT_TOLD = (0, 1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody made up: what the points of an opening are reckoned from."""

    km: float = 1.8
    max_km: float = 5.0
    likes: bool = True
    known: bool = False
    recent: int = 1

    @property
    def out_of_reach(self) -> bool:
        return self.km > self.max_km

    @property
    def score(self) -> Score:
        return scoring.points(self.km, self.max_km, likes=self.likes, known=self.known, recent=self.recent)


def rested() -> list[tuple[int, int]]:
    """(times in four weeks, points that are left) for a few numbers of times."""
    return [(n, scoring.points(0, 1, likes=False, known=False, recent=n).parts["recent"]) for n in RECENT_TOLD]


def needs_word(rank: int | None) -> bool:
    """Whether asking somebody who stands there, or nowhere, is an override that asks for a word."""
    return rank is None or rank > WITHOUT_WORD


def parts(score: Score) -> list[tuple[str, int, int]]:
    """(part, points, the most it can be), in the order they are shown."""
    return [(name, score.parts[name], most) for name, most in PARTS.items()]
