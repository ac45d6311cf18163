"""What goes on in the demo town week after week: series, a break, goals and money, who asks and who waits."""

import contextlib
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID

from volunteer_hub.initiatives import items
from volunteer_hub.initiatives.rules import FundingSource
from volunteer_hub.intake import outcomes, request_actions
from volunteer_hub.intake.request_forms import EnterRequest
from volunteer_hub.intake.rules import Came, Reporter, What
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.waves import actions as waves
from volunteer_hub.people import participants
from volunteer_hub.people.rules import Reach
from volunteer_hub.schedule import answering
from volunteer_hub.schedule.members import joining
from volunteer_hub.schedule.queries import ASKABLE
from volunteer_hub.schedule.regular import actions as regular
from volunteer_hub.schedule.series import actions as series_actions
from volunteer_hub.schedule.series.actions import Meets
from volunteer_hub.schedule.series.pattern import Kind, Pattern, Series
from volunteer_hub.schedule.wishes import actions as wishes
from volunteer_hub.settings import Settings

# By then the meetings that the town begins with are over.
WEEKS_AWAY = 4
# Who named a difficulty that several have, and has no group yet.
LONELY = ("Genowefa", "Ryszard", "Eugenia")


async def load(
    settings: Settings, staff: dict[Role, Actor], places: dict[str, UUID], themes: dict[str, UUID],
    areas: dict[str, UUID], today: date,
) -> None:  # fmt: skip
    coordinator = staff[Role.COORDINATOR]
    await _series(coordinator, places, today)
    await _work(coordinator)
    await _who_waits(coordinator, today)
    await _wishes()
    await _waves(settings, coordinator)
    await _same_difficulty(settings, coordinator, themes, areas, today)


async def _series(actor: Actor, places: dict[str, UUID], today: date) -> None:
    """A group every other Wednesday, parcels on the first Friday of the month; both go on without end."""
    later = today + timedelta(weeks=WEEKS_AWAY)
    fortnightly = Series(Pattern(Kind.WEEKS, (3,), weeks=2), later)
    monthly = Series(Pattern(Kind.MONTH, (5,), nths=(1,)), later, skips_breaks=False)
    await series_actions.add_break(
        actor, name="Ferie zimowe (pokazowe)", first_day=date(today.year + 1, 1, 18),
        last_day=date(today.year + 1, 1, 31), source="Dane pokazowe",
    )  # fmt: skip
    await series_actions.start(
        actor, await _named("Grupa Środa"), Meets(places["dom"], time(18), time(19, 30), fortnightly)
    )
    parcels = await series_actions.start(
        actor, await _named("Wydawanie paczek"), Meets(places["magazyn"], time(14), time(17), monthly)
    )
    await _regular(actor, parcels, later)


async def _regular(actor: Actor, series: UUID, since: date) -> None:
    """The first Friday of the month is somebody's; somebody else has been asked and has not answered."""
    role = await database.fetchval(
        "SELECT r.id FROM role_asked r JOIN series s ON s.initiative = r.initiative WHERE s.id = $1", series
    )
    people = await database.fetch("SELECT id FROM volunteer WHERE step = 'active' ORDER BY phone")
    asked: list[UUID] = []
    for person in people:
        if len(asked) == 2:
            break
        with contextlib.suppress(Refused):
            asked.append(await regular.propose(actor, series, role, person["id"], since, None))
    if asked:
        await regular.answer(actor, asked[0], accept=True, channel="desk")


