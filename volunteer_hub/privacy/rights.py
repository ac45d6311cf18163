"""What people ask about their own data, and what is done about it: at once by themselves, or from a queue with a clock.

A volunteer does it at /me/data; a participant, and whoever rings, through somebody at the centre who has made sure who
they are. Every answer is due within a month (GDPR, art. 12(3)).
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import consents
from volunteer_hub.people.consents import ByWhom, Purpose
from volunteer_hub.privacy import erasure
from volunteer_hub.privacy.rules import Right, RightState, due_on
from volunteer_hub.schedule.members import of_participant
from volunteer_hub.schedule.risks import standing
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import language, mark

OFFICE = frozenset({Role.PROTECTION_OFFICER, Role.COORDINATOR})
STALE = mark("Ten wniosek jest już załatwiony. Odśwież stronę.")
GONE = mark("Tej osoby już tu nie ma.")
WITHDRAWABLE = (Purpose.SMS, Purpose.EMAIL)

ADD = """
    INSERT INTO rights_request (id, subject, "right", state, channel, words, answer, asked_at, due_on, identity_checked,
                                taken_by, done_at)
    VALUES ($1, $2, $3, $4, $5, $6, '', now(), $7, $8, NULL, CASE WHEN $4::varchar = 'done' THEN now() END)"""

ROWS = """
    SELECT r.id, r.subject, r."right", r.state, r.channel, r.words, r.answer, r.asked_at, r.due_on, r.identity_checked,
           r.done_at, coalesce(a.name, '') AS taken_by,
           coalesce(v.first_name || ' ' || v.last_name, p.alias, '') AS name
    FROM rights_request r LEFT JOIN account a ON a.id = r.taken_by
    LEFT JOIN volunteer v ON r.subject = 'volunteer:' || v.id
    LEFT JOIN participant p ON r.subject = 'participant:' || p.id
    WHERE {which}
    ORDER BY r.state <> 'open', CASE r.state WHEN 'open' THEN r.due_on END, r.asked_at DESC, r.id LIMIT 100"""

THERE = """
    SELECT EXISTS (SELECT FROM volunteer WHERE 'volunteer:' || id = $1)
        OR EXISTS (SELECT FROM participant WHERE 'participant:' || id = $1)"""

RESTRICT = "UPDATE {kind} SET restricted_at = CASE WHEN $2 THEN coalesce(restricted_at, now()) END WHERE id = $1"


@dataclass(frozen=True)
class Asked:
    """A right somebody uses; `name` is empty once they are erased."""

    id: UUID
    subject: str
    right: Right
    state: RightState
    channel: str
    words: str
    answer: str
    asked_at: datetime
    due_on: date
    identity_checked: str
    done_at: datetime | None
    taken_by: str
    name: str

    @property
    def kind(self) -> str:
        return self.subject.partition(":")[0]

    @property
    def about(self) -> UUID:
        return UUID(self.subject.partition(":")[2])


async def volunteer_of(actor: Actor) -> UUID:
    """Who is signed in as a volunteer. Raises Refused 404."""
    id: UUID | None = await database.fetchval("SELECT id FROM volunteer WHERE account = $1", actor.account)
    if id is None or actor.role is not Role.VOLUNTEER:
        raise Refused("", 404)
    return id


async def ask(
    settings: Settings, actor: Actor, subject: str, right: Right, *, channel: str, words: str = "", checked: str = "",
    done: bool = False,
) -> UUID:  # fmt: skip
    """Writes down that somebody uses a right; `done` when it was carried out in the same moment.

    `checked` is how whoever wrote it made sure who asks ("session", "questions", "in-person"). Raises Refused 404.
    """
    if actor.role not in OFFICE and subject != f"volunteer:{await volunteer_of(actor)}":
        raise Refused("", 404)
    if not await database.fetchval(THERE, subject):
        raise Refused("", 404)
    return await write_down(settings, actor, subject, right, channel=channel, words=words, checked=checked, done=done)


async def write_down(
    settings: Settings, actor: Actor, subject: str, right: Right, *, channel: str, words: str, checked: str,
    done: bool = False,
) -> UUID:  # fmt: skip
    """As `ask`, of somebody who is known to be there and to be asking."""
    id, today = uuid4(), clock.today(settings.timezone)
    async with database.transaction():
        state = RightState.DONE if done else RightState.OPEN
        await database.execute(ADD, id, subject, right.value, state.value, channel, words, due_on(today), checked)
        await audit.record(actor, f"rights.{right}", subject)
    return id


async def there(actor: Actor, subject: str) -> None:
    """Raises Refused 404 when nobody of that kind is there."""
    _office(actor)
    if not await database.fetchval(THERE, subject):
        raise Refused("", 404)


async def of(subject: str) -> list[Asked]:
    """What one person has asked, the open first."""
    return _read(await database.fetch(ROWS.format(which="r.subject = $1"), subject))


async def queue(actor: Actor) -> list[Asked]:
    """All that is asked; open ones first, by the day they are due. Raises Refused 404."""
    _office(actor)
    return _read(await database.fetch(ROWS.format(which="true")))


async def one(actor: Actor, id: UUID) -> Asked:
    """Raises Refused 404."""
    _office(actor)
    rows = _read(await database.fetch(ROWS.format(which="r.id = $1"), id))
    if not rows:
        raise Refused("", 404)
    return rows[0]


async def take(actor: Actor, id: UUID) -> None:
    """The actor deals with it from now on. Raises Refused 404, 409 when it is over."""
    _office(actor)
    await _change(actor, id, "taken_by = $2", actor.account, verb="rights.take")


async def carry_out(settings: Settings, actor: Actor, id: UUID, words: str) -> None:
    """Does what was asked, as far as the system itself can, with the answer beside it: both or neither.

    A copy was handed over, a correction made, an objection followed by whoever says so. Raises Refused 404, 409, 410.
    """
    asked = await one(actor, id)
    async with database.transaction():
        await _answer(actor, id, words, RightState.DONE)
        if asked.right is Right.RESTRICT:
            await restrict(actor, asked.subject, on=True)
        elif asked.right is Right.WITHDRAW:
            for purpose in WITHDRAWABLE if asked.kind == "volunteer" else (Purpose.SMS,):
                await withdraw(actor, asked.subject, purpose, channel="desk")
        elif asked.right is Right.ERASE:
            await erase(settings, actor, asked.subject)


async def refuse(actor: Actor, id: UUID, words: str) -> None:
    """Nothing is done; why is told (art. 12(4)). Raises Refused 404, 409."""
    _office(actor)
    await _answer(actor, id, words, RightState.REFUSED)


async def restrict(actor: Actor, subject: str, *, on: bool) -> None:
    """From now on nobody is matched, written to or asked (art. 18), or again. What is agreed already is at risk."""
    kind, id = _parts(subject)
    async with database.transaction():
        if not await database.execute(RESTRICT.format(kind=kind), id, on):
            raise Refused(GONE, 410)
        if kind == "volunteer":
            await standing.recheck(actor, id)
        elif on:
            await of_participant.call_off(id)
        await audit.record(actor, "people.restrict" if on else "people.unrestrict", subject)


async def withdraw(
    actor: Actor, subject: str, purpose: Purpose, *, channel: str, by_whom: ByWhom = "coordinator"
) -> None:
    """Takes a consent back; what hangs on it ends in the same moment. Raises Refused 400 for what is no consent."""
    if purpose not in WITHDRAWABLE:
        raise Refused(mark("Wybierz jedną z odpowiedzi."), 400)
    _, id = _parts(subject)
    async with database.transaction():
        await consents.withdraw(actor, id, purpose, language=language(), channel=channel, by_whom=by_whom)
        await audit.record(actor, "people.withdraw-consent", subject)


async def correct_own(actor: Actor, *, speaks: str, about: str) -> None:
    """What a volunteer changes without asking anybody: the language we write in, what they told about themselves."""
    id = await volunteer_of(actor)
    async with database.transaction():
        await database.execute("UPDATE volunteer SET language = $2, about = $3 WHERE id = $1", id, speaks, about)
        await database.execute("UPDATE account SET language = $2 WHERE id = $1", actor.account, speaks)
        await audit.record(actor, "people.correct", f"volunteer:{id}")


async def erase(settings: Settings, actor: Actor, subject: str) -> None:
    """Carries out an erasure that was asked for. Raises Refused 410 when nobody is there any more, 503."""
    if not await database.fetchval(THERE, subject) or not await erasure.erase(settings, actor, subject, why="asked"):
        raise Refused(GONE, 410)


def _office(actor: Actor) -> None:
    if actor.role not in OFFICE:
        raise Refused("", 404)


def _parts(subject: str) -> tuple[str, UUID]:
    kind, _, id = subject.partition(":")
    return ("participant" if kind == "participant" else "volunteer"), UUID(id)


def _read(rows: list[asyncpg.Record]) -> list[Asked]:
    return [Asked(**{**row, "right": Right(row["right"]), "state": RightState(row["state"])}) for row in rows]


async def _answer(actor: Actor, id: UUID, words: str, state: RightState) -> None:
    await _change(
        actor, id, "answer = $2, done_at = now(), taken_by = coalesce(taken_by, $3), state = $4", words, actor.account,
        state.value, verb=f"rights.{state}",
    )  # fmt: skip


async def _change(actor: Actor, id: UUID, what: str, *values: object, verb: str) -> None:
    async with database.transaction():
        subject = await database.fetchval(
            f"UPDATE rights_request SET {what} WHERE id = $1 AND state = 'open' RETURNING subject", id, *values
        )
        if subject is None:
            there = await database.fetchval("SELECT EXISTS (SELECT FROM rights_request WHERE id = $1)", id)
            raise Refused(STALE if there else "", 409 if there else 404)
        await audit.record(actor, verb, subject)
