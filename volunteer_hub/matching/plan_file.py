"""`volunteer-hub plan INSTANCE.json`: the engine alone on a file, for researchers and for whoever wants to check it.

A process of its own: the solver's libraries are half a second and 50 MB that web and worker need not pay for.
"""

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from volunteer_hub.matching.engine import answer, planning, reading
from volunteer_hub.matching.engine.instance import Fault, Instance

# The part of the time that is left for saying why something stays unfilled, and for writing; and seconds, about, that
# writing takes for each person and opening.
RESERVED, WRITING = 0.1, 1.5e-5
BAR = 30


def main(arguments: Sequence[str]) -> int:
    """Solves a file and writes the plan; a fault is one sentence on standard error and 2."""
    # From when the process began, for what it spent on starting is a part of its time.
    began = time.monotonic() - time.process_time()
    asked = argparse.ArgumentParser()
    asked.add_argument("file", type=Path)
    asked.add_argument("--out", type=Path)
    asked.add_argument("--seconds", type=float, default=60)
    said = asked.parse_args(arguments)
    try:
        if said.out is not None and not os.access(said.out.absolute().parent, os.W_OK):
            raise Fault(str(said.out), "its folder is not there or cannot be written to.")
        _write(_solved(said.file, began, said.seconds), said.out)
    except Fault as fault:
        print(f"volunteer-hub: {fault}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"volunteer-hub: {error.filename or said.file}: {error.strerror or error}.", file=sys.stderr)
        return 2
    return 0


def _solved(file: Path, began: float, seconds: float) -> str:
    progress = _progress if sys.stderr.isatty() else lambda phase, done: None
    try:
        progress("reading", 0)
        instance = _read(file)
        read = time.monotonic() - began
        writing = WRITING * (len(instance.volunteers) + len(instance.openings))
        plan = planning.plan(instance, began + seconds - max(RESERVED * seconds, writing), progress)
        progress("writing", 0)
        return _in_lines(answer.answer(plan, read))
    finally:
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")


def _read(file: Path) -> Instance:
    # Millions of values are made and none is thrown away: looking for cycles among them takes longer than reading.
    gc.disable()
    try:
        return reading.parse(file.read_bytes())
    finally:
        gc.freeze()
        gc.enable()


def _in_lines(plan: dict[str, Any]) -> str:
    """JSON with a line for each assignment and each unfilled opening."""
    lines = []
    for key, value in plan.items():
        if isinstance(value, list) and value:
            text = "[\n  " + ",\n  ".join(json.dumps(one, allow_nan=False) for one in value) + "\n ]"
        else:
            text = json.dumps(value, allow_nan=False)
        lines.append(f" {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _write(text: str, out: Path | None) -> None:
    """Whole or not at all: a plan that was there stays until the new one is."""
    if out is None:
        sys.stdout.write(text)
        return
    handle, name = tempfile.mkstemp(dir=out.absolute().parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _progress(phase: str, done: float) -> None:
    full = round(BAR * min(1.0, done))
    sys.stderr.write(f"\r{phase:<12}[{'#' * full}{' ' * (BAR - full)}]")
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
