"""The certificate (zaświadczenie) of approved hours: reckoned, asked for, issued or refused with a word."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import issuing, letters, texts
from volunteer_hub.papers.issuing import Issued
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.settings import Settings
from volunteer_hub.web.formats import dated, lasting, span
from volunteer_hub.web.i18n import gettext, mark, speaking

NO_HOURS = mark("W tych dniach nie ma zatwierdzonych godzin.")
WAITS = mark("Twoja prośba już do nas dotarła. Odpowiemy na nią.")
ANSWERED = mark("Ktoś już odpowiedział na tę prośbę.")
RESTRICTED = mark("Ta osoba prosi, żeby jej danych nie używać. Zaświadczenie wydamy, gdy sama o nie poprosi.")

# Membership in a group or circle, or a confidential theme, may not follow from a paper that is shown around (decision
# 0023): of these only the kind is told.
HOURS = """
    SELECT CASE WHEN t.confidential OR i.kind IN ('group', 'circle') THEN '' ELSE i.name END AS title,
           CASE WHEN i.kind IN ('group', 'circle') THEN i.kind ELSE '' END AS kind,
           min(h.day) AS first, max(h.day) AS last, sum(h.minutes)::int AS minutes
    FROM hours_worked h JOIN initiative i ON i.id = h.initiative JOIN theme t ON t.id = i.theme
    WHERE h.volunteer = $1 AND h.state = 'approved' AND h.day BETWEEN $2 AND $3
    GROUP BY 1, 2 ORDER BY min(h.day), 1"""
# `asks`: a wish of theirs waits. It is their word to use the data for this (GDPR, art. 18(2)).
HELD = """
    SELECT first_name || ' ' || last_name AS name, restricted_at IS NOT NULL AS restricted,
           EXISTS (SELECT FROM certificate_asked w WHERE w.volunteer = v.id AND w.answered_at IS NULL) AS asks
    FROM volunteer v WHERE id = $1 FOR NO KEY UPDATE OF v"""
ASK = """
    INSERT INTO certificate_asked (id, volunteer, first_day, last_day, language, asked_at, words)
    SELECT gen_random_uuid(), v.id, $2, $3, $4, now(), '' FROM volunteer v WHERE v.account = $1
    ON CONFLICT (volunteer) WHERE answered_at IS NULL DO NOTHING RETURNING id"""


@dataclass(frozen=True, slots=True)
class Task:
    """`title` is empty for what is confidential; `kind`: "group" or "circle" of such."""

    title: str
    kind: str
    first: date
    last: date
    minutes: int

    @property
    def name(self) -> str:
        known = {"group": gettext("Pomoc w grupie"), "circle": gettext("Pomoc rodzinie")}
        return self.title or known.get(self.kind) or gettext("Pomoc przy spotkaniach")


async def hours(actor: Actor, volunteer: UUID, first: date, last: date) -> list[Task]:
    """What the certificate would list: approved hours from one day to another, both included. Raises Refused 404."""
    coordinators_only(actor)
    return await _hours(volunteer, first, last)


async def issue(settings: Settings, actor: Actor, volunteer: UUID, first: date, last: date, language: str) -> Issued:
    """The certificate with the next number, which answers what they asked for; pressed twice it is one.

    Who asked for it is told. Raises Refused 404, 409 where no hours were approved, or when they restricted the use of
    their data and did not ask.
    """
    coordinators_only(actor)
    async with database.transaction():
        who = await database.fetchrow(HELD, volunteer)
        if who is None:
            raise Refused("", 404)
        tasks = await _hours(volunteer, first, last)
        if not tasks:
            raise Refused(NO_HOURS)
        with speaking(language):
            facts, text = await _facts(settings, who["name"], first, last, tasks, language)
        issued = await issuing.same(settings, Kind.CERTIFICATE, facts, language, volunteer)
        if issued is None:
            if who["restricted"] and not who["asks"]:
                raise Refused(RESTRICTED)
            issued = await issuing.issue(
                settings, actor, Kind.CERTIFICATE, facts, language=language, text=text, volunteer=volunteer
            )
        wish = await database.fetchval(
            """UPDATE certificate_asked SET answered_at = now(), answered_by = $2, paper = $3
               WHERE volunteer = $1 AND answered_at IS NULL RETURNING id""",
            volunteer, actor.account, issued.id,
        )  # fmt: skip
        if wish:
            await letters.tell(settings, volunteer, "certificate_ready", wish)
    return issued


async def ask(actor: Actor, first: date, last: date, language: str) -> None:
    """A volunteer asks for a certificate of these days. Raises Refused 404 for others, 409 while one waits or for none.

    That there are hours to certify is asked first, so that nobody waits for a no.
    """
    if actor.role is not Role.VOLUNTEER:
        raise Refused("", 404)
    async with database.transaction():
        who = await database.fetchval("SELECT id FROM volunteer WHERE account = $1", actor.account)
        if who is None:
            raise Refused("", 404)
        if not await _hours(who, first, last):
            raise Refused(NO_HOURS)
        if not await database.fetchval(ASK, actor.account, first, last, language):
            raise Refused(WAITS)


async def take_back(actor: Actor) -> None:
    """The volunteer's own wish goes, as long as it waits."""
    await database.execute(
        """DELETE FROM certificate_asked w USING volunteer v
           WHERE v.id = w.volunteer AND v.account = $1 AND w.answered_at IS NULL""",
        actor.account if actor.role is Role.VOLUNTEER else None,
    )


async def refuse(settings: Settings, actor: Actor, wish: UUID, words: str) -> bool:
    """There will be none, and why: the volunteer reads it. Whether a message tells them so. Raises Refused 404, 409."""
    coordinators_only(actor)
    async with database.transaction():
        whose = await database.fetchval(
            """UPDATE certificate_asked SET answered_at = now(), answered_by = $2, words = $3
               WHERE id = $1 AND answered_at IS NULL RETURNING volunteer""",
            wish, actor.account, words,
        )  # fmt: skip
        if whose is None:
            if await database.fetchval("SELECT EXISTS (SELECT FROM certificate_asked WHERE id = $1)", wish):
                raise Refused(ANSWERED)
            raise Refused("", 404)
        await audit.record(actor, "paper.refuse", f"volunteer:{whose}")
        return await letters.tell(settings, whose, "certificate_refused", wish)


async def _hours(volunteer: UUID, first: date, last: date) -> list[Task]:
    return [Task(**row) for row in await database.fetch(HOURS, volunteer, first, last)]


async def _facts(
    settings: Settings, name: str, first: date, last: date, tasks: list[Task], language: str
) -> tuple[dict[str, object], UUID | None]:
    time = lasting(sum(task.minutes for task in tasks))
    values = {
        "centre": settings.centre_name,
        "volunteer": name,
        "first_day": dated(first),
        "last_day": dated(last),
        "time": time,
        "day": dated(clock.today(settings.timezone)),
    }
    said = await texts.words(Kind.CERTIFICATE, language, values)
    return {
        "title": gettext("Zaświadczenie o wolontariacie"),
        "parts": said.parts,
        "columns": [gettext("Zadanie"), gettext("Kiedy"), gettext("Czas")],
        "rows": [[task.name, span(task.first, task.last), lasting(task.minutes)] for task in tasks],
        "places": [gettext("pieczęć centrum"), gettext("podpis osoby, która wydaje")],
        "check": gettext("Czy ten dokument jest prawdziwy? Sprawdź kod:"),
        "name": name,
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "time": time,
    }, said.text
