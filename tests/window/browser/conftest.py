"""One browser, one seeded house and its window on a real socket, for all tests of a module."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI
from playwright.async_api import Browser

from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.web.app import create_app
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.settings import WebSettings
from tests.window.browser.looking import browsing
from tests.window.seeded import Seeded, seeded_house


@dataclass
class Window:
    """Where it is open, and what is behind it."""

    url: str
    app: FastAPI


@asynccontextmanager
async def opened(house: HouseDoors, social: Any = None, **settings: Any) -> AsyncIterator[Window]:
    """A window of its own on a real socket; `settings`: those of `LAHMA_WEB__…`."""
    app = await asyncio.to_thread(create_app, house, WebSettings.model_validate(settings), social=social)
    async with standing_in(app) as url:
        try:
            yield Window(url, app)
        finally:
            app.state.live.end()
            await app.state.studio.rest()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def seeded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Seeded]:
    async with seeded_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def window(seeded: Seeded) -> AsyncIterator[Window]:
    async with opened(seeded.house, seeded.room.doors) as found:
        yield found


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("screenshots")
