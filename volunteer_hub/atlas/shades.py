"""How districts are coloured by a figure: at most five shades from least to most, each with its own pattern."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

LEVELS = 5
# The shade of a district of which the figure is not known.
UNKNOWN = 0


@dataclass(frozen=True, slots=True)
class Shade:
    """One shade and the least and greatest figure that has it."""

    level: int
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Scale:
    """The shades in use, the palest first; empty where no figure is known."""

    shades: tuple[Shade, ...] = ()

    def level(self, value: float | None) -> int:
        """The shade of one of the figures that the scale was made of."""
        if value is None:
            return UNKNOWN
        return next((shade.level for shade in self.shades if value <= shade.most), UNKNOWN)


def scale(values: Iterable[float | None]) -> Scale:
    """A scale of figures: as many districts in each shade as can be, equal figures in one; nothing at all is palest."""
    known = sorted(value for value in values if value is not None)
    nothing = (Shade(1, 0, 0),) if 0 in known else ()
    some = [value for value in known if value]
    return Scale((*nothing, *_shades(some, LEVELS - 1 if nothing else LEVELS)))


def _shades(known: Sequence[float], most: int) -> Iterable[Shade]:
    steps = sorted(set(known))
    tops = steps
    if len(steps) > most:
        tops = sorted({known[len(known) * n // most - 1] for n in range(1, most)} | {steps[-1]})
    for level, (below, top) in enumerate(pairwise([float("-inf"), *tops]), LEVELS - len(tops) + 1):
        yield Shade(level, min(step for step in steps if step > below), top)
