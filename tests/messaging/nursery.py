"""Forks workers that tests may kill: importing takes a second, a fork takes a hundredth of it.

Each line on standard input is an order in JSON, answered by the process number of a new worker:
  dsn, environ   the database and the settings
  work           "tick" (one round, then it ends), "run" (the worker command) or "deliver" (the worker without what
                 plans, until it is killed); "tick" unless said
  at             a point of delivery.reached where something happens, on its `nth` passing (1 unless said)
  does           what happens there: "kill" (SIGKILL to itself) or the path of a file to make
  sleeps         seconds for which it is then deaf to everything, as a stopped process is
  timeout        seconds that a send may take, the lease and the grace just longer
  timing         all the times of rules.Timing, by name
  ends           the path of a file to make at the end
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from volunteer_hub import settings as settings_module
from volunteer_hub import worker
from volunteer_hub.exchange.api_access import webhooks
from volunteer_hub.kit import database
from volunteer_hub.messaging import channels, delivery
from volunteer_hub.messaging.channels import twilio_client  # noqa: F401 - loaded once for all workers
from volunteer_hub.messaging.rules import USUAL, Timing

LONGEST_LIFE = 60


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need not be waited for
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.alarm(LONGEST_LIFE)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            with contextlib.suppress(BaseException):
                live(json.loads(line))
            os._exit(0)
        print(pid, flush=True)


def live(order: dict[str, Any]) -> None:
    database.configure(order["dsn"])
    if "at" in order:
        delivery.reached = happening(order["at"], order.get("nth", 1), order["does"], order.get("sleeps", 0))
    settings = settings_module.load(order["environ"])
    limit = order.get("timeout")
    timing = Timing(timeout=limit, lease=limit + 0.1, grace=limit + 0.1) if limit else USUAL
    if "timing" in order:
        timing = Timing(**order["timing"])
    match order.get("work"):
        case "run":
            asyncio.run(worker.run(settings))
        case "deliver":
            worker.PLANNERS = ()
            asyncio.run(rounds(settings, timing))
        case _:
            asyncio.run(one_round(settings, timing))
    if "ends" in order:
        Path(order["ends"]).touch()


def happening(at: str, nth: int, does: str, sleeps: float) -> Any:
    passed = 0

    def reached(point: str) -> None:
        nonlocal passed
        passed += point == at
        if point == at and passed == nth:
            if does == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            Path(does).touch()
            time.sleep(sleeps)

    return reached


async def one_round(settings: settings_module.Settings, timing: Timing) -> None:
    async with database.pool(), channels.for_settings(settings, webhooks.finder(settings)) as ways:
        await worker.tick(settings, ways, timing)


async def rounds(settings: settings_module.Settings, timing: Timing) -> None:
    async with database.pool(), channels.for_settings(settings, webhooks.finder(settings)) as ways:
        await worker.Worker(settings, ways, timing=timing, poll=0.1).work()


if __name__ == "__main__":
    main()
