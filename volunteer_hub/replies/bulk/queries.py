"""Reads of messages to many: the set of one with everybody's ways, what became of it, and those there were.

A message to the people of a group or circle is read by who runs that, as its members are; another coordinator is told
that there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from volunteer_hub.initiatives.queries import INSIDE, reader
from volunteer_hub.initiatives.rules import CONFIDENTIAL_KINDS, InitiativeKind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.phone import takes_sms
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people.rules import is_minor
from volunteer_hub.replies.bulk.rules import LANGUAGES, Addressed, State, Way, Whom, Without

MINE = f"(b.initiative IS NULL OR {INSIDE})"
FROM = "FROM bulk b LEFT JOIN initiative i ON i.id = b.initiative LEFT JOIN meeting m ON m.id = b.meeting"
ROW = f"""
    SELECT b.id, b.state, b.whom, b.way, b.version, b.subject_pl, b.text_pl, b.subject_en, b.text_en, b.subject_uk,
           b.text_uk, b.looked_at, b.made_at, b.sent_at, b.leaves_at, b.confirmed, b.left_out, b.initiative, b.meeting,
           coalesce(i.name, '') AS title, i.kind, m.starts_wall, coalesce(a.name, '') AS by
    {FROM} LEFT JOIN account a ON a.id = coalesce(b.sent_by, b.made_by)"""


@dataclass(frozen=True)
class Words:
    """The message in one language."""

    subject: str
    text: str


@dataclass(frozen=True)
class BulkRow:
    """A message to many. `title` and `starts_wall` are those of the initiative or meeting whose people it is for."""

    id: UUID
    state: State
    whom: Whom
    way: Way
    version: int
    words: dict[str, Words]
    looked_at: datetime | None
    made_at: datetime
    sent_at: datetime | None
    leaves_at: datetime | None
    confirmed: int
    left_out: int
    initiative: UUID | None
    meeting: UUID | None
    title: str
    kind: InitiativeKind | None
    starts_wall: datetime | None
    by: str

    @property
    def confidential(self) -> bool:
        return self.kind in CONFIDENTIAL_KINDS

    def spoken(self, language: str) -> str:
        """The language in which somebody who reads `language` gets it: Polish where that has no words of its own.

        All of the message is in it, its frame too: one Cyrillic word would double the parts of a Polish SMS.
        """
        return language if self.words[language].text else "pl"


async def bulk(actor: Actor, id: UUID) -> BulkRow:
    """Raises Refused 404 when it is not there for this actor."""
    coordinators_only(actor)
    row = await database.fetchrow(f"{ROW} WHERE b.id = $4 AND {MINE}", *reader(actor), id)
    if row is None:
        raise Refused("", 404)
    return _row(row)


async def bulks(actor: Actor, limit: int = 100) -> list[BulkRow]:
    """Those that were sent and one's own drafts, the newest first."""
    coordinators_only(actor)
    rows = await database.fetch(
        f"{ROW} WHERE {MINE} AND (b.state <> 'draft' OR b.made_by = $1)"
        " ORDER BY coalesce(b.sent_at, b.made_at) DESC, b.id LIMIT $4",
        *reader(actor),
        limit,
    )
    return [_row(row) for row in rows]


def _row(row: asyncpg.Record) -> BulkRow:
    values = dict(row)
    words = {code: Words(values.pop(f"subject_{code}"), values.pop(f"text_{code}")) for code in LANGUAGES}
    enums = {"state": State(row["state"]), "whom": Whom(row["whom"]), "way": Way(row["way"])}
    kind = InitiativeKind(row["kind"]) if row["kind"] else None
    return BulkRow(**values | enums | {"words": words, "kind": kind})


# --- Whose people -----------------------------------------------------------------------------------------------------

# Who helps there from today on, or at that meeting: by a yes, once or regularly.
HELPERS = """
    SELECT a.volunteer FROM assignment a JOIN opening o ON o.id = a.opening JOIN meeting m ON m.id = o.meeting
    WHERE a.state = 'accepted' AND m.state = 'planned' AND ($2::uuid IS NOT NULL OR m.ends_at > now())
      AND m.initiative = $1 AND ($2::uuid IS NULL OR m.id = $2)
    UNION
    SELECT t.volunteer FROM regular_task t JOIN series s ON s.id = t.series
    WHERE $2::uuid IS NULL AND s.initiative = $1 AND t.state = 'accepted'
      AND coalesce(t.last_day, 'infinity') >= centre_today() AND coalesce(s.last_day, 'infinity') >= centre_today()"""

# Who belongs to it now; for a meeting but for those who said they do not come.
MEMBERS = """
    SELECT e.participant FROM member e
    WHERE e.initiative = $1 AND e.left_on IS NULL AND NOT EXISTS (
        SELECT FROM coming c WHERE c.meeting = $2::uuid AND c.member = e.id AND c.comes IS false)"""


