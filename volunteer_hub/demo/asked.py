"""Whom the demo centre asked in the months before, and what came of it: a summer's help that is over by now.

Written row by row, for no verb invites to what is past; nobody was written to, so no message stands on the phones. An
initiative of its own, longer ago than the four weeks that count as recent, so that no suggestion of today changes.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from volunteer_hub.initiatives import actions as initiatives
from volunteer_hub.initiatives import life
from volunteer_hub.initiatives.rules import InitiativeKind, InitiativeState
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.matching.plans.rules import Solved
from volunteer_hub.schedule import actions as schedule
from volunteer_hub.schedule import centre

SEED = 7
# Days ago; the way people were asked: from the list, by a plan, in waves, by the search for a place that came free.
AFTERNOONS = (
    (85, "list"), (82, "list"), (79, "list"), (76, "plan"), (73, "plan"), (70, "plan"), (67, "waves"), (64, "waves"),
    (61, "list"), (58, "search"),
)  # fmt: skip
# Of each afternoon: where they stood on the list when asked (0: nowhere, chosen by hand), and how many of a hundred
# like them say yes.
ASKED = ((1, 80), (2, 72), (3, 68), (4, 50), (5, 45), (8, 38), (24, 30), (0, 60))
# Of a hundred yeses: who gives up, whom the desk moves elsewhere, who does not come.
GAVE_UP, MOVED, MISSED = 8, 4, 6
# Of a hundred who do not say yes, so many say no; the others are silent.
NO = 55

GROWN_UP = """
    SELECT id FROM volunteer WHERE step = 'active' AND birth_date < $1 AND restricted_at IS NULL ORDER BY phone, id"""
ROW = """
    INSERT INTO assignment (id, opening, volunteer, state, code, score, rank, invited_by, invited_at, answered_at,
                            answered_by, created_at)
    VALUES (gen_random_uuid(), $1, $2, $3, '', $4, $5, $6, $7, $8, $9, $7) RETURNING id"""
CHANGE = """
    INSERT INTO assignment_change (id, assignment, was, became, at, by, channel, words, late)
    VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, '', false)"""
BOOKED = """
    INSERT INTO booking (id, assignment, meeting, volunteer, starts_at, ends_at, accepted)
    SELECT gen_random_uuid(), $1, id, $2, starts_at, ends_at, $4 FROM meeting WHERE id = $3"""
PLANNED = """
    INSERT INTO matching_plan (id, first_day, last_day, beyond_least, state, version, figures, made_by, made_at,
                               solved_at, sent_at)
    VALUES (gen_random_uuid(), $1, $2, false, 'sent', 1, $3::jsonb, $4, $5, $5, $5) RETURNING id"""
FIGURES = Solved({}, frozenset(), 0, 0, proven=True, seconds=0)
PAIR = """
    INSERT INTO matching_pair (id, plan, opening, volunteer, state, by_hand, score, rank, parts, word, changed_at)
    VALUES (gen_random_uuid(), $1, $2, $3, 'sent', $4, $5, $6, '{}', '', $7)"""
WAVES = """
    INSERT INTO invitation_waves (id, opening, state, size, hours, wave, rests, started_by, started_at)
    VALUES (gen_random_uuid(), $1, 'full', 4, 24, 2, false, $2, $3) RETURNING id"""
IN_WAVE = "INSERT INTO wave_asked (id, waves, assignment, wave) VALUES (gen_random_uuid(), $1, $2, $3)"
NOTED = "UPDATE meeting SET noted_at = ends_at WHERE id = $1"
TAKEN = """
    UPDATE opening o SET taken = (SELECT count(*) FROM assignment s
                                  WHERE s.opening = o.id AND s.state IN ('done', 'missed')) WHERE o.id = $1"""


async def load(actor: Actor, theme: UUID, place: UUID, today: date) -> None:
    """By the centre's coordinator. The same on every machine on the same day."""
    dice = Random(SEED)  # noqa: S311 - a demo town's dice, no secret
    initiative = await initiatives.start_initiative(
        actor, name="Letnie spacery", kind=InitiativeKind.LONG_TERM, theme=theme, coordinator=actor.account,
        starts_on=today - timedelta(days=90), about="Spacery i rozmowy w parku, latem.", public=False,
    )  # fmt: skip
    role = await initiatives.add_role(actor, initiative, name="Idzie na spacer", least=3, most=9)
    plan = await _plan(actor, [today - timedelta(days=ago) for ago, way in AFTERNOONS if way == "plan"])
    people = [row["id"] for row in await database.fetch(GROWN_UP, today - timedelta(days=19 * 366))]
    for ago, way in AFTERNOONS:
        day = today - timedelta(days=ago)
        starts, ends = datetime.combine(day, time(16)), datetime.combine(day, time(18))
        seats = [schedule.Seats(role, 3, 9)]
        meeting = await schedule.plan_meeting(actor, initiative, place, starts, ends, openings=seats)
        opening = await database.fetchval("SELECT id FROM opening WHERE meeting = $1", meeting)
        asked_at = clock.instant(starts - timedelta(days=5), centre.settings().timezone)
        waves = await database.fetchval(WAVES, opening, actor.account, asked_at) if way == "waves" else None
        for (rank, willing), volunteer in zip(ASKED, dice.sample(people, len(ASKED)), strict=True):
            states = list(_became(dice, willing))
            id = await database.fetchval(
                ROW, opening, volunteer, states[-1], *((1000 - 30 * rank, rank) if rank else (None, None)),
                None if way == "search" else actor.account, asked_at,
                *((asked_at + timedelta(hours=3), "sms") if "silent" not in states else (None, "")),
            )  # fmt: skip
            await _remember(actor, id, states, asked_at)
            if way == "plan":
                score = 1000 - 30 * rank if rank else None
                await database.execute(PAIR, plan, opening, volunteer, not rank, score, rank or None, asked_at)
            elif waves:
                await database.execute(IN_WAVE, waves, id, 1 if rank <= 3 else 2)
            if states[-1] in ("done", "missed"):
                await database.execute(BOOKED, id, volunteer, meeting, True)
        await database.execute(NOTED, meeting)
        await database.execute(TAKEN, opening)
    await life.change_state(actor, initiative, InitiativeState.FINISHED)


async def _plan(actor: Actor, days: list[date]) -> UUID:
    """One of all these days, sent the week before the first."""
    at = clock.instant(datetime.combine(min(days) - timedelta(days=7), time(9)), centre.settings().timezone)
    figures = json.dumps(FIGURES.to_json())
    return await database.fetchval(PLANNED, min(days), max(days), figures, actor.account, at)


def _became(dice: Random, willing: int) -> Iterator[str]:
    """What an invitation became, step by step."""
    yield "invited"
    if dice.randrange(100) >= willing:
        yield "declined" if dice.randrange(100) < NO else "silent"
        return
    yield "accepted"
    turn = dice.randrange(100)
    yield (
        "declined" if turn < GAVE_UP else
        "withdrawn" if turn < GAVE_UP + MOVED else
        "missed" if turn < GAVE_UP + MOVED + MISSED else
        "done"
    )  # fmt: skip


async def _remember(actor: Actor, assignment: UUID, states: list[str], asked_at: datetime) -> None:
    was = ""
    for n, became in enumerate(states):
        desk = became in ("invited", "withdrawn", "done", "missed")
        await database.execute(
            CHANGE, assignment, was, became, asked_at + timedelta(hours=3 * n), actor.account if desk else None,
            "desk" if desk else "sms" if became != "silent" else "",
        )  # fmt: skip
        was = became
