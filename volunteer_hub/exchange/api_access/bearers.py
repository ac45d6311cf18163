"""The door of the API: what is open to all needs no token, and a token that is sent is judged all the same."""

from dataclasses import dataclass

from volunteer_hub.access import limits
from volunteer_hub.access.rules import Limit
from volunteer_hub.exchange.api_access import tokens
from volunteer_hub.exchange.api_access.rules import Scope
from volunteer_hub.exchange.api_access.tokens import Bearer
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

READS_OF_A_TOKEN = Limit("api-token", 3600, 3600)
READS_OF_AN_ADDRESS = Limit("api-address", 1200, 3600)
WRONG_TOKENS = Limit("api-wrong", 60, 3600)

UNKNOWN = mark("Tego klucza nie znamy albo już nie działa. Nowy daje administrator centrum.")
NEEDED = mark("Do tych danych trzeba klucza: nagłówek Authorization: Bearer i klucz od administratora centrum.")
TOO_SMALL = mark("Ten klucz nie obejmuje tych danych. Potrzebny zakres: %(scope)s.")
OFTEN = mark("Za dużo pytań w ciągu godziny. Odczekaj chwilę i pytaj rzadziej.")


@dataclass(frozen=True, slots=True)
class Asks:
    """What an address of the API asks of a token: its scope (None: any), how often (None: as often as
    usual), whether there must be one.

    `counted`: those without one are counted by where they come from.
    """

    scope: Scope | None
    limit: Limit | None = None
    needed: bool = False
    counted: bool = False


async def judged(settings: Settings, header: str, client: str, asks: Asks) -> Bearer | None:
    """Whose request it is by its `header`; None: anybody's. `client` is where it comes from.

    Raises Refused: 401 for a token that is not there, never was, or is past, with the same words; 403 for one that is
    not for this; 429.
    """
    token = _token(header)
    if not token:
        if asks.needed:
            raise Refused(NEEDED, 401)
        if asks.counted and not await limits.spend(settings, READS_OF_AN_ADDRESS, client):
            raise Refused(OFTEN, 429)
        return None
    bearer = await tokens.known(token)
    if bearer is None:
        if not await limits.spend(settings, WRONG_TOKENS, client):
            raise Refused(OFTEN, 429)
        raise Refused(UNKNOWN, 401)
    if not await limits.spend(settings, asks.limit or READS_OF_A_TOKEN, str(bearer.id)):
        raise Refused(OFTEN, 429)
    if asks.scope is not None and asks.scope not in bearer.scopes:
        raise Refused(TOO_SMALL, 403, scope=asks.scope.value)
    return bearer


def _token(header: str) -> str:
    """The token of the header; a header of another sort is somebody else's, of a proxy before us."""
    kind, _, token = header.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
