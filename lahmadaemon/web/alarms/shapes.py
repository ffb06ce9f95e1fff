"""Alarms, mutes and deliveries. Names are those of `lahmadaemon alarms --json`."""

from typing import Annotated

from pydantic import Field

from lahmadaemon.alerts.conditions import Condition, Severity
from lahmadaemon.alerts.deliveries import Kind, Stage
from lahmadaemon.alerts.incidents import State
from lahmadaemon.web.shapes import Moment, Shape


class Alarm(Shape):
    """One trouble, from its first sign to its end."""

    number: int
    condition: Condition
    subject: str
    severity: Severity
    state: State
    raised_at: Moment
    fired_at: Moment | None
    cleared_at: Moment | None
    resolved_at: Moment | None
    acked_at: Moment | None
    acked_by: str | None
    unstable: bool
    muted_until: Moment | None = Field(description="Nothing is said of it until then")
    text: str = Field(description="What it is about, in the house's language")
    detail: dict[str, str | float]


class Mute(Shape):
    """Nothing is said of what the key names until then."""

    key: str
    until: Moment
    muted_at: Moment
    muted_by: str


class Mutes(Shape):
    """Those that hold now."""

    items: list[Mute]


class Delivery(Shape):
    """A message owed to somebody, and what became of it."""

    number: int
    recipient: str
    kind: Kind
    day: str | None = Field(description="Of a digest or a letter: what it is about")
    written_at: Moment
    text: str
    state: Stage
    attempts: int
    not_before: Moment | None = Field(description="Of one that waits: not tried again before then")
    settled_at: Moment | None
    error: str | None


class Acknowledged(Shape):
    """No reminders of these any more; their end is still told."""

    alarms: list[Alarm]


class Quiet(Shape):
    """For how long."""

    duration: Annotated[str, Field(max_length=20, examples=["2h"], description="From 1s to 30d")]


class Unmuted(Shape):
    """It is spoken of again."""

    key: str
