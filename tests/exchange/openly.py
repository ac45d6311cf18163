"""A small public town for the tests of the open data, and what HSDS 3.2 asks of each of its objects."""

from datetime import date, time
from typing import Any

import httpx2
from support import people

from volunteer_hub.atlas.tables import FurtherTheme, OpeningHours, Resource

# The required fields of each object in the JSON schemas of HSDS 3.2, told again by hand: no package brings the schemas.
REQUIRED: dict[str, set[str]] = {
    "service": {"id", "name", "status"},
    "organization": {"id", "name", "description"},
    "location": {"id", "location_type"},
    "service_at_location": {"id"},
    "schedule": {"id"},
    "phone": {"id", "number"},
    "language": {"id"},
    "accessibility": {"id"},
    "address": {"id", "address_1", "city", "state_province", "postal_code", "country", "address_type"},
    "attribute": {"id"},
    "taxonomy": {"id", "name", "description"},
    "taxonomy_term": {"id", "name", "description"},
}
# All fields they know, those that we use and those that we do not.
KNOWN: dict[str, set[str]] = {
    "service": set(
        "id organization_id program_id name alternate_name description url additional_urls email status"
        " interpretation_services application_process fees_description wait_time fees accreditations"
        " eligibility_description minimum_age maximum_age assured_date assurer_email licenses alert last_modified"
        " phones schedules service_areas service_at_locations languages organization funding cost_options program"
        " required_documents contacts capacities attributes metadata".split()
    ),
    "organization": set(
        "id name alternate_name description email website additional_websites tax_status tax_id year_incorporated"
        " legal_status logo uri parent_organization_id funding contacts phones locations programs"
        " organization_identifiers attributes metadata services".split()
    ),
    "location": set(
        "id location_type url organization_id name alternate_name description transportation latitude longitude"
        " external_identifier external_identifier_type languages addresses contacts accessibility phones schedules"
        " attributes metadata".split()
    ),
    "service_at_location": set(
        "id service_id location_id description service_areas contacts phones schedules location attributes metadata"
        " service".split()
    ),
    "schedule": set(
        "id service_id location_id service_at_location_id valid_from valid_to dtstart timezone until count wkst freq"
        " interval byday byweekno bymonthday byyearday description opens_at closes_at schedule_link attending_type"
        " notes attributes metadata".split()
    ),
    "phone": set(
        "id location_id service_id organization_id contact_id service_at_location_id number extension type description"
        " languages attributes metadata".split()
    ),
    "language": set("id service_id location_id phone_id name code note attributes metadata".split()),
    "accessibility": set("id location_id description details url attributes metadata".split()),
    "address": set(
        "id location_id attention address_1 address_2 city region state_province postal_code country address_type"
        " attributes metadata".split()
    ),
    "attribute": set("id link_id taxonomy_term_id link_type link_entity value taxonomy_term metadata label".split()),
    "taxonomy": set("id name description uri version metadata".split()),
    "taxonomy_term": set(
        "id code name description parent_id taxonomy taxonomy_detail language taxonomy_id term_uri metadata".split()
    ),
}
# Under which names objects stand in others.
ENTITY = {
    "services": "service",
    "organizations": "organization",
    "locations": "location",
    "service_at_locations": "service_at_location",
    "schedules": "schedule",
    "phones": "phone",
    "languages": "language",
    "addresses": "address",
    "attributes": "attribute",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}


def complaints(entity: str, told: dict[str, Any]) -> list[str]:
    """What in an HSDS object breaks the standard: a field missing or unknown, a null, a wrong kind of value."""
    found = [f"{entity} without {name}" for name in REQUIRED[entity] - told.keys()]
    found += [f"{entity} with {name}" for name in told.keys() - KNOWN[entity]]
    for name, value in told.items():
        inner = ENTITY.get(name, name)
        if isinstance(value, list):
            for one in value:
                found += complaints(inner, one)
        elif isinstance(value, dict):
            found += complaints(inner, value)
        elif value is None:
            found.append(f"{entity}.{name} is null")
    if entity == "schedule" and told.get("freq") not in (None, "WEEKLY", "MONTHLY"):
        found.append(f"freq {told['freq']}")
    if entity == "location" and told.get("location_type") not in ("physical", "postal", "virtual"):
        found.append("location_type")
    return found


async def resource(**values: Any) -> Resource:
    """A service that everybody may see: public, with its owner's consent, open."""
    agreed = {"public": True, "consent_on": date(2026, 1, 2), "consent_by": "Prezes"}
    return await people.resource(**({"kind": "service"} | agreed | values))


async def hours(of: Resource, rule: str = "FREQ=WEEKLY;BYDAY=MO,WE", **values: Any) -> None:
    defaults = {"opens": time(9), "closes": time(15), "first_day": date(2026, 9, 1)}
    await people.save(OpeningHours(resource=of.id, rrule=rule, **(defaults | values)))


async def further(of: Resource, theme: Any) -> None:
    await people.save(FurtherTheme(resource=of.id, theme=theme.id))


async def rich() -> dict[str, Any]:
    """One of every kind, with all that can be told; by what they are."""
    elders = await people.theme(slug="starsi", name_pl="Starsi", taxonomy="Open Eligibility", taxonomy_code="1102")
    lonely = await people.theme(slug="samotnosc", name_pl="Samotność", parent=elders.id)
    place = await people.place(town="Włocławek", postcode="87-800", accessibility=["step-free", "hearing-loop"],
                               accessibility_note="Dzwonek przy drzwiach.")  # fmt: skip
    runs = await resource(
        kind="organisation", name="Fundacja Most", about="Łączymy ludzi.", theme=elders.id, place=place.id,
        for_whom="dla wszystkich", languages=["pl"], website="most.example", email="most@example.org",
    )  # fmt: skip
    club = await resource(
        kind="group", name="Klub seniora", about="Rozmowa i herbata.", for_whom="60+", languages=["pl", "uk"],
        capacity=20, phone="+48600111222", website="https://klub.example", theme=lonely.id, place=place.id,
        organisation=runs.id, verified_on=date(2026, 11, 2),
    )  # fmt: skip
    await further(club, elders)
    await hours(club)
    await hours(club, "FREQ=MONTHLY;BYDAY=2TU", last_day=date(2027, 6, 30), note="Poza feriami.")
    await hours(runs, "FREQ=DAILY", opens=time(8), closes=time(16))
    others = {
        kind: await resource(kind=kind, theme=elders.id, place=place.id) for kind in ("venue", "skill", "service")
    }
    return {"elders": elders, "lonely": lonely, "place": place, "organisation": runs, "group": club, **others}


async def told(client: httpx2.AsyncClient, path: str) -> Any:
    answer = await client.get(f"/api/v1{path}")
    assert answer.status_code == 200, (path, answer.text)
    return answer.json()


async def everything(client: httpx2.AsyncClient) -> str:
    """All that the open data say, as one text."""
    paths = ["/services?full=true", "/services", "/services?minimal=true", "/organizations?full=true",
             "/service_at_locations?full=true", "/service_at_locations", "/taxonomies", "/taxonomy_terms",
             "/resources.geojson"]  # fmt: skip
    return "\n".join([(await client.get(f"/api/v1{path}")).text for path in paths])
