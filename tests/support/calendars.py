"""Two calendar programs of others read ours: ical.js (Thunderbird, Nextcloud) and recurring-ical-events.

Neither shares code with the other, and ical.js none with what writes: it knows a zone by the VTIMEZONE alone.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
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


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
