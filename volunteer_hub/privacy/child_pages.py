"""The child-protection standards the act of 13 May 2016 asks for (art. 22b, 22c): in full, and for children."""

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.privacy.rules import STANDARDS
from volunteer_hub.web.render import render


async def standards(request: Request) -> Response:
    return render(request, "privacy/children.html", STANDARDS)


async def for_children(request: Request) -> Response:
    return render(request, "privacy/for_children.html", STANDARDS)
