"""The page that tells why somebody stands above somebody else, at the desk and for volunteers."""

from dataclasses import asdict, dataclass, field
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.matching import order
from volunteer_hub.matching.order import Example
from volunteer_hub.matching.rules import PARTS
from volunteer_hub.schedule.rules import Rule
from volunteer_hub.web import forms
from volunteer_hub.web.formats import number
from volunteer_hub.web.forms import Checked, Form, Yes
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import render

MOST_KM = 100
MOST_RECENT = 60


# As people type it: 2,5 and 2.5.
Km = Annotated[float, BeforeValidator(lambda given: str(given).replace(",", "."))]


class Reckoning(Form):
    """Who the example is about."""

    sentences = {
        "km": mark("Wpisz liczbę kilometrów od 0 do 100."),
        "max_km": mark("Wpisz liczbę kilometrów od 1 do 100."),
        "recent": mark("Wpisz liczbę zadań od 0 do 60."),
    }

    km: Annotated[Km, Field(ge=0, le=MOST_KM, allow_inf_nan=False)]
    max_km: Annotated[Km, Field(ge=1, le=MOST_KM, allow_inf_nan=False)]
    likes: Yes = False
    known: Yes = False
    recent: Annotated[int, Field(ge=0, le=MOST_RECENT)]


@dataclass(frozen=True)
class OrderPage:
    """`example` is None while the form has errors. `weights`: what a plan weighs, see matching.order."""

    form: Checked[Any]
    example: Example | None
    parts: list[tuple[str, int, int]]
    most: dict[str, int] = field(default_factory=lambda: PARTS)
    rested: list[tuple[int, int]] = field(default_factory=order.rested)
    never: tuple[Rule, ...] = order.NEVER
    wishes: tuple[Rule, ...] = order.WISHED
    first: int = order.WITHOUT_WORD
    seats_in_urgent: int = order.SEATS_IN_URGENT
    fits_in_seat: int = order.FITS_IN_SEAT


async def order_rule(request: Request) -> Response:
    page = _page(request)
    return render(request, "matching/order.html", page, status=422 if page.form.errors else 200)


async def my_order(request: Request) -> Response:
    return render(request, "matching/my_order.html", _shown(forms.blank(), Example()))


def _page(request: Request) -> OrderPage:
    asked = {name: request.query_params.getlist(name) for name in Reckoning.model_fields}
    if not any(asked.values()):
        start = Example()
        typed = {name: "yes" if value is True else number(value) for name, value in asdict(start).items() if value}
        return _shown(forms.blank(**typed), start)
    checked = forms.read(Reckoning, asked)
    return _shown(checked, Example(**checked.value.model_dump()) if checked.value else None)


def _shown(form: Checked[Any], example: Example | None) -> OrderPage:
    return OrderPage(form, example, order.parts(example.score) if example else [])
