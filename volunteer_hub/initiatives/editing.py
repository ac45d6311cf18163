"""What the desk typed about an initiative, corrected over what was seen and never over what came since."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.initiatives import actions, queries
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.initiatives.rules import CONFIDENTIAL_KINDS, WITH_ROOM, InitiativeKind, Taking
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web.i18n import mark


@dataclass(frozen=True, slots=True)
class Details:
    """What is typed about an initiative. What its kind does not have stays empty."""

    name: str
    about: str
    meets: str
    theme: UUID
    public: bool
    coordinator: UUID | None
    starts_on: date
    ends_on: date | None
    least_members: int | None = None
    most_members: int | None = None
    agreement: str = ""
    own_from: date | None = None
    takes: Taking = Taking.AFTER_YES
    widens: int = 3


@dataclass(frozen=True, slots=True)
class Edited:
    initiative: InitiativeRow
    version: int
    details: Details


COLUMNS = tuple(Details.__dataclass_fields__)
SAVE = f"UPDATE initiative SET {', '.join(f'{name} = ${n}' for n, name in enumerate(COLUMNS, 2))} WHERE id = $1"


async def edited(actor: Actor, initiative: UUID) -> Edited:
    """An initiative as it stands in its form. Raises Refused 404 for who may not change it."""
    coordinators_only(actor)
    row = await queries.changing(actor, initiative)
    values = await database.fetchrow(f"SELECT version, {', '.join(COLUMNS)} FROM initiative WHERE id = $1", initiative)
    if values is None:
        raise Refused("", 404)
    return Edited(row, values["version"], Details(**{name: values[name] for name in COLUMNS}))


async def correct(actor: Actor, initiative: UUID, version: int, new: Details) -> None:
    """Writes what was typed over the version that was shown. A circle is never public; fewer places turn nobody out.

    Raises Refused (404, 409 for words that tell a group's theme), Stale.
    """
    coordinators_only(actor)
    async with database.transaction():
        row = await queries.changing(actor, initiative)
        now = await database.fetchval("SELECT version FROM initiative WHERE id = $1 FOR NO KEY UPDATE", initiative)
        if now != version:
            raise Stale
        if row.confidential:
            await actions.refuse_telling(new.theme, f"{new.name} {new.about} {new.meets}")
        await _refuse_stranger(new.coordinator)
        await database.execute(SAVE, initiative, *asdict(of_kind(row.kind, new)).values())
        await audit.record(actor, "initiatives.edit", f"initiative:{initiative}")


def of_kind(kind: InitiativeKind, new: Details) -> Details:
    """Only what an initiative of this kind has."""
    if kind not in WITH_ROOM:
        new = replace(new, least_members=None, most_members=None)
    if kind is not InitiativeKind.GROUP:
        new = replace(new, agreement="", own_from=None)
    if kind in CONFIDENTIAL_KINDS:  # never on the public list, so nobody asks for it
        new = replace(new, takes=Taking.AFTER_YES)
    return replace(new, public=False) if kind is InitiativeKind.CIRCLE else new


async def coordinators(actor: Actor) -> list[tuple[str, str]]:
    """(id, name) of everybody who may be one's coordinator, for a choice. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(
        "SELECT id, name FROM account WHERE role = 'coordinator' AND closed_at IS NULL ORDER BY sort_key(name), id"
    )
    return [(str(row["id"]), row["name"]) for row in rows]


async def _refuse_stranger(coordinator: UUID | None) -> None:
    """Raises Refused where the account is no coordinator's, or closed."""
    known = "SELECT true FROM account WHERE id = $1 AND role = 'coordinator' AND closed_at IS NULL FOR SHARE"
    if coordinator and not await database.fetchval(known, coordinator):
        raise Refused(mark("Ta osoba już nie koordynuje. Wybierz inną."))
