"""`volunteer-hub let-go sms`: what the fuse against floods holds may leave, for whoever runs the machine."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager

import typer

from volunteer_hub import settings as settings_module
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.messaging import actions
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings

Opened = Callable[[Settings], AbstractContextManager[Settings]]


def register(cli: typer.Typer, opened: Opened) -> None:
    """Adds the command to `cli`; `opened` gives the settings with a database to work on."""

    @cli.command("let-go")
    def let_go(channel: Channel) -> None:
        """Lets leave what is due on a channel and held as a flood."""
        with opened(settings_module.load()):
            held = asyncio.run(_let_go(channel))
        typer.echo("what is due leaves now" if held else "nothing was held there")


async def _let_go(channel: Channel) -> bool:
    async with database.pool():
        return await actions.let_go(SYSTEM, channel)
