"""Starting an initiative: all of it or nothing, and what it stands for moves on."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from support import people

from volunteer_hub.initiatives import actions, queries
from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused

ROLE: dict[str, Any] = {
    "role": "Czyta dzieciom", "tasks": "", "least": 1, "most": 3, "skills": ["reading"], "languages": [],
    "clearances": ["minors"], "minor_safe": False,
}  # fmt: skip


async def start(**values: Any) -> UUID:
    usual = {"name": "Czytanie bajek", "kind": InitiativeKind.LONG_TERM, "starts_on": date(2026, 11, 21)}
    theme = values.pop("theme", None) or (await people.theme()).id
    return await actions.start_initiative(SYSTEM, theme=theme, **usual | values)


async def test_an_open_need_is_addressed_and_a_met_one_stays_met(db: str) -> None:
    waiting, done = await people.need(), await people.need(state="met")
    initiative = await start(needs=[waiting.id, done.id])
    states = await database.fetch("SELECT state FROM need WHERE id = ANY($1) ORDER BY state", [waiting.id, done.id])
    assert [row["state"] for row in states] == ["addressed", "met"]
    assert len(await queries.needs_of(SYSTEM, initiative)) == 2
    await actions.stand_for(SYSTEM, initiative, waiting.id)
    assert len(await queries.needs_of(SYSTEM, initiative)) == 2


async def test_an_unknown_need_leaves_nothing_behind(db: str) -> None:
    with pytest.raises(Refused):
        await start(needs=[(await people.need()).id, uuid4()])
    assert await database.fetchval("SELECT count(*) FROM initiative") == 0
    assert await database.fetchval("SELECT state FROM need") == "open"


@pytest.mark.parametrize("field", ["name", "about", "meets"])
async def test_a_group_may_not_tell_its_theme(db: str, field: str) -> None:
    theme = (await people.theme(name_pl="Żałoba", name_en="Grief", name_uk="Втрата")).id
    with pytest.raises(Refused):
        await start(kind=InitiativeKind.GROUP, theme=theme, **{"name": "Grupa Środa", field: "Spotkania w żałobie"})
    assert await start(kind=InitiativeKind.GROUP, theme=theme, name="Grupa Środa")
    assert await start(kind=InitiativeKind.COURSE, theme=theme, name="Jak przeżyć żałobę")


async def test_a_support_circle_is_never_public(db: str) -> None:
    circle = await queries.initiative(SYSTEM, await start(kind=InitiativeKind.CIRCLE, name="Zespół przy rodzinie"))
    assert circle and not circle.public


async def test_a_role_that_cannot_be_leaves_no_initiative(db: str) -> None:
    values = {"name": "Bajki", "kind": InitiativeKind.LONG_TERM, "theme": (await people.theme()).id}
    with pytest.raises(Exception, match="role_asked"):
        await actions.start_with_role(
            SYSTEM, need=None, **ROLE | {"least": -1}, **values, starts_on=date(2026, 11, 21)
        )  # fmt: skip
    assert await database.fetchval("SELECT count(*) FROM initiative") == 0
    started = await actions.start_with_role(SYSTEM, need=None, **ROLE, **values, starts_on=date(2026, 11, 21))
    (role,) = await queries.roles(SYSTEM, started)
    assert (role.name, role.most, role.skills, role.clearances) == ("Czyta dzieciom", 3, ("reading",), ("minors",))


async def test_members_and_facilitators_are_there_once(db: str) -> None:
    group, who = await people.initiative(kind="group"), await people.participant(alias="Zofia N.")
    leader = await people.account()
    first = await actions.add_member(SYSTEM, group.id, who.id, joined_on=date(2026, 9, 1), left_on=date(2026, 10, 1))
    assert first == await actions.add_member(SYSTEM, group.id, who.id, joined_on=date(2026, 11, 1))
    assert await actions.add_facilitator(SYSTEM, group.id, leader.id) == await actions.add_facilitator(
        SYSTEM, group.id, leader.id
    )
    (member,) = await queries.members(SYSTEM, group.id)
    assert (member.name, member.left_on) == ("Zofia N.", None)
