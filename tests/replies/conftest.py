from collections.abc import Iterator

import pytest
from replies.letters import SETTINGS

from volunteer_hub.schedule import centre


@pytest.fixture
def answers_by_calendar(db: str) -> Iterator[None]:
    """Invitations name an address that calendar programs answer at."""
    before = centre.settings()
    centre.configure(SETTINGS)
    yield
    centre.configure(before)
