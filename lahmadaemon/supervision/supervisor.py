"""Starts services, replaces some of them by others, drains all at the stop, and knows the exit code."""

import asyncio
import random
from collections.abc import Callable, Sequence

import structlog

from lahmadaemon.clock import Clock
from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.supervision.keeper import LAST_WORDS, Keeper
from lahmadaemon.supervision.service import Service

log = structlog.get_logger()


class Supervisor:
    """Keeps the services it is given, each on its own: one's crash never touches another."""

    def __init__(
        self,
        services: Sequence[Service],
        clock: Clock,
        board: HealthBoard,
        *,
        pace: Clock | None = None,
        drain: float = 10.0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`clock` measures patience, pauses and the drain; `pace`, if it is another, is what services live by."""
        self._clock = clock
        self._board = board
        self._drain = drain
        self._chance = chance
        self._pace = pace
        self._stopping = asyncio.Event()
        self._settled = asyncio.Event()
        self._keepers: list[Keeper] = []
        self._tasks: dict[Keeper, asyncio.Task[None]] = {}
        for service in services:
            self._take(service)

    def _take(self, service: Service) -> Keeper:
        self._board.enter(service.name, essential=service.essential)
        keeper = Keeper(service, self._clock, self._board, self._chance, self._pace)
        self._keepers.append(keeper)
        return keeper

    def stop(self) -> None:
        """The first call asks, the second insists. May come at any time, also before `run()`."""
        if self._stopping.is_set():
            self._settled.set()
        self._stopping.set()
        self._board.stop()
        for keeper in self._keepers:
            keeper.ask()

    @property
    def stragglers(self) -> list[str]:
        """Services whose tasks live on although they should be gone."""
        return [keeper.service.name for keeper in self._keepers if keeper.straggling]

    async def run(self) -> int:
        """Run until asked to stop (0), or until an essential service failed for good (1)."""
        for keeper in self._keepers:
            self._start(keeper)
        await self._clock.wait(self._stopping, None)
        broken = [keeper.service.name for keeper in self._keepers if self._broken(keeper)]
        log.info("daemon.stopping", reason=f"{', '.join(broken)} failed for good" if broken else "asked")
        await self._let_go([*self._keepers], self._settled)
        return 1 if broken else 0

    async def change(self, services: Sequence[Service]) -> None:
        """From now on these. Who is not among them finishes its turn and goes; then who is new starts; the others notice
        nothing. In the stead of one that does not go nobody starts: it stays on the board as failed."""
        leaving = [keeper for keeper in self._keepers if not any(keeper.service is each for each in services)]
        for keeper in leaving:
            self._board.change(keeper.service.name, State.STOPPING)
            keeper.ask()
        await self._let_go(leaving, asyncio.Event())
        for keeper in leaving:
            if keeper.straggling:
                reason = "it did not end for the new settings; restart the daemon"
                self._board.change(keeper.service.name, State.FAILED, error=reason)
            else:
                self._board.leave(keeper.service.name)
                self._keepers.remove(keeper)
                del self._tasks[keeper]
        known = {keeper.service.name for keeper in self._keepers}
        for service in services:
            if service.name not in known and not self._stopping.is_set():
                self._start(self._take(service))

    def _start(self, keeper: Keeper) -> None:
        self._tasks[keeper] = asyncio.create_task(self._keep(keeper), name=f"keeper of {keeper.service.name}")

    async def _keep(self, keeper: Keeper) -> None:
        name = keeper.service.name
        try:
            await keeper.keep()
        except Exception as error:  # a full disk under the log, a bad listener: nobody watches this service any more
            self._board.change(name, State.FAILED, error=f"its keeper broke: {error!r}")
            log.exception("service.failed", service=name, reason="its keeper broke", essential=keeper.service.essential)
        finally:
            if self._broken(keeper) and not keeper.asked:
                self.stop()

    def _broken(self, keeper: Keeper) -> bool:
        return keeper.service.essential and self._board[keeper.service.name].state is State.FAILED

    async def _let_go(self, keepers: Sequence[Keeper], hurried: asyncio.Event) -> None:
        """Services finish their turn; when that takes too long, or it is hurried, they are cancelled; then they are
        named and left."""
        tasks = [self._tasks[keeper] for keeper in keepers]
        gone = asyncio.Event()

        def look(_: object = None) -> None:
            if all(task.done() for task in tasks):
                gone.set()
                hurried.set()

        for task in tasks:
            task.add_done_callback(look)
        look()
        await self._clock.wait(hurried, self._drain)
        late = [keeper for keeper in keepers if keeper.straggling]
        if late:
            log.warning("daemon.insisting", services=[keeper.service.name for keeper in late])
            for keeper in late:
                keeper.cancel()
            until = self._clock.monotonic() + LAST_WORDS
            for event in (*(keeper.over for keeper in late), gone):
                await self._clock.wait(event, max(0.0, until - self._clock.monotonic()))
        for keeper in late:
            if keeper.straggling:
                log.error("service.straggling", service=keeper.service.name, stack=keeper.stack)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
