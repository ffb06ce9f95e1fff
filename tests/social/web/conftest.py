"""Rooms with something in them."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.social.web.room import Room, seeded_room


@pytest.fixture
async def seeded(tmp_path: Path) -> AsyncIterator[Room]:
    async with seeded_room(tmp_path) as opened:
        yield opened


@pytest.fixture
async def visitor(seeded: Room) -> AsyncIterator[httpx.AsyncClient]:
    """Who shows the token."""
    async with seeded.visitor() as client:
        yield client
