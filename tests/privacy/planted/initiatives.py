"""Of participants, and of what they do in circles, courses, groups and by contract."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from privacy.planted.common import DAY, Planter, sql
from support import people

from volunteer_hub.initiatives.circle_tables import CircleTask
from volunteer_hub.initiatives.course_tables import Contract, ContractGoal, ContractStep
from volunteer_hub.initiatives.tables import Goal


async def participants(at: datetime) -> None:
    who = await people.participant(created_at=at - DAY)
    group = await people.initiative(kind="group", state="finished", starts_on=at.date() - DAY)
    await people.member(group, who, joined_on=at.date() - DAY)
    await people.meeting(group, starts=(at - timedelta(hours=2)).replace(tzinfo=None), ends_at=at, starts_at=at - DAY)


async def ended(at: datetime, kind: str, **values: Any) -> UUID:
    """An initiative that was finished at `at`, as its history says."""
    of = await people.initiative(kind=kind, state="finished", **values)
    why = "Koniec" if kind == "one_off" else ""
    await sql("INSERT INTO initiative_change (id, initiative, was, became, reason, at) VALUES"
              " (gen_random_uuid(), $1, 'running', 'finished', $3, $2)", of.id, at, why)  # fmt: skip
    found: UUID = of.id
    return found


async def diaries(at: datetime) -> None:
    of = await ended(at, "course")
    await sql("INSERT INTO diary_entry (id, initiative, day, words, at) VALUES (gen_random_uuid(), $1, '2020-01-01',"
              " 'Start', now())", of)  # fmt: skip


async def circle_goals(at: datetime) -> None:
    of = await ended(at, "circle")
    await people.save(Goal(initiative=of, words="Wyprawka do szkoły"))


async def circle_tasks(at: datetime) -> None:
    of = await ended(at, "circle")
    await people.save(CircleTask(initiative=of, sealed=b"x"))


async def circle_outcome(at: datetime) -> None:
    await ended(at, "circle", outcome="Poradzą sobie")


async def contract(at: datetime, **values: Any) -> UUID:
    """A social contract that ended at `at`."""
    days = {"signed_on": at.date() - DAY, "first_day": at.date() - DAY, "ended_on": at.date()}
    row = await people.save(Contract(participant=(await people.participant()).id, state="finished", **days, **values))
    found: UUID = row.id
    return found


async def contract_words(at: datetime) -> None:
    await people.save(ContractGoal(contract=await contract(at), sealed=b"x"))


async def contract_steps(at: datetime) -> None:
    goal = await people.save(ContractGoal(contract=await contract(at)))
    await people.save(ContractStep(goal=goal.id, sealed=b"x"))


async def contract_outcome(at: datetime) -> None:
    await contract(at, outcome=b"x")


async def initiative_reasons(at: datetime) -> None:
    await ended(at, "one_off")


PLANTED: dict[str, Planter] = {
    "participants": participants,
    "diaries": diaries,
    "circle-goals": circle_goals,
    "circle-tasks": circle_tasks,
    "circle-outcome": circle_outcome,
    "contract-words": contract_words,
    "contract-steps": contract_steps,
    "contract-outcome": contract_outcome,
    "initiative-reasons": initiative_reasons,
}
