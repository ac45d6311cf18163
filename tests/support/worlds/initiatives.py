"""Circles, groups, courses, contracts and visits: of mine, and of somebody else of the same role."""

from datetime import date
from decimal import Decimal
from typing import Any

from support import people
from support.worlds.pairs import Ids, Pair

from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives.circle_tables import CircleHelper, CircleTask
from volunteer_hub.initiatives.circle_tables import Pair as VisitedAt
from volunteer_hub.initiatives.course_tables import Completion, Contract, ContractGoal, ContractStep
from volunteer_hub.initiatives.tables import (
    CampaignAction,
    DiaryEntry,
    FundingLine,
    Goal,
    Initiative,
    Joining,
    Material,
    Member,
    Paper,
    Partner,
    Takeover,
)
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.people.tables import Participant
from volunteer_hub.schedule.tables import Assignment


async def groups(role: Role, me: Account, other: Account) -> list[tuple[Initiative, Participant, Member]]:
    """A circle of mine and one of somebody else of the same role, each with a member."""
    found = []
    for whose in (me, other):
        of = await people.initiative(kind="circle", name=f"Zespół {whose.name}")
        if role is Role.COORDINATOR:
            await database.execute("UPDATE initiative SET coordinator = $2 WHERE id = $1", of.id, whose.id)
        else:
            await people.facilitator(of, whose)
        who = await people.participant()
        found.append((of, who, await people.member(of, who)))
    return found


async def of_groups(
    role: Role, me: Account, other: Account, groups: list[tuple[Initiative, Participant, Member]]
) -> dict[str, Pair]:
    (mine, who, member), (theirs, stranger, else_member) = groups
    sees_all = role is Role.COORDINATOR
    inside = Pair({"id": mine.id, "member": member.id}, {"id": theirs.id, "member": else_member.id})
    waits = [
        {"id": of.id, "joining": (await people.save(Joining(initiative=of.id, participant=one.id, state="asked"))).id}
        for of, one in ((mine, who), (theirs, stranger))
    ]
    return await _inside(role, me, other, groups) | {
        "/desk/initiatives": Pair({"id": mine.id}, None if sees_all else {"id": theirs.id}),
        "/desk/initiatives/{id:uuid}/members": inside,
        "/desk/initiatives/{id:uuid}/joinings": Pair(*waits),
        "/desk/initiatives/{id:uuid}/calendar": inside,
        "/desk/initiatives/{id:uuid}/edit": inside,
        "/desk/initiatives/{id:uuid}/state": inside,
        "/desk/initiatives/{id:uuid}/reminders": inside,
        "/desk/initiatives/{id:uuid}/outcome": inside,
        "/desk/participants": Pair({"id": who.id}, None if sees_all else {"id": stranger.id}),
    }


async def _inside(
    role: Role, me: Account, other: Account, circles: list[tuple[Initiative, Participant, Member]]
) -> dict[str, Pair]:
    """What stands inside a circle of mine and one of somebody else; of groups and a campaign what only they have."""
    found: dict[str, list[Ids]] = {}
    for whose, (circle, _, _) in zip((me, other), circles, strict=True):
        found.setdefault("circle", []).append(await _team_of(circle, None if role is Role.COORDINATOR else whose))
        group = await people.initiative(kind="group")
        if role is Role.COORDINATOR:
            await database.execute("UPDATE initiative SET coordinator = $2 WHERE id = $1", group.id, whose.id)
        else:
            await people.facilitator(group, whose)
        money: dict[str, Any] = {"year": 2026, "source": "own", "amount": Decimal(100)}
        lines = {
            "goals": Goal(initiative=circle.id, words="Spokojne wieczory"),
            "partners": Partner(initiative=circle.id, name="Piekarnia"),
            "funding": FundingLine(initiative=circle.id, **money),
            "diary": DiaryEntry(initiative=circle.id, day=date(2026, 11, 1), sealed=b"x"),
            "papers": Paper(initiative=circle.id, words="Zgoda na salę"),
            "takeovers": Takeover(initiative=group.id, words="Klucze"),
        }
        for slug, row in lines.items():
            line = (await people.save(row)).id
            found.setdefault(slug, []).append({"id": row.initiative, "item": line, "entry": line})
    pairs = {f"/desk/initiatives/{{id:uuid}}/{slug}": Pair(*both) for slug, both in found.items()}
    mine, theirs = found["takeovers"]  # of groups: a circle has no poster
    pairs["/desk/initiatives/{id:uuid}/poster"] = Pair(mine, None if role is Role.COORDINATOR else theirs)
    campaign = await people.initiative(kind="educational")
    shown = await people.save(Material(initiative=campaign.id, name="Ulotka"))
    done = CampaignAction(initiative=campaign.id, day=date(2026, 11, 1), words="Stoisko", place_name="Rynek")
    for slug, item in (("materials", shown), ("actions", await people.save(done))):
        pairs[f"/desk/initiatives/{{id:uuid}}/{slug}"] = Pair({"id": campaign.id, "item": item.id}, None)
    return pairs


