"""The two browsers of a minor's sign-up: the child's and the guardian's."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from conftest import new_client
from intake.by_hand import town
from starlette.applications import Starlette
from support.visitor import Visitor


@pytest.fixture
async def child(client: httpx2.AsyncClient) -> Visitor:
    await town()
    return Visitor(client)


@pytest.fixture
async def guardian(app: Starlette) -> AsyncIterator[Visitor]:
    """Another browser: the guardian's."""
    async with new_client(app) as client:
        yield Visitor(client)
