"""The command that solves a file: its example, its faults, its time."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from matching import checker
from matching.towns import town

from volunteer_hub.matching import plan_file

Json = dict[str, Any]

# The example of the contract, and the plan it gives, word for word.
EXAMPLE: Json = {
    "version": 1,
    "timezone": "Europe/Warsaw",
    "travel": {"rest_min": 30, "far_km": 6, "far_rest_min": 60},
    "stability": 0,
    "volunteers": [
        {
            "id": "v1", "at": [52.6483, 19.0677], "max_km": 5, "max_hours_week": 6, "birth_date": "2009-04-01",
            "guardian_consent": True, "skills": ["first-aid"], "languages": ["pl"], "gender": "f", "causes": ["elders"],
            "recent": 2, "clearances": {"minors": "2027-03-01"},
            "free": [{"weekday": 2, "from": "16:00", "to": "20:30"}],
            "away": [{"from": "2026-12-24", "to": "2027-01-02"}], "never_with": ["org7"],
        }
    ],
    "openings": [
        {
            "id": "o1", "organisation": "org3", "at": [52.66, 19.08], "least": 1, "most": 2, "urgent": False,
            "times": [{"start": "2026-12-08T16:00", "end": "2026-12-08T18:00"}], "skills": [], "languages": ["pl"],
            "min_age": 16, "minor_safe": True, "clearances": [], "gender": None, "cause": "elders", "known": [],
            "never": [],
        },
        {
            "id": "o2", "organisation": "org4", "at": [52.65, 19.07], "least": 1, "most": 1, "urgent": True,
            "minor_safe": True, "times": [{"start": "2026-12-08T18:30", "end": "2026-12-08T20:00"}],
            "skills": ["driving"], "cause": "food",
        },
    ],
    "keep": [],
}  # fmt: skip
PLAN: Json = {
    "version": 1, "status": "optimal", "objective": 100.629, "bound": 100.629, "urgent_bound": 0, "seats_bound": 1,
    "urgent_seats": 0, "seats": 1, "score": 629,
    "assignments": [
        {
            "volunteer": "v1", "opening": "o1", "score": 629,
            "reasons": {
                "km": 1.5, "parts": {"base": 100, "distance": 208, "cause": 250, "known": 0, "recent": 71},
            },
        }
    ],
    "unfilled": [
        {
            "opening": "o2", "missing": 1,
            "why": {
                "candidates": 0, "blocked_by": {"skill": 1}, "several": 0, "taken": 0, "hours_used": 0, "refused": 0,
            },
            "nearest": [{"volunteer": "v1", "rules": ["skill"]}],
        }
    ],
    "changes": {"kept": 0, "dropped": 0, "added": 1},
}  # fmt: skip


class Ran(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Solves a text as `volunteer-hub plan` does, in this process: starting one takes longer than solving."""

    def solve(text: str | bytes, *options: str) -> Ran:
        file = tmp_path / "instance.json"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Ran(plan_file.main([str(file), *options]), *capsys.readouterr())

    return solve


def command(*arguments: str | Path, seed: str = "0") -> subprocess.CompletedProcess[str]:
    """The command itself, as typed in a shell."""
    typed = [sys.executable, "-m", "volunteer_hub", "plan", *map(str, arguments)]
    return subprocess.run(typed, capture_output=True, text=True, check=False, env={"PYTHONHASHSEED": seed})


def test_the_example_of_the_contract(tmp_path: Path, run: Run) -> None:
    result = run(json.dumps(EXAMPLE), "--out", str(tmp_path / "plan.json"))
    assert result == (0, "", "")
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert set(plan.pop("seconds")) == {"read", "candidates", "solve"}
    assert plan == PLAN
    assert sorted(one.name for one in tmp_path.iterdir()) == ["instance.json", "plan.json"]


def test_without_out_the_plan_goes_to_standard_output(run: Run) -> None:
    assert json.loads(run(json.dumps(EXAMPLE)).stdout)["seats"] == 1


def test_on_a_terminal_a_bar_says_how_far_it_is_and_goes(tmp_path: Path) -> None:
    """Where standard error is no terminal nothing stands there: all other tests say so."""
    file = tmp_path / "instance.json"
    file.write_text(json.dumps(EXAMPLE))
    ours, terminal = pty.openpty()
    command = [sys.executable, "-m", "volunteer_hub.matching.plan_file", str(file)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, check=True)
    os.close(terminal)
    said = os.read(ours, 4096).decode()
    os.close(ours)
    assert json.loads(done.stdout)["seats"] == 1
    assert re.match(r"\rreading +\[#* *\]\r", said) and "first plan" in said and said.endswith("\r\033[K")