async def _work(actor: Actor) -> None:
    of, year = await _named("Wydawanie paczek"), (await database.fetchval("SELECT centre_today()")).year
    for words, target, unit in (
        ("Paczki dla rodzin z czterech osiedli", Decimal(240), "paczek"),
        ("Rodziny, które wracają po rozmowę, nie tylko po paczkę", Decimal(30), "rodzin"),
    ):
        await items.add(actor, items.GOALS, of, {"words": words, "target": target, "unit": unit})
    for source, payer, amount, spent in (
        (FundingSource.OWN, "", Decimal("4000"), Decimal("2150.40")),
        (FundingSource.SPONSOR, "Piekarnia pokazowa", Decimal("6500"), Decimal("6500")),
    ):
        line = {"year": year, "source": source.value, "payer": payer, "amount": amount, "spent": spent}
        await items.add(actor, items.FUNDING, of, line)
    await items.add(
        actor, items.PARTNERS, of,
        {"resource": None, "name": "Bank żywności (pokazowy)", "gives": "Żywność i samochód w piątki"},
    )  # fmt: skip
    host = await database.fetchval(
        "SELECT r.id FROM resource r JOIN place p ON p.id = r.place WHERE p.name = 'Szkoła Podstawowa nr 5' LIMIT 1"
    )
    if host:
        lessons = await _named("Matematyka po lekcjach")
        await items.add(actor, items.PARTNERS, lessons, {"resource": host, "name": "", "gives": "Sala 12 po lekcjach"})


async def _who_waits(actor: Actor, today: date) -> None:
    """The Wednesday group is full and somebody waits for it; somebody else asked for the Thursday one by SMS."""
    full = await _named("Grupa Środa")
    await database.execute("UPDATE initiative SET most_members = present WHERE id = $1", full)
    waits = await _participant(actor, "Jadwiga S.", "+48600000921")
    await joining.put_on_list(actor, full, waits)
    asks = await _participant(actor, "Leszek T.", "+48600000922")
    await joining.ask(SYSTEM, await _named("Grupa Czwartek"), asks, "sms")


async def _wishes() -> None:
    """Two volunteers have asked for openings of the list and wait for a coordinator's yes; whoever wants to plant
    trees has a place at once."""
    planting = await _named("Wielkie sadzenie nad Wisłą")
    await database.execute("UPDATE initiative SET takes = 'at_once' WHERE id = $1", planting)
    rows = await database.fetch(f"SELECT o.id {ASKABLE} ORDER BY m.starts_at DESC, o.id LIMIT 12")
    people = await database.fetch("SELECT id FROM volunteer WHERE step = 'active' ORDER BY phone LIMIT 30")
    asked = 0
    for row, person in ((row, person) for row in rows for person in people):
        if asked == 2:
            return
        with contextlib.suppress(Refused):
            await wishes.wish(SYSTEM, row["id"], "sms", volunteer=person["id"])
            asked += 1


async def _waves(settings: Settings, actor: Actor) -> None:
    """For the later talk in Polish people are asked in waves; the first of the first wave cannot come."""
    opening = await database.fetchval(
        """SELECT o.id FROM opening o JOIN meeting m ON m.id = o.meeting WHERE m.initiative = $1
           AND NOT EXISTS (SELECT FROM assignment s WHERE s.opening = o.id) ORDER BY m.starts_at DESC LIMIT 1""",
        await _named("Rozmowy po polsku"),
    )
    if opening is None:
        return
    with contextlib.suppress(Refused):
        await waves.start(actor, opening, 3, settings.wave_hours)
        first = await database.fetchval("SELECT id FROM assignment WHERE opening = $1 ORDER BY rank LIMIT 1", opening)
        await answering.answer(SYSTEM, first, accept=False, channel="sms")


async def _same_difficulty(
    settings: Settings, actor: Actor, themes: dict[str, UUID], areas: dict[str, UUID], today: date
) -> None:
    for number, name in enumerate(LONELY):
        asked = EnterRequest(
            came=Came.PHONE, name=name, text="Całe dnie nie mam do kogo się odezwać.", what=What.COMPANY,
            reporter=Reporter.SELF, urgency=2, area="srodmiescie", phone=f"+4860000093{number}",
        )  # fmt: skip
        id = await request_actions.enter_request(settings, actor, asked, today)
        await outcomes.need_from(
            actor, id, 1, title="Rozmowa i towarzystwo", theme=themes["elders"], area=areas["srodmiescie"], people=1,
            urgency=2, voiced_by="sama osoba", voiced_on=today,
        )  # fmt: skip


async def _participant(actor: Actor, alias: str, phone: str) -> UUID:
    return await participants.add_participant(actor, alias=alias, phone=phone, sms_ok=True, reach=Reach.SMS)


async def _named(name: str) -> UUID:
    id: UUID = await database.fetchval("SELECT id FROM initiative WHERE name = $1", name)
    return id
