"""The demo town's course half way: eight sessions, four of them held, one certificate, and a contract resting on it."""

from datetime import date, timedelta
from uuid import UUID

from volunteer_hub.demo import town
from volunteer_hub.initiatives import contract_acts, contract_lines
from volunteer_hub.initiatives.contract_acts import Details
from volunteer_hub.initiatives.contract_lines import StepDetails
from volunteer_hub.initiatives.course_rules import Counted
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.people import participants
from volunteer_hub.people.participants import Contact
from volunteer_hub.people.rules import Reach
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.attendance import actions as attendance
from volunteer_hub.schedule.attendance import queries as attendance_queries
from volunteer_hub.schedule.attendance.actions import Said
from volunteer_hub.schedule.courses import sessions as courses
from volunteer_hub.schedule.courses.sessions import Session
from volunteer_hub.settings import Settings

SUBJECTS = (
    "Moje mocne strony", "Pismo do urzędu", "Domowy budżet", "CV na jedną stronę", "List motywacyjny",
    "Rozmowa o pracę: próba", "Rozmowa o pracę: jeszcze raz", "Plan na pół roku",
)  # fmt: skip
HELD = 4
# By alias, a letter for each session that was held: t was there.
THERE = {"Dorota F.": "tttt", "Marek Z.": "ttnt", "Beata T.": "tnnt", "Piotr R.": "nntn"}
WHOSE = "Marek Z."
# By alias: a paper and a contract want a whole name.
NAMES = {"Dorota F.": "Fijałkowska", "Marek Z.": "Zaremba"}
GOAL = "Stała praca, najlepiej blisko domu, żeby odbierać syna ze szkoły."


async def load(settings: Settings, staff: dict[Role, Actor], places: dict[str, UUID], today: date) -> None:
    """Sessions, attendance and papers of the town's course, all by its coordinator."""
    actor = staff[Role.COORDINATOR]
    venture = next(one for one in town.VENTURES if one.kind == "course")
    initiative = await database.fetchval("SELECT id FROM initiative WHERE name = $1", venture.name)
    await _names(actor)
    await _sessions(actor, initiative, places[venture.meets[0].place], today)
    found = await courses.course(actor, initiative)
    await courses.save(actor, initiative, found.seen, 6, Counted.SESSIONS, SUBJECTS)
    names = dict(await database.fetch(
        "SELECT p.alias, m.id FROM member m JOIN participant p ON p.id = m.participant WHERE m.initiative = $1",
        initiative,
    ))  # fmt: skip
    for n, session in enumerate([one for one in found.sessions if one.held][:HELD]):
        await _attendance(actor, session, {names[who]: came[n] == "t" for who, came in THERE.items()})
    missed = found.sessions[1]
    await courses.make_up(actor, initiative, names["Beata T."], missed.id, "pismo napisane z Hanną w biurze")
    why = "Znalazła pracę w trakcie kursu i zaczyna od poniedziałku."
    await courses.confirm_anyway(actor, initiative, names["Dorota F."], why, today)
    await _contract(settings, staff, initiative, names[WHOSE], today)


async def _names(actor: Actor) -> None:
    for alias, last_name in NAMES.items():
        row = await database.fetchrow("SELECT * FROM participant WHERE alias = $1", alias)
        assert row  # noqa: S101 - the town has them
        new = Contact(row["first_name"], last_name, alias, row["phone"], row["language"], Reach(row["reach"]), "")
        await participants.correct(actor, row["id"], row["version"], new)


async def _sessions(actor: Actor, initiative: UUID, place: UUID, today: date) -> None:
    """Every week, around those that are planned with the town."""
    planned = await database.fetch(
        "SELECT starts_wall, ends_wall FROM meeting WHERE initiative = $1 ORDER BY starts_wall", initiative
    )
    first, last = planned[0], planned[-1]
    week = timedelta(days=7)
    back = -(-((first["starts_wall"].date() - today).days + 1) // 7)
    shifts = [(first, -week * (back + n)) for n in range(HELD)]
    shifts += [(last, week * (n + 1)) for n in range(len(SUBJECTS) - HELD - len(planned))]
    for one, by in shifts:
        await actions.plan_meeting(actor, initiative, place, one["starts_wall"] + by, one["ends_wall"] + by)


async def _attendance(actor: Actor, session: Session, came: dict[UUID, bool]) -> None:
    sheet = await attendance_queries.sheet(actor, session.id)
    there = [member for member, was in came.items() if was]
    await attendance.note(actor, session.id, Said(sheet.mark, list(came), there, {}))


async def _contract(settings: Settings, staff: dict[Role, Actor], course: UUID, member: UUID, today: date) -> None:
    actor, specialist = staff[Role.COORDINATOR], staff[Role.SPECIALIST].account
    participant = await database.fetchval("SELECT participant FROM member WHERE id = $1", member)
    begun = today - timedelta(days=29)
    days = Details(course, begun, today + timedelta(days=150))
    id = await contract_acts.begin(actor, participant, days)
    goal = await contract_lines.add_goal(settings, actor, id, GOAL)
    steps = [
        StepDetails(goal, "Chodzę na kurs w Klubie Integracji.", today + timedelta(days=30), course, 6),
        StepDetails(goal, "Rejestruję się w urzędzie pracy.", today - timedelta(days=15), None, None),
        StepDetails(goal, "Piszę CV i przynoszę je na spotkanie.", today - timedelta(days=2), None, None),
    ]
    made = [await contract_lines.add_step(settings, actor, id, one) for one in steps]
    await contract_acts.sign(actor, id, 0, begun)
    await contract_lines.tick(actor, id, made[1], today - timedelta(days=16))
    if specialist:
        await contract_lines.name(actor, id, [specialist])
