"""What the desk types about the map."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from volunteer_hub.atlas.rules import MOST_URGENT
from volunteer_hub.kit.geo import Point
from volunteer_hub.web.forms import Checked, F, Form, Wrong, Yes
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark

Title = Annotated[str, Field(max_length=120)]
Options = Sequence[tuple[str, str]]


DEGREES = re.compile(r"(-?\d{1,2}(?:[.,]\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:[.,]\d+)?)")


def _point(text: str) -> str:
    if point_of(text) is None:
        raise Wrong(mark("Wpisz szerokość i długość, na przykład 52.6483, 19.0677, albo zostaw puste."))
    return text


def point_of(text: str) -> Point | None:
    """The point that "52.6483, 19.0677" names, with points or commas; None when it names none on the globe."""
    found = DEGREES.fullmatch(text.strip())
    if not found:
        return None
    latitude, longitude = (float(part.replace(",", ".")) for part in found.groups())
    return (latitude, longitude) if -90 <= latitude <= 90 and -180 <= longitude <= 180 else None


def point_text(point: Point) -> str:
    return f"{point[0]:.5f}, {point[1]:.5f}"


def offered(known: Sequence[str]) -> Any:
    """A validator of a list: each of `known` at most once, in their order."""

    def check(given: list[str]) -> list[str]:
        if unknown := set(given) - set(known):
            raise Wrong(mark("Tego nie ma na liście: %(what)s."), what=", ".join(sorted(unknown)))
        return [one for one in known if one in given]

    return check


Spot = Annotated[str, AfterValidator(_point)]


class NewNeed(Form):
    sentences = {
        "theme": mark("Wybierz temat."),
        "area": mark("Wybierz osiedle."),
        "urgency": mark("Wybierz, jak bardzo to pilne."),
        "people": mark("Wpisz liczbę osób, na przykład 12."),
    }

    title: Title
    theme: UUID
    area: UUID
    urgency: int = Field(ge=1, le=MOST_URGENT)
    people: int = Field(ge=1, le=1_000_000)
    personal: Yes = False
    voiced_by: str = Field("", max_length=120)
    voiced_on: date


@dataclass(frozen=True)
class Choices:
    """What the selects of these forms offer, as (value, words)."""

    themes: Options
    areas: Options


def listed(checked: Checked[F], **options: Options) -> Checked[F]:
    """The form, refused where what was chosen is not on offer: typed by hand, or gone in the meantime."""
    for name, offered in options.items():
        given = checked.first(name)
        if given and not checked.error(name) and given not in {value for value, _words in offered}:
            checked = checked.refused(name, _("Tego nie ma już na liście. Wybierz jeszcze raz."))
    return checked


def not_later(checked: Checked[F], name: str, today: date) -> Checked[F]:
    """The form, refused where the date in `name` lies after `today`."""
    given: Any = getattr(checked.value, name, None)
    return checked.refused(name, _("Ta data jest w przyszłości.")) if given and given > today else checked


def differs(checked: Checked[F], name: str, saved: Any) -> bool:
    """Whether what stands saved is not what was typed, ends of lines and spaces around it aside."""
    told = saved if isinstance(saved, list | tuple) else [saved]
    return {_same(str(one)) for one in told} - {""} != {_same(one) for one in checked.typed.get(name, ())} - {""}


def _same(text: str) -> str:
    return "\n".join(text.split("\r\n")).strip()
