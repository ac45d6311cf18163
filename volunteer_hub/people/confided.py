"""Why somebody comes to a group or circle, encrypted and apart from identity: `confided` names neither of the two.

A row stands under a mark that only who has the field key can tell from participant and initiative, and opens only
there. Who may read and write is decided in initiatives/confided.py; nothing else may call this, but for changing the
key (`remark`) and erasing (`forget`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.kit import database, sealed

FIND = """
    SELECT mark, sealed, changed_at FROM confided WHERE mark = ANY($1) ORDER BY changed_at DESC LIMIT 1"""

PUT = """
    INSERT INTO confided (mark, sealed, changed_at) VALUES ($1, $2, clock_timestamp())
    ON CONFLICT (mark) DO UPDATE SET sealed = excluded.sealed, changed_at = excluded.changed_at"""

MOVE = """
    INSERT INTO confided (mark, sealed, changed_at) VALUES ($1, $2, $3) ON CONFLICT (mark) DO NOTHING"""

DROP = "DELETE FROM confided WHERE mark = ANY($1)"


@dataclass(frozen=True)
class Words:
    """What was confided, and when it was last written."""

    text: str
    changed_at: datetime


async def read(keys: tuple[str, ...], participant: UUID, initiative: UUID) -> Words | None:
    """What was confided, under whichever of `keys` it stands; None: nothing. Raises kit.sealed.CannotOpen."""
    row = await database.fetchrow(FIND, _marks(keys, participant, initiative))
    if row is None:
        return None
    text = sealed.unseal(keys, bytes(row["sealed"]), where=_where(row["mark"]))
    return Words(text, row["changed_at"])


async def write(keys: tuple[str, ...], participant: UUID, initiative: UUID, text: str) -> None:
    """Keeps `text` under the first of `keys` and nowhere else; an empty one leaves nothing."""
    first, *former = _marks(keys, participant, initiative)
    async with database.transaction():
        # In this order `remark` and this wait for each other on the former row, and these words are the last ones.
        await database.execute(DROP, former if text else [first, *former])
        if text:
            await database.execute(PUT, first, sealed.seal(keys, text, where=_where(first)))


async def forget(keys: tuple[str, ...], participant: UUID, initiatives: Iterable[UUID]) -> None:
    """Leaves nothing of what was confided about `participant` in these initiatives, whatever key it is under."""
    await database.execute(DROP, [mark for one in initiatives for mark in _marks(keys, participant, one)])


async def remark(keys: tuple[str, ...], participant: UUID, initiative: UUID) -> bool:
    """Moves what stands under a former key's mark to that of the first of `keys`, sealed anew; whether there was any.

    Without it the words would be lost with the former key: not for the cipher, but because nobody could find them.
    Raises kit.sealed.CannotOpen.
    """
    first, *former = _marks(keys, participant, initiative)
    async with database.transaction():
        row = await database.fetchrow(f"{FIND} FOR UPDATE", former)
        if row is None:
            return False
        text = sealed.unseal(keys, bytes(row["sealed"]), where=_where(row["mark"]))
        await database.execute(MOVE, first, sealed.seal(keys, text, where=_where(first)), row["changed_at"])
        await database.execute(DROP, former)
    return True


def _marks(keys: tuple[str, ...], participant: UUID, initiative: UUID) -> list[bytes]:
    return [sealed.mark(key, "confided", str(participant), str(initiative)) for key in keys]


def _where(mark: bytes) -> str:
    return f"confided:{bytes(mark).hex()}"
