"""Services that behave in one way each, and remember what happened to them."""

import asyncio
from collections.abc import Iterable

from lahmadaemon.clock import Clock
from lahmadaemon.errors import UpstreamError
from lahmadaemon.supervision.service import Lifeline, Service


class Ticker(Service):
    """Does a turn every period and remembers when."""

    def __init__(self, name: str = "ticker", period: float = 30.0, *, essential: bool = False) -> None:
        self.name = name
        self.period = period
        self.essential = essential
        self.turns = 0

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(self.period):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        self.turns += 1


class Stumbler(Ticker):
    """A ticker whose turns meet the given troubles, one each (None: none), and then no more."""

    def __init__(self, troubles: Iterable[UpstreamError | None], period: float = 30.0) -> None:
        super().__init__("stumbler", period)
        self.troubles = list(troubles)
        self.lives = 0

    async def run(self, lifeline: Lifeline) -> None:
        self.lives += 1
        await super().run(lifeline)

    async def turn(self) -> None:
        await super().turn()
        if self.troubles and (trouble := self.troubles.pop(0)):
            raise trouble


class Worker(Service):
    """Takes its time over every turn, whatever else happens, and remembers which it finished."""

    def __init__(self, clock: Clock, seconds: float, name: str = "worker") -> None:
        self.name = name
        self.begun = 0
        self.finished = 0
        self._clock = clock
        self._seconds = seconds

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(60.0):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        self.begun += 1
        await self._clock.wait(asyncio.Event(), self._seconds)
        self.finished += 1


class Tidy(Service):
    """Does not hear the stop; when cancelled it takes its time to put things in order."""

    def __init__(self, clock: Clock, seconds: float, *, then: Exception | None = None, name: str = "tidy") -> None:
        self.name = name
        self.tidied = False
        self._clock = clock
        self._seconds = seconds
        self._then = then

    async def run(self, lifeline: Lifeline) -> None:
        lifeline.beat()
        try:
            await asyncio.Event().wait()
        finally:
            await self._clock.wait(asyncio.Event(), self._seconds)
            self.tidied = True
            if self._then:
                raise self._then


class Crasher(Service):
    """Raises at the start of every life until it has no errors left, then stays."""

    def __init__(self, *errors: Exception, name: str = "crasher", essential: bool = False, steady: float = 0.0) -> None:
        self.name = name
        self.essential = essential
        self.errors = list(errors)
        self.steady = steady
        self.lives = 0

    async def run(self, lifeline: Lifeline) -> None:
        self.lives += 1
        lifeline.beat()
        if self.steady:
            await lifeline.wait(self.steady)
        if self.errors:
            raise self.errors.pop(0)
        await lifeline.wait(None)


class Silent(Service):
    """Beats once, then hangs; swallows as many cancellations as it is told, and takes the next like a gentleman."""

    patience = 90.0

    def __init__(self, name: str = "silent", *, swallows: int = 0, essential: bool = False) -> None:
        self.name = name
        self.swallows = swallows
        self.essential = essential
        self.release = asyncio.Event()
        self.lives = 0

    async def run(self, lifeline: Lifeline) -> None:
        self.lives += 1
        lifeline.beat()
        while not self.release.is_set():
            try:
                await self.release.wait()
            except asyncio.CancelledError:
                if not self.swallows:
                    raise
                self.swallows -= 1
