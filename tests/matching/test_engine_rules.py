"""The engine's arrays say of each pair what the named rules of the product say, and give the same score."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid5

from hypothesis import HealthCheck, given, settings
from matching.instances import instances

from volunteer_hub.matching.engine import candidates, reading
from volunteer_hub.matching.engine.masks import RULES, Masks
from volunteer_hub.schedule.rules import OpeningFacts, VolunteerFacts, broken
from volunteer_hub.schedule.scoring import score
from volunteer_hub.schedule.spans import Span, Window

Json = dict[str, Any]
SPACE = UUID("9c1b2c5e-6f0e-4d6a-9a51-0c6a8b9d1e2f")
# What the product asks and the engine's files do not: its rows carry no services, insurances or limits by law.
WITHOUT = {"active", "assigned", "restricted", "limit", "agreement", "busy", "travel", "times"}


def named(one: str) -> UUID:
    return uuid5(SPACE, one)


def window(said: Json) -> Window:
    def clock(text: str) -> time:
        return time(23, 59, 59) if text == "24:00" else time.fromisoformat(text)

    return Window(said["weekday"], clock(said["from"]), clock(said["to"]))


def as_volunteer(v: Json) -> VolunteerFacts:
    return VolunteerFacts(
        id=named(v["id"]),
        birth_date=date.fromisoformat(v["birth_date"]),
        max_km=v["max_km"],
        max_hours_week=v["max_hours_week"],
        at=tuple(v["at"]) if v["at"] else None,
        guardian_consent=v["guardian_consent"],
        gender=v["gender"] or "",
        skills=frozenset(v["skills"]),
        languages=frozenset(v["languages"]),
        causes=frozenset(v["causes"]),
        clearances={kind: date.fromisoformat(last) for kind, last in v["clearances"].items()},
        free=tuple(window(one) for one in v["free"]),
        away=tuple((date.fromisoformat(a["from"]), date.fromisoformat(a["to"])) for a in v["away"]),
        recent=v["recent"],
    )


def as_opening(o: Json) -> OpeningFacts:
    return OpeningFacts(
        id=named(o["id"]),
        times=tuple(Span(datetime.fromisoformat(t["start"]), datetime.fromisoformat(t["end"])) for t in o["times"]),
        at=tuple(o["at"]) if o["at"] else None,
        skills=frozenset(o["skills"]),
        languages=frozenset(o["languages"]),
        clearances=frozenset(o["clearances"]),
        min_age=o["min_age"],
        max_age=o["max_age"],
        minor_safe=o["minor_safe"],
        gender=o["gender"] or "",
        cause=o["cause"] or "",
        known={named(one): 1 for one in o["known"]},
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(instances(5, 4))
def test_rules_and_scores_are_those_of_the_product(said: Json) -> None:
    instance = reading.instance(said)
    masks = Masks(instance)
    found = candidates.find(instance, masks)
    for row, o in enumerate(instance.openings):
        holds = {rule: masks.unpacked(masks.holds(rule, o)) for rule in RULES}
        for column, v in enumerate(instance.volunteers):
            facts = as_volunteer(said["volunteers"][column]), as_opening(said["openings"][row])
            # Whom an organisation or a volunteer will not have is told to the product as no candidate at all.
            excluded = o.organisation in v.never_with or v.id in o.never
            theirs = {str(rule) for rule in broken(*facts)} - WITHOUT
            theirs |= {"excluded"} if excluded else set()
            ours = {rule for rule in RULES if not holds[rule][column]}
            assert ours == theirs
            at = found.find(column, row)
            assert (at is None) == bool(theirs)
            if at is not None:
                assert found.score[at] == score(*facts).total
