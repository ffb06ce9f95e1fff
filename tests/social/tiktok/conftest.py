"""What several files here use."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lahmadaemon.demo.social.world import Size
from tests.fakes.clock import FakeClock
from tests.social.tiktok.house import House, opened


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[House]:
    """Three creators, 10 to 12, with 25 videos each; nobody is connected yet."""
    async with opened(tmp_path, clock, Size(3, media=0, stories=0, page_posts=0, videos=25)) as made:
        yield made


@pytest.fixture
def strict(house: House) -> House:
    """A refresh token is dead as soon as it was used."""
    house.tiktok.tokens.grace = False
    return house
