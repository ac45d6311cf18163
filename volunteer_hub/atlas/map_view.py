"""What the address of a map asks for: filters, and at the desk colours, which list in which order, what is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from volunteer_hub.atlas.figures import MEASURES
from volunteer_hub.atlas.rules import MOST_URGENT, NeedState
from volunteer_hub.atlas.viewport import MAX_ZOOM, Wanted
from volunteer_hub.kit import paging
from volunteer_hub.people.rules import PARTS, week_of
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked

DESK, PUBLIC, EMBED, MINE = "/desk/map", "/map", "/map/embed", "/me/map"
# What each map can be asked; at the desk all.
ASKED = {PUBLIC: ("q", "theme", "area", "when"), EMBED: ("theme", "area"), MINE: ("theme", "area", "urgency", "when")}
LISTS = ("gaps", "needs", "resources", "areas")
KINDS = ("need", "resource")
MOST_LETTERS = 80
DAYS = {"work": range(1, 6), "weekend": range(6, 8)}
# Parts of the week as people think of them, each as bits of a week.
WHEN = {
    f"{days}-{part}": week_of(f"{day}-{part}" for day in numbers) for days, numbers in DAYS.items() for part in PARTS
}
FILTERS = ("q", "theme", "area", "urgency", "state", "when")


@dataclass(frozen=True)
class View:
    """`asked`: what in the address means something, by name; `wanted`: the same as the reads take it."""

    asked: Mapping[str, str] = field(default_factory=dict)
    wanted: Wanted = field(default_factory=Wanted)
    page: int = 1
    path: str = DESK

    @property
    def list(self) -> str:
        return self.asked.get("list", LISTS[0])

    @property
    def order(self) -> str:
        return self.asked.get("order", "")

    @property
    def colour(self) -> str:
        return self.asked.get("colour", next(iter(MEASURES)))

    @property
    def chosen(self) -> tuple[str, UUID] | None:
        """Kind and id of what was chosen on the map or on the list."""
        kind, _dash, text = self.asked.get("show", "").partition("-")
        id = forms.id_of(text)
        return (kind, id) if kind in KINDS and id else None

    @property
    def narrowed(self) -> bool:
        return any(name in self.asked for name in FILTERS)

    @property
    def form(self) -> Checked[Any]:
        """The filters as they stand in the form."""
        return forms.blank(**dict(self.asked))

    def query(self, **changes: str) -> str:
        """The address's query with other values; an empty one takes a name away."""
        return urlencode({name: value for name, value in (dict(self.asked) | changes).items() if value})

    def to(self, path: str = "", /, **changes: str) -> str:
        """The address of this view with changes; whatever changes, a list begins at its first page."""
        return f"{path or self.path}?{self.query(**{'page': ''} | changes)}".rstrip("?")

    def at_page(self, number: int) -> str:
        """The address of another page of the list."""
        return self.to(page=str(number))


def view(query: Mapping[str, str], themes: Mapping[str, str], areas: Mapping[str, str], path: str = DESK) -> View:
    """The view that an address asks for; what is not offered means nothing and stays out of it."""
    offered: dict[str, object] = {
        "theme": themes,
        "area": areas,
        "urgency": [str(level) for level in range(1, MOST_URGENT + 1)],
        "state": [*NeedState],
        "when": WHEN,
        "colour": MEASURES,
        "list": LISTS,
        "order": ("urgent", "people", "oldest", "name", "newest", "near"),
    }
    asked = {name: query[name] for name, known in offered.items() if query.get(name) in known}  # type: ignore[operator]
    asked |= {"q": words} if (words := " ".join(query.get("q", "").replace("\x00", "").split())[:MOST_LETTERS]) else {}
    asked |= {"show": query["show"]} if View(query).chosen else {}
    asked = {name: value for name, value in asked.items() if name in ASKED.get(path, asked)}
    wanted = Wanted(
        theme=asked.get("theme", ""),
        area=asked.get("area", ""),
        state=asked.get("state", ""),
        urgency=int(asked.get("urgency", 0)),
        week=WHEN.get(asked.get("when", ""), 0),
        words=asked.get("q", ""),
    )
    page = query.get("page", "")
    number = paging.asked(page)
    return View(asked | ({"page": str(number)} if number > 1 else {}), wanted, number, path)


def zoom_of(query: Mapping[str, str]) -> int:
    """How near the browser looks, 0 to MAX_ZOOM; a town's distance when it does not say."""
    given = query.get("zoom", "")
    return min(int(given), MAX_ZOOM) if given.isascii() and given.isdigit() and len(given) < 4 else 12
