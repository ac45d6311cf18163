"""What the desk types about the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from volunteer_hub.atlas.rules import MOST_URGENT
from volunteer_hub.web.forms import Checked, F, Form, Yes
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark

Title = Annotated[str, Field(max_length=120)]
Options = Sequence[tuple[str, str]]


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
