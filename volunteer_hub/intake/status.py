"""How a request stands, for whoever asked: by its number and a code from the SMS or slip, and never what is in it.

Numbers count up and neighbours know each other's phones, so neither may open anything; the code is made from the number
by the house's key and stands in no table. docs/decisions/0021-four-desks.md
"""

from dataclasses import dataclass

from volunteer_hub.access import limits
from volunteer_hub.intake import rules
from volunteer_hub.intake.rules import Desk, RequestState
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

TOO_MANY = mark("Za dużo pytań naraz. Zadzwoń do nas albo zapytaj za godzinę.")


@dataclass(frozen=True)
class Status:
    number: str
    state: RequestState
    desk: Desk


def code_of(settings: Settings, number: str) -> str:
    """The six digits that go with a number; others once the centre changes its secret key."""
    return f"{int(secret.sign(settings.key, 'request', number)[:15], 16) % 10**6:06d}"


async def status(settings: Settings, number: str, code: str, client: str, year: int) -> Status | None:
    """How the request stands; None alike for a number that is not there and for a wrong code.

    A number said without its year is of `year`. Raises Refused 429 after too many questions from `client`, or about one
    number, there or not: counted before the code is looked at, so that nobody goes on guessing from elsewhere.
    """
    if not await limits.spend(settings, rules.STATUS_FROM_ONE_PLACE, client):
        raise Refused(TOO_MANY, 429)
    said = rules.number_of(number)
    if said is None:
        return None
    exact = f"Z-{said[0] or year}-{said[1]:04d}"
    if not await limits.spend(settings, rules.STATUS_OF_ONE_NUMBER, exact):
        raise Refused(TOO_MANY, 429)
    row = await database.fetchrow("SELECT number, state, desk FROM request WHERE number = $1", exact)
    digits = "".join(c for c in code if c.isdecimal())
    if not secret.same(digits, code_of(settings, exact)) or row is None:
        return None
    return Status(row["number"], RequestState(row["state"]), Desk(row["desk"]))
