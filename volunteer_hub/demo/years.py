"""The two years behind the demo town: what is over by now, who finished and helped, and what it cost from whose money.

By the rooms' verbs wherever they take a day that is past; attendance and hours of then are written row by row, for no
verb takes them so late. All of it ended longer ago than what suggestions count as recent.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from volunteer_hub.demo import people as cast
from volunteer_hub.initiatives import actions as initiatives
from volunteer_hub.initiatives import contract_acts, contract_lines, courses, items, life
from volunteer_hub.initiatives.contract_acts import Details
from volunteer_hub.initiatives.contract_lines import StepDetails
from volunteer_hub.initiatives.contract_rules import ContractState
from volunteer_hub.initiatives.course_rules import Counted
from volunteer_hub.initiatives.courses import Issue
from volunteer_hub.initiatives.rules import FundingSource, InitiativeKind, InitiativeState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.people import actions as people
from volunteer_hub.people import participants
from volunteer_hub.people.rules import Reach
from volunteer_hub.schedule import actions as schedule
from volunteer_hub.settings import Settings

Money = tuple[FundingSource, str, int, str]
OWN, EU, SPONSOR, STATE = FundingSource.OWN, FundingSource.EU, FundingSource.SPONSOR, FundingSource.STATE
# Nothing of it is later: suggestions and what they rest on stay as they were.
QUIET = timedelta(days=60)
# Of what was over before, the nightly cleaning would take the words away (privacy/people_periods.py).
WORDS_KEPT = timedelta(days=300)


@dataclass(frozen=True)
class Past:
    """What was. Days as (years ago, month, day); `every` so many days a meeting; `money` by how many years ago."""

    name: str
    kind: InitiativeKind
    theme: str
    place: str
    first: tuple[int, int, int]
    last: tuple[int, int, int]
    about: str
    every: int = 0
    # Which of the people below belonged to it: from, to.
    people: tuple[int, int] = (0, 0)
    money: tuple[tuple[int, Money], ...] = ()


PAST = (
    Past(
        "Ferie na podwórku", InitiativeKind.ONE_OFF, "children", "promyk", (2, 2, 5), (2, 2, 16),
        "Dwa tygodnie gier i wycieczek dla rodzin, które zostały w mieście.", people=(0, 14),
        money=((2, (OWN, "", 4200, "4180.60")), (2, (SPONSOR, "Piekarnia pokazowa", 3000, "3000"))),
    ),
    Past(
        "Sąsiedzka kuchnia", InitiativeKind.PARTNERSHIP, "food", "dom", (2, 3, 1), (1, 6, 30),
        "Raz w tygodniu gotujemy razem obiad dla całej ulicy.",
        money=(
            (2, (OWN, "", 9000, "8730.15")), (2, (STATE, "Program rządowy (pokazowy)", 32000, "31640.50")),
            (1, (OWN, "", 5000, "4415")), (1, (STATE, "Program rządowy (pokazowy)", 18000, "17988.20")),
        ),
    ),
    Past(
        "Uwaga na oszustów", InitiativeKind.EDUCATIONAL, "elders", "klub", (1, 3, 3), (1, 11, 28),
        "Spotkania o tym, kto dzwoni i czego nie mówić przez telefon.",
        money=((1, (OWN, "", 2600, "2410")), (1, (SPONSOR, "Bank pokazowy", 5000, "4760"))),
    ),
    Past(
        "Czytelnia na podwórku", InitiativeKind.LONG_TERM, "children", "biblioteka", (1, 5, 5), (0, 8, 28),
        "Książki i gry pod chmurką, dla kogo kto przyjdzie.",
        money=((1, (OWN, "", 3100, "3020.40")), (0, (OWN, "", 3300, "2105.90")), (0, (EU, "Fundusze unijne", 21000,
                                                                                   "15230.75"))),
    ),
    Past(
        "Pierwszy krok", InitiativeKind.COURSE, "work", "kis", (2, 9, 4), (2, 10, 23),
        "Osiem spotkań: praca, pismo, budżet domowy.", every=7, people=(4, 18),
        money=((2, (OWN, "", 11000, "10804.30")), (2, (EU, "Fundusze unijne", 96000, "95310.20"))),
    ),
    Past(
        "Pierwszy krok: druga edycja", InitiativeKind.COURSE, "work", "kis", (1, 9, 3), (1, 10, 22),
        "Osiem spotkań: praca, pismo, budżet domowy.", every=7, people=(18, 32),
        money=((1, (OWN, "", 12500, "12310")), (1, (EU, "Fundusze unijne", 104000, "103120.90"))),
    ),
    Past(
        "Grupa Poniedziałek", InitiativeKind.GROUP, "grief", "dom", (2, 10, 7), (0, 6, 29),
        "Grupa samopomocowa. Zapytaj w Centrum, czy to miejsce dla Ciebie.", every=28, people=(28, 38),
    ),
)  # fmt: skip
# Of a course that many sessions finish it; who has a contract, and how it ended.
ENOUGH = 6
CONTRACTS = ((4, True), (7, True), (11, False), (19, True), (22, True), (25, True))
STEPS = ("Chodzę na kurs w Klubie Integracji.", "Rejestruję się w urzędzie pracy.", "Piszę CV i przynoszę je.")

ATTENDED = """
    INSERT INTO coming (id, meeting, member, code, came, noted_at, noted_by)
    SELECT gen_random_uuid(), m.id, b.id, '', (m.n * 3 + b.n * 5) % 7 <> 0 AND b.n % 6 <> m.n % 3, m.ends_at, $2
    FROM (SELECT id, ends_at, row_number() OVER (ORDER BY starts_at) AS n FROM meeting WHERE initiative = $1) m,
         (SELECT e.id, row_number() OVER (ORDER BY p.alias) AS n FROM member e
          JOIN participant p ON p.id = e.participant WHERE e.initiative = $1) b"""
NOTED = "UPDATE meeting SET noted_at = ends_at WHERE initiative = $1"
PROGRESS = """
    SELECT c.member, count(*) AS attended, max(m.starts_wall::date) AS last_day,
           sum(extract(epoch FROM m.ends_at - m.starts_at) / 60)::int AS minutes
    FROM coming c JOIN meeting m ON m.id = c.meeting JOIN member e ON e.id = c.member
    JOIN participant p ON p.id = e.participant WHERE m.initiative = $1 AND c.came
    GROUP BY c.member, p.alias HAVING count(*) >= $2 ORDER BY p.alias"""

VETERANS = """
    SELECT v.id FROM volunteer v WHERE v.step = 'active' AND v.birth_date < $1 AND v.restricted_at IS NULL
      AND EXISTS (SELECT FROM agreement a WHERE a.volunteer = v.id) ORDER BY v.phone OFFSET 1 LIMIT 20"""
SINCE = """
    WITH was AS (UPDATE volunteer SET created_at = created_at - $2::interval, step_since = step_since - $2
                 WHERE id = $1)
    UPDATE step_taken SET at = at - $2 WHERE volunteer = $1"""
# Twice a month, for as long as what they helped with went on.
HELPED = """
    INSERT INTO hours_worked (id, volunteer, initiative, day, minutes, words, state, reported_by, reported_at,
                              decided_by, decided_at, reason)
    SELECT gen_random_uuid(), v.id, i.id, d.day, 60 + 30 * ((v.n + extract(month FROM d.day)::int) % 5), '',
           'approved', w.account, d.day + time '20:00', $3, d.day + interval '2 days', ''
    FROM unnest($1::uuid[]) WITH ORDINALITY v (id, n) JOIN volunteer w ON w.id = v.id
    CROSS JOIN LATERAL (SELECT s::date AS day FROM generate_series(
        w.created_at + (v.n % 9) * interval '1 day', $4::date, interval '15 days') s) d
    JOIN LATERAL (SELECT id FROM initiative WHERE name = ANY($2) AND d.day BETWEEN starts_on AND ends_on
                  ORDER BY starts_on DESC LIMIT 1) i ON true"""
TOWN = """
    INSERT INTO town_year (id, year, residents, assisted, families, source, version, changed_at, changed_by)
    SELECT gen_random_uuid(), year, sum(residents), sum(assisted), sum(families), $1, 1, now(), $2
    FROM area_year GROUP BY year"""
SUMMED = "liczby przykładowe, suma osiedli"


async def load(settings: Settings, actor: Actor, themes: dict[str, UUID], places: dict[str, UUID], today: date) -> None:
    """All of it by the centre's coordinator; the same on every machine on the same day."""
    await database.execute(TOWN, SUMMED, actor.account)
    known = [await _participant(actor, number) for number in range(max(past.people[1] for past in PAST))]
    for past in PAST:
        of = await _begin(actor, past, themes, places, today)
        chosen = {n: known[n] for n in range(*past.people)}
        members = [
            await initiatives.add_member(actor, of, who, joined_on=_day(past.first, today)) for who in chosen.values()
        ]
        if members:
            await database.execute(ATTENDED, of, actor.account)
            await database.execute(NOTED, of)
        if past.kind is InitiativeKind.COURSE:
            await _course(settings, actor, past, of, chosen, today)
        await life.change_state(actor, of, InitiativeState.FINISHED)
    await _volunteers(actor, today)


