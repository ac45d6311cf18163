"""Verbs of initiatives: starting one from needs, its roles, members and facilitators. One transaction each."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.atlas.actions import set_need_state
from volunteer_hub.atlas.rules import NeedState
from volunteer_hub.initiatives import circle_team, life
from volunteer_hub.initiatives.rules import CONFIDENTIAL_KINDS, InitiativeKind, InitiativeState, Taking, tells_theme
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark


async def start_initiative(
    actor: Actor,
    *,
    name: str,
    kind: InitiativeKind,
    theme: UUID,
    starts_on: date,
    about: str = "",
    meets: str = "",
    ends_on: date | None = None,
    public: bool = True,
    coordinator: UUID | None = None,
    needs: Sequence[UUID] = (),
    state: InitiativeState = InitiativeState.RUNNING,
    takes: Taking = Taking.AFTER_YES,
    widens: int = 3,
) -> UUID:
    """An initiative that stands for `needs`; those that were open are addressed from now on. It may begin as an idea.

    Without a `coordinator` it is the actor's. A support circle is never public. Raises Refused (409, 404); the words of
    a group or circle that would tell its theme are refused.
    """
    async with database.transaction():
        if kind in CONFIDENTIAL_KINDS:
            await refuse_telling(theme, f"{name} {about} {meets}")
        initiative: UUID = await database.fetchval(
            "INSERT INTO initiative (id, name, kind, state, theme, about, meets, public, coordinator, starts_on,"
            " ends_on, created_at, takes, widens)"
            " VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
            name, kind.value, state.value, theme, about, meets,
            public and kind is not InitiativeKind.CIRCLE, coordinator or actor.account, starts_on, ends_on, clock.now(),
            takes.value, widens,
        )  # fmt: skip
        await life.remember(actor, initiative, "", state)
        for need in needs:
            await stand_for(actor, initiative, need)
    return initiative


async def start_with_role(
    actor: Actor,
    *,
    need: UUID | None,
    role: str,
    tasks: str,
    least: int,
    most: int,
    skills: Sequence[str],
    languages: Sequence[str],
    clearances: Sequence[str],
    minor_safe: bool,
    min_age: int | None = None,
    max_age: int | None = None,
    gender: str = "",
    gender_reason: str = "",
    continuity: bool = False,
    **initiative: Any,
) -> UUID:
    """An initiative (see start_initiative) with its first role, unless that has no name: both or neither."""
    async with database.transaction():
        started = await start_initiative(actor, needs=[need] if need else [], **initiative)
        if role:
            await add_role(
                actor, started, name=role, tasks=tasks, least=least, most=most, skills=skills, languages=languages,
                clearances=clearances, minor_safe=minor_safe, min_age=min_age, max_age=max_age, gender=gender,
                gender_reason=gender_reason, continuity=continuity,
            )  # fmt: skip
    return started


async def refuse_telling(theme: UUID, text: str) -> None:
    """Raises Refused where `text`, which many read, tells the theme of a group or circle."""
    row = await database.fetchrow("SELECT name_pl, name_en, name_uk FROM theme WHERE id = $1", theme)
    if row and tells_theme(text, row.values()):
        raise Refused(mark("Nazwa i opis grupy nie mogą mówić, o czym ona jest. Zmień te słowa."))


async def stand_for(actor: Actor, initiative: UUID, need: UUID) -> None:
    """Says that the initiative meets the need; twice is once. Raises Refused 404 without such a need."""
    async with database.transaction():
        state = await database.fetchval("SELECT state FROM need WHERE id = $1", need)
        if state is None:
            raise Refused(mark("Tej potrzeby nie ma na mapie."), 404)
        await database.execute(
            "INSERT INTO need_met (id, initiative, need) VALUES (gen_random_uuid(), $1, $2)"
            " ON CONFLICT (initiative, need) DO NOTHING",
            initiative, need,
        )  # fmt: skip
        if state == NeedState.OPEN:
            await set_need_state(actor, need, NeedState.ADDRESSED)


async def add_role(
    actor: Actor,
    initiative: UUID,
    *,
    name: str,
    least: int = 1,
    most: int = 1,
    tasks: str = "",
    skills: Sequence[str] = (),
    languages: Sequence[str] = (),
    clearances: Sequence[str] = (),
    min_age: int | None = None,
    max_age: int | None = None,
    minor_safe: bool = False,
    gender: str = "",
    gender_reason: str = "",
    continuity: bool = False,
) -> UUID:
    """What the initiative asks of a volunteer from now on; meetings planned before keep their openings.

    Women or men alone only with the reason why the work needs it. `continuity`: the same person each time.
    """
    made: UUID = await database.fetchval(
        "INSERT INTO role_asked (id, initiative, name, tasks, least, most, skills, languages, clearances, min_age,"
        " max_age, minor_safe, gender, gender_reason, continuity)"
        " VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
        initiative, name, tasks, least, most, list(skills), list(languages), list(clearances), min_age, max_age,
        minor_safe, gender, gender_reason, continuity,
    )  # fmt: skip
    return made


async def add_member(
    actor: Actor, initiative: UUID, participant: UUID, *, joined_on: date, left_on: date | None = None
) -> UUID:
    """A participant joins; who was there before comes back under the same row. Raises Refused where it is full."""
    try:
        async with database.transaction():
            made: UUID = await database.fetchval(
                "INSERT INTO member (id, initiative, participant, joined_on, left_on)"
                " VALUES (gen_random_uuid(), $1, $2, $3, $4)"
                " ON CONFLICT (initiative, participant) DO UPDATE SET left_on = excluded.left_on RETURNING id",
                initiative, participant, joined_on, left_on,
            )  # fmt: skip
    except asyncpg.CheckViolationError as broken:
        if broken.constraint_name != "member_room":
            raise
        most = await database.fetchval("SELECT most_members FROM initiative WHERE id = $1", initiative)
        raise Refused(mark("Nie ma tu już wolnych miejsc. Najwięcej osób: %(most)s."), most=most) from None
    return made


async def add_facilitator(actor: Actor, initiative: UUID, account: UUID) -> UUID:
    """Lets an account lead (and see) this initiative; twice is once. Of a circle they join the team, and the first one
    leads it. Raises Refused where they carry as many households as they may."""
    if await database.fetchval("SELECT kind FROM initiative WHERE id = $1", initiative) == InitiativeKind.CIRCLE:
        return await circle_team.join_once(actor, initiative, account)
    made: UUID = await database.fetchval(
        "INSERT INTO facilitator (id, initiative, account) VALUES (gen_random_uuid(), $1, $2)"
        " ON CONFLICT (initiative, account) DO UPDATE SET account = excluded.account RETURNING id",
        initiative, account,
    )  # fmt: skip
    return made
