"""What has just changed, told to whoever has a page of the desk open: PostgreSQL's notifications as server-sent events.

One connection of this process listens, besides the pool. An event names a table and ids of meetings and nothing else;
the page then asks for its own part anew, as whoever reads it may see it. docs/decisions/0038-week-board-and-live.md.
"""

import asyncio
import contextlib
import json
import signal
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterator
from types import FrameType
from typing import NamedTuple
from uuid import UUID

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from volunteer_hub.kit import database

CHANNEL = "desk"
# To whoever may have missed something: look at everything.
EVERYTHING = '{"kind": "all"}'
# A stream that is told nothing says so: else proxies and phones take it for dead.
HEARTBEAT_SECONDS = 20.0
# How often a stream asks whether its session still stands.
RECHECK_SECONDS = 60.0
# Tabs in view at once; a hidden one has no stream.
MOST_STREAMS = 6
# A reader slower than this many events is told once to look at everything.
MOST_WAITING = 50
# A page that opens its stream hears what happened while it was on its way, if that was not longer ago.
REMEMBERED_SECONDS = 60.0
# How soon a browser comes back whose stream broke off.
RETRY_MILLISECONDS = 2000


class Event(NamedTuple):
    at: float
    kind: str
    words: str


class TooMany(Exception):
    """This account has as many streams open as it may."""


class Closing(Exception):
    """This process is about to stop."""


class Stream:
    """What one open page has still to be told."""

    def __init__(self, kinds: Collection[str]) -> None:
        self.over = False
        self._kinds = kinds
        self._waiting: deque[str] = deque()
        self._woken = asyncio.Event()

    def put(self, event: Event) -> None:
        if event.kind != "all" and event.kind not in self._kinds:
            return
        if event.kind == "all" or len(self._waiting) >= MOST_WAITING:
            self._waiting.clear()
            event = event._replace(words=EVERYTHING)
        self._waiting.append(event.words)
        self._woken.set()

    def end(self) -> None:
        self.over = True
        self._woken.set()

    async def next(self, seconds: float) -> list[str]:
        """What is to be told; nothing after `seconds` without an event, or at the end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()
        told = list(self._waiting)
        self._waiting.clear()
        return told


class Hub:
    """Listens once for all streams of a process, as long as anybody wants it to."""

    def __init__(self, *, heartbeat: float = HEARTBEAT_SECONDS, recheck: float = RECHECK_SECONDS) -> None:
        self.heartbeat = heartbeat
        self.recheck = recheck
        self._streams: dict[Stream, UUID] = {}
        self._past: deque[Event] = deque(maxlen=1000)
        self._since: float | None = None
        self._users = 0
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """For as long as the block lasts somebody listens; a lost connection is opened again."""
        self._begin()
        try:
            yield
        finally:
            self._leave()

    def open(self, account: UUID, kinds: Collection[str], age: float) -> Stream:
        """A stream for a page that was asked for `age` seconds ago; to be closed by `close`.

        Raises TooMany, or Closing when the process is about to stop.
        """
        if self._stopped:
            raise Closing
        if sum(whose == account for whose in self._streams.values()) >= MOST_STREAMS:
            raise TooMany
        stream = Stream(kinds)
        self._begin()
        self._streams[stream] = account
        asked = time.monotonic() - age
        if self._since is not None and self._since <= asked and age <= REMEMBERED_SECONDS:
            for event in self._past:
                if event.at >= asked:
                    stream.put(event)
        elif self._since is not None:  # else it is told as soon as somebody listens
            stream.put(_all())
        return stream

    def close(self, stream: Stream) -> None:
        if self._streams.pop(stream, None):
            self._leave()

    def stop(self) -> None:
        """Ends every stream and opens no new one: a server that stops waits for whoever is being answered."""
        self._stopped = True
        for stream in self._streams:
            stream.end()

    @contextlib.contextmanager
    def stopped_by_signals(self) -> Iterator[None]:
        """In this block SIGTERM and Ctrl-C end the streams first, then do what they did before.

        A server waits for open answers before it tells the application anything of its end.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def handle(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.stop)
            if callable(then := before[signal.Signals(number)]):
                then(number, frame)

        taken = [number for number, then in before.items() if callable(then)]
        for number in taken:
            signal.signal(number, handle)
        try:
            yield
        finally:
            for number in taken:
                signal.signal(number, before[number])

    def _begin(self) -> None:
        self._users += 1
        if self._task is None:
            self._task = asyncio.create_task(self._listen())

    def _leave(self) -> None:
        self._users -= 1
        if self._users == 0 and self._task:
            self._task.cancel()
            self._task, self._since = None, None

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(*database.GONE):
                connection = await database.DB.get_new_connection()
                try:
                    gone = asyncio.Event()
                    connection.add_termination_listener(lambda _, gone=gone: gone.set())
                    await connection.add_listener(CHANNEL, lambda *given: self._tell(str(given[-1])))
                    self._past.clear()
                    self._since = time.monotonic()
                    self._hand_out(_all())
                    await gone.wait()
                finally:
                    self._since = None
                    connection.terminate()
            await asyncio.sleep(1)

    def _tell(self, words: str) -> None:
        with contextlib.suppress(ValueError, TypeError, KeyError):  # not ours: whoever may connect may notify
            event = Event(time.monotonic(), str(json.loads(words)["kind"]), words)
            self._past.append(event)
            self._hand_out(event)

    def _hand_out(self, event: Event) -> None:
        for stream in self._streams:
            stream.put(event)


def _all() -> Event:
    return Event(time.monotonic(), "all", EVERYTHING)


class EventStream(StreamingResponse):
    """The answer that goes on: what `stream` is told, a sign of life between, until the page or the session ends."""

    def __init__(self, hub: Hub, stream: Stream, still: Callable[[], Awaitable[bool]]) -> None:
        # Proxies must not wait until enough has come together.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(iter(()), media_type="text/event-stream", headers=headers)
        self._hub, self._stream, self._still = hub, stream, still

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watching = asyncio.create_task(self._end_with_the_page(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await _say(send, f"retry: {RETRY_MILLISECONDS}\n\n")
            await self._go_on(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:  # the page is gone
            pass
        finally:
            watching.cancel()
            self._hub.close(self._stream)

    async def _go_on(self, send: Send) -> None:
        asked = time.monotonic()
        while not self._stream.over:
            events = await self._stream.next(self._hub.heartbeat)
            if time.monotonic() - asked >= self._hub.recheck:
                asked = time.monotonic()
                if not await self._stands():
                    await _say(send, "event: end\ndata: \n\n")
                    return
            if not self._stream.over:
                await _say(send, "".join(f"data: {words}\n\n" for words in events) or ": \n\n")

    async def _stands(self) -> bool:
        """Without a database nobody is let go on; the browser comes back and asks again."""
        try:
            return await self._still()
        except database.GONE:
            self._stream.end()
            return True

    async def _end_with_the_page(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._stream.end()


async def _say(send: Send, words: str) -> None:
    await send({"type": "http.response.body", "body": words.encode(), "more_body": True})
