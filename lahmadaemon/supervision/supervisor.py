"""Starts all services, drains them at the stop, and knows the exit code."""

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
        self._stopping = asyncio.Event()
        self._settled = asyncio.Event()
        self._ended = asyncio.Event()
        self._keepers = [Keeper(service, clock, board, self._stopping, chance, pace) for service in services]
        for service in services:
            board.enter(service.name, essential=service.essential)

    def stop(self) -> None:
        """The first call asks, the second insists. May come at any time, also before `run()`."""
        if self._stopping.is_set():
            self._settled.set()
        self._stopping.set()
        self._board.stop()

    @property
    def stragglers(self) -> list[str]:
        """Services whose tasks live on although they should be gone."""
        return [keeper.service.name for keeper in self._keepers if keeper.straggling]

    async def run(self) -> int:
        """Run until asked to stop (0), or until an essential service failed for good (1)."""
        tasks = [
            asyncio.create_task(self._keep(keeper), name=f"keeper of {keeper.service.name}") for keeper in self._keepers
        ]
        for task in tasks:
            task.add_done_callback(lambda _: self._note_end(tasks))
        self._note_end(tasks)
        await self._clock.wait(self._stopping, None)
        broken = [keeper.service.name for keeper in self._keepers if self._broken(keeper)]
        log.info("daemon.stopping", reason=f"{', '.join(broken)} failed for good" if broken else "asked")
        await self._drained(tasks)
        return 1 if broken else 0

    async def _keep(self, keeper: Keeper) -> None:
        name = keeper.service.name
        try:
            await keeper.keep()
        except Exception as error:  # a full disk under the log, a bad listener: nobody watches this service any more
            self._board.change(name, State.FAILED, error=f"its keeper broke: {error!r}")
            log.exception("service.failed", service=name, reason="its keeper broke", essential=keeper.service.essential)
        finally:
            if self._broken(keeper) and not self._stopping.is_set():
                self.stop()

    def _broken(self, keeper: Keeper) -> bool:
        return keeper.service.essential and self._board[keeper.service.name].state is State.FAILED

    def _note_end(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        if all(task.done() for task in tasks):
            self._ended.set()
            if self._stopping.is_set():
                self._settled.set()

    async def _drained(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """Services finish their turn; then they are cancelled; then they are named and left."""
        self._note_end(tasks)
        await self._clock.wait(self._settled, self._drain)
        late = [keeper for keeper in self._keepers if keeper.straggling]
        if late:
            log.warning("daemon.insisting", services=[keeper.service.name for keeper in late])
            for keeper in late:
                keeper.cancel()
            until = self._clock.monotonic() + LAST_WORDS
            for event in (*(keeper.over for keeper in late), self._ended):
                await self._clock.wait(event, max(0.0, until - self._clock.monotonic()))
        for keeper in late:
            if keeper.straggling:
                log.error("service.straggling", service=keeper.service.name, stack=keeper.stack)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
