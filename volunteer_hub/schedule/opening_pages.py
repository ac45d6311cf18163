"""Corrections of what is asked of volunteers: a role for all meetings, the seats of one meeting."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.initiatives.forms import MOST_SEATS, NewRole, RoleChoices
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.schedule import openings
from volunteer_hub.schedule.openings import Asked, OpeningSeen, RoleSeen, Wanted
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Line, Wrong, Yes
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render

SAVED = mark("Zapisane.")


class EditRole(NewRole):
    version: int

    @property
    def asked(self) -> Asked:
        values = self.model_dump(exclude={"version"})
        return Asked(name=values.pop("role"), **values)


class EditOpening(Form):
    """`was_…`: what stood on the page."""

    least: int = Field(ge=0, le=MOST_SEATS)
    most: int = Field(ge=1, le=MOST_SEATS)
    urgent: Yes = False
    urgent_reason: Annotated[Line, Field(max_length=200)] = ""
    was_least: int
    was_most: int
    was_urgent: Yes = False
    was_urgent_reason: str = ""

    @field_validator("most")
    @classmethod
    def _enough(cls, most: int, info: ValidationInfo) -> int:
        if most < info.data.get("least", 0):
            raise Wrong(mark("Największa liczba osób nie może być mniejsza niż najmniejsza."))
        return most

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.least, self.most, self.urgent, self.urgent_reason if self.urgent else "")

    @property
    def seen(self) -> Wanted:
        return Wanted(self.was_least, self.was_most, self.was_urgent, self.was_urgent_reason)


class AddOpening(Form):
    role: UUID


class Retirement(Form):
    retired: Yes = False


@dataclass(frozen=True)
class RolePage:
    """`now`: by field, what somebody saved meanwhile and differs from what was typed."""

    role: RoleSeen
    form: Checked[Any]
    now: Mapping[str, object] = field(default_factory=dict)
    choices: RoleChoices = field(default_factory=RoleChoices)


@dataclass(frozen=True)
class EditOpeningPage:
    opening: OpeningSeen
    form: Checked[Any]


async def edit_role(request: Request) -> Response:
    role = await openings.role(request.state.actor, request.path_params["id"])
    return render(request, "schedule/role.html", RolePage(role, forms.blank(**_typed(role))))


async def save_role(request: Request) -> Response:
    actor, id = request.state.actor, request.path_params["id"]
    role, form = await openings.role(actor, id), forms.read(EditRole, await request.form())
    if (new := form.value) is None:
        return render(request, "schedule/role.html", RolePage(role, form), status=422)
    try:
        await openings.correct_role(actor, id, new.version, new.asked)
    except Stale:
        return render(request, "schedule/role.html", _both(await openings.role(actor, id), form, new), status=409)
    return redirect(request, f"/desk/initiatives/{role.initiative}", SAVED)


async def retire_role(request: Request) -> Response:
    form = forms.read(Retirement, await request.form())
    role = await openings.role(request.state.actor, request.path_params["id"])
    await openings.retire_role(request.state.actor, role.id, retired=bool(form.value and form.value.retired))
    return redirect(request, f"/desk/initiatives/{role.initiative}", SAVED)


async def edit_opening(request: Request) -> Response:
    seen = await openings.opening(request.state.actor, request.path_params["id"])
    return render(request, "schedule/edit_opening.html", EditOpeningPage(seen, _blank(seen.wanted)))


async def save_opening(request: Request) -> Response:
    actor = request.state.actor
    seen = await openings.opening(actor, request.path_params["id"])
    form = forms.read(EditOpening, await request.form())
    if (new := form.value) is None:
        return render(request, "schedule/edit_opening.html", EditOpeningPage(seen, form), status=422)
    try:
        await openings.change(actor, seen.id, new.seen, new.wanted)
    except Stale as stale:
        now = await openings.opening(actor, seen.id)
        form = Checked({**form.typed, **_blank(now.wanted, only_seen=True).typed}, {"most": gettext(stale.sentence)})
        return render(request, "schedule/edit_opening.html", EditOpeningPage(now, form), status=409)
    except Refused as refused:
        if refused.status != 409:
            raise
        page = EditOpeningPage(seen, form.refused("most", gettext(refused.sentence)))
        return render(request, "schedule/edit_opening.html", page, status=409)
    return redirect(request, f"/desk/openings/{seen.id}", SAVED)


async def add_opening(request: Request) -> Response:
    id, form = request.path_params["id"], forms.read(AddOpening, await request.form())
    if form.value is None:
        raise Refused(mark("Wybierz rolę."), 422)
    await openings.add(request.state.actor, id, form.value.role)
    return redirect(request, f"/desk/meetings/{id}", SAVED)


async def remove_opening(request: Request) -> Response:
    meeting = await openings.remove(request.state.actor, request.path_params["id"])
    return redirect(request, f"/desk/meetings/{meeting}", SAVED)


def _typed(role: RoleSeen) -> dict[str, object]:
    told = {name: "" if value is None else value for name, value in asdict(role.asked).items()}
    told |= {name: "yes" if told[name] else "" for name in ("minor_safe", "continuity")}
    return {"role": told.pop("name"), **told, "version": role.version}


def _both(now: RoleSeen, form: Checked[Any], new: EditRole) -> RolePage:
    """What was typed, and by field what stands there now; the next press writes over it."""
    mine = asdict(new.asked)
    differ = {name: value for name, value in asdict(now.asked).items() if value != mine[name]}
    return RolePage(now, Checked({**form.typed, "version": [str(now.version)]}, form.errors, form.value), differ)


def _blank(wanted: Wanted, *, only_seen: bool = False) -> Checked[Any]:
    told = {name: ("yes" if value else "") if isinstance(value, bool) else value
            for name, value in asdict(wanted).items()}  # fmt: skip
    was = {f"was_{name}": value for name, value in told.items()}
    return forms.blank(**(was if only_seen else {**told, **was}))
