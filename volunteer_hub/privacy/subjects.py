"""What a break-glass may be about, by its neutral name: an initiative's public words, a participant's alias."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.initiatives.rules import CONFIDENTIAL_KINDS
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.web import forms

NAMES = """
    SELECT 'initiative:' || id AS about, name FROM initiative WHERE id = ANY($1)
    UNION ALL SELECT 'participant:' || id, alias FROM participant WHERE id = ANY($1)"""


@dataclass(frozen=True)
class Subject:
    about: str
    name: str


async def names(actor: Actor, abouts: Sequence[str]) -> dict[str, str]:
    """Those of `abouts` that are there, with their names; for a coordinator alone, the overseers see ids."""
    if actor.role is not Role.COORDINATOR:
        return {}
    ids = [id for about in abouts if (id := _id(about))]
    rows = await database.fetch(NAMES, ids)
    return {row["about"]: row["name"] for row in rows if row["about"] in abouts}


async def to_ask_about(actor: Actor, about: str) -> list[Subject]:
    """The one that is named, when it is there; else the groups and circles to choose from."""
    if named := await names(actor, [about]):
        return [Subject(*pair) for pair in named.items()]
    found = await initiatives.initiatives(actor)
    return [Subject(f"initiative:{one.id}", one.name) for one in found if one.kind in CONFIDENTIAL_KINDS]


def _id(about: str) -> UUID | None:
    return forms.id_of(about.partition(":")[2])
