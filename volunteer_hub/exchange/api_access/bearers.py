"""The door of the API: what is open to all needs no token, and a token that is sent is judged all the same."""

from starlette.requests import Request

from volunteer_hub.access import limits
from volunteer_hub.access.pages import client_of
from volunteer_hub.access.rules import Limit
from volunteer_hub.exchange.api_access import tokens
from volunteer_hub.exchange.api_access.rules import Scope
from volunteer_hub.exchange.api_access.tokens import Bearer
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import settings_of

READS_OF_A_TOKEN = Limit("api-token", 3600, 3600)
READS_OF_AN_ADDRESS = Limit("api-address", 1200, 3600)
WRONG_TOKENS = Limit("api-wrong", 60, 3600)

UNKNOWN = mark("Tego klucza nie znamy albo już nie działa. Nowy daje administrator centrum.")
NEEDED = mark("Do tych danych trzeba klucza: nagłówek Authorization: Bearer i klucz od administratora centrum.")
TOO_SMALL = mark("Ten klucz nie obejmuje tych danych. Potrzebny zakres: %(scope)s.")
OFTEN = mark("Za dużo pytań w ciągu godziny. Odczekaj chwilę i pytaj rzadziej.")


async def judged(request: Request, scope: Scope | None, *, needed: bool, counted: bool) -> Bearer | None:
    """Whose request it is; None: anybody's. With `counted`, those without a token are counted by where they come from.

    Raises Refused: 401 for a token that is not there, never was, or is past, with the same words; 403 for one that is
    not for this; 429.
    """
    settings, token = settings_of(request), _token(request)
    if not token:
        if needed:
            raise Refused(NEEDED, 401)
        if counted and not await limits.spend(settings, READS_OF_AN_ADDRESS, client_of(request)):
            raise Refused(OFTEN, 429)
        return None
    bearer = await tokens.known(token)
    if bearer is None:
        if not await limits.spend(settings, WRONG_TOKENS, client_of(request)):
            raise Refused(OFTEN, 429)
        raise Refused(UNKNOWN, 401)
    if not await limits.spend(settings, READS_OF_A_TOKEN, str(bearer.id)):
        raise Refused(OFTEN, 429)
    if scope is not None and scope not in bearer.scopes:
        raise Refused(TOO_SMALL, 403, scope=scope.value)
    return bearer


def _token(request: Request) -> str:
    """The token of the header; a header of another sort is somebody else's, of a proxy before us."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
