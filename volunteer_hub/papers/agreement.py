"""The agreement with a volunteer (porozumienie): filled from what we know, printed, signed, and noted as signed.

What it must state (scope, manner, time, how it may be ended) and when the centre insures: act on public benefit and
volunteer work, art. 44 and 46. Under 13 the guardian concludes it, from 13 to 18 the guardian consents.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from volunteer_hub.intake import people_actions
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import issuing, queries, texts
from volunteer_hub.papers.issuing import Issued
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.people import paper_queries, rules
from volunteer_hub.people import queries as people
from volunteer_hub.people.forms import NewAgreement
from volunteer_hub.people.paper_queries import Papers
from volunteer_hub.people.queries import VolunteerCard
from volunteer_hub.settings import Settings
from volunteer_hub.web.formats import dated
from volunteer_hub.web.i18n import gettext, mark, speaking

RESTRICTED = mark("Ta osoba prosi, żeby jej danych nie używać. Porozumienie wydamy, gdy to odwoła.")
NO_GUARDIAN = mark("Ta osoba jest niepełnoletnia, a nie znamy jej opiekuna. Najpierw wpisz opiekuna w jej danych.")
WITHDRAWN = mark("To porozumienie jest wycofane. Przygotuj nowe.")
SIGNED = mark("To porozumienie jest już zapisane jako podpisane, z innymi datami.")

# What they do: regular tasks and coming places that they accepted. Of what is confidential only that they meet.
TASKS = """
    SELECT DISTINCT CASE WHEN t.confidential OR i.kind IN ('group', 'circle') THEN '' ELSE i.name END AS title,
           r.name AS role
    FROM (SELECT role FROM regular_task WHERE volunteer = $1 AND state = 'accepted'
          UNION SELECT o.role FROM assignment a JOIN opening o ON o.id = a.opening JOIN meeting m ON m.id = o.meeting
          WHERE a.volunteer = $1 AND a.state = 'accepted' AND m.state = 'planned' AND m.ends_at > now()) s
    JOIN role_asked r ON r.id = s.role JOIN initiative i ON i.id = r.initiative JOIN theme t ON t.id = i.theme
    ORDER BY 1, 2 LIMIT 12"""

LINK = """
    UPDATE issued_paper SET agreement = $2
    WHERE id = $1 AND withdrawn_at IS NULL AND (agreement IS NULL OR agreement = $2)"""
IS_WITHDRAWN = "SELECT withdrawn_at IS NOT NULL FROM issued_paper WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a coordinator says of an agreement to be, in the paper's language."""

    language: str
    first_day: date
    last_day: date | None
    scope: str
    manner: str
    time: str
    risks: str
    notice: str


async def suggested(actor: Actor, volunteer: UUID, today: date, language: str) -> Draft:
    """A draft out of what is known of them. Raises Refused 404."""
    who = await people.volunteer(actor, volunteer)
    rows = await database.fetch(TASKS, volunteer)
    with speaking(language):
        tasks = dict.fromkeys(
            f"{row['title']}: {row['role']}" if row["title"] else gettext("Pomoc przy spotkaniach") for row in rows
        )
        return Draft(
            language=language,
            first_day=today,
            last_day=None,
            scope="\n".join(tasks),
            manner=gettext("Osobiście, w miejscach i terminach uzgodnionych z koordynatorem."),
            time=gettext("Do %(hours)s godzin tygodniowo.", hours=who.max_hours_week),
            risks=gettext(
                "Ryzyko jest takie jak na co dzień: poślizgnięcie, przeciążenie, zakażenie, zdarzenie w drodze."
                " Wolontariusz nie podnosi osób ani ciężkich rzeczy, nie podaje leków, nie bierze cudzych pieniędzy,"
                " a o każdym wypadku od razu mówi Centrum."
            ),
            notice=gettext("z siedmiodniowym wyprzedzeniem"),
        )


