"""Three creators with a stand-in, behind one server for all tests of a module."""

from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.world import Size, invent
from tests.fakes.clock import FakeClock
from tests.social.fronting import Front, fronting
from tests.social.graph_stand_in.asking import House


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def front() -> AsyncIterator[Front]:
    async with fronting() as served:
        yield served


@pytest.fixture
def house(front: Front, clock: FakeClock) -> House:
    world = invent(7, clock.now(), ZoneInfo("Europe/Prague"), Size(3, media=30))
    front.app = graph = Graph(world, clock)
    return House(graph, world, clock, front.http, graph.page_token(10))
