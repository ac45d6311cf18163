"""The demo's interdisciplinary team: who is in it, and a meeting ahead with an agenda from the map."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from volunteer_hub.kit.actor import Actor
from volunteer_hub.schedule.teams import actions as teams
from volunteer_hub.schedule.teams import queries as team_queries

PEOPLE = (
    ("Alicja Kubiak", "pracowniczka socjalna", "alicja@centrum.example", ""),
    ("Tomasz Górny", "kurator sądowy", "gorny@sad.example", "+48600000501"),
    ("Beata Wrona", "pedagożka, SP nr 5", "wrona@szkola.example", "+48600000502"),
    ("Marek Sowa", "dzielnicowy", "", "+48600000503"),
)
DECIDED = "Szkoła zapyta uczniów starszych klas, centrum szuka osoby do prowadzenia. Zaczynamy w przyszłym miesiącu."


async def load(
    actor: Actor, areas: dict[str, UUID], places: dict[str, UUID], needs: dict[str, UUID], today: date
) -> None:
    """A team of one district that meets in a week."""
    team = await teams.start(actor, "Zespół Michelin", areas["michelin"])
    for name, function, email, phone in PEOPLE:
        await teams.add_member(actor, team, name=name, function=function, email=email, phone=phone)
    day = today + timedelta(days=7)
    starts, ends = datetime.combine(day, time(10)), datetime.combine(day, time(11, 30))
    agenda = [needs["michelin"], needs["rybnica"]]
    meeting = await teams.plan(actor, team, places["szkola"], starts, ends, area=areas["michelin"], needs=agenda)
    await teams.put_on_agenda(actor, meeting, words="Oświetlenie przy przystanku")
    first = (await team_queries.agenda(actor, meeting))[0]
    await teams.decide(actor, meeting, first.id, DECIDED, seen=None)
    pedagogue = (await team_queries.members(actor, team))[1]
    await teams.give_task(
        actor, meeting, "Zapytać rodziców o godziny zajęć", item=first.id, member=pedagogue.id, due=day
    )
