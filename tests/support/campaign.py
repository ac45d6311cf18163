"""A kill campaign: workers, the database and the provider's answers fail at random while messages go out.

Two real workers deliver to a fake provider that accepts honestly but answers as real ones do: late, never, 429, 5xx
with and without having accepted, and with a list that lags. Workers are ended by SIGKILL at random moments and at named
places, PostgreSQL by an immediate stop. What came of it is judged from the provider's own log, not from ours.

Times are twenty times shorter than in the house (`TIMING`), so the list's lag of 60 s is one of 3 s here.
"""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from conftest import served

from support.fake_twilio import LOST, TAKEN, FakeTwilio, Fault, busy
from support.workers import Nursery
from volunteer_hub.kit import database
from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.messaging.rules import ATTENTION, USUAL, State, Timing

SHORTER = 20
TIMING = Timing(USUAL.timeout / SHORTER, USUAL.lease / SHORTER, USUAL.grace / SHORTER, (2, 4, 8))
LONGEST_LAG = 60 / SHORTER
POINTS = ("claiming", "claimed", "accepted", "recorded", "asking", "found")
HANGS = Fault(accept=True, status=201, delay=TIMING.timeout * 1.5)
# How often which answer comes; what is left to a hundred is taken and answered as it should be.
ANSWERS = {LOST: 4, Fault(accept=True, status=500): 3, Fault(status=500): 3, busy(0): 3, HANGS: 1}
WAITING, BATCH, KILLS_PER_STOP = 40, 30, 20

PUT = """
    INSERT INTO message (id, key, about, channel, address, language, template, subject, body, html, calendar_method,
                         reply_code, trace, state, due_at, created_at, attempt, deferred, checks, error)
    SELECT gen_random_uuid(), 'campaign:' || n, 'test:campaign', 'sms', '+48600' || lpad((n % 200)::text, 6, '0'), 'pl',
           'note', '', 'Do zobaczenia jutro, ' || n, '', '', '', '', 'planned', now(), now(), 0, 0, 0, ''
    FROM generate_series($1::int, $2::int) AS n ON CONFLICT (key) DO NOTHING"""

# What every job queue does with work whose worker is gone: it is begun again. The control, not ours.
BLIND = """
    UPDATE message SET state = 'planned', attempt = attempt + 1, due_at = now()
    WHERE state = 'unknown' OR state = 'in_flight' AND lease_until < now()"""

