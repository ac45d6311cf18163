"""The desk at which a spreadsheet comes in."""

import httpx2
import pytest
from exchange.people import desk
from support import people

from volunteer_hub.kit.actor import Role


@pytest.fixture
async def at_desk(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """A coordinator who is signed in, in a town of two districts."""
    await people.signed_in(client, Role.COORDINATOR)
    await desk.town()
    return client
