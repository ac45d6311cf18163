"""Requests of the demo town: some at every desk, one late, one handed over, one that became a place in a group."""

from dataclasses import dataclass
from datetime import date, timedelta

from volunteer_hub.intake import outcomes, request_actions
from volunteer_hub.intake.request_forms import EnterRequest, PlaceInGroup
from volunteer_hub.intake.rules import Came, Desk, Reporter, What
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.settings import Settings


@dataclass(frozen=True)
class Asked:
    """`desk` is where it stands now, `note` what went along; `days` ago it came there; `taken` by its desk."""

    name: str
    text: str
    what: What
    district: str
    reporter: Reporter = Reporter.SELF
    urgency: int = 2
    address: str = ""
    desk: Desk = Desk.FIRST_CONTACT
    note: str = ""
    days: int = 0
    taken: bool = False
    language: str = "pl"
    group: str = ""


ASKED = (
    Asked("Krystyna", "Nie wychodzę od operacji, sąsiadka wyjechała.", What.SHOPPING, "srodmiescie", address="Cicha 4"),
    Asked(
        "Szkoła nr 5", "Uczeń trzeciej klasy nie odrabia lekcji, w domu nie ma kto pomóc.", What.LESSONS, "poludnie",
        Reporter.SCHOOL, days=9,
    ),
    Asked(
        "Dzielnicowy", "Dwoje starszych ludzi bez opału.", What.OTHER, "zawisle", Reporter.POLICE, 4, taken=True,
    ),
    Asked(
        "Olena", "Треба допомога з документами.", What.OFFICES, "zazamcze", desk=Desk.SOCIAL_WORK,
        note="Proszę o rozmowę po ukraińsku.", language="uk",
    ),
    Asked(
        "Kurator", "Rodzina z trójką dzieci prosi o stałe wsparcie.", What.CARE, "poludnie",
        Reporter.PROBATION_OFFICER, 3, desk=Desk.SOCIAL_WORK, note="Kontakt przez kuratora.", days=8,
    ),
    Asked("Sąsiad z klatki", "Pani z trzeciego piętra jest sama.", What.COMPANY, "michelin", Reporter.NEIGHBOUR,
          desk=Desk.SERVICES),
    Asked("Zdzisław", "Chciałbym z kimś porozmawiać, najlepiej w grupie.", What.COMPANY, "srodmiescie",
          desk=Desk.SERVICES, note="Pyta o grupę.", taken=True, group="Grupa Środa"),
    Asked("Halina", "Ktoś do wspólnych zakupów raz w tygodniu.", What.SHOPPING, "srodmiescie",
          desk=Desk.VOLUNTEER_CENTRE),
    Asked("Waldemar", "Zabrakło na leki i opał.", What.FOOD, "zawisle", desk=Desk.BENEFITS,
          note="Zasiłek celowy, dział świadczeń, pokój 12."),
)  # fmt: skip


async def load(settings: Settings, staff: dict[Role, Actor], today: date) -> None:
    """Types them in as first contact and sends them where they stand; nobody gets a message."""
    first, coordinator = staff[Role.FIRST_CONTACT], staff[Role.COORDINATOR]
    at = {Desk.FIRST_CONTACT: first, Desk.SOCIAL_WORK: staff[Role.SPECIALIST]}
    for number, one in enumerate(ASKED):
        form = EnterRequest(
            came=Came.PHONE, name=one.name, text=one.text, what=one.what, reporter=one.reporter, urgency=one.urgency,
            area=one.district, address=one.address, language=one.language,
            phone=f"+48600000{400 + number}",
        )  # fmt: skip
        id = await request_actions.enter_request(settings, first, form, today)
        if one.desk is not Desk.FIRST_CONTACT:
            await request_actions.route_request(first, id, one.desk, one.note, 1)
        if one.taken:
            await request_actions.take_request(at.get(one.desk, coordinator), id)
        if one.days:
            since = timedelta(days=one.days)
            await database.execute(
                "UPDATE request SET created_at = created_at - $2::interval, desk_since = desk_since - $2::interval"
                " WHERE id = $1",
                id,
                since,
            )
            await database.execute("UPDATE request_move SET at = at - $2::interval WHERE request = $1", id, since)
        if one.group:
            group = await database.fetchval("SELECT id FROM initiative WHERE name = $1", one.group)
            place = PlaceInGroup(
                initiative=group, first_name=one.name, alias=one.name, phone=form.phone, sms_ok=True,
                joined_on=today, version=3,
            )  # fmt: skip
            await outcomes.place_from(coordinator, id, place)
