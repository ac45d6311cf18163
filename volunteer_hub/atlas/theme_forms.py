"""What is typed about themes."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from volunteer_hub.atlas.theme_actions import Details
from volunteer_hub.atlas.theme_rules import HEX, ICONS, is_seen, nearest_seen, worst
from volunteer_hub.web.formats import number
from volunteer_hub.web.forms import Checked, Form, Wrong, Yes
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark

Name = Annotated[str, Field(max_length=80)]


PALE = mark("Tego koloru prawie nie widać na jasnym tle (%(ratio)s : 1, potrzeba 3 : 1). Podobny i dobry: %(good)s.")
DIM = mark("Tego koloru prawie nie widać na ciemnym tle (%(ratio)s : 1, potrzeba 3 : 1). Podobny i dobry: %(good)s.")


def _seen(colour: str) -> str:
    """The colour, when it is one and is seen on light ground and on dark."""
    colour = colour.lower()
    if not HEX.fullmatch(colour):
        raise Wrong(mark("Podaj kolor tak: #2f8f86."))
    if not is_seen(colour):
        light, dark = worst(colour)
        low = min(light, dark)
        raise Wrong(PALE if low == light else DIM, ratio=number(round(low, 1)), good=nearest_seen(colour))
    return colour


def _icon(name: str) -> str:
    if name not in ICONS:
        raise Wrong(mark("Wybierz znak z listy."))
    return name


def _comma(text: object) -> object:
    return text.replace(",", ".") if isinstance(text, str) else text


class ThemeForm(Form):
    sentences = {
        "reach_km": mark("Wpisz liczbę kilometrów od 0,1 do 100, na przykład 2,5."),
        "parent": mark("Wybierz temat z listy."),
        "icon": mark("Wybierz znak z listy."),
    }

    name_pl: Name
    name_en: Name
    name_uk: Name
    parent: UUID | None = None
    colour: Annotated[str, AfterValidator(_seen)]
    icon: Annotated[str, AfterValidator(_icon)]
    taxonomy: str = Field("", max_length=60)
    taxonomy_code: str = Field("", max_length=120)
    reach_km: Annotated[Decimal | None, BeforeValidator(_comma), Field(gt=0, le=100)] = None
    confidential: Yes = False

    @property
    def details(self) -> Details:
        words = self.model_dump(exclude={"reach_km"})
        return Details(**words, reach_km=float(self.reach_km) if self.reach_km is not None else None)


class MoveTheme(Form):
    by: int = Field(ge=-1, le=1)


class DiscloseTheme(Form):
    word: str = Field(max_length=80)


class RetireTheme(Form):
    retired: Yes = False


def whole(checked: Checked[ThemeForm]) -> Checked[ThemeForm]:
    """The form, refused when it names a code and not in which list it is."""
    value = checked.value
    if value and value.taxonomy_code and not value.taxonomy:
        return checked.refused("taxonomy", _("Wpisz, z jakiej listy jest ten kod."))
    return checked
