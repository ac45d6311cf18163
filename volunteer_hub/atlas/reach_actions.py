"""Verbs beside reach: a coordinator's own word on it, and a letter to a partner about a gap. One transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import language, mark

MOST_PARTNERS = 20
TEMPLATE = "partner_invitation"


async def say(actor: Actor, need: UUID, resource: UUID, *, reaches: bool, words: str = "") -> None:
    """Says that a resource reaches a need, or that it does not, whatever is computed; over what was said before.

    Raises Refused 404, also where one of them is not there.
    """
    coordinators_only(actor)
    async with database.transaction():
        said = await database.fetchval(
            "INSERT INTO reach_link (id, need, resource, reaches, words, at, by)"
            " SELECT gen_random_uuid(), n.id, r.id, $3, $4, now(), $5 FROM need n, resource r"
            " WHERE n.id = $1 AND r.id = $2"
            " ON CONFLICT (need, resource) DO UPDATE SET reaches = excluded.reaches, words = excluded.words,"
            " at = excluded.at, by = excluded.by RETURNING id",
            need, resource, reaches, words, actor.account,
        )  # fmt: skip
        if said is None:
            raise Refused("", 404)
        await audit.record(actor, "need.reach", f"need:{need}")


async def unsay(actor: Actor, need: UUID, resource: UUID) -> None:
    """Takes the word back: what is computed holds again. Nothing said: nothing happens. Raises Refused 404."""
    coordinators_only(actor)
    async with database.transaction():
        gone = await database.fetchval(
            "DELETE FROM reach_link WHERE need = $1 AND resource = $2 RETURNING id", need, resource
        )
        if gone:
            await audit.record(actor, "need.reach", f"need:{need}")


MOST_OTHERS = 30

# $1 the need; what is near, of any theme, and has no word yet.
OTHERS = f"""
    SELECT r.id, r.name, p.name AS place
    FROM need n CROSS JOIN LATERAL (
      SELECT * FROM place p ORDER BY point(p.longitude, p.latitude) <-> point(n.longitude, n.latitude) LIMIT 300
    ) p JOIN resource r ON r.place = p.id
    WHERE n.id = $1 AND (r.closed_on IS NULL OR r.closed_on > centre_today())
      AND NOT EXISTS (SELECT FROM reach_link k WHERE k.need = n.id AND k.resource = r.id)
    ORDER BY km(n.latitude, n.longitude, p.latitude, p.longitude), r.id LIMIT {MOST_OTHERS}"""


async def others(actor: Actor, need: UUID) -> list[tuple[str, str]]:
    """(id, name and place) of the nearest resources of any theme, for a choice; for others than coordinators none."""
    if not actor.coordinates:
        return []
    rows = await database.fetch(OTHERS, need)
    return [(str(row["id"]), f"{row['name']}, {row['place']}") for row in rows]


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation on the map that could be asked. `fits`: it, or a service of it, helps in the need's theme."""

    id: UUID
    name: str
    place: str
    km: float
    fits: bool
    contact: str
    phone: str
    email: str


# $1 the need. Not the retired; an organisation without any address can still be visited, so it stands here too.
PARTNERS = f"""
    SELECT r.id, r.name, p.name AS place, km(n.latitude, n.longitude, p.latitude, p.longitude) AS km,
           EXISTS (SELECT FROM resource s LEFT JOIN further_theme f ON f.resource = s.id
                   WHERE (s.id = r.id OR s.organisation = r.id)
                     AND (s.theme = ANY(t.line) OR f.theme = ANY(t.line))) AS fits,
           r.contact_name AS contact, r.phone, r.email
    FROM need n JOIN theme_reach t ON t.theme = n.theme, resource r JOIN place p ON p.id = r.place
    WHERE n.id = $1 AND r.kind = 'organisation' AND (r.closed_on IS NULL OR r.closed_on > centre_today())
    ORDER BY fits DESC, km, r.id LIMIT {MOST_PARTNERS}"""


async def partners(actor: Actor, need: UUID) -> list[Partner]:
    """Whom to invite, those of a fitting theme first, then the nearest. Raises Refused 404."""
    coordinators_only(actor)
    return [Partner(**row) for row in await database.fetch(PARTNERS, need)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A partner who was asked about a need. `phone` where no e-mail could be sent."""

    resource: UUID
    name: str
    at: datetime
    by: str
    phone: str


async def asked(actor: Actor, need: UUID) -> list[Asked]:
    """The partners asked about a need, the newest first; for others than coordinators none."""
    if not actor.coordinates:
        return []
    rows = await database.fetch(
        "SELECT q.resource, r.name, q.at, coalesce(a.name, '') AS by, CASE WHEN r.email = '' THEN r.phone ELSE '' END"
        " AS phone FROM partner_asked q JOIN resource r ON r.id = q.resource LEFT JOIN account a ON a.id = q.by"
        " WHERE q.need = $1 ORDER BY q.at DESC, q.id",
        need,
    )
    return [Asked(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class Topic:
    """What may be said of a need outside the desk: its district, hours and, unless that is confidential, its theme."""

    theme: str
    area: str
    week: int
    confidential: bool


async def topic(actor: Actor, need: UUID) -> Topic | None:
    """None when the need is not there for this actor."""
    row = await database.fetchrow(
        f"SELECT CASE WHEN t.confidential THEN '' ELSE {theme_name('$3')} END AS theme, a.name AS area, n.week,"
        " t.confidential"
        " FROM need n JOIN theme t ON t.id = n.theme JOIN area a ON a.id = n.area WHERE n.id = $1 AND $2",
        need, actor.coordinates, language(),
    )  # fmt: skip
    return Topic(**row) if row else None


async def ask_partner(
    actor: Actor, settings: Settings, need: UUID, partner: UUID, *, subject: str, text: str, once: UUID
) -> str:
    """Writes to a partner about a need, by e-mail if there is one; the phone to ring otherwise, or nothing.

    `once` names the form: sent twice, it is one letter. Raises Refused 404, 409 where there is no way to them.
    """
    coordinators_only(actor)
    async with database.transaction():
        of = await database.fetchrow(
            "SELECT r.email, r.phone FROM resource r, need n WHERE r.id = $1 AND n.id = $2 AND r.kind = 'organisation'",
            partner, need,
        )  # fmt: skip
        if of is None:
            raise Refused("", 404)
        if not of["email"] and not of["phone"]:
            raise Refused(mark("Nie znamy e-maila ani telefonu tej organizacji. Dopisz go na jej stronie."))
        new = await database.fetchval(
            "INSERT INTO partner_asked (id, need, resource, words, at, by) VALUES ($1, $2, $3, $4, now(), $5)"
            " ON CONFLICT (id) DO NOTHING RETURNING id",
            once, need, partner, text, actor.account,
        )  # fmt: skip
        if new:
            await audit.record(actor, "need.partner", f"need:{need}")
            if of["email"]:
                await outbox.put(
                    key=f"partner:{once}:email",
                    about=f"need:{need}",
                    channel=Channel.EMAIL,
                    address=of["email"],
                    language="pl",
                    template=TEMPLATE,
                    values={
                        "subject": subject,
                        "text": text,
                        "centre": settings.centre_name,
                        "phone": settings.centre_phone,
                    },
                )
    return "" if of["email"] else str(of["phone"])


async def names(actor: Actor, people: Sequence[UUID]) -> dict[UUID, str]:
    """The names of volunteers, by id. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(
        "SELECT id, first_name || ' ' || last_name AS name FROM volunteer WHERE id = ANY($1)", list(people)
    )
    return {row["id"]: row["name"] for row in rows}
