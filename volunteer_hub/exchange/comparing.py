"""What would happen to each entry of a file, judged against what the town has. Pure: all of it is handed over."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil, cos, floor, radians
from typing import Generic, TypeVar
from uuid import UUID

from volunteer_hub.atlas.hours import Hours
from volunteer_hub.atlas.resources import Details
from volunteer_hub.exchange.entries import Entry, Term
from volunteer_hub.exchange.sayings import Spot
from volunteer_hub.kit import geo
from volunteer_hub.kit.geo import Point, Shape
from volunteer_hub.web.i18n import gettext as _

# Two things this near each other, with names this alike, may be one.
NEAR_KM = 0.1
ALIKE = 0.45
# A place this near, with the same address or name, is the same place.
SAME_PLACE_KM = 0.025
KM_OF_DEGREE = 111.2


class Fate(StrEnum):
    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    WRONG = "wrong"


@dataclass(frozen=True)
class Existing:
    """A resource that came from the same source before. `run_by`: the source's id of its organisation."""

    id: UUID
    version: int
    details: Details
    hours: tuple[Hours, ...]
    run_by: str


@dataclass(frozen=True)
class Neighbour:
    """Any resource that is not closed, as far as two may turn out to be one."""

    id: UUID
    name: str
    point: Point


@dataclass(frozen=True)
class KnownPlace:
    id: UUID
    name: str
    address: str
    point: Point


@dataclass(frozen=True)
class KnownTheme:
    id: UUID
    slug: str
    names: tuple[str, ...]
    taxonomy: str
    code: str


@dataclass(frozen=True)
class Known:
    """What the town has, as far as this file may touch it. `theme`: for entries that name none of ours."""

    areas: Sequence[tuple[UUID, Shape]] = ()
    places: Sequence[KnownPlace] = ()
    themes: Sequence[KnownTheme] = ()
    theme: UUID | None = None
    by_source: Mapping[str, Existing] = field(default_factory=dict)
    neighbours: Sequence[Neighbour] = ()


@dataclass(frozen=True)
class Judged:
    """An entry and its fate. `n`: its number among the entries, by which a choice names it.

    `place` is the known one that it stands at; without it a new one is made in `area`.
    """

    n: int
    entry: Entry
    fate: Fate
    themes: tuple[UUID, ...] = ()
    area: UUID | None = None
    place: UUID | None = None
    existing: Existing | None = None
    changed: tuple[str, ...] = ()
    twin: Neighbour | None = None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def judge(entries: Sequence[Entry], known: Known) -> list[Judged]:
    """Each entry of the file with what would happen to it."""
    places, neighbours = _Grid(known.places), _Grid(known.neighbours)
    return [_judged(n, entry, known, places, neighbours) for n, entry in enumerate(entries)]


def _judged(n: int, entry: Entry, known: Known, places: "_Grid[KnownPlace]", neighbours: "_Grid[Neighbour]") -> Judged:
    problems, notes = list(entry.problems), list(entry.notes)
    themes = _themes(entry.terms, known)
    if not themes:
        problems.append(_("Nie ma tu tematu, który znamy. Wybierz temat dla takich wpisów i wczytaj plik jeszcze raz."))
    spot = entry.spot
    if spot is None:
        if not problems:
            problems.append(_("Brakuje miejsca."))
        return Judged(n, entry, Fate.WRONG, themes, problems=tuple(problems), notes=tuple(notes))
    area = _area(spot.point, known)
    if area is None:
        swapped = _area((spot.point[1], spot.point[0]), known) is not None
        problems.append(
            _("Punkt leży poza osiedlami. Wygląda na to, że długość i szerokość są zamienione.") if swapped
            else _("Punkt leży poza wszystkimi osiedlami na mapie.")
        )  # fmt: skip
    place = _place(spot, places)
    if problems:
        return Judged(n, entry, Fate.WRONG, themes, area, place, problems=tuple(problems), notes=tuple(notes))
    if not entry.active:
        return Judged(n, entry, Fate.SKIPPED, themes, area, place, notes=tuple(notes))
    existing = known.by_source.get(entry.source_id) if entry.source_id else None
    if existing:
        changed = _changes(entry, existing, themes, place)
        fate = Fate.CHANGED if changed else Fate.SAME
        return Judged(n, entry, fate, themes, area, place, existing, changed, notes=tuple(notes))
    twin = _twin(entry.name, spot.point, neighbours)
    fate = Fate.DUPLICATE if twin else Fate.NEW
    return Judged(n, entry, fate, themes, area, place, twin=twin, notes=tuple(notes))


