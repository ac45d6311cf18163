"""docs/matching.md is true: its instance gives its plan, its question its answer, and its rules are the engine's."""

import json
import re
from pathlib import Path
from typing import Any

from matching.test_local import STANDS, example, question

from volunteer_hub.matching import mend_file, plan_file
from volunteer_hub.matching.engine.masks import RULES

TEXT = (Path(__file__).resolve().parents[2] / "docs/matching.md").read_text()


def blocks() -> list[str]:
    return [block for block in re.findall(r"^```\n(.*?)^```$", TEXT, re.M | re.S) if block.startswith("{")]


def test_the_instance_of_the_document_gives_its_plan(tmp_path: Path) -> None:
    instance, plan = tmp_path / "instance.json", tmp_path / "plan.json"
    instance.write_text(blocks()[0])
    assert plan_file.main([str(instance), "--out", str(plan)]) == 0
    found, written = json.loads(plan.read_text()), json.loads(blocks()[1])
    assert written.pop("seconds").keys() <= found.pop("seconds").keys()
    assert found == written


def test_the_question_of_the_document_gives_its_answer() -> None:
    asked: Any = question(example(), STANDS, ("ala", "shop"))
    written = json.loads(blocks()[2].replace("[...]", "[]"))
    assert {key: asked[key] for key in ("keep", "cancelled")} == {key: written[key] for key in ("keep", "cancelled")}
    assert mend_file.mended(asked) == json.loads(blocks()[3])


def test_the_rules_of_the_document_are_those_of_the_engine() -> None:
    assert re.findall(r"^\| `(\w+)` \|", TEXT, re.M) == list(RULES)
