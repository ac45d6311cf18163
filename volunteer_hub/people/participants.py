"""Verbs of participants: added by whoever talks with them, corrected on what was seen, asked about SMS.

They need no account, and a name or an alias is enough. Whom a reader sees is decided in initiatives/participants.py.
"""

from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import consents as ledger
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.corrections import Stale
from volunteer_hub.people.rules import Reach


@dataclass(frozen=True, slots=True)
class Contact:
    """What is typed about a participant. `phone` is E.164, None where there is none."""

    first_name: str
    last_name: str
    alias: str
    phone: str | None
    language: str
    reach: Reach
    reach_note: str

    @property
    def shown_as(self) -> str:
        """The alias; else the first name, which is what those around hear anyway."""
        return self.alias or self.first_name or self.last_name


class Alike(Refused):
    """There is a participant with the same name, alias and phone; `id` is theirs."""

    def __init__(self, id: UUID) -> None:
        super().__init__("")
        self.id = id


ADD = """
    INSERT INTO participant (id, first_name, last_name, alias, phone, language, reach, reach_note, added_by,
                             created_at)
    VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, now()) RETURNING id"""

SAVE = """
    UPDATE participant SET first_name = $2, last_name = $3, alias = $4, phone = $5, language = $6, reach = $7,
                           reach_note = $8 WHERE id = $1"""

SAME = """
    SELECT id FROM participant WHERE fold(first_name) = fold($1) AND fold(last_name) = fold($2)
    AND fold(alias) = fold($3) AND phone IS NOT DISTINCT FROM $4 ORDER BY created_at LIMIT 1"""

# Whoever is entered by two presses at once waits here for the first, and is then found by SAME.
ENTERING_LOCK = 727_011


async def add_participant(
    actor: Actor,
    *,
    first_name: str = "",
    alias: str = "",
    last_name: str = "",
    phone: str | None = None,
    language: str = "pl",
    sms_ok: bool = False,
    reach: Reach = Reach.SMS,
    reach_note: str = "",
    channel: str = "desk",
    shown_in: str = "",
) -> UUID:
    """Somebody who takes part or is helped. Families share a phone, so it may be there already.

    `sms_ok`: they said yes by `channel` (desk, phone) to the sentence in the language `shown_in` (else their own).
    """
    new = Contact(first_name, last_name, alias, phone, language, reach, reach_note)
    async with database.transaction():
        id: UUID = await database.fetchval(ADD, *_row(new), actor.account)
        if sms_ok:
            await ledger.give(
                actor, id, Purpose.SMS, language=shown_in or language, channel=channel, by_whom="coordinator"
            )
        await audit.record(actor, "people.add-participant", f"participant:{id}")
    return id


async def enter(
    actor: Actor, new: Contact, *, sms_ok: bool, channel: str, shown_in: str, another: bool = False
) -> UUID:
    """As `add_participant`. Raises Alike when the very same stands there already, unless it is `another` person."""
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1)", ENTERING_LOCK)
        known = await database.fetchval(SAME, new.first_name, new.last_name, new.shown_as, new.phone)
        if known and not another:
            raise Alike(known)
        return await add_participant(
            actor, first_name=new.first_name, alias=new.alias, last_name=new.last_name, phone=new.phone,
            language=new.language, sms_ok=sms_ok, reach=new.reach, reach_note=new.reach_note, channel=channel,
            shown_in=shown_in,
        )  # fmt: skip


async def correct(actor: Actor, participant: UUID, version: int, new: Contact) -> None:
    """Writes what was typed over the version that was shown. Raises Refused 404, Stale."""
    async with database.transaction():
        now = await database.fetchval("SELECT version FROM participant WHERE id = $1 FOR NO KEY UPDATE", participant)
        if now is None:
            raise Refused("", 404)
        if now != version:
            raise Stale
        await database.execute(SAVE, participant, *_row(new))
        await audit.record(actor, "people.correct", f"participant:{participant}")


async def say_sms(actor: Actor, participant: UUID, given: bool, *, channel: str, shown_in: str) -> None:
    """Writes a yes or a no to SMS, said to us by `channel` (desk, phone), into the ledger. Raises Refused 404."""
    async with database.transaction():
        if not await database.fetchval("SELECT true FROM participant WHERE id = $1 FOR NO KEY UPDATE", participant):
            raise Refused("", 404)
        say = ledger.give if given else ledger.withdraw
        await say(actor, participant, Purpose.SMS, language=shown_in, channel=channel, by_whom="coordinator")
        await audit.record(actor, "people.sms-consent", f"participant:{participant}")


def _row(new: Contact) -> tuple[str | None, ...]:
    return (
        new.first_name, new.last_name, new.shown_as, new.phone, new.language, new.reach.value, new.reach_note,
    )  # fmt: skip