async def people_of(whom: Whom, initiative: UUID, meeting: UUID | None) -> set[UUID]:
    """The volunteers or participants of an initiative, or of one of its meetings, as they are now."""
    rows = await database.fetch(HELPERS if whom is Whom.VOLUNTEERS else MEMBERS, initiative, meeting)
    return {row[0] for row in rows}


# --- The set of a message ---------------------------------------------------------------------------------------------

VOLUNTEERS = """
    SELECT v.id, v.first_name || ' ' || v.last_name AS name, v.first_name, v.last_name, v.language, v.birth_date,
           v.step = 'left' AS gone, v.restricted_at IS NOT NULL AS restricted,
           v.guardian_consent_at IS NOT NULL AS allowed, sms_to(v) AS sms, mail_to(v) AS email,
           NOT v.sms_ok AND v.phone <> '' AS no_sms, NOT v.email_ok AND v.email IS NOT NULL AS no_email,
           phone_of(v) AS ring, through_guardian(v) AS by_guardian, '' AS note
    FROM volunteer v JOIN bulk_recipient r ON r.volunteer = v.id WHERE r.bulk = $1 ORDER BY v.name_key, v.id"""

# On screens a participant stands by the alias; in the message itself by the first name they gave us.
PARTICIPANTS = """
    SELECT p.id, p.alias AS name, coalesce(nullif(p.first_name, ''), p.alias) AS first_name, p.last_name, p.language,
           NULL::date AS birth_date, false AS gone, p.restricted_at IS NOT NULL AS restricted, true AS allowed,
           CASE WHEN p.sms_ok THEN coalesce(p.phone, '') ELSE '' END AS sms, '' AS email,
           NOT p.sms_ok AND p.phone IS NOT NULL AS no_sms, false AS no_email,
           coalesce(p.phone, '') AS ring, false AS by_guardian, p.reach_note AS note
    FROM participant p JOIN bulk_recipient r ON r.participant = p.id WHERE r.bulk = $1 ORDER BY p.alias, p.id"""

STOPPED = "SELECT address FROM opt_out WHERE address = ANY($1)"


@dataclass(frozen=True)
class People:
    """The set of a message as the database has it now, and the surnames that must not stand in its words."""

    people: list[Addressed]
    surnames: list[str]


async def people(of: BulkRow, today: date) -> People:
    """Everybody of the set who is still in the database."""
    rows = await database.fetch(VOLUNTEERS if of.whom is Whom.VOLUNTEERS else PARTICIPANTS, of.id)
    here = await people_of(of.whom, of.initiative, of.meeting) if of.initiative else None
    addresses = sorted({row[way] for row in rows for way in ("sms", "email") if row[way]})
    stopped = frozenset(row["address"] for row in await database.fetch(STOPPED, addresses))
    found = [_addressed(row, stopped, _out(row, here, today)) for row in rows]
    return People(found, sorted({row["last_name"] for row in rows if row["last_name"]}))


def _out(row: asyncpg.Record, here: set[UUID] | None, today: date) -> Without | None:
    if row["gone"]:
        return Without.LEFT
    if here is not None and row["id"] not in here:
        return Without.NOT_HERE
    if row["restricted"]:
        return Without.RESTRICTED
    if row["birth_date"] and is_minor(row["birth_date"], today) and not row["allowed"]:
        return Without.GUARDIAN
    return None


def _addressed(row: asyncpg.Record, stopped: frozenset[str], out: Without | None) -> Addressed:
    refused = {Channel.SMS} if row["no_sms"] else set()
    return Addressed(
        id=row["id"],
        name=row["name"],
        first_name=row["first_name"],
        language=row["language"],
        sms=row["sms"] if row["sms"] and takes_sms(row["sms"]) else "",
        email=row["email"],
        refused=frozenset(refused | ({Channel.EMAIL} if row["no_email"] else set())),
        stopped=stopped,
        out=out,
        ring=row["ring"],
        note=row["note"],
        by_guardian=row["by_guardian"],
    )


LOOKED_AT = """
    SELECT coalesce(volunteer, participant) AS person, channel, without FROM bulk_recipient WHERE bulk = $1"""


async def looked_at(id: UUID) -> dict[UUID, tuple[str, str]]:
    """By person the channel and the reason without one, as they were looked at last."""
    return {row["person"]: (row["channel"], row["without"]) for row in await database.fetch(LOOKED_AT, id)}


THEMES = """
    SELECT name_pl, name_en, name_uk FROM theme WHERE confidential
    UNION ALL SELECT t.name_pl, t.name_en, t.name_uk FROM initiative i JOIN theme t ON t.id = i.theme
    WHERE i.id = $1 AND i.kind = ANY($2)"""


async def unsayable(initiative: UUID | None) -> list[str]:
    """Names of themes that no message may say, in three languages: the confidential ones, and that of a group."""
    rows = await database.fetch(THEMES, initiative, sorted(kind.value for kind in CONFIDENTIAL_KINDS))
    return [name for row in rows for name in row if name]


def languages(people: Sequence[Addressed]) -> list[str]:
    """What is read in the set, Polish always and first."""
    read = {who.language for who in people}
    return [code for code in LANGUAGES if code == "pl" or code in read]
