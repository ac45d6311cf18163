"""A sealed word of ours in the database: by it a wrong field key is found before it ruins or hides anything."""

from volunteer_hub.kit import database, sealed
from volunteer_hub.settings import Settings

WORD, WHERE = "kanarek", "canary:1"


async def plant(settings: Settings) -> None:
    """Puts it there when there is none yet."""
    await database.execute(
        "INSERT INTO canary (id, sealed) VALUES (1, $1) ON CONFLICT DO NOTHING",
        sealed.seal(settings.field_keys, WORD, where=WHERE),
    )


async def sings(settings: Settings) -> bool | None:
    """Whether the field keys open it; None when none was ever planted."""
    found = await database.fetchval("SELECT sealed FROM canary WHERE id = 1")
    if found is None:
        return None
    try:
        return sealed.unseal(settings.field_keys, bytes(found), where=WHERE) == WORD
    except sealed.CannotOpen:
        return False