@pytest.mark.parametrize("least", [0, 1])
@pytest.mark.parametrize(("volunteers", "openings"), [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_nobody_or_nothing(run: Run, volunteers: int, openings: int, least: int) -> None:
    one = deepcopy(EXAMPLE)
    one["volunteers"], one["openings"] = one["volunteers"][:volunteers], one["openings"][:openings]
    for opening in one["openings"]:
        opening["least"] = least
    plan = json.loads(run(json.dumps(one)).stdout)
    assert checker.faults(one, plan) == []
    assert len(plan["assignments"]) == volunteers * openings


def changed(path: str, value: Any) -> Json:
    """The example with one value put somewhere else, or taken out (`...`)."""
    whole = deepcopy(EXAMPLE)
    at: Any = whole
    *steps, last = path.split(".")
    for step in steps:
        at = at[int(step) if step.isdigit() else step]
    if value is ...:
        del at[last]
    else:
        at[int(last) if last.isdigit() else last] = value
    return whole


WINDOW = {"weekday": 2, "from": "16:00", "to": "20:30"}
PAIR = {"volunteer": "v1", "opening": "o1", "locked": True}


@pytest.mark.parametrize(
    ("path", "value", "place", "words"),
    [
        ("version", 2, "$.version", "version 1"),
        ("version", ..., "$.version", "required"),
        ("version", True, "$.version", "version 1"),
        ("volunteer", [], "$.volunteer", "not known"),
        ("volunteers", {}, "$.volunteers", "a list"),
        ("volunteers.0", 3, "$.volunteers[0]", "an object"),
        ("timezone", "Europe/Wloclawek", "$.timezone", "no time zone"),
        ("stability", -1, "$.stability", "a number from 0"),
        ("travel.rest_min", "30", "$.travel.rest_min", "a number from 0"),
        ("travel.rest", 30, "$.travel.rest", "not known"),
        ("volunteers.0.id", ..., "$.volunteers[0].id", "required"),
        ("volunteers.0.id", 7, "$.volunteers[0].id", "a text"),
        ("volunteers.0.max_km", 0, "$.volunteers[0].max_km", "above 0"),
        ("volunteers.0.max_hours_week", ..., "$.volunteers[0].max_hours_week", "required"),
        ("volunteers.0.max_hours_week", None, "$.volunteers[0].max_hours_week", "a number from 0"),
        ("volunteers.0.birth_date", "2009-02-29", "$.volunteers[0].birth_date", "a day of the calendar"),
        ("volunteers.0.birth_date", "20090401", "$.volunteers[0].birth_date", "a day of the calendar"),
        ("volunteers.0.at", [91, 0], "$.volunteers[0].at[0]", "from -90 to 90"),
        ("volunteers.0.at", [52], "$.volunteers[0].at", "[latitude, longitude]"),
        ("volunteers.0.recent", 1.5, "$.volunteers[0].recent", "a whole number"),
        ("volunteers.0.guardian_consent", 1, "$.volunteers[0].guardian_consent", "true or false"),
        ("volunteers.0.skills", "driving", "$.volunteers[0].skills", "a list"),
        ("volunteers.0.skills", [None], "$.volunteers[0].skills[0]", "a text"),
        ("volunteers.0.clearances", {"minors": "soon"}, "$.volunteers[0].clearances.minors", "a day"),
        ("volunteers.0.free.0", {**WINDOW, "weekday": 0}, "$.volunteers[0].free[0].weekday", "1 (Monday)"),
        ("volunteers.0.free.0", {**WINDOW, "from": "24:00"}, "$.volunteers[0].free[0].from", "HH:MM"),
        ("volunteers.0.free.0", {**WINDOW, "to": "16:00"}, "$.volunteers[0].free[0].to", "ends after"),
        ("volunteers.0.away.0.to", "2026-12-23", "$.volunteers[0].away[0].to", "before the first"),
        ("openings.0.organisation", ..., "$.openings[0].organisation", "required"),
        ("openings.0.times", [], "$.openings[0].times", "at least one"),
        ("openings.0.times.0.start", "2026-12-08 16:00", "$.openings[0].times[0].start", "YYYY-MM-DDTHH:MM"),
        ("openings.0.times.0.start", "2026-12-08T16:00+01:00", "$.openings[0].times[0].start", "without a zone"),
        ("openings.0.times.0.end", "2026-12-08T16:00", "$.openings[0].times[0].end", "ends after"),
        ("openings.0.times.0.end", "2026-12-09T16:00", "$.openings[0].times[0].end", "on the day"),
        ("openings.0.least", 3, "$.openings[0].least", "more than most"),
        ("openings.1.least", -1, "$.openings[1].least", "a whole number"),
        ("openings.1.most", True, "$.openings[1].most", "a whole number"),
        ("openings.1.id", "o1", "$.openings[1].id", "another one"),
        ("keep", [{**PAIR, "volunteer": "v2"}], "$.keep[0].volunteer", "no volunteer"),
        ("keep", [{**PAIR, "opening": "o3"}], "$.keep[0].opening", "no opening"),
        ("keep", [PAIR, PAIR], "$.keep[1]", "twice"),
        ("keep", [{**PAIR, "opening": "o2"}], "$.keep[0]", "'v1' and 'o2' breaks the rule 'skill'"),
    ],
)
def test_a_fault_is_one_sentence_with_its_place(
    tmp_path: Path, run: Run, path: str, value: Any, place: str, words: str
) -> None:
    before = tmp_path / "plan.json"
    before.write_text("as it was")
    result = run(json.dumps(changed(path, value)), "--out", str(before))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"volunteer-hub: {place}: ") and words in result.stderr
    assert result.stderr.count("\n") == 1
    assert before.read_text() == "as it was" and len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "not JSON at line 1"),
        (b"[1, 2", "not JSON at line 1"),
        (b"[]", "$: an object"),
        (b'{"version": NaN}', "NaN is not"),
        (b'{"version": 1, "stability": -Infinity}', "-Infinity is not"),
        (b'{"version": 1, "volunteers": [], "openings": [], "stability": 1e999}', "$.stability: a number from 0"),
        (b'"\xff"', "not UTF-8"),
        (b"[" * 100_000, "too many brackets"),
        (b"1" * 5000, "too long"),
    ],
)
def test_what_is_not_json(run: Run, text: bytes, words: str) -> None:
    result = run(text)
    assert result.exit_code == 2 and words in result.stderr and result.stderr.count("\n") == 1


