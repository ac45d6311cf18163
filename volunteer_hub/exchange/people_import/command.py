"""`volunteer-hub import volunteers FILE`: the desk's import of a spreadsheet, with a bar while it goes on."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from typer import Argument, Option

from volunteer_hub import settings as settings_module
from volunteer_hub.exchange.comparing import Fate, on_screen
from volunteer_hub.exchange.importing import Choice
from volunteer_hub.exchange.people_import import files, judging, layout, sheets, writing
from volunteer_hub.exchange.people_import.files import AT_ONCE, File
from volunteer_hub.exchange.people_import.judging import Judged
from volunteer_hub.exchange.people_import.vocabulary import Field
from volunteer_hub.exchange.reading import Unreadable
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, speaking

Opened = Callable[[Settings], AbstractContextManager[Settings]]


class Stopped(Exception):
    """Nothing is written; the words say why."""


def add(app: typer.Typer, opened: Opened) -> None:
    """Adds the command to `import`; `opened` gives the settings with a database to work on."""

    @app.command("volunteers")
    def volunteers(
        file: Annotated[Path, Argument(exists=True, dir_okay=False, help="XLSX, XLS, ODS or CSV.")],
        column: Annotated[
            list[str] | None, Option(help='What a column means, as "its heading=field"; as often as needed.')
        ] = None,
        duplicates: Annotated[
            Choice | None, Option(help="What becomes of who may be here already; else it stops there.")
        ] = None,
        *,
        dry_run: Annotated[bool, Option("--dry-run", help="Only shows what would happen.")] = False,
    ) -> None:
        """Writes volunteers from a spreadsheet, all or none; nobody gets a message. The desk can undo it for a day."""
        with opened(settings_module.load()), speaking("en"):
            try:
                asyncio.run(_run(file, column or [], duplicates, dry_run=dry_run))
            except (Unreadable, Refused) as bad:
                values = bad.values if isinstance(bad, Refused) else {}
                typer.echo(f"volunteer-hub: {gettext(bad.sentence, **values)}", err=True)
                raise typer.Exit(1) from None
            except Stopped as why:
                typer.echo(f"nothing is written: {why}")
                raise typer.Exit(0 if dry_run and str(why) == "--dry-run" else 1) from None


async def _run(path: Path, columns: Sequence[str], duplicates: Choice | None, *, dry_run: bool) -> None:
    with path.open("rb") as opened:
        sheet = await sheets.read(opened.read(sheets.MOST_BYTES + 1))
    if sheet.beside:
        typer.echo(f"only the sheet {sheet.name} is read, not {', '.join(sheet.beside)}", err=True)
    id = await files.take_in(SYSTEM, path.name, sheet)
    try:
        if columns:
            await files.choose(SYSTEM, id, _mapping(sheet.headings, columns))
        of = await files.file(SYSTEM, id)
        if not of.mapping:
            headings = ", ".join(filter(None, sheet.headings))
            raise Stopped(f"say which columns are name (or first_name and last_name) and birth_date: {headings}")
        with typer.progressbar(length=of.lines, label="checked") as bar:
            while n := await files.look(id):
                bar.update(n)
        await _decide(of, duplicates)
        judged = await _all(of)
        typer.echo("\n".join(_line(one) for one in judged))
        open_ones = {one.fate for one in judged if one.open}
        if open_ones:
            wrong = Fate.WRONG in open_ones
            raise Stopped("wrong lines; mend them at the desk" if wrong else "undecided: say --duplicates")
        if dry_run:
            raise Stopped("--dry-run")
        await _write(id)
    except Stopped:
        await files.drop(SYSTEM, id)
        raise


async def _write(id: UUID) -> None:
    await writing.begin(SYSTEM, id, (await files.file(SYSTEM, id)).version)
    with typer.progressbar(length=(await files.file(SYSTEM, id)).steps, label="written") as bar:

        async def told(done: int) -> None:
            bar.update(done - bar.pos)

        written = await writing.carry_out(id, told)
    if written:
        typer.echo(f"{written.new} new, {written.changed} changed, {written.left} left as they were")


async def _decide(of: File, choice: Choice | None) -> None:
    for one in await _all(of) if choice else ():
        if one.fate is Fate.DUPLICATE:
            await files.decide(SYSTEM, of.id, one.line.id, choice, one.alike[0].who.id)


async def _all(of: File) -> list[Judged]:
    lines, judged = await files.all_lines(of.id), list[Judged]()
    for n in range(0, len(lines), AT_ONCE):
        judged += await judging.judge(of.id, of.mapping, lines[n : n + AT_ONCE])
    return judged


def _mapping(headings: Sequence[str], columns: Sequence[str]) -> dict[int, Field]:
    """What is guessed, and over it what was said. Raises Stopped."""
    found: dict[int, Field] = layout.guessed(headings)
    for said in columns:
        heading, _sign, name = said.rpartition("=")
        if heading not in headings or name not in set(Field):
            raise Stopped(f"{said}: no such column, or none of {', '.join(Field)}")
        found = {n: field for n, field in found.items() if field != name}
        found[headings.index(heading)] = Field(name)
    return found


def _line(one: Judged) -> str:
    problems = [f"{name}: {sentence}" for name, sentence in one.read.form.errors.items()]
    alike: list[Any] = [f"{other.who.name}: {', '.join(other.why)}" for other in one.alike]
    details = [*problems, ", ".join(one.changed), *alike, *one.read.notes]
    return on_screen(one.line.number, one.fate, one.read.name, details)
