"""A message to many is begun, written, sent once and called off; each of them one transaction.

Nothing leaves that no coordinator has looked at: the button carries the version it stands under, and who would get the
message is compared with what was shown. Whoever cannot get it any more is left out; for anybody more it is asked again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from volunteer_hub.access import audit
from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import flow, outbox
from volunteer_hub.messaging.outbox import Said
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.messaging.rules import TO_PEOPLE, Channel
from volunteer_hub.people.bulk import AT_ONCE
from volunteer_hub.replies.bulk import plan as plans
from volunteer_hub.replies.bulk import queries, rules
from volunteer_hub.replies.bulk.plan import Plan
from volunteer_hub.replies.bulk.queries import BulkRow, Words
from volunteer_hub.replies.bulk.rules import Way, Whom, Without
from volunteer_hub.schedule import queries as schedule
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

# News for many is stale after two days; what a provider was away for so long stands among what did not leave.
STALE_AFTER = timedelta(hours=48)

UNWRITTEN = Words("", "")

NEW = """
    INSERT INTO bulk (id, made_by, initiative, meeting, whom, subject_pl, text_pl, state, way, made_at, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'draft', 'sms', now(), now())"""
SET = {
    Whom.VOLUNTEERS: """
        INSERT INTO bulk_recipient (id, bulk, volunteer)
        SELECT gen_random_uuid(), $1, v.id FROM volunteer v WHERE v.id = ANY($2)""",
    Whom.PARTICIPANTS: """
        INSERT INTO bulk_recipient (id, bulk, participant)
        SELECT gen_random_uuid(), $1, p.id FROM participant p WHERE p.id = ANY($2)""",
}


async def begin(actor: Actor, people: Sequence[UUID], proposed: Words = UNWRITTEN) -> UUID:
    """A draft for these volunteers, `proposed` in it. Raises Refused 404, and 409 when they are none or too many."""
    coordinators_only(actor)
    return await _begin(actor, Whom.VOLUNTEERS, people, None, None, proposed)


async def begin_for(actor: Actor, whom: Whom, *, initiative: UUID | None = None, meeting: UUID | None = None) -> UUID:
    """A draft for who helps or takes part in an initiative or meeting. Raises Refused as `begin`.

    Of a group or circle only for who runs it: to others it is not there.
    """
    coordinators_only(actor)
    if meeting:
        found = await schedule.meeting(actor, meeting)
        initiative = found.initiative if found else None
    of = await initiatives.initiative(actor, initiative) if initiative else None
    if of is None or not of.inside:
        raise Refused("", 404)
    return await _begin(actor, whom, sorted(await queries.people_of(whom, of.id, meeting)), of.id, meeting)


async def _begin(
    actor: Actor,
    whom: Whom,
    people: Sequence[UUID],
    initiative: UUID | None,
    meeting: UUID | None,
    proposed: Words = UNWRITTEN,
) -> UUID:
    if len(people) > AT_ONCE:
        raise Refused(mark("Jedna wiadomość może pójść najwyżej do %(n)s osób. Zawęź listę filtrem."), n=AT_ONCE)
    id = uuid4()
    async with database.transaction():
        await database.execute(
            NEW, id, actor.account, initiative, meeting, whom.value, proposed.subject, proposed.text
        )
        if not await database.execute(SET[whom], id, list(people)):
            raise Refused(mark("Nie ma tu nikogo, do kogo można napisać."))
        await audit.record(actor, "bulk.begin", f"bulk:{id}")
    return id


# --- Writing ----------------------------------------------------------------------------------------------------------

WRITE = """
    UPDATE bulk SET way = $2, subject_pl = $3, text_pl = $4, subject_en = $5, text_en = $6, subject_uk = $7,
           text_uk = $8, changed_at = now()
    WHERE id = $1 AND state = 'draft'"""
LOOK = """
    UPDATE bulk_recipient r SET channel = now.channel, without = now.without
    FROM unnest($2::uuid[], $3::varchar[], $4::varchar[]) AS now (person, channel, without)
    WHERE r.bulk = $1 AND now.person IN (r.volunteer, r.participant)"""
# A new version each time: a button that stood under the former picture does not send what this one shows.
LOOKED = "UPDATE bulk SET looked_at = now(), confirmed = $2, version = version + 1 WHERE id = $1"


async def write(actor: Actor, settings: Settings, id: UUID, way: Way, words: dict[str, Words]) -> None:
    """The words and the way of a draft, and with them who gets it by what. Raises Refused: 404, 409 when it is sent."""
    async with database.transaction():
        await queries.bulk(actor, id)
        said = [part for code in rules.LANGUAGES for part in (words[code].subject, words[code].text)]
        if not await database.execute(WRITE, id, way.value, *said):
            raise Refused(mark("Ta wiadomość jest już wysłana."))
        await _look(actor, settings, id)


async def _look(actor: Actor, settings: Settings, id: UUID) -> None:
    """Keeps who gets it by what now: this is what is shown, and what a press of the button confirms."""
    of = await plans.plan(settings, await queries.bulk(actor, id))
    ways = [(one.channel or "", one.without or "") for one in of.people]
    await database.execute(LOOK, id, [one.id for one in of.people], [way for way, _ in ways], [why for _, why in ways])
    await database.execute(LOOKED, id, of.reached)
    await audit.record(actor, "bulk.look", f"bulk:{id}")


async def forget(actor: Actor, id: UUID) -> None:
    """A draft is thrown away. Raises Refused: 404, 409 when it was sent."""
    async with database.transaction():
        await queries.bulk(actor, id)
        if not await database.execute("DELETE FROM bulk WHERE id = $1 AND state = 'draft'", id):
            raise Refused(mark("Ta wiadomość jest już wysłana."))
        await audit.record(actor, "bulk.forget", f"bulk:{id}")


# --- Sending ----------------------------------------------------------------------------------------------------------


class Changed(Refused):
    """More than somebody's dropping out has changed since the message was looked at; it has been looked at anew."""

    def __init__(self) -> None:
        super().__init__(mark("Od podglądu coś się zmieniło. Sprawdź wiadomość jeszcze raz i wyślij."))


