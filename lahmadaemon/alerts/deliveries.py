"""A delivery: one message owed to one recipient. A message is its lines, each telling of one incident."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from lahmadaemon.alerts.incidents import Notice
from lahmadaemon.clock import Instant

NO_WAIT = Instant(0)
WEBHOOK = "webhook"
"""The recipient where no Telegram is configured but a webhook is."""


class Kind(StrEnum):
    """Only alarms are merged with one another."""

    ALARM = "alarm"
    DIGEST = "digest"
    WEEKLY = "weekly"
    """With a picture; its `day` is an ISO week and what it is about."""
    TEST = "test"


class Stage(StrEnum):
    """Waiting and sending ones are owed; one found sending at the start may have arrived or not."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


OWED = (Stage.WAITING, Stage.SENDING)


@dataclass(frozen=True)
class Line:
    """What a message says of one incident. `first`: the recipient has not heard of it before this message."""

    incident: int
    condition: str
    subject: str
    severity: str
    notice: Notice
    first: bool
    text: str


@dataclass(frozen=True)
class Delivery:
    """As it is kept; `random_id` is drawn once and used for every attempt."""

    number: int
    recipient: str
    kind: Kind
    day: str | None
    random_id: int
    written_at: Instant
    text: str
    told: tuple[Line, ...]
    state: Stage = Stage.WAITING
    attempts: int = 0
    not_before: Instant = NO_WAIT
    settled_at: Instant | None = None
    error: str | None = None
    fallback_at: Instant | None = None

    def as_row(self) -> dict[str, Any]:
        return vars(self) | {"told": json.dumps([asdict(line) for line in self.told])}

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self:
        told = tuple(Line(**{**line, "notice": Notice(line["notice"])}) for line in json.loads(row["told"]))
        return cls(**{**row, "kind": Kind(row["kind"]), "state": Stage(row["state"]), "told": told})


@dataclass(frozen=True)
class Owing:
    """What is not delivered: how many deliveries, and since when the oldest waits."""

    count: int
    since: Instant | None
