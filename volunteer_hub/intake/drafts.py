"""What somebody typed into a public form, kept for half an hour, so that no step, language or refusal loses it.

The row is found by the hash of a cookie that only this browser has.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from volunteer_hub.intake.rules import DRAFT_MINUTES
from volunteer_hub.kit import database, secret

# A form has no longer answers; what is longer is somebody's try to fill our disk.
LONGEST = 3000
MOST_ANSWERS = 60

Typed = Mapping[str, Sequence[str]]

SAVE = """
    INSERT INTO draft (id, token_hash, form, data, updated_at) VALUES (gen_random_uuid(), $1, $2, $3::jsonb, now())
    ON CONFLICT (token_hash) DO UPDATE SET updated_at = now(), data =
        CASE WHEN draft.updated_at > now() - make_interval(mins => $4) AND NOT draft.data ? 'done'
             THEN draft.data || excluded.data ELSE excluded.data END
    WHERE $5 OR NOT draft.data ? 'done'"""

FORGET = """
    DELETE FROM draft WHERE id IN (
        SELECT id FROM draft WHERE updated_at < now() - make_interval(mins => $1)
        ORDER BY updated_at LIMIT 20 FOR UPDATE SKIP LOCKED)"""

LOAD = "SELECT data FROM draft WHERE token_hash = $1 AND updated_at > now() - make_interval(mins => $2)"


async def load(visit: str, form: str) -> dict[str, Any]:
    """The steps of `form` this browser has typed so far; nothing when there are none, or it is too long ago."""
    data = await database.fetchval(LOAD, _mark(visit, form), DRAFT_MINUTES)
    return json.loads(data) if data else {}


async def save(visit: str, form: str, step: str, typed: Typed, fields: Sequence[str], *, first: bool = False) -> None:
    """Keeps what was typed into the inputs `fields` of one step, right or wrong; the other steps stay.

    Once the form is sent, only its `first` step begins a new one: a second press of the last changes nothing.
    """
    kept = {name: [text[:LONGEST] for text in typed[name][:MOST_ANSWERS]] for name in fields if name in typed}
    await database.execute(FORGET, DRAFT_MINUTES)
    await database.execute(SAVE, _mark(visit, form), form, json.dumps({step: kept}), DRAFT_MINUTES, first)


async def claim(visit: str, form: str) -> bool:
    """Inside a transaction: whether this browser's draft is still to be acted on. Of two presses at once, one is."""
    row = await database.fetchrow(f"{LOAD} FOR UPDATE", _mark(visit, form), DRAFT_MINUTES)
    return row is not None and "done" not in json.loads(row["data"])


async def finish(visit: str, form: str, done: Mapping[str, Any]) -> None:
    """Forgets what was typed and keeps only `done`: what the last page of the form has to say."""
    await database.execute(
        "UPDATE draft SET data = $2::jsonb, updated_at = now() WHERE token_hash = $1",
        _mark(visit, form), json.dumps({"done": done}),
    )  # fmt: skip


def _mark(visit: str, form: str) -> bytes:
    return secret.fingerprint(f"{form} {visit}")
