"""The page of an opening that somebody is missing from: the smallest change, shown and made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.mending import moves, queries
from volunteer_hub.matching.mending.chains import PEOPLE, Step
from volunteer_hub.matching.mending.queries import Mending
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render

DONE = mark("Zmiana zapisana. Wiadomości wysłane.")
ASKED = mark("Pytanie wysłane. Odpowiedź zobaczysz tutaj, na liście osób.")
NOT_ALL = mark("Najpierw zapytaj każdą osobę i zaznacz, że się zgadza.")


class Agreement(Form):
    """Which people the change shown was about, in its order, and who of them said yes on the telephone."""

    move: Annotated[list[UUID], Field(min_length=1, max_length=PEOPLE)]
    agreed: Annotated[list[UUID], Field(max_length=PEOPLE)] = []
    press: Literal["phone", "sms"] = "phone"


@dataclass(frozen=True)
class MendingPage:
    found: Mending
    form: Checked[Any]


async def show(request: Request) -> Response:
    found = await queries.mending(request.state.actor, request.path_params["id"])
    return render(request, "matching/mend.html", MendingPage(found, forms.blank()))


async def change(request: Request) -> Response:
    actor, id = request.state.actor, request.path_params["id"]
    checked = forms.read(Agreement, await request.form())
    found = await queries.mending(actor, id)
    given = checked.value
    steps = queries.chosen(found, given.move) if given else None
    if given is None or steps is None:
        return _again(request, found, checked, Refused(moves.CHANGED))
    if not _all_said_yes(steps, given):
        checked = checked.refused("agreed", gettext(NOT_ALL))
        return render(request, "matching/mend.html", MendingPage(found, checked), status=422)
    try:
        if given.press == "sms":
            return redirect(request, f"/desk/openings/{await moves.ask(actor, steps)}", ASKED)
        await moves.carry_out(actor, steps)
    except Refused as refused:
        return _again(request, await queries.mending(actor, id), checked, refused)
    return redirect(request, f"/desk/openings/{id}", DONE)


def _all_said_yes(steps: Sequence[Step], given: Agreement) -> bool:
    """Whoever is only asked need not have said yes before."""
    needed = steps[:-1] if given.press == "sms" else steps
    return {step.volunteer for step in needed} <= set(given.agreed)


def _again(request: Request, found: Mending, checked: Checked[Any], refused: Refused) -> Response:
    """The page as things stand now, with what was in the way on top."""
    if refused.status == 404:
        raise refused
    page = MendingPage(found, checked.refused("", gettext(refused.sentence, **refused.values)))
    return render(request, "matching/mend.html", page, status=refused.status)
