"""`volunteer-hub export LIST FILE`: any list of the desk as a file, for whoever runs the machine.

The page of the list answers it as it would a coordinator: with its filters, and with a line in the log, which then
names no account.
"""

import asyncio
import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument

from volunteer_hub import settings as settings_module
from volunteer_hub.access import files
from volunteer_hub.access.files import Entry
from volunteer_hub.kit.refused import Refused
from volunteer_hub.kit.sheet import Kind
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, speaking

Opened = Callable[[Settings], AbstractContextManager[Settings]]
Table = Callable[[Settings], Iterable[Entry]]
NO_LIST = "there is no such list; say it as the desk's address does, such as people, needs or people?step=active"


def register(cli: typer.Typer, opened: Opened, table: Table) -> None:
    """Adds the command to `cli`; `opened` gives the settings with a database, `table` the pages there are."""

    @cli.command("export")
    def export(
        name: Annotated[str, Argument(metavar="LIST", help="As its address: people, needs, people?step=active.")],
        file: Annotated[Path, Argument(help="What it is written to: .csv or .xlsx, and not there yet.")],
    ) -> None:
        """Writes a list of the desk to a file that only you may read; the log says that it was taken."""
        kinds = [kind for kind in Kind if file.suffix == f".{kind}"]
        if not kinds:
            raise typer.BadParameter("the name must end in .csv or .xlsx", param_hint="FILE")
        with opened(settings_module.load()) as settings, speaking("pl"):
            try:
                taken = asyncio.run(files.taken(settings, table(settings), f"/desk/{name.strip('/')}", kinds[0]))
            except Refused as refused:
                said = gettext(refused.sentence, **refused.values) if refused.sentence else NO_LIST
                typer.echo(f"volunteer-hub: {said}", err=True)
                raise typer.Exit(1) from None
        _write(file, taken)


def _write(file: Path, taken: bytes) -> None:
    """For this machine's user alone; never over what is there."""
    try:
        written = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        typer.echo(f"volunteer-hub: {file} cannot be written: {error.strerror}", err=True)
        raise typer.Exit(1) from None
    with open(written, "wb") as out:
        out.write(taken)
    typer.echo(f"{file}: {len(taken)} bytes")
