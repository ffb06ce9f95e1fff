"""One server and one store for the tests of a module, and an agency with them for each."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.social.cases.agency import Agency
from tests.social.cases.staging import Stage, opened, staged


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("agency")) as shared:
        yield shared


@pytest_asyncio.fixture(loop_scope="module")
async def agency(stage: Stage) -> AsyncIterator[Agency]:
    async with opened(stage) as made:
        yield made
