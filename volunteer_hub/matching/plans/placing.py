"""Puts somebody at an opening of a plan by hand: the house's rules judge, wishes alone give way to a word."""

import json
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import order, pending
from volunteer_hub.matching import queries as matching
from volunteer_hub.matching.rules import with_others
from volunteer_hub.schedule import facts, seats
from volunteer_hub.schedule import queries as schedule
from volunteer_hub.schedule.rules import WISHES, OpeningFacts, Rule, VolunteerFacts, broken, km
from volunteer_hub.schedule.scoring import score
from volunteer_hub.web.i18n import mark

FULL = mark("W tym planie nie ma tam już wolnego miejsca.")
TWICE = mark("Ta osoba jest już na tym miejscu w tym planie.")
FAR_DOWN = mark("Ta osoba nie jest wśród pierwszych na liście. Napisz krótko, dlaczego ona.")

# Seats that neither people on the opening nor pairs of the plan hold; only where something can still be planned.
ROOM = f"""
    SELECT o.most - o.taken - {schedule.INVITED} - (
        SELECT count(*) FROM matching_pair x WHERE x.plan = p.id AND x.opening = o.id
            AND x.state IN ('proposed', 'locked') AND NOT EXISTS (
                SELECT FROM assignment s WHERE s.opening = o.id AND s.volunteer = x.volunteer
                    AND s.state IN ('invited', 'accepted')))
    FROM matching_plan p, opening o JOIN meeting m ON m.id = o.meeting
    WHERE p.id = $1 AND o.id = $2 AND m.state = 'planned' AND m.starts_at > now()
      AND m.starts_wall >= p.first_day AND m.starts_wall < p.last_day + 1"""
# What the plan gives somebody elsewhere; what they are asked about already is `pending`.
OTHERS = """
    SELECT p.opening FROM matching_pair p
    LEFT JOIN assignment s ON s.opening = p.opening AND s.volunteer = p.volunteer
    WHERE p.plan = $1 AND p.volunteer = $2 AND p.opening <> $3 AND p.state IN ('proposed', 'locked')
      AND (s.state IS NULL OR s.state NOT IN ('proposed', 'invited', 'accepted', 'done', 'missed'))"""
# Whoever is judged stays until they are written: they could be erased in between.
HOLD = "SELECT FROM volunteer WHERE id = $1 FOR KEY SHARE"
PLACE = """
    INSERT INTO matching_pair (id, plan, opening, volunteer, state, by_hand, score, rank, km, parts, word, changed_by,
                               changed_at)
    VALUES (gen_random_uuid(), $1, $2, $3, 'locked', true, $4, $5, $6, $7::jsonb, $8, $9, now())
    ON CONFLICT (plan, opening, volunteer) DO UPDATE
    SET state = 'locked', by_hand = true, score = $4, rank = $5, km = $6, parts = $7::jsonb, word = $8, changed_by = $9,
        changed_at = now() WHERE matching_pair.state = 'refused'"""


async def must_have_room(plan: UUID, opening: UUID) -> None:
    """Raises Refused: 404 where the opening is none of the plan's days or is over, 409 where all its seats are held."""
    room = await database.fetchval(ROOM, plan, opening)
    if room is None:
        raise Refused("", 404)
    if room <= 0:
        raise Refused(FULL)


async def place(actor: Actor, plan: UUID, opening: UUID, volunteer: UUID, word: str) -> None:
    """Kept there by hand. Raises Refused: 404, 422 where a word is missing, 409 for the first rule that is no wish."""
    await database.execute(HOLD, volunteer)
    v, o, beside = await _judged(plan, opening, volunteer)
    for rule in beside:
        if not (word and rule in WISHES):
            raise Refused(seats.WHY_NOT[rule])
    if not word and (asked := (await pending.in_the_way(o, [v])).get(volunteer)):
        raise Refused(pending.SAID, 422, title=asked.title)
    rank = None if beside else await _rank(actor, opening, volunteer)
    if not word and order.needs_word(rank):
        raise Refused(FAR_DOWN, 422)
    fit = None if beside else score(v, o)
    total, parts = (fit.total, dict(fit.parts)) if fit else (None, {})
    values = (total, rank, km(v, o), json.dumps(parts), word, actor.account)
    if not await database.execute(PLACE, plan, opening, volunteer, *values):
        raise Refused(TWICE)


async def may_return(plan: UUID, opening: UUID, volunteer: UUID) -> bool:
    """Whether a seat is free for them in the plan, and no rule stands against it."""
    room = await database.fetchval(ROOM, plan, opening)
    if not room or room <= 0:
        return False
    v, o, beside = await _judged(plan, opening, volunteer)
    return not beside and not await pending.in_the_way(o, [v])


async def _judged(plan: UUID, opening: UUID, volunteer: UUID) -> tuple[VolunteerFacts, OpeningFacts, tuple[Rule, ...]]:
    """The two, and the rules between them beside all that the plan gives this volunteer. Raises Refused 404."""
    o, people = await facts.facts(opening, [volunteer])
    if volunteer not in people:
        raise Refused("", 404)
    v = people[volunteer]
    others = await facts.openings_facts(
        [row["opening"] for row in await database.fetch(OTHERS, plan, volunteer, opening)]
    )
    return v, o, broken(with_others(v, others.values()), o)


async def _rank(actor: Actor, opening: UUID, volunteer: UUID) -> int | None:
    """Their place on the opening's own list; None beyond its end."""
    best = await matching.candidates(actor, opening)
    return next((one.rank for one in best if one.person.id == volunteer), None)
