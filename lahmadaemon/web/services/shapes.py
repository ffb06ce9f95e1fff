"""Services, and the house. Names are those of `lahmadaemon status --json`."""

from typing import Literal

from pydantic import Field

from lahmadaemon.supervision.health import State
from lahmadaemon.web.shapes import Moment, Shape


class ServiceTold(Shape):
    """A service at this moment."""

    name: str
    room: str = Field(description="What stands before the first dot of its name")
    essential: bool
    state: State
    well: bool
    since: Moment = Field(description="Since when it is in this state")
    beaten: bool = Field(description="It has been heard of since the start")
    last_beat: Moment | None = Field(description="Its last sign of life; of most services, the end of a turn")
    last_beat_age_seconds: int | None
    restarts: int
    last_error: str | None
    restart_at: Moment | None = Field(description="Of one that is backing off: its next try")
    next_turn: Moment | None = Field(description="Until when it waits, unless something wakes it; null: it is at work")


class Services(Shape):
    """All of them, and the house at a glance."""

    at: Moment
    status: Literal["ok", "unwell"]
    headline: str
    ready: bool
    services: list[ServiceTold]


class Lag(Shape):
    """How late the event loop woke, in seconds."""

    last: float
    worst: float = Field(description="Within the last minute")


class StoreTold(Shape):
    """Where everything is kept."""

    kind: Literal["sqlite", "postgresql"]
    size_bytes: int | None
    schema_revision: str | None


class HouseTold(Shape):
    """The daemon."""

    version: str
    python: str
    started_at: Moment
    uptime_seconds: int
    status: Literal["ok", "unwell"]
    headline: str
    ready: bool
    loop_lag: Lag
    timezone: str
    rooms: dict[str, bool] = Field(description="Which are on: radio, visitors, social, telegram")
    open_alarms: int
    store: StoreTold