OPEN = "SELECT count(*) FROM message WHERE state IN ('planned', 'in_flight', 'unknown')"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`lost`: accepted by nobody and in no state that the desk sees, or not there at all. `unknown`: not settled."""

    kills: int
    kills_at_points: int
    database_stops: int
    messages: int
    accepted: int
    lost: int
    accepted_twice: int
    unknown: int
    parked: int
    asked: int
    begun_again: int
    seconds: float


class Campaign:
    """One run; `blind` begins anew what was begun, without asking the provider."""

    def __init__(self, kills: int, postgres: Embedded, nursery: Nursery, *, blind: bool = False, seed: int = 7) -> None:
        self.wanted, self.postgres, self.nursery, self.blind = kills, postgres, nursery, blind
        self.chance = random.Random(seed)
        self.environ: dict[str, str] = {}
        self.twilio = FakeTwilio()
        self.workers: list[int] = []
        self.messages = self.kills = self.at_points = self.stops = 0

    async def run(self) -> Verdict:
        """Migrates the database, kills as often as wanted, lets all settle, and judges."""
        began = time.monotonic()
        database.configure(self.postgres.dsn)
        await database.migrate()
        async with database.pool(), served(self.twilio) as self.twilio.url:
            self.environ = {"HUB_MODE": "production", "HUB_SECRET_KEY": "k" * 32, "HUB_FIELD_KEY": "f" * 32}
            self.environ["HUB_SMS_PER_SECOND"] = "200"
            self.environ |= {f"HUB_{name.upper()}": value for name, value in self.twilio.settings().items()}
            try:
                while self.kills < self.wanted:
                    await self._turn()
                await self._settle()
            finally:
                for pid in self.workers:
                    end(pid)
            return await self._judge(time.monotonic() - began)

    async def _turn(self) -> None:
        """Some more to send, other answers, a death, and now and then the database's."""
        if await again(lambda: database.fetchval(OPEN)) < WAITING:
            await again(lambda: database.execute(PUT, self.messages + 1, self.messages + BATCH))
            self.messages += BATCH
        usual = Fault(**(asdict(TAKEN) | {"delay": self.chance.uniform(0.005, 0.04)}))
        answers, often = [*ANSWERS, usual], [*ANSWERS.values(), 100 - sum(ANSWERS.values())]
        self.twilio.faults.extend(self.chance.choices(answers, often, k=20))
        self.twilio.list_faults.extend(self.chance.choices([None, Fault(status=500)], [9, 1], k=5))
        self.twilio.list_lag = timedelta(seconds=self.chance.uniform(0, LONGEST_LAG))
        if self.chance.random() < 0.4:
            await self._kill_at_a_point()
        else:
            await self._kill_at_random()
        if self.blind:
            await again(lambda: database.execute(BLIND))
        if self.kills % KILLS_PER_STOP == 0:
            await self._stop_database()

    async def _kill_at_a_point(self) -> None:
        """A third worker that ends itself there; where it never comes by in time, it is ended all the same."""
        point, nth = self.chance.choice(POINTS), self.chance.randint(1, 6)
        pid = self._start(at=point, nth=nth, does="kill")
        until = time.monotonic() + 1.5
        while alive(pid) and time.monotonic() < until:
            await asyncio.sleep(0.01)
        self.at_points += not alive(pid)
        end(pid)
        self.kills += 1

    async def _kill_at_random(self) -> None:
        while len(self.workers) < 2:
            self.workers.append(self._start())
        await asyncio.sleep(self.chance.uniform(0.02, 0.25))
        end(self.workers.pop(self.chance.randrange(2)))
        self.kills += 1

    async def _stop_database(self) -> None:
        """As by a crash: nobody is told, nothing is flushed, and the log is replayed at the start."""
        os.kill(int((self.postgres.data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        await asyncio.to_thread(self.postgres.stop)
        await asyncio.to_thread(self.postgres.start)
        self.stops += 1

    async def _settle(self) -> None:
        """The provider and the database are well again; who was turned away need not wait its whole pause."""
        self.twilio.faults.clear()
        self.twilio.list_faults.clear()
        until = time.monotonic() + 60
        while await again(lambda: database.fetchval(OPEN)) and time.monotonic() < until:
            while len(self.workers) < 2:
                self.workers.append(self._start())
            self.workers = [pid for pid in self.workers if alive(pid)]
            await again(lambda: database.execute("UPDATE message SET due_at = now() WHERE state = 'planned'"))
            if self.blind:
                await again(lambda: database.execute(BLIND))
            await asyncio.sleep(0.5)

    async def _judge(self, seconds: float) -> Verdict:
        took = Counter(UUID(parse_qs(urlsplit(one["status_callback"]).query)["ref"][0]) for one in self.twilio.accepted)
        rows = await again(lambda: database.fetch("SELECT id, state, attempt FROM message"))
        states = {row["id"]: State(row["state"]) for row in rows}
        missed = sum(one not in took and state not in ATTENTION for one, state in states.items())
        return Verdict(
            kills=self.kills,
            kills_at_points=self.at_points,
            database_stops=self.stops,
            messages=self.messages,
            accepted=len(took),
            lost=self.messages - len(states) + missed,
            accepted_twice=sum(many > 1 for many in took.values()),
            unknown=sum(state in (State.PLANNED, State.IN_FLIGHT, State.UNKNOWN) for state in states.values()),
            parked=sum(state is State.PARKED for state in states.values()),
            asked=self.twilio.asked,
            begun_again=sum(row["attempt"] > 1 for row in rows),
            seconds=round(seconds, 1),
        )

    def _start(self, **order: Any) -> int:
        return self.nursery.worker(self, self.postgres.dsn, work="deliver", timing=asdict(TIMING), **order)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def end(pid: int) -> None:
    """Ends the process as a power cut would."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


async def again(ask: Callable[[], Awaitable[T]]) -> T:
    """What the database answers, as soon as it is there."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await ask()
            except database.GONE:
                await asyncio.sleep(0.05)
