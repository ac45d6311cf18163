"""Resources from a file put on the map: compared first, then written all or not at all, and shown to nobody outside.

What comes from a file is not public until somebody at the desk has written down its owner's consent.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.atlas import places, resources
from volunteer_hub.atlas.places import PlaceDetails
from volunteer_hub.atlas.resources import Details
from volunteer_hub.exchange import import_reads
from volunteer_hub.exchange.comparing import Existing, Fate, Judged, judge
from volunteer_hub.exchange.entries import Entry
from volunteer_hub.exchange.sayings import Spot
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark

NOT_WHOLE = mark("Nic nie zapisano: w pliku jest błąd albo nie każdej możliwej powtórce powiedziano, co z nią zrobić.")


class Choice(StrEnum):
    """What becomes of an entry that may be there already."""

    MERGE = "merge"
    NEW = "new"
    SKIP = "skip"


@dataclass(frozen=True)
class Written:
    """How many resources were made, changed, left as they were."""

    new: int
    changed: int
    left: int


async def compare(actor: Actor, entries: Sequence[Entry], source: str, theme: UUID | None = None) -> list[Judged]:
    """Each entry with its fate; nothing is written. `theme`: for entries that name none of ours. Refused 404."""
    coordinators_only(actor)
    return judge(entries, await import_reads.known(entries, source, theme))


async def write(
    actor: Actor,
    entries: Sequence[Entry],
    source: str,
    theme: UUID | None = None,
    choices: Mapping[int, Choice] | None = None,
    first: Callable[[], Awaitable[None]] | None = None,
) -> Written:
    """All of the file in one transaction, compared anew inside it. `choices`: by the number of an entry.

    `first` is done before all else in the same transaction, and may refuse.

    Raises Refused: 422 while an entry is wrong or a possible duplicate is not decided, 404, and what the verbs raise.
    """
    chosen = choices or {}
    async with database.transaction():
        if first:
            await first()
        judged = await compare(actor, entries, source, theme)
        open_ones = [one for one in judged if one.fate is Fate.DUPLICATE and one.n not in chosen]
        if open_ones or any(one.fate is Fate.WRONG for one in judged):
            raise Refused(NOT_WHOLE, 422)
        counts = await _Writing(actor, source, chosen).all(judged)
        about = f"import:new={counts.new},changed={counts.changed},left={counts.left}"
        await audit.record(actor, "resources.import", about)
    return counts


class _Writing:
    """One file being written; organisations first, so that what they run can name them."""

    def __init__(self, actor: Actor, source: str, chosen: Mapping[int, Choice]) -> None:
        self.actor, self.source, self.chosen = actor, source, chosen
        self.places: dict[tuple[Spot, UUID | None], UUID] = {}
        self.ids: dict[str, UUID] = {}

    async def all(self, judged: Sequence[Judged]) -> Written:
        new = changed = left = 0
        running = {one.entry.run_by for one in judged}
        for one in sorted(judged, key=lambda one: one.entry.source_id not in running):
            choice = self.chosen.get(one.n)
            if one.fate is Fate.NEW or (one.fate is Fate.DUPLICATE and choice is Choice.NEW):
                self.ids[one.entry.source_id] = await self._add(one)
                new += 1
            elif one.fate is Fate.CHANGED and one.existing:
                self.ids[one.entry.source_id] = await self._correct(one, one.existing)
                changed += 1
            elif one.fate is Fate.DUPLICATE and one.twin and choice is Choice.MERGE:
                self.ids[one.entry.source_id] = await self._merge(one, one.twin.id)
                changed += 1
            else:
                if one.existing:
                    self.ids[one.entry.source_id] = one.existing.id
                left += 1
        return Written(new, changed, left)

    async def _add(self, one: Judged) -> UUID:
        entry = one.entry
        details = Details(**_told(entry), **self._links(one), place=await self._place(one))
        return await resources.add(
            self.actor, details, open_at=entry.hours, source=self.source, source_id=entry.source_id
        )

    async def _correct(self, one: Judged, existing: Existing) -> UUID:
        """What the file says over what is there; consent, and whether it is public, stay as they are."""
        told = {**_told(one.entry), **self._links(one), "place": await self._place(one)}
        if not one.entry.contact_name:
            del told["contact_name"]
        return await self._save(existing, told, one.entry)

    async def _merge(self, one: Judged, twin: UUID) -> UUID:
        """What the file has words for over what is there; kind, themes and place stay ours."""
        existing = await import_reads.held(twin)
        if existing is None:
            raise Refused("", 404)
        told = {**_told(one.entry), "organisation": self._links(one)["organisation"]}
        del told["kind"]
        await self._save(
            existing, {name: value for name, value in told.items() if value not in ("", (), None)}, one.entry
        )
        # From now on the two know each other; one that came from elsewhere keeps where it came from.
        await database.execute(
            "UPDATE resource SET source = $2, source_id = $3 WHERE id = $1 AND source_id = ''",
            twin, self.source, one.entry.source_id,
        )  # fmt: skip
        return twin

    async def _save(self, existing: Existing, told: dict[str, Any], entry: Entry) -> UUID:
        if told.get("organisation") == existing.id:
            told["organisation"] = None
        await resources.correct(self.actor, existing.id, existing.version, replace(existing.details, **told))
        if entry.hours and set(entry.hours) != set(existing.hours):
            for row in await database.fetch("SELECT id FROM opening_hours WHERE resource = $1", existing.id):
                await resources.remove_hours(self.actor, existing.id, row["id"])
            for hours in entry.hours:
                await resources.add_hours(self.actor, existing.id, hours)
        return existing.id

    def _links(self, one: Judged) -> dict[str, Any]:
        run_by = self.ids.get(one.entry.run_by) if one.entry.run_by else None
        return {"theme": one.themes[0], "further": one.themes[1:], "organisation": run_by}

    async def _place(self, one: Judged) -> UUID:
        return one.place or await self._made_place(one)

    async def _made_place(self, one: Judged) -> UUID:
        spot, area = one.entry.spot, one.area
        if spot is None or area is None:
            raise Refused(NOT_WHOLE, 422)
        if (spot, area) not in self.places:
            values = {f.name: getattr(spot, f.name) for f in fields(spot)}
            self.places[spot, area] = await places.add(self.actor, PlaceDetails(**values, area=area))
        return self.places[spot, area]


def _told(entry: Entry) -> dict[str, Any]:
    names = ("name", "kind", "about", "for_whom", "languages", "capacity", "contact_name", "phone", "email", "website")
    return {name: getattr(entry, name) for name in names}
