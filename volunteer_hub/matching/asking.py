"""Asking somebody from the list of an opening, or in spite of it with a word."""

from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import order, pending, queries
from volunteer_hub.schedule import actions, seats
from volunteer_hub.web.i18n import gettext, mark

BEYOND = mark("Ta osoba nie jest wśród pierwszych %(n)s na liście. Napisz jednym zdaniem, dlaczego mimo to.")
IN_SPITE = mark("%(why)s Napisz jednym zdaniem, dlaczego mimo to.")


async def ask(actor: Actor, opening: UUID, volunteer: UUID, word: str = "", *, wakes: bool = False) -> None:
    """Invites the volunteer, with the score and rank they have now; the word stays with the assignment.
    `wakes`: the SMS leaves though it is night.

    Raises Refused as schedule.actions.invite, and 422 without a word for who is not among the first of the list, is
    kept out by wishes alone or asked about these hours elsewhere already.
    """
    chosen = next((c for c in await queries.fitting(actor, opening) if c.person.id == volunteer), None)
    score, rank = (chosen.fit.score.total, chosen.rank or None) if chosen else (None, None)
    if chosen and chosen.asked and not word:
        raise Refused(pending.SAID, 422, title=chosen.asked.title)
    if order.needs_word(rank) and not word:
        await _may_be_asked(opening, volunteer)
        raise Refused(BEYOND, 422, n=order.WITHOUT_WORD)
    await actions.invite(actor, opening, volunteer, score=score, rank=rank, word=word, wakes=wakes)


async def _may_be_asked(opening: UUID, volunteer: UUID) -> None:
    """Where a rule is in the way, that says more than the order. Raises Refused with it, asking for a word where one
    would do, and 404."""
    async with database.transaction():
        await seats.volunteer_held(volunteer)
        try:
            await seats.rules_allow(opening, volunteer)
        except Refused as wish:
            await seats.rules_allow(opening, volunteer, word="?")
            raise Refused(IN_SPITE, 422, why=gettext(wish.sentence)) from None