@dataclass(frozen=True)
class Sent:
    """How many messages were put into the outbox, and how many people were left out since the look."""

    messages: int
    left_out: int


# Whoever presses while another press is being followed finds the row held, and is told that it leaves already.
CLAIM = "SELECT version FROM bulk WHERE id = $1 AND state = 'draft' AND looked_at IS NOT NULL FOR UPDATE SKIP LOCKED"
# Whoever is just saying no, is restricted or erased is waited for; until the end nobody of them is.
HOLD = (
    """SELECT FROM volunteer WHERE id IN (SELECT volunteer FROM bulk_recipient WHERE bulk = $1)
       ORDER BY id FOR SHARE""",
    """SELECT FROM participant WHERE id IN (SELECT participant FROM bulk_recipient WHERE bulk = $1)
       ORDER BY id FOR SHARE""",
)
LEFT_OUT = """
    UPDATE bulk_recipient r SET left_out = out.why FROM unnest($2::uuid[], $3::varchar[]) AS out (person, why)
    WHERE r.bulk = $1 AND out.person IN (r.volunteer, r.participant)"""
LINK = """
    UPDATE bulk_recipient r SET message = m.id FROM message m
    WHERE r.bulk = $1 AND m.key = 'bulk:' || $1 || ':' || coalesce(r.volunteer, r.participant)"""
SENT = """
    UPDATE bulk SET state = 'sent', sent_at = now(), sent_by = $2, leaves_at = coalesce($3, now()), left_out = $4
    WHERE id = $1"""


async def send(actor: Actor, settings: Settings, id: UUID, version: int) -> Sent | None:
    """Puts the message into the outbox for everybody of its set who may get it; None when it is or is being sent.

    Raises Refused 404, and Changed when its words or its people are not those that were shown under `version`.
    """
    changed = False
    async with database.transaction():
        await queries.bulk(actor, id)
        held = await database.fetchrow(CLAIM, id)
        if held is None:
            return None
        for statement in HOLD:
            await database.execute(statement, id)
        of = await queries.bulk(actor, id)
        plan = await plans.plan(settings, of)
        since = rules.since(plan.people, await queries.looked_at(id))
        if held["version"] != version or since.more or not plan.gets:
            await _look(actor, settings, id)
            changed = True
        else:
            sent = await _put(actor, settings, of, plan, since.left_out)
    if changed:  # after the transaction: the new look stands
        raise Changed
    return sent


async def _put(actor: Actor, settings: Settings, of: BulkRow, plan: Plan, left_out: dict[UUID, Without]) -> Sent:
    at = plan.leaves_at or clock.now()
    pauses = {channel: _pause(settings, channel) for channel in TO_PEOPLE}
    begun = dict.fromkeys(TO_PEOPLE, 0)
    who = "volunteer" if of.whom is Whom.VOLUNTEERS else "participant"
    letters: list[Said] = []
    for one, channel in ((one, one.channel) for one in plan.people if one.channel):
        begun[channel] += 1
        letters.append({
            "key": f"bulk:{of.id}:{one.id}",
            "about": f"{who}:{one.id}",
            "channel": channel,
            "address": one.address,
            "language": of.spoken(one.language),
            "template": plans.TEMPLATE,
            "values": plans.values(settings, of, of.spoken(one.language), one.called),
            # One after the other at the provider's rate: what falls due meanwhile does not wait behind them all.
            "due_at": (at if channel is Channel.SMS else clock.now()) + begun[channel] * pauses[channel],
            "expires_at": at + STALE_AFTER,
            "wakes": Wakes.NEVER,
        })  # fmt: skip
    await outbox.put_each(letters)
    await database.execute(LEFT_OUT, of.id, list(left_out), [why.value for why in left_out.values()])
    messages = await database.execute(LINK, of.id)
    await database.execute(SENT, of.id, actor.account, plan.leaves_at, len(left_out))
    for channel in TO_PEOPLE:
        people = [f"{who}:{one.id}" for one in plan.gets if one.channel is channel]
        await audit.record_each(actor, f"people.message.{channel}", people)
    await audit.record(actor, "bulk.send", f"bulk:{of.id}")
    return Sent(messages, len(left_out))


def _pause(settings: Settings, channel: Channel) -> timedelta:
    rate = flow.limits(settings, channel).per_second
    return timedelta(seconds=1 / rate if rate else 0)


# First the row that `send` holds, then messages: whatever is just being put is waited for, and then stopped.
HOLD_BULK = "SELECT FROM bulk WHERE id = $1 FOR UPDATE"
WAITING = """
    SELECT m.key FROM bulk_recipient r JOIN message m ON m.id = r.message
    WHERE r.bulk = $1 AND m.state IN ('planned', 'in_flight', 'unknown') AND m.cancelled_at IS NULL ORDER BY m.id"""


async def cancel(actor: Actor, id: UUID) -> int:
    """Calls off what has not left; how many messages that stopped. Raises Refused 404."""
    stopped = 0
    async with database.transaction():
        await queries.bulk(actor, id)
        await database.execute(HOLD_BULK, id)
        for row in await database.fetch(WAITING, id):
            stopped += await outbox.cancel(key=row["key"])
        await database.execute("UPDATE bulk SET state = 'cancelled' WHERE id = $1 AND state = 'sent'", id)
        await audit.record(actor, "bulk.cancel", f"bulk:{id}")
    return stopped
