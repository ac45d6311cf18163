"""Somebody joins over the telephone or at the counter: a coordinator types, reads aloud, and sends word of it."""

from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.intake.volunteer_forms import NewVolunteer
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.phone import takes_sms
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people import actions as people
from volunteer_hub.people import guardian_links
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.corrections import Taken
from volunteer_hub.people.duplicates import Known, possible_duplicates
from volunteer_hub.people.rules import windows
from volunteer_hub.settings import Settings

CHANNEL = "phone"


@dataclass(frozen=True, slots=True)
class Entered:
    """`told`: the notice about their data went out; else it is handed over on paper."""

    id: UUID
    told: bool


class Alike(Refused):
    """`people` may be the same person; nothing was written."""

    def __init__(self, people: list[Known]) -> None:
        super().__init__("")
        self.people = people


async def enter(settings: Settings, actor: Actor, new: NewVolunteer) -> Entered:
    """A new volunteer as they told it, with the consents they gave aloud. Pressed twice, the second finds the first.

    Raises Alike unless it was said that this is another person, Taken when the e-mail is somebody's.
    """
    async with database.transaction():
        # Two who enter the same person at once: the second waits, and is shown the first one's.
        await database.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(fold($1) || ':' || $2, 2))",
            new.last_name,
            new.birth_date.isoformat(),
        )
        try:
            id = await _add(actor, new)
        except Refused:
            raise Taken from None
        # Compared once the row is there, as every pair is; what is refused takes the row back with it.
        if not new.another and (alike := await possible_duplicates(actor, id)):
            raise Alike(alike)
        told = await _tell(settings, id, new)
        # The guardian's own link, with what the child will do and where it says how we keep data.
        asked = await guardian_links.send_link(settings, id, f"desk:{actor.account}") if new.guardian_name else ()
        return Entered(id, told or bool(asked))


async def _add(actor: Actor, new: NewVolunteer) -> UUID:
    given = {Purpose.INFORMATION: True, Purpose.SMS: new.sms_ok, Purpose.EMAIL: new.email_ok}
    return await people.add_volunteer(
        actor,
        first_name=new.first_name,
        last_name=new.last_name,
        phone=new.phone or "",
        email=new.email,
        language=new.language,
        birth_date=new.birth_date,
        kind=new.kind,
        area_slug=new.area,
        max_km=new.max_km,
        max_hours_week=new.max_hours_week,
        causes=new.causes,
        skills=new.skills,
        languages=new.languages,
        availability=windows(new.free),
        guardian_name=new.guardian_name,
        guardian_phone=new.guardian_phone or "",
        guardian_email=new.guardian_email or "",
        consents=[purpose for purpose, yes in given.items() if yes],
        channel=CHANNEL,
        entered_by=actor.account,
    )


async def _tell(settings: Settings, id: UUID, new: NewVolunteer) -> bool:
    """Whether word of it went to them by a way they agreed to: that we keep their data and where it says how."""
    if new.sms_ok and new.phone and takes_sms(new.phone):
        channel, address = Channel.SMS, new.phone
    elif new.email_ok and new.email:
        channel, address = Channel.EMAIL, new.email
    else:
        return False
    await outbox.put(
        key=f"entered:{id}",
        about=f"volunteer:{id}",
        channel=channel,
        address=address,
        language=new.language,
        template="entered",
        values={"centre": settings.centre_name, "url": f"{settings.public_url}/privacy"},
    )
    return True
