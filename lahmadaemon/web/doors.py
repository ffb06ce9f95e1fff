"""What the window is given: where to look, and the few things that can be asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from lahmadaemon.alerts.desk import Desk
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import Clock, Instant
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.health import Report
from lahmadaemon.visitors.settings import VisitorsSettings
from lahmadaemon.web.memory import Memory


@dataclass(frozen=True)
class HouseDoors:
    """For the pages and the API of the whole house. Nothing here writes but the desk, which mutes and acknowledges."""

    clock: Clock
    zone: ZoneInfo
    """The house's: of cameras' days and of times that belong to no station."""
    store: Store
    """Read only."""
    report: Callable[[], Report]
    desk: Desk
    alerts: AlertStore
    words: Wording
    open_alarms: Callable[[], list[dict[str, Any]]]
    radio: RadioSettings
    zones: Mapping[str, ZoneInfo]
    """Each station's."""
    visitors: VisitorsSettings
    last_backup: Callable[[], Instant | None] = lambda: None
    """When the newest good backup was made; None: unknown, or there is none."""
    disk_free: Callable[[], int | None] = lambda: None
    """Bytes on the store's disk."""

    @cached_property
    def memory(self) -> Memory:
        """What was made of the store lately."""
        return Memory(self.clock)


async def _house(request: Request) -> HouseDoors:
    found = request.app.state.house
    assert isinstance(found, HouseDoors)  # noqa: S101 - the window is never opened without
    return found


House = Annotated[HouseDoors, Depends(_house)]
