"""Which openings of the public list fit the volunteer who looks, why, and why others do not; by the rules of the house.

The same rules and score by which the desk is told whom to ask (schedule.rules, scoring), in words for the volunteer.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.schedule import facts, queries
from volunteer_hub.schedule.queries import PUBLIC, PublicOpening
from volunteer_hub.schedule.rules import OpeningFacts, Rule, VolunteerFacts, as_of, broken, km
from volunteer_hub.schedule.scoring import score
from volunteer_hub.schedule.wishes.actions import OWN
from volunteer_hub.schedule.wishes.words import against, why_not

# So many of the most promising are judged, at most so many of one initiative: its next weeks look alike.
LOOKED_AT, ALIKE = 40, 3

MINE = "SELECT id FROM volunteer WHERE account = $1 AND step = 'active' AND restricted_at IS NULL"
# What the rows tell cheaply of openings that the volunteer has not heard of; the rules have the last word. OFFSET 0:
# from the places in reach to their meetings, not from all roles.
PROMISING = f"""
    WITH v AS MATERIALIZED (
      SELECT v.*, coalesce(v.latitude, a.latitude) AS lat, coalesce(v.longitude, a.longitude) AS lon
      FROM volunteer v LEFT JOIN area a ON a.slug = v.area_slug WHERE v.id = {{me}}),
    near AS MATERIALIZED (
      SELECT * FROM (
        SELECT p.id AS place, max_km, CASE WHEN lat IS NULL THEN 0 ELSE km(p.latitude, p.longitude, lat, lon) END AS km
        FROM place p, v) p
      WHERE km <= max_km)
    SELECT id FROM (
      SELECT o.id, o.starts_at, row_number() OVER (PARTITION BY o.initiative ORDER BY o.starts_at, o.id) AS turn,
             300 * (1 - near.km / greatest(v.max_km, 0.1)) + CASE WHEN o.cause = ANY(v.causes) THEN 250 ELSE 0 END
               + CASE WHEN EXISTS (SELECT FROM commitment WHERE volunteer = v.id AND initiative = o.initiative
                                     AND ends_at <= now()) THEN 250 ELSE 0 END AS worth
      FROM (SELECT o.id, o.role, m.place, m.initiative, m.starts_wall, m.starts_at, m.ends_at, t.slug AS cause
            {PUBLIC}{{narrowed}} AND m.place = ANY(ARRAY(SELECT place FROM near)) OFFSET 0) o
      JOIN near USING (place) JOIN role_asked r ON r.id = o.role CROSS JOIN v
      WHERE r.skills <@ v.skills AND (r.languages = '{{{{}}}}' OR r.languages && v.languages)
        AND EXISTS (SELECT FROM availability
                    WHERE volunteer = v.id AND weekday = extract(isodow FROM o.starts_wall)::int
                      AND starts <= o.starts_wall::time AND ends > o.starts_wall::time)
        AND NOT EXISTS (SELECT FROM away WHERE volunteer = v.id
                          AND o.starts_wall::date BETWEEN first_day AND last_day)
        AND NOT EXISTS (SELECT FROM assignment WHERE opening = o.id AND volunteer = v.id)
        AND NOT EXISTS (SELECT FROM commitment WHERE volunteer = v.id AND starts_at < o.ends_at
                          AND ends_at > o.starts_at)) o
    WHERE turn <= {ALIKE} ORDER BY worth DESC, starts_at, id LIMIT {LOOKED_AT}"""


@dataclass(frozen=True, slots=True)
class Judged:
    """How an opening suits the volunteer who looks. `refused` and `against` are message ids.

    `refused`: why it cannot be theirs; `against`: which of their own wishes it breaks, they may ask all the same.
    `km` is None where they live is not known.
    """

    km: float | None
    likes_cause: bool
    times_here: int
    points: int
    refused: str = ""
    against: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        return not (self.refused or self.against)


@dataclass(frozen=True, slots=True)
class Suggestion:
    opening: PublicOpening
    why: Judged


async def suggested(actor: Actor, most: int, area: str | None = None, theme: str | None = None) -> list[Suggestion]:
    """At most `most` openings with a free seat that fit the volunteer and that they have not answered, the best first.

    One of each initiative. Empty for everybody else, and for who does not help at present.
    """
    me = await _volunteer(actor)
    if me is None:
        return []
    narrowed, values = queries.narrow(area, theme)
    sql = PROMISING.format(narrowed=narrowed, me=f"${len(values) + 1}")
    looked_at = [row["id"] for row in await database.fetch(sql, *values, me)]
    judged = {id: why for id, why in (await _judge(me, looked_at)).items() if why.fits}
    cards = {one.id: one for one in await queries.public_openings(len(judged), only=judged)} if judged else {}
    order = sorted(cards, key=lambda id: (-judged[id].points, cards[id].starts_wall, id))
    first = {cards[id].title: id for id in reversed(order)}  # two of one name are one to who reads
    return [Suggestion(cards[id], judged[id]) for id in order if first[cards[id].title] == id][:most]


async def judged(actor: Actor, openings: Collection[UUID]) -> dict[UUID, Judged]:
    """How those of the openings suit the volunteer who looks, by id; empty for everybody else, as `suggested`."""
    me = await _volunteer(actor)
    return await _judge(me, openings) if me else {}


async def _volunteer(actor: Actor) -> UUID | None:
    return await database.fetchval(MINE, actor.account) if actor.role is Role.VOLUNTEER else None


async def _judge(me: UUID, openings: Collection[UUID]) -> dict[UUID, Judged]:
    asked = await facts.openings_facts(openings)
    if not asked:
        return {}
    starts = [o.times[0].starts for o in asked.values()]
    known = await facts.volunteers_between([me], min(starts), max(starts))
    return {id: _judgement(as_of(v, o.times[0].starts), o) for id, o in asked.items() for v in known.values()}


def _judgement(v: VolunteerFacts, o: OpeningFacts) -> Judged:
    rules = [rule for rule in broken(v, o) if rule is not Rule.ASSIGNED]
    barred = next((rule for rule in rules if rule not in OWN), None)
    return Judged(
        km=km(v, o) if v.at else None,
        likes_cause=o.cause in v.causes,
        times_here=o.known.get(v.id, 0),
        points=score(v, o).total,
        refused=why_not(barred) if barred else "",
        against=() if barred else tuple(against(rule) for rule in rules),
    )
