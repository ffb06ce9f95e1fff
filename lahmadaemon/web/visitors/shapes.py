"""Counts of cameras. Names are those of `lahmadaemon visitors … --json` and `push list --json`."""

from enum import StrEnum

from pydantic import Field

from lahmadaemon.visitors.intake.crossings import Status
from lahmadaemon.visitors.push.pushes import State
from lahmadaemon.web.shapes import Day, Moment, Shape


class Life(StrEnum):
    """How a camera is, by its files."""

    FRESH = "fresh"
    SILENT = "silent"
    """No file for longer than QUIET_AFTER, within opening hours."""
    ONLY_EMPTY = "only_empty"
    ONLY_INVALID = "only_invalid"
    CLOSED = "closed"
    """Nobody watches at this hour."""
    NEVER = "never"
    """No file yet."""


class VisitorDay(Shape):
    """A camera's day."""

    camera: str
    day: Day
    ins: int
    outs: int
    others: int = Field(description="Neither in nor out")
    stay: int = Field(description="In minus out, never below 0")
    first_at: Moment
    last_at: Moment


class VisitorDays(Shape):
    """By day, then by camera; without what nobody counted."""

    days: list[VisitorDay]


class CameraNow(Shape):
    """A camera at this moment. Counts are null where nothing came of it today."""

    camera: str
    folder: str | None = Field(description="Its name in the settings; null: it is not watched any more")
    day: Day = Field(description="Today, on the camera's clock")
    ins: int | None
    outs: int | None
    others: int | None
    stay: int | None
    first_at: Moment | None
    last_at: Moment | None
    last_file_at: Moment | None
    last_file_age_seconds: int | None
    last_crossing: Moment | None = Field(description="By the camera's clock")
    state: Life
    quiet_after_seconds: float


class VisitorsNow(Shape):
    """All cameras that are watched."""

    at: Moment
    timezone: str
    cameras: list[CameraNow]


class CrossingHour(Shape):
    """One hour of one camera."""

    start: Moment
    local: str = Field(description="On the camera's clock, with its offset", examples=["2026-10-21T19:00+02:00"])
    hour: int = Field(ge=0, le=23)
    ins: int
    outs: int
    others: int


class CameraCrossings(Shape):
    """A camera's day, hour by hour; hours to come, and days of which nothing is known, are not in it."""

    camera: str
    day: Day
    hours: list[CrossingHour]


class Crossings(Shape):
    """By camera."""

    cameras: list[CameraCrossings]


class VisitorFile(Shape):
    """A file, and what became of it."""

    camera: str
    name: str
    digest: str
    size: int
    committed_at: Moment
    status: Status
    reason: str | None
    rows_new: int
    rows_known: int
    rows_bad: int


class VisitorPush(Shape):
    """A report to a partner."""

    target: str
    ssid: str
    window: str = Field(description="Its end, on the house's clock")
    day: Day
    state: State
    attempts: int
    written_at: Moment
    due_at: Moment
    keep_until: Moment
    settled_at: Moment | None
    status: int | None = Field(description="Of the last answer")
    desc: str | None = Field(description="What the partner said in it")
    error: str | None
    answer: str | None
    latency_ms: int | None
    idempotency_key: str
    sha256: str
