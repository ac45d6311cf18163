"""What the address of the list of gaps asks for: what they are narrowed to, how far help may be, on which day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from volunteer_hub.atlas.map_view import WHEN
from volunteer_hub.atlas.reach_sql import Terms
from volunteer_hub.atlas.rules import MOST_URGENT
from volunteer_hub.atlas.viewport import Wanted
from volunteer_hub.kit import paging
from volunteer_hub.settings import Settings
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked

GAPS = "/desk/gaps"
MOST_KM = 100.0
NARROWING = ("theme", "area", "urgency", "when")


@dataclass(frozen=True)
class GapView:
    """`asked`: what in the address means something, by name; the rest says the same as the reads take it."""

    terms: Terms
    wanted: Wanted = field(default_factory=Wanted)
    asked: Mapping[str, str] = field(default_factory=dict)
    page: int = 1

    @property
    def form(self) -> Checked[Any]:
        return forms.blank(**{"volunteers": "yes"} | dict(self.asked))

    @property
    def narrowed(self) -> bool:
        return any(name in self.asked for name in NARROWING)

    @property
    def judged(self) -> bool:
        """Whether something else than the usual judges gaps: another distance or day, or no volunteers."""
        return any(name in self.asked for name in ("km", "volunteers", "on"))

    def to(self, **changes: str) -> str:
        """The address with changes, at the first page unless they name one; an empty value takes a name away."""
        said = {name: value for name, value in (dict(self.asked) | {"page": ""} | changes).items() if value}
        return f"{GAPS}?{urlencode(said)}".rstrip("?")

    def at_page(self, number: int) -> str:
        return self.to(page=str(number))


def km_of(text: str) -> float | None:
    """A reach as people type it, "1,5" or "1.5", over 0 and at most MOST_KM; anything else is none."""
    try:
        km = float(text.replace(",", ".").strip())
    except ValueError:
        return None
    return km if 0 < km <= MOST_KM else None


def day_of(text: str, today: date) -> date | None:
    """A day before today; anything else is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1900, 1, 1) <= day < today else None


def view(
    query: Mapping[str, str], themes: Mapping[str, str], areas: Mapping[str, str], settings: Settings, today: date
) -> GapView:
    """The gaps that an address asks for; what is not offered means nothing and stays out of it."""
    offered = {"theme": themes, "area": areas, "urgency": [str(n) for n in range(1, MOST_URGENT + 1)], "when": WHEN}
    asked = {name: query[name] for name, known in offered.items() if query.get(name) in known}  # type: ignore[operator]
    km, day = km_of(query.get("km", "")), day_of(query.get("on", ""), today)
    asked |= {"km": query["km"]} if km else {}
    asked |= {"on": query["on"]} if day else {}
    asked |= {"volunteers": "no"} if query.get("volunteers") == "no" else {}
    page = query.get("page", "")
    return GapView(
        terms=Terms(
            day=day or today,
            usual_km=settings.reach_km,
            km=km,
            volunteers="volunteers" not in asked,
            past=day is not None,
        ),
        wanted=Wanted(
            theme=asked.get("theme", ""),
            area=asked.get("area", ""),
            urgency=int(asked.get("urgency", 0)),
            week=WHEN.get(asked.get("when", ""), 0),
        ),
        asked=asked,
        page=paging.asked(page),
    )
