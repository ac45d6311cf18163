"""The demo's support circles, of which one helper has a household too many, and one who is visited every Tuesday."""

from datetime import date, time, timedelta
from uuid import UUID

from volunteer_hub.access import actions as access
from volunteer_hub.initiatives import actions as initiatives
from volunteer_hub.initiatives import circle_loads, circle_tasks, circle_team
from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.people import participants
from volunteer_hub.schedule.pairs import actions as pairs
from volunteer_hub.schedule.pairs.actions import NewPair, When
from volunteer_hub.schedule.series.pattern import Kind, Pattern, Series
from volunteer_hub.settings import Settings

FIRST, SECOND = "Zespół przy jednej rodzinie", "Zespół 12"
PSYCHOLOGIST = ("Piotr Zalewski", "piotr@centrum.example")
HELPS = """
    SELECT v.id FROM volunteer v JOIN clearance c ON c.volunteer = v.id AND c.kind = 'minors' AND c.revoked_on IS NULL
    WHERE v.step = 'active' AND v.birth_date < centre_today() - interval '20 years' AND c.valid_until > centre_today()
    ORDER BY v.last_name LIMIT 1"""
# (what, who, how many days from today), in the order of the team: who leads, the psychologist, the volunteer.
TASKS = (
    ("Umówić wizytę w poradni i iść razem", 0, -2),
    ("Porozmawiać z wychowawczynią o zajęciach po lekcjach", 1, 5),
    ("Powtórzyć tabliczkę mnożenia przed sprawdzianem", 2, 3),
)


async def load(
    settings: Settings, actor: Actor, specialist: Actor, themes: dict[str, UUID], areas: dict[str, UUID], today: date
) -> None:
    """Two circles of one specialist, who should carry one; and a visit every Tuesday that nobody has taken yet."""
    first: UUID = await database.fetchval("SELECT id FROM initiative WHERE name = $1", FIRST)
    leads: UUID = await database.fetchval("SELECT id FROM circle_helper WHERE initiative = $1", first)
    name, email = PSYCHOLOGIST
    system = Actor(role=Role.MACHINE, name="demo")
    psychologist = await access.create_account(system, name=name, role=Role.SPECIALIST, email=email)
    other = await circle_team.add_colleague(actor, first, psychologist, "psycholog", today)
    role = await database.fetchval("SELECT id FROM role_asked WHERE initiative = $1", first)
    helps = await circle_team.add_volunteer(actor, first, await database.fetchval(HELPS), role, "lekcje", today)
    for words, whose, days in TASKS:
        who = (leads, other, helps)[whose]
        await circle_tasks.give(settings, actor, first, words, who, today + timedelta(days=days))
    await _second(actor, specialist, themes, today)
    load = "SELECT l.id FROM helper_load l WHERE l.account = $1"
    await circle_loads.set_own(actor, await database.fetchval(load, specialist.account), 1)
    await _pair(actor, themes, areas, today)


async def _second(actor: Actor, specialist: Actor, themes: dict[str, UUID], today: date) -> None:
    circle = await initiatives.start_initiative(
        actor, name=SECOND, kind=InitiativeKind.CIRCLE, theme=themes["disability"], starts_on=today, public=False
    )
    household = await participants.add_participant(actor, alias="Pan W.", phone="+48600000591", sms_ok=True)
    await initiatives.add_member(actor, circle, household, joined_on=today)
    assert specialist.account  # noqa: S101 - the staff have accounts
    await circle_team.add_colleague(actor, circle, specialist.account, "asystentka rodziny", today)


async def _pair(actor: Actor, themes: dict[str, UUID], areas: dict[str, UUID], today: date) -> None:
    visited = await participants.add_participant(
        actor, first_name="Genowefa", last_name="Lipska", alias="Pani Genia", phone="+48600000592", sms_ok=True
    )
    new = NewPair(
        participant=visited, name="Wizyty", theme=themes["elders"], role="Odwiedza", tasks="Rozmowa, zakupy, spacer.",
        clearances=(), address="ul. Przykładowa 8 m. 2", area=areas["srodmiescie"], starts_on=today,
    )  # fmt: skip
    tuesdays = Series(Pattern(Kind.WEEKS, (2,)), today + timedelta(days=1), None, None, True, False)
    await pairs.start(actor, new, When(time(16), time(17), tuesdays))