def _day(at: tuple[int, int, int], today: date) -> date:
    """A day of some years ago; one of this year is never nearer than the quiet weeks."""
    years, month, day = at
    return min(date(today.year - years, month, day), today - QUIET)


async def _participant(actor: Actor, number: int) -> UUID:
    """Somebody of then: by a whole name, as a certificate asks; they have moved, and no phone is known."""
    first, last = (cast.WOMEN * 2)[number], cast.SURNAMES[(number * 7 + 4) % len(cast.SURNAMES)].replace("-", "a")
    return await participants.add_participant(
        actor, first_name=first, last_name=last, alias=f"{first} {last[0]}.", reach=Reach.THROUGH,
        reach_note="przez Klub Integracji",
    )  # fmt: skip


async def _begin(actor: Actor, past: Past, themes: dict[str, UUID], places: dict[str, UUID], today: date) -> UUID:
    first, last = _day(past.first, today), _day(past.last, today)
    of = await initiatives.start_initiative(
        actor, name=past.name, kind=past.kind, theme=themes[past.theme], starts_on=first, ends_on=last,
        about=past.about, coordinator=actor.account,
    )  # fmt: skip
    for ago, (source, payer, amount, spent) in past.money:
        line = {"year": today.year - ago, "source": source.value, "payer": payer}
        sums = {"amount": Decimal(amount), "spent": Decimal(spent)}
        await items.add(actor, items.FUNDING, of, line | sums)
    days = range(0, (last - first).days + 1, past.every) if past.every else [0] if any(past.people) else []
    for later in days:
        day = first + timedelta(days=later)
        starts, ends = datetime.combine(day, time(9)), datetime.combine(day, time(12))
        await schedule.plan_meeting(actor, of, places[past.place], starts, ends)
    return of


