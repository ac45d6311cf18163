"""Writes of the words of messages: a version over the one that was seen, back to ours or to an older one."""

import asyncio
from uuid import uuid4

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.edited import saying
from volunteer_hub.messaging.edited.kinds import Text
from volunteer_hub.messaging.edited.rules import Wrong, wrong
from volunteer_hub.messaging.edited.saying import Draft
from volunteer_hub.people.corrections import Stale
from volunteer_hub.replies.texts import queries
from volunteer_hub.web.i18n import mark


async def judged(text: Text, draft: Draft, public_url: str) -> list[Wrong]:
    """What keeps `draft` from being said. In a thread: the first time, all our own texts are read."""
    return await asyncio.to_thread(wrong, text, draft, await queries.themes(), public_url)


async def save(actor: Actor, text: Text, draft: Draft, seen: int, public_url: str) -> list[Wrong]:
    """Makes `draft` the words of `text` from the next message on; answers what is wrong, and then writes nothing.

    Raises Refused 404 for all but coordinators, Stale when another version came after the one that was `seen`.
    """
    coordinators_only(actor)
    if found := await judged(text, draft, public_url):
        return found
    await _write(actor, text, draft, seen, "messages.text")
    return []


async def back_to_ours(actor: Actor, text: Text, seen: int) -> None:
    """The message says our words again; the desk's own stay among the versions. Raises as `save`."""
    coordinators_only(actor)
    await _write(actor, text, None, seen, "messages.text-ours")


async def back_to(actor: Actor, text: Text, number: int, seen: int, public_url: str) -> None:
    """Says version `number` again, as a new version. Raises as `save`, and Refused 409 when today's rules forbid it."""
    coordinators_only(actor)
    older = next((one for one in await queries.versions(actor, text) if one.number == number and one.words), None)
    if older is None or older.words is None:
        raise Refused("", 404)
    if await judged(text, older.words, public_url):
        raise Refused(mark("Ta wersja łamie dzisiejsze zasady. Popraw ją w polu i zapisz."), 409)
    await _write(actor, text, older.words, seen, "messages.text")


async def _write(actor: Actor, text: Text, draft: Draft | None, seen: int, verb: str) -> None:
    async with database.transaction():
        id = uuid4()
        if not await saying.keep(id, text, draft, actor.account, seen):
            raise Stale
        await audit.record(actor, verb, f"text:{id}")
