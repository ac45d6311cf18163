"""Quiet hours that lie around the present, whatever hour it is: tests of the night do not wait for it."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from volunteer_hub.kit import clock
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.quiet import Hours
from volunteer_hub.settings import Settings, load

ZONE = "Europe/Warsaw"
DAYTIME = load({"HUB_MODE": "demo"})


def night_settings(*, ends_in: timedelta = timedelta(hours=3)) -> Settings:
    """It has been quiet for two hours, and is for three more unless said."""
    now = clock.now()
    begins, ends = (clock.wall(at, ZONE).strftime("%H:%M") for at in (now - timedelta(hours=2), now + ends_in))
    return load({
        "HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test", "HUB_QUIET_FROM": begins, "HUB_QUIET_UNTIL": ends,
    })  # fmt: skip


@contextlib.contextmanager
def night(*, ends_in: timedelta = timedelta(hours=3)) -> Iterator[Hours]:
    """It is quiet now, until `ends_in` from now (later on the eve of a holiday)."""
    quiet.configure(night_settings(ends_in=ends_in))
    try:
        hours = quiet.current()
        assert hours
        yield hours
    finally:
        quiet.configure(DAYTIME)


@contextlib.contextmanager
def late_evening() -> Iterator[str]:
    """It is eleven at night in the zone this yields, and quiet there from 20:00 to 8:00."""
    east = (23 - clock.now().hour + 12) % 24 - 12
    zone = f"Etc/GMT{-east:+d}"
    quiet.configure(load({"HUB_MODE": "demo", "HUB_TIMEZONE": zone, "HUB_QUIET_FROM": "20:00"}))
    try:
        yield zone
    finally:
        quiet.configure(DAYTIME)