async def _course(settings: Settings, actor: Actor, past: Past, of: UUID, chosen: dict[int, UUID], today: date) -> None:
    """Who attended enough has a certificate of then; with some a contract rested on it."""
    first, last = _day(past.first, today), _day(past.last, today)
    await courses.set_finish(actor, of, 0, ENOUGH, Counted.SESSIONS)
    for row in await database.fetch(PROGRESS, of, ENOUGH):
        done = Issue(row["member"], row["last_day"], first, last, row["attended"], 8, row["minutes"])
        await courses.issue(actor, done, last)
    for number, kept in CONTRACTS:
        if number in chosen:
            await _contract(settings, actor, chosen[number], of, first, max(last, today - WORDS_KEPT), kept=kept)


async def _contract(
    settings: Settings, actor: Actor, participant: UUID, course: UUID, first: date, last: date, *, kept: bool
) -> None:
    """Signed a week before the course, over on `last`; who did not keep it ended it early."""
    signed = first - timedelta(days=7)
    id = await contract_acts.begin(actor, participant, Details(course, signed, last))
    goal = await contract_lines.add_goal(settings, actor, id, "Własne pieniądze na koniec miesiąca.")
    steps = [
        await contract_lines.add_step(
            settings, actor, id, StepDetails(goal, words, first + timedelta(days=30 * (n + 1)), None, None)
        )
        for n, words in enumerate(STEPS)
    ]
    await contract_acts.sign(actor, id, 0, signed)
    for n, step in enumerate(steps if kept else steps[:1]):
        await contract_lines.tick(actor, id, step, first + timedelta(days=25 * (n + 1)))
    how = ContractState.FINISHED if kept else ContractState.ENDED
    words = "Pracuje od miesiąca." if kept else "Wyjazd do rodziny w innym mieście."
    await contract_acts.end(settings, actor, id, 1, how, last, words)


async def _volunteers(actor: Actor, today: date) -> None:
    """Some of those who help now came then: with an agreement for a year, and hours every month."""
    rows = await database.fetch(VETERANS, today - timedelta(days=22 * 366))
    ids = [row["id"] for row in rows]
    for n, id in enumerate(ids):
        joined = date(today.year - 2, 3, 4) + timedelta(days=24 * n)
        await database.execute(SINCE, id, today - joined)
        await people.sign_agreement(
            actor, id, signed_on=joined, valid_from=joined, valid_until=joined + timedelta(days=365)
        )
    lasting = ["Sąsiedzka kuchnia", "Czytelnia na podwórku", "Uwaga na oszustów"]
    await database.execute(HELPED, ids, lasting, actor.account, today - QUIET)
