"""Where what a participant confided lies, seen from the erasure: under each field key that may have marked it."""

from collections.abc import Iterable
from uuid import UUID

from volunteer_hub.kit import database, secret
from volunteer_hub.settings import Settings


async def forget(settings: Settings, participants: Iterable[UUID]) -> None:
    marks = [
        bytes.fromhex(secret.sign(key, "confided", str(id))) for id in participants for key in settings.field_keys
    ]
    await database.execute("DELETE FROM confided WHERE mark = ANY($1)", marks)