async def issue(settings: Settings, actor: Actor, volunteer: UUID, draft: Draft) -> Issued:
    """The agreement with the next number, to be printed and signed; pressed twice it is one.

    Raises Refused 404, 409 for a minor without a guardian and for who restricted the use of their data.
    """
    today = clock.today(settings.timezone)
    async with database.transaction():
        await database.execute("SELECT FROM volunteer WHERE id = $1 FOR NO KEY UPDATE", volunteer)
        who = await people.volunteer(actor, volunteer)
        if who.restricted_at:
            raise Refused(RESTRICTED)
        papers = await paper_queries.papers(actor, volunteer)
        age = rules.age(who.birth_date, today)
        if age < rules.ADULT_AGE and not who.guardian_name:
            raise Refused(NO_GUARDIAN)
        with speaking(draft.language):
            values = _values(settings, actor, who, papers, draft, today)
            said = await texts.words(Kind.AGREEMENT, draft.language, values)
            facts: dict[str, object] = {
                "title": gettext("Porozumienie o wolontariacie"),
                "parts": said.parts,
                "places": _places(settings, who, age),
                "check": gettext("Czy ten dokument jest prawdziwy? Sprawdź kod:"),
                "name": who.name,
                "first_day": draft.first_day.isoformat(),
                "last_day": draft.last_day.isoformat() if draft.last_day else "",
            }
        if known := await issuing.same(settings, Kind.AGREEMENT, facts, draft.language, volunteer):
            return known
        return await issuing.issue(
            settings, actor, Kind.AGREEMENT, facts, language=draft.language, text=said.text, volunteer=volunteer
        )


async def signed(actor: Actor, paper: UUID, new: NewAgreement) -> UUID:
    """Notes that the printed agreement was signed, and links it; pressed twice it is signed once. Whose it is.

    Raises Refused 404, 409.
    """
    async with database.transaction():
        row = await database.fetchrow(
            "SELECT volunteer, agreement FROM issued_paper WHERE id = $1 AND kind = 'agreement'", paper
        )
        if row is None or row["volunteer"] is None or not actor.coordinates:
            raise Refused("", 404)
        volunteer: UUID = row["volunteer"]
        # The volunteer first, as everywhere; what became of the paper meanwhile is asked after that.
        agreement = await people_actions.sign_agreement(actor, volunteer, new)
        linked = await database.execute(LINK, paper, agreement)
        if not linked:
            raise Refused(WITHDRAWN if await database.fetchval(IS_WITHDRAWN, paper) else SIGNED)
    return volunteer


async def dates(settings: Settings, actor: Actor, paper: UUID) -> tuple[date | None, date | None]:
    """From when and until when a printed agreement says it holds."""
    await queries.paper(actor, paper)
    facts = await queries.facts(settings, paper)
    first, last = (str(facts.get(name) or "") for name in ("first_day", "last_day"))
    return (date.fromisoformat(first) if first else None), (date.fromisoformat(last) if last else None)


def _values(
    settings: Settings, actor: Actor, who: VolunteerCard, papers: Papers, draft: Draft, today: date
) -> dict[str, str]:
    age = rules.age(who.birth_date, today)
    return {
        "centre": settings.centre_name,
        "centre_address": settings.centre_address,
        "signer": actor.name,
        "volunteer": who.name,
        "born": dated(who.birth_date),
        "guardian": who.guardian_name if rules.ALONE_AGE <= age < rules.ADULT_AGE else "",
        "for_child": who.guardian_name if age < rules.ALONE_AGE else "",
        "day": dated(today),
        "scope": draft.scope,
        "manner": draft.manner,
        "time": draft.time,
        "first_day": dated(draft.first_day),
        "last_day": dated(draft.last_day) if draft.last_day else "",
        "risks": draft.risks,
        "insurance": _insurance(papers, draft),
        "notice": draft.notice,
    }


def _insurance(papers: Papers, draft: Draft) -> str:
    """Who insures them: the centre for up to 30 days and in the first 30, the state from then on."""
    first = papers.first_day or draft.first_day
    policy = papers.policy(max(first, draft.first_day))
    centre = gettext("Od wypadków ubezpiecza Centrum.")
    if policy:
        centre = gettext(
            "Od wypadków ubezpiecza Centrum: %(insurer)s, polisa nr %(number)s.",
            insurer=policy.insurer, number=policy.number,
        )  # fmt: skip
    longer = draft.last_day is None or rules.service_day(first, draft.last_day) > rules.ORAL_DAYS
    if not longer:
        return centre
    later = gettext("Od 31. dnia pomocy Wolontariusz ma zaopatrzenie z tytułu wypadków na podstawie osobnej ustawy.")
    return f"{centre}\n{later}"


def _places(settings: Settings, who: VolunteerCard, age: int) -> list[str]:
    centre = gettext("za Centrum")
    guardian = gettext("opiekun prawny: %(name)s", name=who.guardian_name)
    if age < rules.ALONE_AGE:
        return [centre, guardian]
    return [centre, who.name] if age >= rules.ADULT_AGE else [centre, who.name, guardian]
