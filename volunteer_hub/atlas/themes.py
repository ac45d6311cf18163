"""Reads of the tree of themes for those who keep it. Coordinators only: an administrator sees no group's theme."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.atlas.rules import LIVING
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import language


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme with its words in all languages; `name` in the reader's. `used`: needs, resources and initiatives."""

    id: UUID
    slug: str
    parent: UUID | None
    name: str
    name_pl: str
    name_en: str
    name_uk: str
    colour: str
    icon: str
    confidential: bool
    taxonomy: str
    taxonomy_code: str
    reach_km: float | None
    retired_on: date | None
    used: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A theme in the tree; `depth` 0 is a root. `first` and `last` among those beside it."""

    theme: ThemeRow
    depth: int
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What others than coordinators would see of a theme that is confidential now, if it were not."""

    needs: int
    resources: int
    initiatives: int


ROWS = f"""
    SELECT t.id, t.slug, t.parent, {theme_name()} AS name,
           t.name_pl, t.name_en, t.name_uk, t.colour, t.icon, t.confidential, t.taxonomy, t.taxonomy_code, t.reach_km,
           t.retired_on,
           (SELECT count(*) FROM need WHERE theme = t.id) + (SELECT count(*) FROM resource WHERE theme = t.id)
             + (SELECT count(*) FROM further_theme WHERE theme = t.id)
             + (SELECT count(*) FROM initiative WHERE theme = t.id) AS used
    FROM theme t"""


async def tree(actor: Actor) -> list[Branch]:
    """All themes, each followed by those beneath it; beside each other in their order."""
    coordinators_only(actor)
    rows = await database.fetch(f"{ROWS} ORDER BY t.position, sort_key(t.name_pl), t.id", language())
    beneath: dict[UUID | None, list[ThemeRow]] = defaultdict(list)
    for row in rows:
        beneath[row["parent"]].append(ThemeRow(**row))

    def grown(parent: UUID | None, depth: int) -> list[Branch]:
        found = []
        for n, theme in enumerate(beneath[parent], 1):
            found.append(Branch(theme, depth, first=n == 1, last=n == len(beneath[parent])))
            found += grown(theme.id, depth + 1)
        return found

    return grown(None, 0)


async def theme(actor: Actor, id: UUID) -> ThemeRow:
    """One theme. Raises Refused 404."""
    coordinators_only(actor)
    row = await database.fetchrow(f"{ROWS} WHERE t.id = $2", language(), id)
    if row is None:
        raise Refused("", 404)
    return ThemeRow(**row)


async def parents(actor: Actor, id: UUID | None) -> list[tuple[str, str]]:
    """(id, name set in by its depth) of every theme that `id` can lie beneath: not itself, nor what lies beneath it."""
    branches = await tree(actor)
    beneath = {row[0] for row in await database.fetch("SELECT themes_under(slug) FROM theme WHERE id = $1", id)}
    return [(str(one.theme.id), "– " * one.depth + one.theme.name) for one in branches if one.theme.id not in beneath]


async def would_be_seen(actor: Actor, id: UUID) -> Seen:
    """What volunteers and the public would see of a theme if it were not confidential."""
    coordinators_only(actor)
    row = await database.fetchrow(
        """SELECT (SELECT count(*) FROM need WHERE theme = $1 AND NOT personal AND state = ANY($2)) AS needs,
                  (SELECT count(*) FROM resource r JOIN place p ON p.id = r.place WHERE r.theme = $1 AND r.public
                   AND NOT p.private AND r.closed_on IS NULL) AS resources,
                  (SELECT count(*) FROM initiative WHERE theme = $1 AND public AND kind <> ALL ('{group,circle}')
                   AND state = 'running') AS initiatives""",
        id, list(LIVING),
    )  # fmt: skip
    return Seen(**row) if row else Seen(0, 0, 0)
