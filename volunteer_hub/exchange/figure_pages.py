"""The centre's year over HTTP, for a program with a token: counting it costs more than all else that is told."""

from volunteer_hub.access.rules import Limit
from volunteer_hub.exchange import asking, figures
from volunteer_hub.exchange.api_access.bearers import Asks
from volunteer_hub.exchange.api_access.rules import Scope
from volunteer_hub.exchange.api_pages import Call, told

YEARS_OF_A_TOKEN = Limit("api-years", 60, 3600)


@told(asking.AskedYear, Asks(Scope.INDICATORS, YEARS_OF_A_TOKEN, needed=True, counted=True))
async def indicators(call: Call) -> figures.Year:
    return await figures.of_year(call.settings, call.asked.year)
