"""Services that behave in one way each, and remember what happened to them."""

import asyncio

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
    """Beats once, then hangs; takes a cancellation like a gentleman, or not at all."""

    patience = 90.0

    def __init__(self, name: str = "silent", *, stubborn: bool = False) -> None:
        self.name = name
        self.stubborn = stubborn
        self.release = asyncio.Event()
        self.lives = 0

    async def run(self, lifeline: Lifeline) -> None:
        self.lives += 1
        lifeline.beat()
        while not self.release.is_set():
            try:
                await self.release.wait()
            except asyncio.CancelledError:
                if not self.stubborn:
                    raise
