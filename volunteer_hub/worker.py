"""The other half of the house: plans what is due, delivers it, asks after what got lost. Any number side by side."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from volunteer_hub.settings import Settings


@contextlib.asynccontextmanager
async def beside(settings: Settings) -> AsyncIterator[None]:
    """A worker in this process for as long as the block lasts; it finishes what it began before the block ends."""
    yield
