"""Makes reports in a process of its own: that is a second of thinking each, which the loop does not have."""

import asyncio
from typing import Protocol

from sqlalchemy.engine import URL

from lahmadaemon.elsewhere import Elsewhere
from lahmadaemon.garbage import unsearched
from lahmadaemon.radio.rollups.making import Job, Made, make
from lahmadaemon.store import engines
from lahmadaemon.store.database import Store


class Maker(Protocol):
    """Who makes reports."""

    async def make(self, job: Job) -> Made:
        """Raises UpstreamError for what passes."""
        ...

    async def rest(self) -> None:
        """Nothing more to do for a while."""
        ...


class Worker:
    """Its process reads the store by itself, and lives as long as there is something to do."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self.process = Elsewhere("radio figures")

    async def make(self, job: Job) -> Made:
        return await self.process.do(_made, self._url, job)

    async def rest(self) -> None:
        await self.process.rest()


@unsearched()
def _made(url: URL, job: Job) -> Made:
    return asyncio.run(_read_and_made(url, job))


async def _read_and_made(url: URL, job: Job) -> Made:
    engine = engines.reader(url)
    try:
        return await make(Store(engine), job)
    finally:
        await engine.dispose()
