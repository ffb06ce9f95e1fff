"""How every service is: written by the supervisor only, read by the window, `status`, systemd and the log."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from lahmadaemon.clock import Clock, Instant, iso


class State(StrEnum):
    """The life of a service."""

    WAITING = "waiting"
    STARTING = "starting"
    RUNNING = "running"
    DEGRADED = "degraded"
    BACKING_OFF = "backing off"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


NEVER = Instant(0)
ENDED = frozenset({State.STOPPED, State.FAILED})
_AT_WORK = frozenset({State.STARTING, State.RUNNING, State.DEGRADED})
WELL = frozenset({State.WAITING, State.STARTING, State.RUNNING, State.STOPPING, State.STOPPED})


@dataclass(frozen=True)
class ServiceHealth:
    """One service at one moment; instants in ms."""

    name: str
    essential: bool
    state: State = State.WAITING
    since: Instant = NEVER
    beaten: bool = False
    last_beat: Instant | None = None
    restarts: int = 0
    last_error: str | None = None
    restart_at: Instant | None = None
    next_turn: Instant | None = None
    """Until when it waits, unless something wakes it before."""

    @property
    def well(self) -> bool:
        return self.state in WELL

    def as_json(self) -> dict[str, Any]:
        """For `/health` and `status --json`; instants as ISO 8601 UTC."""
        times = {key: iso(getattr(self, key)) for key in ("since", "last_beat", "restart_at", "next_turn")}
        return asdict(self) | {"state": self.state.value} | times


@dataclass(frozen=True)
class LoopLag:
    """How late the event loop woke, in seconds: the last time, and the worst within the last minute."""

    last: float = 0.0
    worst: float = 0.0


@dataclass(frozen=True)
class Report:
    """The whole house at one moment."""

    services: tuple[ServiceHealth, ...]
    lag: LoopLag
    started_at: Instant
    stopping: bool

    @property
    def ready(self) -> bool:
        """Every essential service has beaten once and none has failed."""
        return all(s.beaten and s.state is not State.FAILED for s in self.services if s.essential)

    @property
    def well(self) -> bool:
        return self.ready and not self.stopping and all(service.well for service in self.services)

    @property
    def headline(self) -> str:
        """One line for people and for systemd's STATUS."""
        if self.stopping:
            left = [s.name for s in self.services if s.state not in {State.STOPPED, State.FAILED}]
            return f"stopping: waiting for {', '.join(left)}" if left else "stopping"
        unwell = [f"{s.name} {s.state}" for s in self.services if not s.well]
        if unwell:
            return "unwell: " + ", ".join(unwell)
        return f"{len(self.services)} services well" if self.ready else "starting"

    def as_json(self) -> dict[str, Any]:
        return {
            "status": "ok" if self.well else "unwell",
            "headline": self.headline,
            "ready": self.ready,
            "started_at": iso(self.started_at),
            "loop_lag": {"last": round(self.lag.last, 4), "worst": round(self.lag.worst, 4)},
            "services": {service.name: service.as_json() for service in self.services},
        }


class HealthBoard:
    """The one place where states change. Listeners are called after every change and read the report themselves."""

    def __init__(self, clock: Clock) -> None:
        self.listeners: list[Callable[[], None]] = []
        self.lag = LoopLag()
        self.pausing: str | None = None
        """Why services that give way do no turns now."""
        self.disk_free: int | None = None
        """Bytes on the store's disk, as they were last seen."""
        self._clock = clock
        self._services: dict[str, ServiceHealth] = {}
        self._started_at = clock.now()
        self._stopping = False

    def enter(self, name: str, *, essential: bool) -> None:
        """Put a service on the board. Names are unique: ValueError otherwise."""
        if name in self._services:
            raise ValueError(f"two services are called {name}")
        self._services[name] = ServiceHealth(name, essential, since=self._clock.now())

    def leave(self, name: str) -> None:
        """Take a service that is gone off the board."""
        del self._services[name]
        self._tell()

    def beat(self, name: str) -> None:
        """A sign of life; the first one makes a starting service a running one."""
        was = self._services[name]
        self._services[name] = replace(was, beaten=True, last_beat=self._clock.now())
        if was.state is State.STARTING:
            self.change(name, State.RUNNING)
        elif not was.beaten:
            self._tell()

    def waits(self, name: str, until: Instant) -> None:
        """It does nothing until then; not told to listeners, for nothing has changed."""
        self._services[name] = replace(self._services[name], next_turn=until)

    def change(
        self,
        name: str,
        state: State,
        *,
        error: str | None = None,
        restarted: bool = False,
        restart_at: Instant | None = None,
    ) -> None:
        """A new state; the last error stays to be seen until another replaces it. After the stop was asked a service
        can only be stopping, stopped or failed."""
        was = self._services[name]
        state = State.STOPPING if self._stopping and state not in ENDED else state
        self._services[name] = replace(
            was,
            state=state,
            since=was.since if state is was.state else self._clock.now(),
            last_error=error or was.last_error,
            restarts=was.restarts + restarted,
            restart_at=restart_at,
            next_turn=was.next_turn if state in _AT_WORK else None,
        )
        self._tell()

    def stop(self) -> None:
        """The stop was asked."""
        self._stopping = True
        for name, service in self._services.items():
            if service.state not in ENDED:
                self._services[name] = replace(
                    service, state=State.STOPPING, since=self._clock.now(), restart_at=None, next_turn=None
                )
        self._tell()

    def _tell(self) -> None:
        for listener in self.listeners:
            listener()

    def __getitem__(self, name: str) -> ServiceHealth:
        return self._services[name]

    def report(self) -> Report:
        """A frozen picture of now."""
        return Report(tuple(self._services.values()), self.lag, self._started_at, self._stopping)
