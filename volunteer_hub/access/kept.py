"""A form sent after its session had ended: kept until its owner has signed in and sends it once more. Decision 0024.

Half an hour, sealed, for the account of the ended session alone. A form with a password or a code is never kept.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from starlette.datastructures import FormData

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.sealed import CannotOpen, seal, unseal
from volunteer_hub.settings import Settings

PAGE = "/desk/kept"
# The input by which a form that is sent again says which one it was.
AGAIN = "kept_form"
MINUTES = 30
# A form of the desk is far smaller, and nobody leaves more of them open.
LONGEST, MOST = 100_000, 20

# Of these, and of one's own account, nothing is kept.
SECRET = frozenset({"password", "code"})
OWN_ACCOUNT = "/desk/account"

KEEP = """
    INSERT INTO kept_form (id, account, path, sealed, kept_at)
    SELECT $1, $2, $3, $4, now() WHERE (SELECT count(*) FROM kept_form WHERE account = $2) < $5
    ON CONFLICT (account, path) DO UPDATE SET id = excluded.id, sealed = excluded.sealed, kept_at = excluded.kept_at
    RETURNING id"""
FORGET_OLD = "DELETE FROM kept_form WHERE kept_at < now() - make_interval(mins => $1)"
OWN = """
    SELECT id, path, sealed, kept_at FROM kept_form
    WHERE account = $1 AND kept_at > now() - make_interval(mins => $2) ORDER BY kept_at DESC, id"""


@dataclass(frozen=True)
class Kept:
    """A form that stood on `page` and waits to be sent to `path` again; `fields` are its inputs in their order."""

    id: UUID
    path: str
    page: str
    fields: list[tuple[str, str]]
    kept_at: datetime


async def keep(settings: Settings, owner: Actor, path: str, form: FormData, page: str = "/") -> bool:
    """Keeps what `owner` sent from `page` to `path`, in the place of what was sent there before; False: it may not."""
    if path.startswith(OWN_ACCOUNT) or len(path) > 500 or SECRET & set(form):
        return False
    fields = [(name, value) for name, value in form.multi_items() if name not in ("csrf", AGAIN)]
    text = json.dumps([page, fields])
    if len(text) > LONGEST:
        return False
    id = uuid4()
    sealed = seal(settings.field_keys, text, where=_where(id))
    await database.execute(FORGET_OLD, MINUTES)
    return await database.fetchval(KEEP, id, owner.account, path, sealed, MOST) is not None


async def waits(account: UUID) -> bool:
    """Whether anything of this account's waits to be sent again."""
    return bool(await database.fetch(OWN, account, MINUTES))


async def own(settings: Settings, actor: Actor) -> list[Kept]:
    """What of the actor's waits, the newest first."""
    return [
        Kept(row["id"], row["path"], *opened, row["kept_at"])
        for row in await database.fetch(OWN, actor.account, MINUTES)
        if (opened := _opened(settings, row["id"], row["sealed"]))
    ]


async def forget(actor: Actor, id: UUID) -> None:
    """It was sent again."""
    await database.execute("DELETE FROM kept_form WHERE id = $1 AND account = $2", id, actor.account)


async def forget_saying(settings: Settings, says: Callable[[str], bool]) -> None:
    """Forgets whatever says so, or cannot be read: somebody is being erased."""
    for row in await database.fetch("SELECT id, sealed FROM kept_form"):
        opened = _opened(settings, row["id"], row["sealed"])
        if opened is None or says(" ".join(text for _, text in opened[1])):
            await database.execute("DELETE FROM kept_form WHERE id = $1", row["id"])


def _opened(settings: Settings, id: UUID, sealed: bytes) -> tuple[str, list[tuple[str, str]]] | None:
    try:
        page, fields = json.loads(unseal(settings.field_keys, bytes(sealed), where=_where(id)))
    except CannotOpen:
        return None
    return page, [(name, text) for name, text in fields]


def _where(id: UUID) -> str:
    return f"kept:{id}"
