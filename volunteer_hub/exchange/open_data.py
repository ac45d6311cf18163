"""Reads of what anybody may have: public resources, with their owner's consent, open, at no private place.

None of them is about a confidential theme, and none names one. However many there are, a page is a fixed number of
statements. `publishing` puts the rows into the words of HSDS.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from volunteer_hub.atlas.hours import Hours
from volunteer_hub.atlas.rules import ResourceKind
from volunteer_hub.kit import database

# Ids of what has no row of its own are made from the ids that have.
NAMESPACE = UUID("5c0e9a52-3c1f-5d0e-9f5e-7a1d1f3b6c11")
OURS = uuid5(NAMESPACE, "themes")

# An organisation that runs more is told without what it runs: whoever wants it asks for its services by the page.
MOST_INSIDE = 100

ORGANISATIONS = frozenset({ResourceKind.ORGANISATION})
SERVICES = frozenset(ResourceKind) - ORGANISATIONS
ALL = frozenset(ResourceKind)


@dataclass(frozen=True)
class Theme:
    """A theme that may be named. `names` is by language; `path` holds the ids from the top of the tree down to it."""

    id: UUID
    code: str
    names: Mapping[str, str]
    path: tuple[UUID, ...]
    taxonomy: str
    taxonomy_code: str


@dataclass(frozen=True)
class Resource:
    """A public resource with all that is told of it. `themes`: the main one first."""

    id: UUID
    name: str
    kind: ResourceKind
    about: str
    for_whom: str
    languages: tuple[str, ...]
    capacity: int | None
    phone: str
    email: str
    website: str
    organisation: UUID | None
    themes: tuple[UUID, ...]
    hours: tuple[Hours, ...]
    verified_on: date | None
    changed_at: datetime
    place: UUID
    place_name: str
    address: str
    town: str
    postcode: str
    latitude: float
    longitude: float
    accessibility: tuple[str, ...]
    accessibility_note: str


@dataclass(frozen=True)
class Wanted:
    """Which of them. Empty narrows nothing; all that is asked for holds at once. `themes`: one of these ids."""

    kinds: frozenset[ResourceKind] = ALL
    ids: tuple[UUID, ...] | None = None
    search: str = ""
    themes: tuple[UUID, ...] | None = None
    organisations: tuple[UUID, ...] | None = None
    changed_since: datetime | None = None


@dataclass(frozen=True)
class Themes:
    """All themes that may be named, in the order of the tree."""

    by_id: Mapping[UUID, Theme] = field(default_factory=dict)

    def of_term(self, term: UUID | None) -> tuple[UUID, ...]:
        """The themes behind a term: one of ours, or all that stand for one term of an open taxonomy."""
        if term in self.by_id:
            return (term,)  # type: ignore[return-value]
        return tuple(theme.id for theme in self.by_id.values() if theme.taxonomy and foreign_term(theme) == term)

    def of_taxonomy(self, taxonomy: UUID | None) -> tuple[UUID, ...]:
        if taxonomy == OURS:
            return tuple(self.by_id)
        return tuple(t.id for t in self.by_id.values() if t.taxonomy and foreign_taxonomy(t.taxonomy) == taxonomy)


def foreign_taxonomy(name: str) -> UUID:
    return uuid5(NAMESPACE, f"taxonomy {name}")


def foreign_term(theme: Theme) -> UUID:
    return uuid5(foreign_taxonomy(theme.taxonomy), theme.taxonomy_code)


async def themes() -> Themes:
    """Nothing confidential, nor anything below it."""
    rows = {
        row["id"]: row
        for row in await database.fetch(
            "SELECT id, slug, parent, position, name_pl, name_en, name_uk, confidential, taxonomy, taxonomy_code"
            " FROM theme"
        )
    }
    found = []
    for row in rows.values():
        path = _up(row, rows)
        if not any(rows[one]["confidential"] for one in path):
            found.append((path, row))
    found.sort(key=lambda one: [(rows[id]["position"], rows[id]["slug"]) for id in one[0]])
    return Themes({row["id"]: _theme(path, row) for path, row in found})


def _up(row: Mapping[str, Any], rows: Mapping[UUID, Mapping[str, Any]]) -> tuple[UUID, ...]:
    path = [row["id"]]
    while (above := rows[path[-1]]["parent"]) and above not in path:
        path.append(above)
    return tuple(reversed(path))


def _theme(path: tuple[UUID, ...], row: Mapping[str, Any]) -> Theme:
    names = {"pl": row["name_pl"], "en": row["name_en"], "uk": row["name_uk"]}
    return Theme(row["id"], row["slug"], names, path, row["taxonomy"], row["taxonomy_code"])


def published(r: str, p: str) -> str:
    """Whether the resource `r` at the place `p` is for everybody; $1: the themes that may be named.

    One with a theme that may not is not told at all: leaving out the theme would say that there was one.
    """
    return f"""
        {r}.public AND {r}.consent_on IS NOT NULL AND {r}.theme = ANY($1) AND NOT {p}.private
        AND ({r}.opened_on IS NULL OR {r}.opened_on <= centre_today())
        AND ({r}.closed_on IS NULL OR {r}.closed_on > centre_today())
        AND NOT EXISTS (SELECT FROM further_theme f WHERE f.resource = {r}.id AND f.theme <> ALL($1))"""


FROM = "FROM resource r JOIN place p ON p.id = r.place"

COLUMNS = f"""
    SELECT r.id, r.name, r.kind, r.about, r.for_whom, r.languages, r.capacity, r.phone, r.email, r.website,
           r.verified_on, r.changed_at, p.id AS place, p.name AS place_name, p.address, p.town, p.postcode, p.latitude,
           p.longitude, p.accessibility, p.accessibility_note,
           r.theme || ARRAY(SELECT f.theme FROM further_theme f WHERE f.resource = r.id AND f.theme <> r.theme
                            ORDER BY f.theme) AS themes,
           (SELECT json_agg(json_build_array(h.rrule, h.opens, h.closes, h.first_day, h.last_day, h.note)
                            ORDER BY h.first_day, h.opens, h.rrule, h.id)
            FROM opening_hours h WHERE h.resource = r.id) AS hours,
           (SELECT o.id FROM resource o JOIN place op ON op.id = o.place
            WHERE o.id = r.organisation AND {published("o", "op")}) AS organisation
    {FROM}"""


def conditions(wanted: Wanted, named: Themes) -> tuple[str, list[Any]]:
    """What is wanted as SQL over `resource r` and `place p`, and its values from $1 on."""
    asked, values = [published("r", "p")], list[Any]([list(named.by_id)])

    def want(sql: str, value: Any) -> None:
        values.append(value)
        asked.append(sql.format(n=f"${len(values)}"))

    if wanted.kinds != ALL:
        want("r.kind = ANY({n})", sorted(wanted.kinds))
    if wanted.ids is not None:
        want("r.id = ANY({n})", list(wanted.ids))
    for word in wanted.search.split():
        want("fold(r.name || ' ' || r.about || ' ' || r.for_whom) LIKE fold({n})", f"%{_literal(word)}%")
    if wanted.themes is not None:
        further = "SELECT f.resource FROM further_theme f WHERE f.theme = ANY({n})"
        want(f"(r.theme = ANY({{n}}) OR r.id IN ({further}))", list(wanted.themes))
    if wanted.organisations is not None:
        want("r.organisation = ANY({n})", list(wanted.organisations))
    if wanted.changed_since is not None:
        want("r.changed_at >= {n}", wanted.changed_since)
    return " AND ".join(asked), values


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def count(wanted: Wanted, named: Themes) -> int:
    where, values = conditions(wanted, named)
    return int(await database.fetchval(f"SELECT count(*) {FROM} WHERE {where}", *values))


async def page(wanted: Wanted, named: Themes, *, offset: int = 0, most: int | None = None) -> list[Resource]:
    """`most` of what is wanted (else all) from the `offset`th on, by id: an edit moves nobody to another page."""
    where, values = conditions(wanted, named)
    n = len(values)
    # In two steps, so that what hangs on the resources is fetched for those of the page alone.
    ids = f"SELECT r.id {FROM} WHERE {where} ORDER BY r.id LIMIT ${n + 1} OFFSET ${n + 2}"
    rows = await database.fetch(f"{COLUMNS} WHERE r.id = ANY(ARRAY({ids})) ORDER BY r.id", *values, most, offset)
    return [_resource(row) for row in rows]


async def organisations_of(found: Iterable[Resource], named: Themes) -> dict[UUID, Resource]:
    """The public organisations that run these, by their ids."""
    ids = tuple({one.organisation for one in found if one.organisation})
    return {one.id: one for one in await page(Wanted(ids=ids), named)} if ids else {}


async def run_by(organisations: Sequence[UUID], named: Themes) -> dict[UUID, list[Resource]]:
    """What each of these organisations runs; one that runs more than MOST_INSIDE is not there."""
    found: dict[UUID, list[Resource]] = {id: [] for id in organisations}
    where, values = conditions(Wanted(SERVICES, organisations=tuple(organisations)), named)
    counts = await database.fetch(f"SELECT r.organisation, count(*) {FROM} WHERE {where} GROUP BY 1", *values)
    few = [row["organisation"] for row in counts if row["count"] <= MOST_INSIDE]
    for row in counts:
        if row["count"] > MOST_INSIDE:
            del found[row["organisation"]]
    for one in await page(Wanted(SERVICES, organisations=tuple(few)), named) if few else ():
        if one.organisation:
            found[one.organisation].append(one)
    return found


async def fingerprint() -> str:
    """A mark of all that could be told today: it changes whenever any of it does, and is cheap to have.

    Not the newest `changed_at`: of two changes side by side the later one may be committed first.
    """
    row = await database.fetchrow(
        """SELECT centre_today() AS day,
                  (SELECT count(*) || ' ' || coalesce(sum(hashtextextended(id::text || changed_at, 0)), 0)
                   FROM resource) AS resources,
                  (SELECT md5(string_agg(theme::text, '' ORDER BY id)) FROM theme) AS themes"""
    )
    return sha256("\n".join(str(value) for value in row or ()).encode()).hexdigest()


def _resource(row: Mapping[str, Any]) -> Resource:
    hours = [
        Hours(rule, time.fromisoformat(opens), time.fromisoformat(closes), date.fromisoformat(first),
              date.fromisoformat(last) if last else None, note)
        for rule, opens, closes, first, last, note in json.loads(row["hours"] or "[]")
    ]  # fmt: skip
    lists = {name: tuple(row[name] or ()) for name in ("languages", "accessibility", "themes")}
    return Resource(**{**row, **lists, "kind": ResourceKind(row["kind"]), "hours": tuple(hours)})
