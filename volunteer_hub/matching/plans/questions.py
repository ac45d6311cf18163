"""What a plan is asked: the openings of a period that lack people, and who might help, as the rules see them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.matching import pending
from volunteer_hub.matching.plans.values import Asked, Pair, Question, Said
from volunteer_hub.schedule import facts
from volunteer_hub.schedule import queries as schedule

# Seats of open invitations are held, and those of people who asked for one themselves: they wait for a yes, not for
# somebody else. Where invitations leave in waves already, those go on alone: a plan keeps there whom somebody kept by
# hand ($3), so that their hours are not given away, and proposes nobody.
HELD = "(SELECT count(*) FROM assignment a WHERE a.opening = o.id AND a.state IN ('invited', 'proposed'))"
WAVES = "EXISTS (SELECT FROM invitation_waves w WHERE w.opening = o.id AND w.state = 'running')"
OPENINGS = f"""
    SELECT o.id, o.least - o.taken - {HELD} AS least, o.most - o.taken - {HELD} AS most,
           {schedule.URGENT} AS urgent, m.initiative, {WAVES} AS waves,
           ARRAY(SELECT volunteer FROM assignment WHERE opening = o.id) AS stand
    FROM opening o JOIN meeting m ON m.id = o.meeting
    WHERE m.state = 'planned' AND m.starts_at > now() AND m.starts_wall >= $1::date AND m.starts_wall < $2::date + 1
      AND (NOT {WAVES} OR o.id = ANY($3))
    ORDER BY m.starts_at, o.id"""
VOLUNTEERS = "SELECT id FROM volunteer WHERE step = 'active' AND restricted_at IS NULL ORDER BY id"


async def of_period(first_day: date, last_day: date, *, beyond_least: bool, said: Said | None = None) -> Question:
    """What stands now. `beyond_least`: also the seats above the least that an opening needs are asked for."""
    said = said or Said()
    locked, refused = _by_opening(said.locked), _by_opening(said.refused)
    rows = await database.fetch(OPENINGS, first_day, last_day, list(locked))
    wanted = {row["id"]: row for row in rows if row["most" if beyond_least else "least"] > 0 or row["id"] in locked}
    asked = await facts.openings_facts(wanted)
    first, last = (datetime.combine(day, time()) for day in (first_day, last_day))
    ids = [row["id"] for row in await database.fetch(VOLUNTEERS)] if wanted else []
    people = await facts.volunteers_between(ids, first, last)
    openings = []
    for id, row in wanted.items():
        kept = tuple(sorted(v for v in locked[id] if v in people))
        least = max(0, row["least"])
        most = max(least, row["most"]) if beyond_least else least
        openings.append(
            Asked(
                facts=asked[id],
                organisation=row["initiative"],
                least=min(least, len(kept)) if row["waves"] else least,
                most=min(most, len(kept)) if row["waves"] else most,
                urgent=row["urgent"],
                stand=frozenset(row["stand"]),
                refused=frozenset(refused[id]),
                locked=kept,
            )
        )
    open_ = await pending.of(ids, first, last)
    invited = {volunteer: tuple(one.facts for one in those) for volunteer, those in sorted(open_.items())}
    # In one order always: the same question has the same answer.
    return Question(tuple(openings), dict(sorted(people.items())), said.keep, invited)


def _by_opening(pairs: Collection[Pair]) -> defaultdict[UUID, list[UUID]]:
    found = defaultdict[UUID, list[UUID]](list)
    for volunteer, opening in pairs:
        found[opening].append(volunteer)
    return found
