"""Calendar programs of others read ours: ical.js (Thunderbird, Nextcloud), khal, and recurring-ical-events.

Each works occurrences out by itself. ical.js shares no code with what writes and knows a zone by the VTIMEZONE alone.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import recurring_ical_events
from icalendar import Calendar

ROOT = Path(__file__).resolve().parents[2]
NODE = shutil.which("node", path=f"{ROOT / '.venv-node/bin'}:{os.environ.get('PATH', os.defpath)}")
THERE = NODE is not None and (ROOT / "node_modules/ical.js").exists()
needs_node = pytest.mark.skipif(not THERE, reason="ical.js needs node, which the set-up brings: python3 dev.py setup")
FROM, UNTIL = datetime(1999, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


class Occurrence(NamedTuple):
    uid: str
    starts: datetime
    ends: datetime
    status: str
    summary: str


def by_python(content: bytes) -> list[Occurrence]:
    """Every occurrence, as recurring-ical-events sees it."""
    found = recurring_ical_events.of(Calendar.from_ical(content)).between(FROM, UNTIL)
    return sorted(
        Occurrence(
            str(one["uid"]), one["dtstart"].dt.astimezone(UTC), one["dtend"].dt.astimezone(UTC), str(one["status"]),
            str(one["summary"]),
        )
        for one in found
    )  # fmt: skip


def by_ical_js(contents: Sequence[bytes]) -> list[list[Occurrence]]:
    """Every occurrence in each of `contents`, as ical.js sees it: one start of node for all of them."""
    assert NODE
    given = json.dumps([content.decode() for content in contents])
    script = str(ROOT / "tests/support/read_calendar.cjs")
    said = subprocess.run([NODE, script], input=given, capture_output=True, text=True, check=True, timeout=60).stdout
    return [
        sorted(Occurrence(uid, _at(starts), _at(ends), *words) for uid, starts, ends, *words in one)
        for one in json.loads(said)
    ]


KHAL = """
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M+00:00
longdatetimeformat = %Y-%m-%dT%H:%M+00:00
default_timezone = UTC
local_timezone = UTC
[sqlite]
path = {home}/khal.db
[calendars]
"""
SHOWN = ("calendar", "uid", "start-long", "end-long", "status", "title")


def by_khal(
    contents: Sequence[bytes], home: Path, days: tuple[date, date], *, imported: bool = False
) -> list[list[Occurrence]]:
    """Every occurrence in each of `contents` on `days`, as `khal list` shows it: one start of khal for all of them.

    Each is a calendar of its own, one event in a file as they lie on a disk, or with `imported` read by `khal import`.
    """
    conf, names = KHAL.format(home=home), [f"c{n}" for n in range(len(contents))]
    for name, content in zip(names, contents, strict=True):
        (home / name).mkdir()
        (home / (f"{name}.ics" if imported else f"{name}/one.ics")).write_bytes(content)
        conf += f"[[{name}]]\npath = {home / name}\ntype = calendar\n"
    (home / "khal.conf").write_text(conf)
    for name in names if imported else ():
        _khal(home, "import", "--batch", "-a", name, str(home / f"{name}.ics"))
    found = {name: Counter[Occurrence]() for name in names}
    shown = [word for name in SHOWN for word in ("--json", name)]
    for line in _khal(home, "list", *shown, *(day.isoformat() for day in days)).splitlines():
        today = {name: Counter[Occurrence]() for name in names}
        for event in json.loads(line):
            name, uid, starts, ends, status, title = (event[word] for word in SHOWN)
            today[name][Occurrence(uid, _at(starts), _at(ends), status, title)] += 1
        for name in names:  # one over midnight stands on both days
            found[name] |= today[name]
    return [sorted(found[name].elements()) for name in names]


def _khal(home: Path, *arguments: str) -> str:
    """What khal says, in a home of its own."""
    env = {"HOME": str(home), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "khal", "-c", str(home / "khal.conf"), *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=120).stdout


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
