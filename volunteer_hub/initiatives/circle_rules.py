"""Who may be of a support circle's team, and what a place of theirs is called."""

from enum import StrEnum

from volunteer_hub.kit.actor import Role
from volunteer_hub.web.i18n import mark

MOST_HOUSEHOLDS = 50
# A colleague of one of these roles can be of a team; others have no page to see it on.
COLLEAGUES = (Role.COORDINATOR, Role.SPECIALIST)


class Helps(StrEnum):
    """Whose cap: a colleague's at work, a volunteer's."""

    STAFF = "staff"
    VOLUNTEER = "volunteer"


class Obstacle(StrEnum):
    """What keeps a volunteer from a team, or has come since, in the order people are told: law and safety."""

    RESTRICTED = "restricted"
    ACTIVE = "active"
    CONSENT = "consent"
    MINOR = "minor"
    AGE = "age"
    CLEARANCE = "clearance"


WHY_NOT = {
    Obstacle.RESTRICTED: mark("Ta osoba poprosiła, żeby nie używać jej danych. Nikt jej teraz nie zaprasza."),
    Obstacle.ACTIVE: mark("Ta osoba teraz nie pomaga."),
    Obstacle.CONSENT: mark("Brakuje zgody opiekuna tej osoby."),
    Obstacle.MINOR: mark("To zadanie jest dla osób pełnoletnich."),
    Obstacle.AGE: mark("Wiek tej osoby nie pasuje do tej roli."),
    Obstacle.CLEARANCE: mark("Ta osoba nie ma ważnego sprawdzenia, którego wymaga rola."),
}
