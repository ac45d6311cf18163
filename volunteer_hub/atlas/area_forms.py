"""What is typed about districts."""

from pydantic import Field

from volunteer_hub.atlas.areas import Year
from volunteer_hub.web.forms import Checked, Form, Yes
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark

FIRST_YEAR, LAST_YEAR = 1950, 2100
MOST_PEOPLE = 10_000_000


class AreaForm(Form):
    """`outline` is text: coordinates or GeoJSON. An empty one leaves a district as it is drawn."""

    name: str = Field(max_length=80)
    outline: str = ""
    version: int = 0


class YearForm(Form):
    sentences = {
        "residents": mark("Wpisz liczbę osób, na przykład 1200."),
        "assisted": mark("Wpisz liczbę osób, na przykład 120."),
        "families": mark("Wpisz liczbę rodzin, na przykład 50."),
    }

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
    residents: int | None = Field(None, ge=0, le=MOST_PEOPLE)
    assisted: int | None = Field(None, ge=0, le=MOST_PEOPLE)
    families: int | None = Field(None, ge=0, le=MOST_PEOPLE)
    source: str = Field("", max_length=160)

    @property
    def figures(self) -> Year:
        return Year(self.year, self.residents, self.assisted, self.families, self.source)


class RemoveYear(Form):
    year: int


class ReadFile(Form):
    """Beside the file: `swap` when latitude stands first in it."""

    swap: Yes = False


class PutFile(Form):
    """The word on a file that was shown; `seen` is the mark of the map it was shown with."""

    naming: str = ""
    gone: str = "keep"
    move: str = "yes"
    seen: str = ""


def sensible(checked: Checked[YearForm]) -> Checked[YearForm]:
    """The form, refused when it says nothing, or that more people are on assistance than live there."""
    value = checked.value
    if value is None:
        return checked
    if value.residents is None and value.assisted is None and value.families is None:
        return checked.refused("residents", _("Wpisz przynajmniej jedną liczbę."))
    if value.residents is not None and (value.assisted or 0) > value.residents:
        return checked.refused("assisted", _("To więcej osób, niż tu mieszka."))
    return checked
