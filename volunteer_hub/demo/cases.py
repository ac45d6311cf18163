"""Whom a centre meets now and then, beside the sixty: a family on one phone, somebody entered twice, a child under
thirteen, a minor without a phone; and a colleague who asks to read what is not hers."""

from datetime import date, time, timedelta

from volunteer_hub.access import actions as access
from volunteer_hub.access import break_glass
from volunteer_hub.demo import people as cast
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.people import actions as people
from volunteer_hub.people import guardians
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.rules import Kind, Step
from volunteer_hub.settings import Settings

# Signs in by a button of her own: what needs two coordinators can be tried by one person.
COLLEAGUE = ("Maria Bielska", "maria@centrum.example")
READS = "Grupa Czwartek"
WHY = "Prowadzący jest chory. Muszę wiedzieć, do kogo zadzwonić przed czwartkiem."

SATURDAY = ((6, time(9), time(13)),)
YEAR = timedelta(days=365, hours=6)


async def load_people(settings: Settings, actor: Actor, today: date) -> None:
    """A guardian's link waits on the phone of the child's guardian; the minor's guardian has said yes to the desk."""
    sixty = {person.number: person for person in cast.everybody(today)}
    at_home, twice = sixty[26], sixty[17]
    spoken = [Purpose.INFORMATION, Purpose.SMS]
    await people.add_volunteer(
        actor, first_name="Renata", last_name="Dąbrowska", phone=at_home.phone, birth_date=at_home.birth_date + YEAR,
        kind=Kind.ADULT, area_slug=at_home.district, availability=SATURDAY, consents=spoken,
    )  # fmt: skip
    await people.add_volunteer(
        actor, first_name=twice.first_name, last_name="Srocka", phone=twice.phone, birth_date=twice.birth_date,
        email="kinga.sroka@poczta.example", kind=Kind.ADULT, area_slug=twice.district, consents=spoken,
    )  # fmt: skip
    child = await people.add_volunteer(
        actor, first_name="Ola", last_name="Maj", phone="", birth_date=today - 11 * YEAR, kind=Kind.PUPIL,
        area_slug="poludnie", availability=SATURDAY, consents=[Purpose.INFORMATION],
        guardian_name="Joanna Maj", guardian_phone="+48600000561",
    )  # fmt: skip
    await people.take_step(actor, child, Step.TALKED_TO)
    await guardians.send_from_desk(settings, actor, child)
    minor = await people.add_volunteer(
        actor, first_name="Hubert", last_name="Górski", phone="", birth_date=today - 15 * YEAR, kind=Kind.PUPIL,
        area_slug="srodmiescie", availability=SATURDAY, consents=[Purpose.INFORMATION],
        guardian_name="Iwona Górska", guardian_phone="+48600000562",
    )  # fmt: skip
    await people.record_guardian_consent(actor, minor)
    await people.take_step(actor, minor, Step.TALKED_TO)
    await people.sign_agreement(actor, minor, signed_on=today, valid_from=today)
    await people.take_step(actor, minor, Step.ACTIVE)


async def load_colleague(settings: Settings) -> None:
    """Another coordinator, who has just asked to read what the first one's group confided."""
    name, email = COLLEAGUE
    system = Actor(role=Role.MACHINE, name="demo")
    account = await access.create_account(system, name=name, role=Role.COORDINATOR, email=email)
    group = await database.fetchval("SELECT id FROM initiative WHERE name = $1", READS)
    await break_glass.ask(settings, Actor(Role.COORDINATOR, account, name), f"initiative:{group}", WHY)
