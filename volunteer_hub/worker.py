"""The other half of the house: plans what is due, delivers it, asks after what got lost. Any number side by side."""

import asyncio
import contextlib
import functools
import signal
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import structlog

from volunteer_hub.access import watch
from volunteer_hub.exchange.api_access import changes as public_changes
from volunteer_hub.exchange.api_access import webhooks
from volunteer_hub.exchange.people_import import writing as people_import
from volunteer_hub.kit import database
from volunteer_hub.matching import widening
from volunteer_hub.matching.waves import actions as waves
from volunteer_hub.messaging import channels as ways
from volunteer_hub.messaging import delivery, flow, lost
from volunteer_hub.messaging.channels import Channels
from volunteer_hub.messaging.rules import USUAL, Channel, Timing
from volunteer_hub.people import of_age
from volunteer_hub.privacy import retention
from volunteer_hub.replies.mailbox.imap import Mailbox
from volunteer_hub.reports import digest, urgent
from volunteer_hub.schedule import actions as schedule
from volunteer_hub.schedule import silence
from volunteer_hub.schedule.members import joining
from volunteer_hub.schedule.risks import first_days, warnings
from volunteer_hub.schedule.series import fill as series_fill
from volunteer_hub.schedule.waiting import refill, substitutes
from volunteer_hub.schedule.wishes import actions as wishes
from volunteer_hub.schedule.wishes import codes as wish_codes
from volunteer_hub.settings import Settings
from volunteer_hub.web import logs

log = structlog.get_logger("worker")

POLL_SECONDS = 5.0
# After SIGTERM: what was begun is finished, for at most this long; the rest is found again by its lease.
STOP_SECONDS = 4.0

Planner = Callable[[Settings], Awaitable[object]]

# What looks for things to say. Each writes its messages under unique keys, so it may run anywhere, any number of times.
PLANNERS: Sequence[Planner] = (
    schedule.plan_reminders, first_days.note, warnings.plan, watch.plan, of_age.plan, series_fill.plan, joining.plan,
    silence.plan, wish_codes.plan, wishes.close_late,
    refill.plan, substitutes.plan, waves.plan, widening.plan, urgent.plan, digest.plan, retention.plan,
    public_changes.plan,
)  # fmt: skip

# The end of a whole round of planning: a worker that only fails at it seems dead, and is as good as that.
BEAT = """
    WITH gone AS (DELETE FROM worker_beat WHERE at < now() - interval '1 day' AND worker <> $1)
    INSERT INTO worker_beat (worker, at) VALUES ($1, now()) ON CONFLICT (worker) DO UPDATE SET at = excluded.at"""


class Worker:
    """One worker: a few rounds, each going by itself, so that a slow mail server holds up neither SMS nor planning."""

    def __init__(
        self, settings: Settings, channels: Channels, *, timing: Timing = USUAL, poll: float = POLL_SECONDS
    ) -> None:
        self._settings = settings
        self._channels = channels
        self._timing = timing
        self._poll = poll
        self._mailbox = Mailbox(settings)
        self._name = uuid.uuid4().hex
        self._stopping = asyncio.Event()
        self._woken = {name: asyncio.Event() for name in ("plan", "ask", "mail", "import", *Channel)}

    async def tick(self) -> None:
        """Every round once: afterwards all that was due has been tried."""
        await self._plan()
        await self._ask()
        await self._read_mail()
        await self._import()
        await asyncio.gather(*(self._deliver(channel) for channel in Channel))

    async def work(self) -> None:
        """All rounds again and again until `stop`; survives the loss of the database or of the listening connection."""
        rounds: dict[str, Callable[[], Awaitable[None]]] = {
            "plan": self._plan,
            "ask": self._ask,
            "mail": self._read_mail,
            "import": self._import,
        }
        rounds |= {channel: functools.partial(self._deliver, channel) for channel in Channel}
        listening = asyncio.create_task(self._listen())
        try:
            await asyncio.gather(*(self._keep(name, each) for name, each in rounds.items()))
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    def stop(self) -> None:
        """No new work from now on; `work` returns when what was begun is finished."""
        self._stopping.set()
        self._wake(*self._woken)

    async def _keep(self, name: str, each: Callable[[], Awaitable[None]]) -> None:
        woken = self._woken[name]
        while not self._stopping.is_set():
            woken.clear()
            pause = self._poll
            try:
                await each()
            except Exception as error:  # the next round may do better, and the other rounds must go on
                log.error("round failed", round=name, error=type(error).__name__)
                pause = min(1.0, self._poll)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), pause)

    async def _plan(self) -> None:
        for planner in PLANNERS:
            await planner(self._settings)
        await database.execute(BEAT, self._name)

    async def _ask(self) -> None:
        await lost.expire()
        await lost.ask(self._channels, self._timing)

    async def _read_mail(self) -> None:
        await self._mailbox.look()

    async def _import(self) -> None:
        await people_import.go_on(self._settings)

    async def _deliver(self, channel: Channel) -> None:
        limit = flow.limits(self._settings, channel)
        await delivery.deliver(channel, self._channels, self._timing, self._stopping, limit)

    async def _listen(self) -> None:
        """Wakes the rounds when a message is put; polling does it anyway while this connection is lost."""
        while True:
            with contextlib.suppress(*database.GONE):
                connection = await database.DB.get_new_connection()
                try:
                    gone = asyncio.Event()
                    connection.add_termination_listener(lambda _, gone=gone: gone.set())
                    await connection.add_listener("outbox", lambda *_: self._wake(*Channel))
                    self._wake(*Channel)
                    await gone.wait()
                finally:
                    connection.terminate()
            await asyncio.sleep(1)

    def _wake(self, *rounds: str) -> None:
        for name in rounds:
            self._woken[name].set()


async def tick(settings: Settings, channels: Channels, timing: Timing = USUAL) -> None:
    """Plans, expires, asks and delivers once; afterwards all that was due has been tried."""
    await Worker(settings, channels, timing=timing).tick()


@contextlib.asynccontextmanager
async def beside(settings: Settings) -> AsyncIterator[None]:
    """A worker in this process for as long as the block lasts; it finishes what it began before the block ends."""
    async with ways.for_settings(settings, webhooks.finder(settings)) as channels:
        worker = Worker(settings, channels)
        working = asyncio.create_task(worker.work())
        try:
            yield
        finally:
            worker.stop()
            done, _ = await asyncio.wait({working}, timeout=STOP_SECONDS)
            if not done:
                working.cancel()
            await asyncio.gather(working, return_exceptions=True)


async def run(settings: Settings) -> None:
    """The worker command: a worker with a pool of its own, until SIGTERM or Ctrl-C."""
    logs.setup()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with database.pool(), beside(settings):
        await stopped.wait()
