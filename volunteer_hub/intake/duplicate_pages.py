"""Possible duplicates at the desk: the list of pairs, and two people side by side who become one."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.intake import merging
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import duplicates
from volunteer_hub.people.duplicates import Twins
from volunteer_hub.people.queries import VolunteerCard, volunteer
from volunteer_hub.people.rules import Step
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render

LIST = "/desk/people/duplicates"
# Of two steps the one that says more is proposed.
FARTHEST = (Step.LEFT, Step.APPLIED, Step.TALKED_TO, Step.AGREED, Step.PAUSED, Step.ACTIVE)


@dataclass(frozen=True)
class DuplicatesPage:
    twins: list[Twins]
    more: bool


@dataclass(frozen=True)
class MergePage:
    """`kept` stays and `gone` becomes part of it; `form` says of each field whose value stays."""

    kept: VolunteerCard
    gone: VolunteerCard
    areas: Mapping[str, str]
    form: forms.Checked[forms.Form]
    wrong: str = ""


async def possible(request: Request) -> Response:
    twins, more = await duplicates.twins(request.state.actor)
    return render(request, "people/duplicates.html", DuplicatesPage(twins, more))


async def tell_apart(request: Request) -> Response:
    data = await request.form()
    one, other = (forms.id_of(str(data.get(name, ""))) for name in ("one", "other"))
    if not one or not other:
        raise Refused("", 400)
    await duplicates.tell_apart(request.state.actor, one, other)
    return redirect(request, LIST, mark("Zapisane: to dwie osoby."))


async def side_by_side(request: Request) -> Response:
    kept, gone = request.path_params["id"], request.path_params["other"]
    if now := await duplicates.merged_into(gone) or await duplicates.merged_into(kept):
        return redirect(request, f"/desk/people/{now}", mark("Te wpisy są już połączone."))
    page = await _page(request, kept, gone)
    for who in (kept, gone):
        await audit.record(request.state.actor, "people.open", f"volunteer:{who}")
    return render(request, "people/merge.html", page)


async def merge(request: Request) -> Response:
    kept, gone = request.path_params["id"], request.path_params["other"]
    data = await request.form()
    chosen = {name: str(data.get(name, "")) for name in merging.FIELDS}
    try:
        await merging.merge(request.state.actor, kept, gone, chosen)
    except Refused as refused:
        if refused.status != 409 or not refused.sentence:
            raise
        wrong = gettext(refused.sentence, **refused.values)
        page = await _page(request, kept, gone, forms.blank(**chosen), wrong)
        return render(request, "people/merge.html", page, status=409)
    return redirect(request, f"/desk/people/{kept}", mark("Wpisy są połączone. Historia obu została."))


async def _page(
    request: Request, kept: UUID, gone: UUID, form: forms.Checked[forms.Form] | None = None, wrong: str = ""
) -> MergePage:
    if kept == gone:
        raise Refused("", 404)
    one, other = await volunteer(request.state.actor, kept), await volunteer(request.state.actor, gone)
    return MergePage(one, other, dict(await atlas.areas()), form or _proposed(one, other), wrong)


def _proposed(kept: VolunteerCard, gone: VolunteerCard) -> forms.Checked[forms.Form]:
    """What stays unless a coordinator says otherwise: what `kept` has; where that is nothing, what `gone` has."""
    other = {name for name in ("phone", "email") if not getattr(kept, name) and getattr(gone, name)}
    if not kept.guardian_name and gone.guardian_name:
        other.add("guardian")
    if FARTHEST.index(gone.step) > FARTHEST.index(kept.step):
        other.add("step")
    return forms.blank(**{name: "gone" if name in other else "kept" for name in merging.FIELDS})
