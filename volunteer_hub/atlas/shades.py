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
    """A scale of figures: as many districts in each shade as can be, equal figures always in one."""
    known = sorted(value for value in values if value is not None)
    steps = sorted(set(known))
    if len(steps) <= LEVELS:
        return Scale(tuple(Shade(n, value, value) for n, value in enumerate(steps, LEVELS - len(steps) + 1)))
    return Scale(tuple(_shades(known, steps)))


def _shades(known: Sequence[float], steps: Sequence[float]) -> Iterable[Shade]:
    tops = sorted({known[len(known) * n // LEVELS - 1] for n in range(1, LEVELS)} | {steps[-1]})
    for level, (below, top) in enumerate(pairwise([float("-inf"), *tops]), LEVELS - len(tops) + 1):
        yield Shade(level, min(step for step in steps if step > below), top)