def overlapping() -> Json:
    return changed(
        "openings.0.times",
        [
            {"start": "2026-12-08T17:00", "end": "2026-12-08T18:00"},
            {"start": "2026-12-08T16:00", "end": "2026-12-08T17:01"},
        ],
    )


def two_locked(**second: Any) -> Json:
    """Two openings on one evening, both locked for the one volunteer."""
    whole = deepcopy(EXAMPLE)
    whole["openings"][1] |= {"skills": [], **second}
    return {**whole, "keep": [PAIR, {**PAIR, "opening": "o2"}]}


def test_locked_pairs_that_can_stand_together_stand(run: Run) -> None:
    plan = json.loads(run(json.dumps(two_locked())).stdout)
    assert checker.faults(two_locked(), plan) == [] and plan["changes"] == {"kept": 2, "dropped": 0, "added": 0}


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        (overlapping(), "$.openings[0].times: the intervals of an opening do not overlap"),
        (two_locked(times=[{"start": "2026-12-08T18:29", "end": "2026-12-08T20:00"}]), "too near in time"),
        (two_locked(least=0, most=0), "one more than the opening's most, 0"),
        (two_locked() | {"volunteers": [EXAMPLE["volunteers"][0] | {"max_hours_week": 3}]}, "passes the hours a week"),
    ],
)
def test_what_cannot_stand_together(run: Run, whole: Json, words: str) -> None:
    result = run(json.dumps(whole))
    assert result.exit_code == 2 and words in result.stderr and result.stderr.count("\n") == 1


def test_a_file_or_folder_that_is_not_there(tmp_path: Path) -> None:
    done = command(tmp_path / "none.json")
    assert done.returncode == 2 and "none.json: No such file" in done.stderr and done.stderr.count("\n") == 1
    file = tmp_path / "instance.json"
    file.write_text(json.dumps(EXAMPLE))
    done = command(file, "--out", tmp_path / "no" / "plan.json")
    assert done.returncode == 2 and "folder" in done.stderr and done.stderr.count("\n") == 1
    assert command(file, "--seconds", "0").returncode == 2


def test_the_same_file_gives_the_same_plan_in_another_process(tmp_path: Path) -> None:
    whole = town(60, 40, 1)
    (tmp_path / "town.json").write_text(json.dumps(whole))
    assert command(tmp_path / "town.json", "--out", tmp_path / "plan.json", seed="1").stdout == ""
    again = command(tmp_path / "town.json", seed="2")
    assert (again.returncode, again.stderr) == (0, "")
    first, second = (tmp_path / "plan.json").read_text(), again.stdout
    assert json.loads(first) | {"seconds": None} == json.loads(second) | {"seconds": None}
    assert checker.faults(whole, json.loads(first)) == []


def test_when_time_is_short_the_best_plan_so_far_is_answered(tmp_path: Path) -> None:
    whole = town(400, 200, 1)
    (tmp_path / "town.json").write_text(json.dumps(whole))
    plan = json.loads(command(tmp_path / "town.json", "--seconds", "1").stdout)
    pairs = [(a["volunteer"], a["opening"]) for a in plan["assignments"]]
    assert len(pairs) > 100 and checker.constraints(whole, pairs) == []
    assert plan["bound"] >= plan["objective"] and plan["seats_bound"] >= plan["seats"]
