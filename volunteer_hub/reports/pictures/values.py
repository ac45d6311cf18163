"""What a picture is made of and what it comes to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a trend: its name and a value for each place on the axis, None where it is not known."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, how long it is and how that is written. `hatched`: of the second kind, drawn with strokes;
    `whole`: the length it is a part of, drawn as an outline around it."""

    name: str
    value: float
    shown: str
    hatched: bool = False
    whole: float = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, the sentence that says what it shows, and its table twin of the same values: as they are written, or
    numbers. `legend`: what a kind of mark in it stands for."""

    key: str
    title: str
    says: str
    svg: Markup
    head: tuple[str, ...]
    rows: Sequence[tuple[str | int, ...]]
    legend: tuple[tuple[str, str], ...] = ()
