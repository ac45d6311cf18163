"""What the desk types about a need: all of it, what says that it is there, and where it stands now."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from volunteer_hub.atlas.actions import Evidence, NeedDetails
from volunteer_hub.atlas.forms import NewNeed, Spot, offered, point_of, point_text
from volunteer_hub.atlas.need_queries import NeedCard
from volunteer_hub.atlas.rules import EvidenceKind, NeedState
from volunteer_hub.people.rules import SLOTS, slots_of, week_of
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark

CHOOSE_KIND = mark("Wybierz, skąd to wiadomo.")


class NeedForm(NewNeed):
    """A need as a whole; `at` is the point "52.6, 19.0", empty for the middle of the district."""

    about: str = Field("", max_length=4000)
    address: str = Field("", max_length=160)
    at: Spot = ""
    week: Annotated[list[str], AfterValidator(offered(SLOTS))] = []

    @property
    def details(self) -> NeedDetails:
        values = self.model_dump(include=set(NeedDetails.__dataclass_fields__) - {"week", "point"})
        return NeedDetails(**values, week=week_of(self.week), point=point_of(self.at))


class WholeNeed(NeedForm):
    """A new need, and at once the first thing that says it is there."""

    sentences = {**NewNeed.sentences, "kind": CHOOSE_KIND}

    kind: EvidenceKind | None = None
    words: str = Field("", max_length=2000)

    @property
    def evidence(self) -> list[Evidence]:
        return [Evidence(self.kind, self.words, self.voiced_on)] if self.kind else []


class CorrectedNeed(NeedForm):
    """`version` is that of the row as it was shown."""

    version: int


class EvidenceForm(Form):
    sentences = {"kind": CHOOSE_KIND, "seen_on": mark("Podaj pełną datę: dzień, miesiąc i rok.")}

    kind: EvidenceKind
    words: str = Field(min_length=1, max_length=2000)
    seen_on: date

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.kind, self.words, self.seen_on)


class StateForm(Form):
    """The button that was pressed, and why."""

    sentences = {"state": mark("Wybierz jeden ze stanów.")}

    state: NeedState
    reason: str = Field("", max_length=1000)


def said_why(checked: Checked[StateForm]) -> Checked[StateForm]:
    """The form, refused where a need is withdrawn and nobody said why."""
    value = checked.value
    if value and value.state is NeedState.WITHDRAWN and not value.reason:
        return checked.refused("reason", _("Wpisz, dlaczego tej potrzeby już nie ma."))
    return checked


def typed(card: NeedCard) -> dict[str, Any]:
    """The need as its form shows it."""
    same = ("title", "about", "theme", "area", "address", "urgency", "people", "voiced_by", "voiced_on", "version")
    return {name: getattr(card, name) for name in same} | {
        "at": point_text(card.point), "week": slots_of(card.week), "personal": "yes" if card.personal else "",
    }  # fmt: skip


def moved(was: NeedCard, typed: CorrectedNeed) -> NeedDetails:
    """What was typed; in another district, with the point left where it was, it stands in the middle of that one."""
    new = typed.details
    return replace(new, point=None) if typed.area != was.area and typed.at == point_text(was.point) else new
