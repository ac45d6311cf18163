"""`volunteer-hub account create | link`: the way in for who works at the centre, for whoever runs the machine."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer
from pydantic import ValidationError
from typer import Option

from volunteer_hub import settings as settings_module
from volunteer_hub.access import actions, links
from volunteer_hub.access.forms import EMAIL
from volunteer_hub.access.rules import STAFF_ROLES
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings

Opened = Callable[[Settings], AbstractContextManager[Settings]]


def register(cli: typer.Typer, opened: Opened) -> None:
    """Adds the commands to `cli`; `opened` gives the settings with a database to work on."""
    account = typer.Typer(no_args_is_help=True, help="Accounts of those who work at the centre.")
    cli.add_typer(account, name="account")

    @account.command()
    def create(
        email: Annotated[str, Option()],
        role: Annotated[str, Option(help=f"One of: {', '.join(STAFF_ROLES)}.")],
        name: Annotated[str, Option(help="As colleagues know them; else what stands before the @.")] = "",
    ) -> None:
        """Opens an account and prints a link that signs in once, within ten minutes; `account link` prints another."""
        address, known = _address(email), {one.value: one for one in STAFF_ROLES}
        if role not in known:
            raise typer.BadParameter(f"--role takes one of: {', '.join(known)}")
        called = name or address.partition("@")[0]
        with opened(settings_module.load()) as settings:
            try:
                asyncio.run(actions.create_account(SYSTEM, name=called, role=known[role], email=address))
            except Refused:
                raise typer.BadParameter("somebody already signs in by this e-mail") from None
            way_in = asyncio.run(links.make(settings, address))
        print(f"Account of {address} opened. The way in, once, within ten minutes:", file=sys.stderr)
        print(way_in)

    @account.command()
    def link(email: Annotated[str, Option()]) -> None:
        """Prints a link that signs in once, within ten minutes."""
        with opened(settings_module.load()) as settings:
            way_in = asyncio.run(links.make(settings, _address(email)))
        if way_in is None:
            raise typer.BadParameter("nobody signs in by this e-mail; volunteer-hub account create opens an account")
        print(way_in)


def _address(email: str) -> str:
    try:
        return EMAIL.validate_python(email)
    except ValidationError:
        raise typer.BadParameter("--email takes an e-mail address, such as ewa@poczta.pl") from None
