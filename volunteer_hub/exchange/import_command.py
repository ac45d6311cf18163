"""`volunteer-hub import …`: the desk's imports for whoever runs the machine, line by line on the screen."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from volunteer_hub import settings as settings_module
from volunteer_hub.exchange import importing, reading
from volunteer_hub.exchange.comparing import Fate, Judged, on_screen
from volunteer_hub.exchange.importing import Choice
from volunteer_hub.exchange.people_import import command as people_command
from volunteer_hub.exchange.people_import.command import Opened
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, speaking


def register(cli: typer.Typer, opened: Opened) -> None:
    """Adds the command to `cli`; `opened` gives the settings with a database to work on."""
    app = typer.Typer(no_args_is_help=True, help="Data from elsewhere.")
    cli.add_typer(app, name="import")
    people_command.add(app, opened)

    @app.command("resources")
    def resources(
        file: Annotated[Path, Argument(exists=True, dir_okay=False, help="HSDS 3.2 JSON, or GeoJSON of points.")],
        source: Annotated[str, Option(help="Where the data are from; the same words each time.")],
        theme: Annotated[str, Option(help="Slug of the theme of entries that name none of ours.")] = "",
        duplicates: Annotated[
            Choice | None, Option(help="What becomes of what may be there already; else it stops there.")
        ] = None,
        *,
        dry_run: Annotated[bool, Option("--dry-run", help="Only shows what would happen.")] = False,
    ) -> None:
        """Puts resources on the map, all or none; nobody outside sees them before their owner's consent is recorded."""
        with opened(settings_module.load()) as settings, speaking("en"):
            try:
                lines, whole = asyncio.run(_run(settings, file, source, theme, duplicates, dry_run=dry_run))
            except (reading.Unreadable, Refused) as bad:
                typer.echo(f"volunteer-hub: {gettext(bad.sentence)}", err=True)
                raise typer.Exit(1) from None
        typer.echo("\n".join(lines))
        if not whole:
            raise typer.Exit(1)


async def _run(
    settings: Settings, file: Path, source: str, theme: str, duplicates: Choice | None, *, dry_run: bool
) -> tuple[list[str], bool]:
    """(what to print, whether all went or would go well)."""
    with file.open("rb") as opened:
        data = opened.read(reading.MOST_BYTES + 1)
    entries = reading.entries(data, settings.timezone, clock.today(settings.timezone))
    known = await database.fetchval("SELECT id FROM theme WHERE slug = $1", theme) if theme else None
    if theme and known is None:
        return [f"there is no theme {theme}"], False
    judged = await importing.compare(SYSTEM, entries, source[:160], known)
    lines = [_line(one) for one in judged]
    undecided = [one for one in judged if one.fate is Fate.DUPLICATE and duplicates is None]
    if undecided or any(one.fate is Fate.WRONG for one in judged):
        why = "wrong lines" if any(one.fate is Fate.WRONG for one in judged) else "undecided: say --duplicates"
        return [*lines, f"nothing is written: {why}"], False
    if dry_run:
        return [*lines, "nothing is written: --dry-run"], True
    choices = {one.n: duplicates for one in judged if one.fate is Fate.DUPLICATE and duplicates}
    written = await importing.write(SYSTEM, entries, source[:160], known, choices)
    return [*lines, f"{written.new} new, {written.changed} changed, {written.left} left as they were"], True


def _line(one: Judged) -> str:
    details = [*one.problems, ", ".join(one.changed), one.twin.name if one.twin else "", *one.notes]
    return on_screen(one.entry.line, one.fate, one.entry.name, details)
