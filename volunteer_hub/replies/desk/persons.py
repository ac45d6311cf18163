"""Whom a message is for, by what it is about, and how that person may be written to now."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.messaging.rules import Channel

ID = "CASE WHEN g.about ~ '^{kind}:[0-9a-f-]{{36}}$' THEN split_part(g.about, ':', 2)::uuid END"
OF_VOLUNTEERS = {
    "assignment": "JOIN assignment a ON a.id = {id} JOIN volunteer v ON v.id = a.volunteer",
    "regular": "JOIN regular_task a ON a.id = {id} JOIN volunteer v ON v.id = a.volunteer",
    "volunteer": "JOIN volunteer v ON v.id = {id}",
    "sign-up": "JOIN volunteer v ON v.id = {id}",
}
OF_PARTICIPANTS = {
    "coming": "JOIN coming a ON a.id = {id} JOIN member e ON e.id = a.member"
    " JOIN participant p ON p.id = e.participant",
    "joining": "JOIN joining a ON a.id = {id} JOIN participant p ON p.id = a.participant",
    "participant": "JOIN participant p ON p.id = {id}",
}
BY_SMS = "CASE WHEN p.sms_ok AND p.restricted_at IS NULL THEN coalesce(p.phone, '') ELSE '' END"
# A meeting that is over: nothing about it is worth a message any more.
OVER = """
    SELECT g.id FROM message g JOIN assignment a ON a.id = {assignment} JOIN opening o ON o.id = a.opening
    JOIN meeting m ON m.id = o.meeting WHERE g.id = ANY($1) AND m.ends_at <= now()
    UNION ALL
    SELECT g.id FROM message g JOIN coming c ON c.id = {coming} JOIN meeting m ON m.id = c.meeting
    WHERE g.id = ANY($1) AND m.ends_at <= now()"""


def _id(kind: str) -> str:
    return ID.format(kind=kind)


WAYS = " UNION ALL ".join(
    [
        *(
            f"SELECT g.id, v.language, sms_to(v) AS sms, mail_to(v) AS email FROM message g {join.format(id=_id(kind))}"
            " WHERE g.id = ANY($1)"
            for kind, join in OF_VOLUNTEERS.items()
        ),
        *(
            f"SELECT g.id, p.language, {BY_SMS}, '' FROM message g {join.format(id=_id(kind))} WHERE g.id = ANY($1)"
            for kind, join in OF_PARTICIPANTS.items()
        ),
    ]
)
PAST = OVER.format(assignment=_id("assignment"), coming=_id("coming"))


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the person of a message may be written to now, by their own word; empty: not by this way."""

    language: str
    sms: str
    email: str

    def of(self, channel: Channel) -> str:
        return self.sms if channel is Channel.SMS else self.email


async def ways(messages: Iterable[UUID]) -> dict[UUID, Ways]:
    """The ways of those of `messages` whose person we know."""
    rows = await database.fetch(WAYS, list(messages))
    return {row["id"]: Ways(row["language"], row["sms"] or "", row["email"] or "") for row in rows}


async def past(messages: Iterable[UUID]) -> set[UUID]:
    """Those of `messages` whose meeting is over."""
    return {row["id"] for row in await database.fetch(PAST, list(messages))}
