"""All that one report counts, of one moment, and planned for a report."""

import contextlib
from collections.abc import AsyncIterator

from volunteer_hub.kit import database

# A statement that a connection has run five times would be planned for any days at all, and take up to four times as
# long. What is told apart stays in memory, where the default would write a large town's to disk.
PLANNED = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL work_mem = '32MB'"


@contextlib.asynccontextmanager
async def at_once() -> AsyncIterator[None]:
    """What the block reads agrees: it is as it stood when the block began, or the transaction around it."""
    inside = database.DB.current_transaction.get() is not None
    async with contextlib.nullcontext() if inside else database.snapshot():
        await database.execute(PLANNED)
        yield
