"""Acceptances that come while one is being written are written together after it: one statement and one commit.

Nothing waits for company: the first is written at once. docs/benchmarks.md, "delivery", has what that saves.
"""

import asyncio

from volunteer_hub.messaging import outcomes
from volunteer_hub.messaging.channels.base import Accepted, Outgoing

Waiting = tuple[Outgoing, Accepted, "asyncio.Future[str | None]"]


class Together:
    """Of one worker and channel."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._writing = asyncio.Lock()

    async def accepted(self, message: Outgoing, outcome: Accepted) -> str | None:
        """As outcomes.accepted; what goes wrong with a statement goes wrong for each in it, and each tries again."""
        known: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, outcome, known))
        async with self._writing:
            if not known.done():
                await self._write()
        return known.result()

    async def _write(self) -> None:
        batch, self._waiting = self._waiting, []
        error: BaseException = ConnectionError("cut off")
        states = None
        try:
            states = await outcomes.accepted_together([(message, outcome) for message, outcome, _ in batch])
        except Exception as why:
            error = why
        finally:  # also when whoever wrote for all was cancelled: the others try again
            for message, _, known in batch:
                if states is None:
                    known.set_exception(error)
                    known.exception()  # who was cancelled never asks for it
                else:
                    known.set_result(states.get(message.id))
