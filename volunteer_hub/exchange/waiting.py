"""A file that was sent and compared waits half an hour, for this browser alone, until somebody says to write it."""

import json
from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.intake import drafts
from volunteer_hub.kit import database, secret

FORM = "resources-import"

SAVE = """
    INSERT INTO draft (id, token_hash, form, data, updated_at) VALUES (gen_random_uuid(), $1, $2, $3::jsonb, now())
    ON CONFLICT (token_hash) DO UPDATE SET data = excluded.data, updated_at = now()"""


@dataclass(frozen=True)
class Sent:
    """The file's text, what it is called, where its data are from, the theme of entries that name none of ours."""

    text: str
    name: str
    source: str
    theme: UUID | None


async def keep(visit: str, sent: Sent) -> None:
    """In the place of another one that this browser left waiting."""
    kept = {"text": sent.text, "name": sent.name, "source": sent.source, "theme": sent.theme and str(sent.theme)}
    # Found by drafts.load, which reads what is marked so.
    await database.execute(SAVE, secret.fingerprint(f"{FORM} {visit}"), FORM, json.dumps(kept))


async def load(visit: str) -> Sent | None:
    """What waits; None when nothing does, it is too long ago, or it has been written."""
    kept = await drafts.load(visit, FORM)
    if "text" not in kept:
        return None
    return Sent(kept["text"], kept["name"], kept["source"], UUID(kept["theme"]) if kept["theme"] else None)


async def claim(visit: str) -> bool:
    """Inside a transaction: whether it is still to be written. Of two presses at once, one is."""
    return await drafts.claim(visit, FORM)


async def done(visit: str) -> None:
    """It is written: the file goes at once."""
    await drafts.finish(visit, FORM, {})
