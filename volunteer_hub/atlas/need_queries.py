"""The desk's reads of needs: a list that is searched and paged, and one with what says so and its way till now."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from volunteer_hub.atlas import keyset, viewport
from volunteer_hub.atlas.keyset import Ids, Order
from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.atlas.rules import EvidenceKind, NeedState
from volunteer_hub.atlas.viewport import Asked, needs_wanted
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.geo import Point
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import language

# By what the list may stand; the first is how it stands unasked. Each has an index.
ORDERS = {
    "": Order(("-n.urgency", "n.voiced_on")),
    "newest": Order(("n.voiced_on",), down=True),
    "oldest": Order(("n.voiced_on",)),
    "people": Order(("-n.people", "n.voiced_on")),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; an empty word narrows nothing. A theme means what lies under it too.

    `urgency`: from that on. `whose`: "personal" or "community". `since`: voiced on that day or later. Unless a state
    is named, those that still stand.
    """

    q: str = ""
    theme: str = ""
    area: str = ""
    urgency: str = ""
    state: str = ""
    whose: str = ""
    since: str = ""
    order: str = ""

    def to(self, **other: str) -> str:
        """The address of the list narrowed to this, with something else in it: a filter, or a place to go on from."""
        asked = {name: getattr(self, name) for name in self.__dataclass_fields__} | other
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/desk/needs?{query}" if query else "/desk/needs"


@dataclass(frozen=True, slots=True)
class NeedLine:
    id: UUID
    title: str
    theme: str
    area_name: str
    urgency: int
    people: int
    personal: bool
    state: NeedState
    voiced_on: date


@dataclass(frozen=True, slots=True)
class Found:
    lines: list[NeedLine]
    page: Ids


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    id: UUID
    kind: EvidenceKind
    words: str
    seen_on: date
    noted_by: str


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a need's way; `was` is empty for the first."""

    was: str
    became: NeedState
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class NeedCard:
    """A need with its exact place, which is somebody's home when it is `personal`: for who works on it."""

    id: UUID
    version: int
    title: str
    about: str
    theme: UUID
    theme_name: str
    confidential: bool
    area: UUID
    area_name: str
    address: str
    point: Point
    urgency: int
    people: int
    week: int
    personal: bool
    voiced_by: str
    voiced_on: date
    state: NeedState
    evidence: tuple[EvidenceLine, ...]
    changes: tuple[Change, ...]


NAME = theme_name()
LINES = f"""
    SELECT n.id, n.title, {NAME} AS theme, a.name AS area_name, n.urgency, n.people, n.personal, n.state, n.voiced_on
    FROM need n JOIN theme t ON t.id = n.theme JOIN area a ON a.id = n.area WHERE n.id = ANY($2)"""
CARD = f"""
    SELECT n.id, n.version, n.title, n.about, n.theme, {NAME} AS theme_name, t.confidential, n.area,
           a.name AS area_name, n.address, n.latitude, n.longitude, n.urgency, n.people, n.week, n.personal,
           n.voiced_by, n.voiced_on, n.state
    FROM need n JOIN theme t ON t.id = n.theme JOIN area a ON a.id = n.area WHERE n.id = $2"""
EVIDENCE = """
    SELECT e.id, e.kind, e.words, e.seen_on, coalesce(c.name, '') AS noted_by
    FROM need_evidence e LEFT JOIN account c ON c.id = e.noted_by WHERE e.need = $1 ORDER BY e.seen_on, e.id"""
CHANGES = """
    SELECT h.was, h.became, h.reason, h.at, coalesce(c.name, '') AS by
    FROM need_change h LEFT JOIN account c ON c.id = h.by WHERE h.need = $1 ORDER BY h.at DESC, h.id"""


async def find(actor: Actor, of: Wanted, *, after: str = "", before: str = "") -> Found:
    """A page of the needs `of` is about. Raises Refused 404."""
    coordinators_only(actor)
    asked = Asked()
    needs_wanted(
        asked,
        viewport.Wanted(theme=of.theme, area=of.area, state=of.state, urgency=int(of.urgency or 0), words=of.q),
    )
    if of.whose:
        asked.conditions.append("n.personal" if of.whose == "personal" else "NOT n.personal")
    if of.since:
        asked.want("n.voiced_on >= {n}", date.fromisoformat(of.since))
    page = await keyset.page("need n", "n", asked, ORDERS[of.order], after=after, before=before)
    rows = keyset.in_order(page.ids, await database.fetch(LINES, language(), page.ids))
    return Found([NeedLine(**dict(row) | {"state": NeedState(row["state"])}) for row in rows], page)


async def need(actor: Actor, id: UUID) -> NeedCard:
    """Raises Refused 404, also for whoever is no coordinator."""
    coordinators_only(actor)
    row = await database.fetchrow(CARD, language(), id)
    if row is None:
        raise Refused("", 404)
    values = dict(row)
    values["point"] = (values.pop("latitude"), values.pop("longitude"))
    evidence = [dict(one) | {"kind": EvidenceKind(one["kind"])} for one in await database.fetch(EVIDENCE, id)]
    changes = [dict(one) | {"became": NeedState(one["became"])} for one in await database.fetch(CHANGES, id)]
    return NeedCard(
        **values | {"state": NeedState(row["state"])},
        evidence=tuple(EvidenceLine(**one) for one in evidence),
        changes=tuple(Change(**one) for one in changes),
    )
