"""The field key is changed: every sealed field is opened with the key it has and sealed anew with the first one.

In batches beside a running centre, safe to repeat and to stop: a row that somebody changes meanwhile keeps their words,
which are under the new key already. docs/operating.md says when.
"""

import contextlib
from dataclasses import dataclass
from typing import Any

from volunteer_hub.access import audit, chain
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.sealed import CannotOpen, seal, unseal
from volunteer_hub.people import confided
from volunteer_hub.settings import Settings

BATCH = 200

MEMBERS = """
    SELECT id, participant, initiative FROM member WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2"""


@dataclass(frozen=True)
class Field:
    """A column of sealed values and, as its rooms seal them, what each is tied to: `what`, a colon, the row's key."""

    table: str
    key: str
    kind: str
    column: str
    what: str

    def where(self, key: Any) -> str:
        return f"{self.what}:{bytes(key).hex() if self.kind == 'bytea' else key}"


FIELDS = (
    Field("account", "id", "uuid", "totp_sealed", "totp"),
    Field("session", "id", "uuid", "pending", "session"),
    Field("kept_form", "id", "uuid", "sealed", "kept"),
    Field("confided", "mark", "bytea", "sealed", "confided"),
    Field("diary_entry", "id", "uuid", "sealed", "diary"),
    Field("circle_task", "id", "uuid", "sealed", "circle-task"),
    Field("contract", "id", "uuid", "outcome", "contract"),
    Field("contract_goal", "id", "uuid", "sealed", "contract-goal"),
    Field("contract_step", "id", "uuid", "sealed", "contract-step"),
    Field("issued_paper", "id", "uuid", "facts", "paper-facts"),
    Field("issued_paper", "id", "uuid", "document", "paper"),
    Field("webhook", "id", "uuid", "secret_sealed", "webhook"),
    Field("webhook", "id", "uuid", "former_sealed", "webhook"),
    Field("canary", "id", "int", "sealed", "canary"),
)


@dataclass
class Counts:
    """`lost` are those that none of the keys opens."""

    sealed: int = 0
    already: int = 0
    lost: int = 0


async def reseal(settings: Settings, batch: int = BATCH) -> Counts:
    """Seals with the first of the field keys what another one sealed; then the log's witness too is under it."""
    counts = Counts()
    for field in FIELDS:
        last: Any = None
        while rows := await _some(field, last, batch):
            async with database.transaction():
                for key, sealed in rows:
                    await _one(settings.field_keys, field, key, sealed, counts)
            last = rows[-1][0]
    await _move_marks(settings.field_keys, batch)
    verdict = await chain.verify(settings)
    if verdict.seq and not verdict.faults:
        await chain.bear_witness(settings, verdict)
    await audit.record(SYSTEM, "reseal", "field-key", "lost" if counts.lost else "done")
    return counts


async def _move_marks(keys: tuple[str, ...], batch: int) -> None:
    """What was confided is found by a mark of the key too: a row left under the former one's would be lost with it."""
    last: Any = None
    while len(keys) > 1 and (rows := await database.fetch(MEMBERS, last, batch)):
        for row in rows:
            with contextlib.suppress(CannotOpen):  # counted as lost before, and left for the right key
                await confided.remark(keys, row["participant"], row["initiative"])
        last = rows[-1]["id"]


async def _some(field: Field, after: Any, most: int) -> list[tuple[Any, bytes]]:
    rows = await database.fetch(
        f"SELECT {field.key} AS key, {field.column} AS sealed FROM {field.table} WHERE {field.column} IS NOT NULL"
        f" AND ($1::{field.kind} IS NULL OR {field.key} > $1) ORDER BY {field.key} LIMIT $2",
        after, most,
    )  # fmt: skip
    return [(row["key"], bytes(row["sealed"])) for row in rows]


async def _one(keys: tuple[str, ...], field: Field, key: Any, sealed: bytes, counts: Counts) -> None:
    where = field.where(key)
    if _opened(keys[:1], sealed, where) is not None:
        counts.already += 1
    elif (text := _opened(keys, sealed, where)) is None:
        counts.lost += 1
    else:
        counts.sealed += await database.execute(
            f"UPDATE {field.table} SET {field.column} = $3 WHERE {field.key} = $1 AND {field.column} = $2",
            key, sealed, seal(keys, text, where=where),
        )  # fmt: skip


def _opened(keys: tuple[str, ...], sealed: bytes, where: str) -> str | None:
    try:
        return unseal(keys, sealed, where=where)
    except CannotOpen:
        return None
