"""Who belongs to the demo town's groups: by alias, with a phone or without one, and of some why they come."""

from datetime import date, timedelta
from uuid import UUID

from volunteer_hub.demo import town
from volunteer_hub.initiatives import actions as initiatives
from volunteer_hub.initiatives import confided
from volunteer_hub.kit.actor import Actor
from volunteer_hub.people import participants
from volunteer_hub.people.rules import Reach
from volunteer_hub.settings import Settings

# By alias: who has no phone, and through whom one comes to them.
WITHOUT_PHONE = {"Irena O.": "przez sąsiadkę z parteru, klatka B"}

# By alias: what they told whoever leads their group. Invented, as everything here.
TOLD = {
    "Zofia N.": "Trzeci miesiąc bez picia. Najtrudniejsze są piątki, prosi o telefon po południu.",
    "Bogdan S.": "Przyszedł po rozmowie z kuratorem. Nie chce, żeby wiedział o tym brat.",
    "Teresa B.": "W marcu zmarł mąż. Woli siedzieć bliżej drzwi.",
    "Pani A.": "Po wypadku syna nie śpi w nocy. Pierwszy cel: jeden wolny wieczór w tygodniu.",
}


async def load(settings: Settings, actor: Actor, initiative: UUID, venture: town.Venture, today: date) -> None:
    """The members of a venture. Whoever coordinates it writes down what was confided."""
    for number, alias in enumerate(venture.members):
        base = 300 + 20 * [v.key for v in town.VENTURES if v.members].index(venture.key)
        through = WITHOUT_PHONE.get(alias, "")
        participant = await participants.add_participant(
            actor,
            first_name="" if alias.startswith("Pani ") else alias.split()[0],
            alias=alias,
            phone=None if through else f"+48600000{base + number}",
            sms_ok=not through,
            reach=Reach.THROUGH if through else Reach.SMS,
            reach_note=through,
        )
        member = await initiatives.add_member(actor, initiative, participant, joined_on=today - timedelta(days=30))
        if alias in TOLD:
            await confided.write(settings, actor, initiative, member, TOLD[alias], None)
