"""Turns the health of services into alarms."""

from collections import defaultdict, deque
from collections.abc import Callable
from typing import Protocol

from lahmadaemon.alerts.conditions import Alarms, Condition
from lahmadaemon.clock import MINUTE, Clock, Instant
from lahmadaemon.supervision.health import HealthBoard, ServiceHealth, State

OFTEN = 3
WITHIN = 10 * MINUTE
"""So many restarts within this time are a crash loop, also while the service happens to run."""
_LEFT_ALONE = {State.WAITING, State.STOPPING}


class Watched(Alarms, Protocol):
    """Alarms that call their watchers before they judge."""

    watchers: list[Callable[[], None]]


class HealthWatch:
    """Looks at every change on the board, and whenever the desk looks: a crash loop is over when nothing changes any more."""

    def __init__(
        self,
        board: HealthBoard,
        alarms: Watched,
        clock: Clock,
        speaks_for_itself: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`speaks_for_itself`: whether the service of that name raises its own alarms about what it stumbles over."""
        self._board = board
        self._alarms = alarms
        self._clock = clock
        self._speaks_for_itself = speaks_for_itself
        self._restarts: dict[str, deque[Instant]] = defaultdict(lambda: deque(maxlen=OFTEN))
        self._counted: dict[str, int] = defaultdict(int)
        board.listeners.append(self.look)
        alarms.watchers.append(self.look)

    def look(self) -> None:
        """Say of every service what holds and what does not."""
        report = self._board.report()
        if report.stopping:
            return
        for service in report.services:
            if service.state not in _LEFT_ALONE:
                self._say(service)

    def _say(self, service: ServiceHealth) -> None:
        stumbles = service.state is State.DEGRADED and not self._speaks_for_itself(service.name)
        crashes = service.state is State.BACKING_OFF or (service.state is not State.FAILED and self._often(service))
        holds = {
            Condition.SERVICE_FAILED: service.state is State.FAILED,
            Condition.SERVICE_CRASHING: crashes,
            Condition.SERVICE_STUMBLING: stumbles,
        }
        for condition, there in holds.items():
            if there:
                self._alarms.raise_alarm(condition, service.name, error=service.last_error or "")
            else:
                self._alarms.clear_alarm(condition, service.name)

    def _often(self, service: ServiceHealth) -> bool:
        now, restarts = self._clock.now(), self._restarts[service.name]
        if service.restarts < self._counted[service.name]:  # another service of this name, after a reload
            self._counted[service.name] = 0
            restarts.clear()
        if service.restarts > self._counted[service.name]:
            self._counted[service.name] = service.restarts
            restarts.append(now)
        return len(restarts) == OFTEN and 0 <= now - restarts[0] < WITHIN
