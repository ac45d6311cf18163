"""An SMS that asks for help becomes a request at first contact."""

from datetime import date
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.intake import request_actions
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.replies import queries, rules
from volunteer_hub.schedule.members import joining
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark


async def make_request(
    settings: Settings, actor: Actor, *, inbound: UUID, address: str, name: str, today: date
) -> UUID:
    """A request out of all that waits from `address`, of which `inbound` is the newest; the SMS count as dealt with.

    Twice is once. Raises Refused (404; 409 when somebody else has dealt with them).
    """
    if actor.role is not Role.COORDINATOR:
        raise Refused("", 404)
    async with database.transaction():
        waiting = await database.fetch(
            "UPDATE inbound SET handled_at = now() WHERE address = $1 AND handled_at IS NULL"
            " RETURNING id, body, received_at",
            address,
        )
        if not waiting:
            if known := await request_actions.of_message(inbound):
                return known
            raise Refused(mark("Tym ktoś już się zajął."))
        for row in waiting:
            await audit.record(actor, "replies.handle", f"inbound:{row['id']}")
        said = sorted(waiting, key=lambda row: (row["received_at"], row["id"]))
        groups = [await joining.group_of(rules.read(row["body"]).code) for row in said]
        request = await request_actions.enter_message(
            settings, actor, inbound=inbound, sender=address, name=name, text="\n".join(row["body"] for row in said),
            written_in=(await queries.speaker(address)).language, today=today,
            group=next(filter(None, groups), None),
        )  # fmt: skip
        # From now on these SMS are read by whoever reads the request.
        await database.execute(
            "UPDATE inbound SET about = $2 WHERE id = ANY($1)", [row["id"] for row in waiting], f"request:{request}"
        )
    return request
