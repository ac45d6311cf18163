"""Who did or saw what that must be answered for: one line each, in the transaction of the act, never changed."""

from collections.abc import Iterable

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor


async def record(actor: Actor, verb: str, about: str, outcome: str = "done") -> None:
    """Notes that `actor` did `verb` ("people.open") to `about` ("volunteer:<uuid>"). No names, no words of people."""
    await record_each(actor, verb, [about], outcome)


async def record_each(actor: Actor, verb: str, abouts: Iterable[str], outcome: str = "done") -> None:
    """As `record`, of many at once: a line for each of them."""
    await database.execute(
        "INSERT INTO audit_entry (id, at, account, role, verb, about, outcome)"
        " SELECT gen_random_uuid(), now(), $1, $2, $3, about, $5 FROM unnest($4::varchar[]) about",
        actor.account, actor.role.value, verb, list(abouts), outcome,
    )  # fmt: skip
