"""`volunteer-hub plan INSTANCE.json`: starts matching.plan_file, a process of its own, and ends as it ends."""

import subprocess
import sys
import time
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

# Seconds the engine gets even where starting took all there were.
LEAST = 0.05


def register(cli: typer.Typer) -> None:
    """Adds the command to `cli`."""

    @cli.command("plan")
    def plan(
        file: Annotated[Path, Argument(metavar="INSTANCE.json", help="A problem of matching, version 1.")],
        out: Annotated[Path | None, Option("--out", help="Where the plan goes; else to standard output.")] = None,
        seconds: Annotated[float, Option(help="How long it may take; the best plan so far is answered.")] = 60,
    ) -> None:
        """Solves a matching problem from a file, without a database. A file with a fault: one sentence, exit 2."""
        if not isfinite(seconds) or seconds <= 0:
            raise typer.BadParameter("--seconds takes a number above 0")
        left = max(LEAST, seconds - time.process_time())  # starting this process was a part of the time
        command = [sys.executable, "-m", "volunteer_hub.matching.plan_file", "--seconds", str(left)]
        done = subprocess.run([*command, *(["--out", str(out)] if out else []), "--", str(file)], check=False)
        raise typer.Exit(done.returncode)
