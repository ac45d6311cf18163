"""volunteer-hub mail-in and mail-listen: the two ways a mail server hands answers from calendars over."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import asyncpg
import typer

from volunteer_hub import settings as settings_module
from volunteer_hub.kit.embedded import EmbeddedError
from volunteer_hub.replies.mailbox import actions, lmtp, reading
from volunteer_hub.settings import BadSettings, Settings
from volunteer_hub.web import errors

Opened = Callable[[Settings], AbstractContextManager[Settings]]
# EX_TEMPFAIL of sysexits.h: mail servers keep the letter and try again.
LATER = 75


def register(cli: typer.Typer, opened: Opened) -> None:
    """Adds the commands to `cli`; `opened` gives the settings with a database, in the worker's role."""

    @cli.command("mail-in")
    def take_mail() -> None:
        """Takes one e-mail from standard input, as a mail server's pipe hands it over; 75 asks to bring it later."""
        content = sys.stdin.buffer.read(reading.LONGEST + 1)
        while sys.stdin.buffer.read(reading.LONGEST):
            pass  # a server whose letter is not read to its end takes it for not delivered
        try:
            with opened(settings_module.load()) as settings:
                asyncio.run(actions.take(settings, content))
        except (actions.Crowded, BadSettings, EmbeddedError, asyncpg.PostgresError, *errors.AWAY) as error:
            print(f"volunteer-hub: not now ({type(error).__name__})", file=sys.stderr)
            raise typer.Exit(LATER) from None

    @cli.command("mail-listen")
    def listen_for_mail() -> None:
        """Takes e-mails from a mail server by LMTP at HUB_LMTP, on this machine only."""
        settings = settings_module.load()
        if settings.lmtp is None:
            raise BadSettings("HUB_LMTP says where to listen, such as 127.0.0.1:2424.")
        with opened(settings) as settings:
            asyncio.run(lmtp.run(settings))
