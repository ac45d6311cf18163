"""Who did or saw what that must be answered for: one line each, in the transaction of the act, never changed."""

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor


async def record(actor: Actor, verb: str, about: str, outcome: str = "done") -> None:
    """Notes that `actor` did `verb` ("people.open") to `about` ("volunteer:<uuid>"). No names, no words of people."""
    await database.execute(
        "INSERT INTO audit_entry (id, at, account, role, verb, about, outcome)"
        " VALUES (gen_random_uuid(), now(), $1, $2, $3, $4, $5)",
        actor.account, actor.role.value, verb, about, outcome,
    )  # fmt: skip
