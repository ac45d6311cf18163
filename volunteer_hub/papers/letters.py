"""What a volunteer is told when the certificate they asked for is there, or will not be; it keeps till morning."""

from typing import Any
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings

TO = """
    SELECT sms_to(v) AS sms, mail_to(v) AS mail, v.language,
           CASE WHEN through_guardian(v) THEN v.first_name ELSE '' END AS ward
    FROM volunteer v WHERE v.id = $1"""


async def tell(settings: Settings, volunteer: UUID, template: str, wish: UUID) -> bool:
    """Tells by the ways they agreed to that `wish` is answered; False when there is none. In the answer's transaction.

    No name, no day and no word of the answer: these stand on their own page, to which the message leads.
    """
    to = await database.fetchrow(TO, volunteer)
    if to is None:
        return False
    said: dict[str, Any] = {
        "about": f"volunteer:{volunteer}",
        "language": to["language"],
        "template": template,
        "values": {
            "centre": settings.centre_name,
            "phone": settings.centre_phone,
            "ward": to["ward"],
            "url": f"{settings.public_url}/me/papers",
        },
    }
    ways = [(channel, to[way]) for channel, way in ((Channel.SMS, "sms"), (Channel.EMAIL, "mail")) if to[way]]
    for channel, address in ways:
        key = f"certificate:{wish}:{channel}"
        await outbox.put(key=key, channel=channel, address=address, wakes=Wakes.NEVER, **said)
    return bool(ways)
