"""What the planters of rows at the edge of their period of keeping have in common."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from volunteer_hub.kit import database
from volunteer_hub.privacy.periods import Period

DAY = timedelta(days=1)


async def sql(statement: str, *values: object) -> None:
    await database.execute(statement, *values)


async def since(period: Period) -> datetime:
    """The moment that lies exactly the period back, by the database's clock."""
    found: datetime = await database.fetchval(f"SELECT {period.sql}")
    return found


# Writes what its rule of keeping is about, as if it had ended, been answered or been left at the moment it gets.
Planter = Callable[[datetime], Awaitable[None]]
