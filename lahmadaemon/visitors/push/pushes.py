"""A push as it is kept, and what becomes of it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from lahmadaemon.clock import Instant
from lahmadaemon.visitors.push.answers import Judgement, Verdict

REFUSALS = 3
"""A word may be a slip of the partner's; the third of the same bytes is not."""


class State(StrEnum):
    """The life of a push. Only waiting ones are sent."""

    WAITING = "waiting"
    SENDING = "sending"
    """Handed over, no outcome known yet. Found at rest, it may have arrived."""
    DELIVERED = "delivered"
    DEAD = "dead"
    SKIPPED = "skipped"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


OWED = (State.WAITING, State.SENDING)
AT_ONCE = 0
"""A `due_at` that asks for the next try now, whatever the pace."""


@dataclass(frozen=True)
class Push:
    """One row. `body` never changes once it is written; `keep_until`: when a failure becomes final."""

    target: str
    ssid: str
    window_end: Instant
    day: str
    written_at: Instant
    body: bytes
    digest: bytes
    key: str
    state: State
    attempts: int
    refusals: int
    due_at: Instant
    keep_until: Instant
    settled_at: Instant | None = None
    status: int | None = None
    desc: str | None = None
    answer: str | None = None
    error: str | None = None
    latency: int | None = None


def consequence(push: Push, judgement: Judgement, now: Instant, *, skip_unsure: bool) -> State:
    """What becomes of a push that was answered so."""
    match judgement.verdict:
        case Verdict.DELIVERED:
            return State.DELIVERED
        case Verdict.PERMANENT:
            return State.DEAD
        case Verdict.BLOCKED:  # nothing of it is the report's fault, and nothing is dropped
            return State.WAITING
        case Verdict.REFUSED:
            return State.DEAD if push.refusals + 1 >= REFUSALS else State.WAITING
        case Verdict.AMBIGUOUS if skip_unsure:
            return State.SKIPPED
    return State.DEAD if now >= push.keep_until else State.WAITING
