"""An incident, from the first sign of a trouble to its resolution. Plain data; what becomes of it is judged elsewhere."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import Instant

Key = tuple[Condition, str]
"""Condition and subject: of one key there is at most one incident that is not resolved."""
Detail = Mapping[str, str | float]


class State(StrEnum):
    """The life of an incident; acknowledged and muted stand beside it."""

    PENDING = "pending"
    FIRING = "firing"
    CLEARING = "clearing"
    RESOLVED = "resolved"


class Notice(StrEnum):
    """What can be said about an incident."""

    FIRING = "firing"
    REMINDER = "reminder"
    UNSTABLE = "unstable"
    RESOLVED = "resolved"
    WAS = "was"
    """It is over, and this is the first that is heard of it."""
    WITHDRAWN = "withdrawn"
    """Nothing is said any more, and what still waits to be said of it is taken back."""


@dataclass(frozen=True)
class Signal:
    """What a service said last about a condition and a subject."""

    condition: Condition
    subject: str
    raised: bool
    detail: Detail = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.condition, self.subject


@dataclass(frozen=True)
class Incident:
    """One trouble; instants in ms. `changes`: when it fired and went clear, within the last half hour."""

    number: int
    condition: Condition
    subject: str
    state: State
    raised_at: Instant
    detail: Detail = field(default_factory=dict, compare=False)
    fired_at: Instant | None = None
    cleared_at: Instant | None = None
    resolved_at: Instant | None = None
    unstable_at: Instant | None = None
    notified_at: Instant | None = None
    told: Notice | None = None
    notices: int = 0
    acked_at: Instant | None = None
    acked_by: str | None = None
    changes: tuple[Instant, ...] = ()
    owed: Notice | None = None
    owed_since: Instant | None = None

    @property
    def key(self) -> Key:
        return self.condition, self.subject

    @property
    def open(self) -> bool:
        return self.state is not State.RESOLVED

    def as_row(self) -> dict[str, Any]:
        return vars(self) | {"detail": json.dumps(dict(self.detail)), "changes": json.dumps(self.changes)}

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self:
        known = {
            "condition": Condition(row["condition"]), "state": State(row["state"]), "detail": json.loads(row["detail"]),
            "changes": tuple(json.loads(row["changes"])), "told": row["told"] and Notice(row["told"]),
            "owed": row["owed"] and Notice(row["owed"]),
        }  # fmt: skip
        return cls(**{**row, **known})


@dataclass(frozen=True)
class Mute:
    """Nothing is said of what the key names until then."""

    key: str
    until: Instant
    muted_at: Instant
    muted_by: str


@dataclass(frozen=True)
class Standing:
    """What a start goes on from; `recent`: the changes of incidents that were resolved lately."""

    incidents: Sequence[Incident]
    recent: Mapping[Key, tuple[Instant, ...]]
    mutes: Sequence[Mute]
    last_number: int
