"""Builds the town, room by room."""

from volunteer_hub.kit import database
from volunteer_hub.settings import Settings


class NotEmpty(Exception):
    """The database already holds people; the demo town is never mixed with them."""


async def is_empty() -> bool:
    return not await database.fetchval("SELECT EXISTS (SELECT FROM account) OR EXISTS (SELECT FROM area)")


async def load(settings: Settings) -> None:
    """Builds the town in an empty database. Raises NotEmpty for a full one."""
    if not await is_empty():
        raise NotEmpty("this database is not empty; the demo town is loaded into an empty one only")
