"""First contact: the front door, asking for help, signing up."""

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.web.render import render


async def home(request: Request) -> Response:
    return render(request, "intake/home.html")