async def _team_of(circle: Initiative, whose: Account | None) -> Ids:
    """A circle's team, which `whose` leads if they are given, a colleague in it and their task."""
    since: dict[str, Any] = {"initiative": circle.id, "joined_on": date(2026, 9, 1)}
    if whose:
        await people.save(CircleHelper(account=whose.id, leads=True, **since))
    colleague = (await people.account(Role.SPECIALIST)).id
    helper = await people.save(CircleHelper(account=colleague, leads=not whose, **since))
    task = await people.save(CircleTask(initiative=circle.id, helper=helper.id, sealed=b"x"))
    return {"id": circle.id, "helper": helper.id, "task": task.id}


async def own_visits(me: Account) -> Pair:
    """Whom I visit as a volunteer, having said yes, and whom somebody else does."""
    mine = await database.fetchval("SELECT id FROM volunteer WHERE account = $1", me.id)
    both: list[Ids] = []
    for who in (mine, (await people.volunteer()).id):
        of, home = await people.initiative(), await people.place(private=True)
        visited = await people.member(of, await people.participant())
        await people.save(VisitedAt(initiative=of.id, member=visited.id, place=home.id))
        opening = await people.opening(await people.meeting(of), taken=1)
        await people.save(Assignment(opening=opening.id, volunteer=who, state="accepted"))
        both.append({"id": of.id})
    return Pair(*both)


async def own_circles(me: Account, circles: list[tuple[Initiative, Participant, Member]]) -> Pair:
    """A circle whose team I am in as a volunteer, with a task of mine, and one of others."""
    who = await database.fetchval("SELECT id FROM volunteer WHERE account = $1", me.id)
    both: list[Ids] = []
    for circle, one in zip(circles, (who, (await people.volunteer()).id), strict=True):
        helper = CircleHelper(initiative=circle[0].id, volunteer=one, joined_on=date(2026, 9, 1))
        helper = await people.save(helper)
        task = await people.save(CircleTask(initiative=circle[0].id, helper=helper.id, sealed=b"x"))
        both.append({"id": circle[0].id, "task": task.id})
    return Pair(*both)


async def of_courses(role: Role, me: Account, other: Account) -> dict[str, Pair]:
    """A course of mine and one of somebody else, each with a meeting that was missed and a certificate."""
    courses, papers = [], []
    for whose in (me, other):
        of = await people.initiative(kind="course", name=f"Kurs {whose.name}", coordinator=None)
        await people.facilitator(of, whose)
        who = await people.member(of, await people.participant())
        day = date(2026, 11, 1)
        days: dict[str, Any] = {"finished_on": day, "issued_on": day, "first_day": day, "last_day": day, "year": 2026}
        counts: dict[str, Any] = {"attended": 1, "sessions": 1, "minutes": 90, "number": len(papers) + 1}
        made = Completion(initiative=of.id, member=who.id, name="Zofia Nowak", course=of.name, **days, **counts)
        papers.append({"id": (await people.save(made)).id})
        courses.append({"id": of.id, "member": who.id})
    all_theirs = role is Role.COORDINATOR
    return {
        "/desk/initiatives/{id:uuid}/course": Pair(courses[0], None if all_theirs else courses[1]),
        "/desk/certificates": Pair(papers[0], None if all_theirs else papers[1]),
    }


async def contract(whose: Account) -> Ids:
    """Signed once and being changed: its words may be changed, and it may be ended."""
    of = await people.save(
        Contract(participant=(await people.participant()).id, runs=whose.id, first_day=date(2026, 1, 1),
                 signed_on=date(2026, 1, 2))
    )  # fmt: skip
    goal = await people.save(ContractGoal(contract=of.id, sealed=b"x"))
    return {"id": of.id, "goal": goal.id, "step": (await people.save(ContractStep(goal=goal.id, sealed=b"x"))).id}
