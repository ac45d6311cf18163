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
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from volunteer_hub.matching.engine import answer, planning, reading
from volunteer_hub.matching.engine.instance import Fault, Instance

# The part of the time that is left for saying why something stays unfilled, and for writing; and seconds, about, that
# writing takes for each person and opening.
RESERVED, WRITING = 0.1, 1e-5
BAR = 30


def main(arguments: Sequence[str], began: float | None = None) -> int:
    """Solves a file and writes the plan; a fault is one sentence on standard error and 2. `began`: since when its time
    runs, of time.monotonic; from now on, unless said."""
    began = time.monotonic() if began is None else began
    asked = argparse.ArgumentParser()
    asked.add_argument("file", type=Path)
    asked.add_argument("--out", type=Path)
    asked.add_argument("--seconds", type=float, default=60)
    said = asked.parse_args(arguments)
    try:
        if said.out is not None and not os.access(said.out.absolute().parent, os.W_OK):
            raise Fault(str(said.out), "its folder is not there or cannot be written to.")
        progress = _progress if sys.stderr.isatty() else lambda phase, done: None
        try:
            pieces = _solved(said.file, began, said.seconds, progress)
            progress("writing", 0)
            _write(pieces, said.out)
        finally:
            if sys.stderr.isatty():
                sys.stderr.write("\r\033[K")
    except Fault as fault:
        print(f"volunteer-hub: {fault}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"volunteer-hub: {error.filename or said.file}: {error.strerror or error}.", file=sys.stderr)
        return 2
    return 0


def _age() -> float:
    """Seconds since the process began, on a busy machine more than it was given; at least those that it was given."""
    used = time.process_time()
    try:
        # The fields after the command's name, which may hold anything; the twentieth of them is when it began.
        began = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        return max(used, time.clock_gettime(time.CLOCK_BOOTTIME) - began / os.sysconf("SC_CLK_TCK"))
    except (OSError, ValueError, IndexError, AttributeError):
        return used


def _solved(file: Path, began: float, seconds: float, progress: planning.Progress) -> Iterator[str]:
    progress("reading", 0)
    instance = _read(file)
    read = time.monotonic() - began
    # On a busy machine writing will take as much longer as reading did.
    busy = max(1.0, read / max(time.process_time(), 1e-3))
    writing = WRITING * (len(instance.volunteers) + len(instance.openings)) * busy
    plan = planning.plan(instance, began + seconds - max(RESERVED * seconds, writing), progress)
    return _in_lines(answer.parts(plan, read))


def _read(file: Path) -> Instance:
    # Millions of values are made and none is thrown away: looking for cycles among them takes longer than reading.
    gc.disable()
    try:
        return reading.parse(file.read_bytes())
    finally:
        gc.freeze()
        gc.enable()


def _in_lines(plan: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """JSON in pieces, with a line for each assignment and each unfilled opening."""
    encode = json.JSONEncoder(allow_nan=False).encode
    before = "{"
    for key, value in plan:
        yield f"{before}\n {json.dumps(key)}: "
        before = ","
        if isinstance(value, Iterator):
            between = "["
            for one in value:
                yield f"{between}\n  {encode(one)}"
                between = ","
            yield "[]" if between == "[" else "\n ]"
        else:
            yield encode(value)
    yield "\n}\n"


def _write(pieces: Iterator[str], out: Path | None) -> None:
    """Whole or not at all: a plan that was there stays until the new one is."""
    if out is None:
        sys.stdout.writelines(pieces)
        return
    handle, name = tempfile.mkstemp(dir=out.absolute().parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.writelines(pieces)
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
        # What the process spent on starting is a part of its time.
        sys.exit(main(sys.argv[1:], time.monotonic() - _age()))
    except KeyboardInterrupt:
        sys.exit(130)
