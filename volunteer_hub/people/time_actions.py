"""Verbs of somebody's free time: by themselves, or by a coordinator for who rang. What is agreed already stays."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import time_queries
from volunteer_hub.people.corrections import Stale
from volunteer_hub.people.week import Days, Week, added, rest_of_month, tidy, undone
from volunteer_hub.web.i18n import mark

# More times away than anybody plans; beyond it somebody plays with the form.
MOST_AWAY = 30

SAVE = "UPDATE volunteer SET max_hours_week = $2, max_times_week = $3, max_km = $4, travels = $5 WHERE id = $1"


async def save_week(actor: Actor, volunteer: UUID, new: Week, seen: str) -> None:
    """Writes the ordinary week over the one whose mark is `seen`; what stands there already is written no second time.

    Raises Refused 404, Stale when it was changed meanwhile.
    """
    async with database.transaction():
        now = (await time_queries.held(actor, volunteer)).week
        if now.same(new):
            return
        if now.mark != seen:
            raise Stale
        await database.execute(SAVE, volunteer, new.most_hours, new.most_times, new.most_km, new.travels)
        await database.execute("DELETE FROM availability WHERE volunteer = $1", volunteer)
        await database.executemany(
            "INSERT INTO availability (id, volunteer, weekday, starts, ends)"
            " VALUES (gen_random_uuid(), $1, $2, $3, $4)",
            [(volunteer, *one) for one in tidy(new.free)],
        )
        await audit.record(actor, "people.time", f"volunteer:{volunteer}")


async def add_away(actor: Actor, volunteer: UUID, new: Days, today: date) -> list[Days]:
    """Adds days away and gives back those that had a day in common with them. Raises Refused (404, 409)."""
    async with database.transaction():
        were = await _away(actor, volunteer, today)
        now = added(were, new)
        if len(now) > MOST_AWAY:
            raise Refused(mark("To już bardzo dużo terminów. Najpierw usuń te, które są nieaktualne."))
        await _replace(actor, volunteer, were, now)
    return [one for one in were if one.meets(new)]


async def add_rest_of_month(actor: Actor, volunteer: UUID, today: date) -> list[Days]:
    """Not this month: days away up to its end. Raises Refused (404, 409)."""
    return await add_away(actor, volunteer, rest_of_month(today), today)


async def undo_rest_of_month(actor: Actor, volunteer: UUID, were: Sequence[Days], today: date) -> None:
    """Takes `add_rest_of_month` back; `were` is what it gave. Once more changes nothing. Raises Refused 404."""
    async with database.transaction():
        now = await _away(actor, volunteer, today)
        month = rest_of_month(today)
        if any(one.holds(month) for one in now):
            await _replace(actor, volunteer, now, undone(now, month, were))


async def remove_away(actor: Actor, volunteer: UUID, gone: Days, today: date) -> None:
    """Removes these days away; once more changes nothing.

    Raises Refused: 404, 409 when they have become part of others meanwhile.
    """
    async with database.transaction():
        now = await _away(actor, volunteer, today)
        if gone not in now and any(one.meets(gone) for one in now):
            raise Refused(mark("Te dni w międzyczasie się zmieniły. Odśwież stronę i zobacz, jak jest teraz."))
        await _replace(actor, volunteer, now, [one for one in now if one != gone])


async def _away(actor: Actor, volunteer: UUID, today: date) -> list[Days]:
    """The days away as they are, and nobody else changes them until the transaction ends."""
    await time_queries.held(actor, volunteer)
    return await time_queries.away(volunteer, today)


async def _replace(actor: Actor, volunteer: UUID, were: Sequence[Days], now: Sequence[Days]) -> None:
    gone, new = set(were) - set(now), set(now) - set(were)
    if not gone and not new:
        return
    await database.executemany(
        "DELETE FROM away WHERE volunteer = $1 AND first_day = $2 AND last_day = $3",
        [(volunteer, *one) for one in gone],
    )
    await database.executemany(
        "INSERT INTO away (id, volunteer, first_day, last_day) VALUES (gen_random_uuid(), $1, $2, $3)",
        [(volunteer, *one) for one in new],
    )
    await audit.record(actor, "people.away", f"volunteer:{volunteer}")