def _themes(terms: Sequence[Term], known: Known) -> tuple[UUID, ...]:
    """Ours by their code or name, else by the open taxonomy that both know, else the one for all the others."""
    ours = {fold(word): theme.id for theme in known.themes for word in (*theme.names, theme.slug)}
    found = [id for term in terms for id in [ours.get(fold(term.code)) or ours.get(fold(term.name))] if id]
    if not found:
        named = {(fold(theme.taxonomy), theme.code): theme.id for theme in known.themes if theme.taxonomy}
        found = [id for term in terms for id in [named.get((fold(term.taxonomy), term.code))] if id]
    return tuple(dict.fromkeys(found)) or ((known.theme,) if known.theme else ())


def _area(point: Point, known: Known) -> UUID | None:
    return next((id for id, shape in known.areas if geo.inside(point, shape)), None)


def _place(spot: Spot, places: "_Grid[KnownPlace]") -> UUID | None:
    """The known place that is meant: of the same name and address, else of the same address, else of the same name."""
    near = places.near(spot.point, SAME_PLACE_KM)
    name, address = fold(spot.name), fold(spot.address)
    ranked = [
        (not (fold(one.name) == name and fold(one.address) == address), not (address and fold(one.address) == address),
         geo.km(one.point, spot.point), str(one.id), one.id)
        for one in near
        if fold(one.name) == name or (address and fold(one.address) == address)
    ]  # fmt: skip
    return min(ranked)[-1] if ranked else None


def _changes(entry: Entry, of: Existing, themes: Sequence[UUID], place: UUID | None) -> tuple[str, ...]:
    """The names of the fields in which the file says something else than we have."""
    has = of.details
    pairs: dict[str, tuple[object, object]] = {
        name: (getattr(entry, name), getattr(has, name))
        for name in ("name", "kind", "about", "for_whom", "capacity", "phone", "email", "website")
    }
    pairs["languages"] = (set(entry.languages), set(has.languages))
    pairs["theme"] = (themes[0], has.theme)
    pairs["further"] = (set(themes[1:]), set(has.further) - {has.theme})
    pairs["place"] = (place, has.place)
    if entry.hours:
        pairs["hours"] = (set(entry.hours), set(of.hours))
    pairs["organisation"] = (entry.run_by, of.run_by)
    if entry.contact_name:
        pairs["contact_name"] = (entry.contact_name, has.contact_name)
    return tuple(name for name, (theirs, ours) in pairs.items() if theirs != ours)


def _twin(name: str, point: Point, neighbours: "_Grid[Neighbour]") -> Neighbour | None:
    alike = [(likeness(name, one.name), str(one.id), one) for one in neighbours.near(point, NEAR_KM)]
    best = max((one for one in alike if one[0] >= ALIKE), key=lambda one: one[:2], default=None)
    return best[2] if best else None


def on_screen(line: int, fate: Fate, name: str, details: Iterable[str]) -> str:
    """A line of a file as a command prints it."""
    said = "; ".join(filter(None, details))
    return f"{line:>5}  {fate:<9}  {name}{f'  ({said})' if said else ''}"


def fold(text: str) -> str:
    """Letters and digits without accents, small, single spaces between: what makes two names the same to a reader."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    kept = (c if c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def likeness(a: str, b: str) -> float:
    """How many of all their groups of three letters two names share, 0 to 1 (as pg_trgm counts them)."""
    one, other = _threes(a), _threes(b)
    return len(one & other) / len(one | other) if one and other else 0.0


def _threes(text: str) -> set[str]:
    padded = [f"  {word} " for word in fold(text).split()]
    return {word[n : n + 3] for word in padded for n in range(len(word) - 2)}


T = TypeVar("T", Neighbour, KnownPlace)


class _Grid(Generic[T]):
    """Things with a point, found by nearness without looking at all of them."""

    def __init__(self, things: Iterable[T]) -> None:
        self.cells: dict[tuple[int, int], list[T]] = defaultdict(list)
        for one in things:
            self.cells[self._cell(one.point)].append(one)

    @staticmethod
    def _cell(point: Point) -> tuple[int, int]:
        return floor(point[0] * KM_OF_DEGREE / NEAR_KM), floor(point[1] * KM_OF_DEGREE / NEAR_KM)

    def near(self, point: Point, km: float) -> list[T]:
        """Those within `km`, at most NEAR_KM; a degree of longitude is shorter the farther from the equator."""
        row, column = self._cell(point)
        wide = min(ceil(1 / max(cos(radians(point[0])), 0.01)), 100)
        cells = ((row + r, column + c) for r in (-1, 0, 1) for c in range(-wide, wide + 1))
        return [one for cell in cells for one in self.cells.get(cell, ()) if geo.km(one.point, point) <= km]
