"""What an answer means for the errand that asked: whether its walk may know, whether it ends, who is to be left alone."""

from dataclasses import dataclass

import structlog

from lahmadaemon.http import Answer
from lahmadaemon.social.limits import Limits
from lahmadaemon.social.meta import usage
from lahmadaemon.social.meta.errors import Kind, Trouble, classify
from lahmadaemon.social.meta.fields import asks_list
from lahmadaemon.social.meta.trips import Cut, Pending, Trip

log = structlog.get_logger()

BLOCKED, THROTTLED = "blocked", "throttled"
BLOCKED_FOR = 6 * 3600.0
"""Seconds an account is left alone after Meta blocked it."""
_PLACES = {Kind.THROTTLED_APP: 0, Kind.THROTTLED_ACCOUNT: 1, Kind.THROTTLED_TOKEN: 2}
"""Within `Trip.scopes`."""
THROTTLES = frozenset(_PLACES)
_TOLD = {Kind.TOKEN_DEAD, Kind.BLOCKED, Kind.SYNTAX, Kind.OUR_BUG, *THROTTLES}


@dataclass(frozen=True)
class Again:
    """Trouble that passes."""


def judge(limits: Limits, pending: Pending, answer: Answer) -> Answer | Again | Cut:
    """The answer itself: its walk's affair, good or bad."""
    trip = pending.trip
    regains = usage.note(limits, answer.headers)
    trouble = classify(answer.status, answer.body, listing=asks_list(pending.ask))
    if trouble is None or trouble.kind is not Kind.TOKEN_DEAD:
        trip.proved = True
    if trouble is None:
        return answer
    if trouble.kind in _TOLD:
        log.info(
            "social.meta_refused", creator=trip.errand.creator_id, platform=trip.errand.platform.value,
            reason=trouble.reason, code=trouble.code, subcode=trouble.subcode, trace=trouble.trace,
        )  # fmt: skip
    if trouble.kind is Kind.TRANSIENT:
        return Again()
    if trouble.kind is Kind.TOKEN_DEAD:  # of our own account, through which others are looked at, no creator need know
        return Cut(trouble.reason, reauth=trouble.reason) if trip.own else Cut("discovery_token_dead")
    if trouble.kind is Kind.BLOCKED:
        limits.pause(trip.scopes[1], BLOCKED_FOR, BLOCKED)
        return held(limits, trip) or Cut(BLOCKED)
    if trouble.kind in THROTTLES:
        scope = scope_of(trip, trouble)
        throttled(limits, scope, regains.get(scope) or answer.retry_after)
        return held(limits, trip) or Cut(THROTTLED)
    return answer


def scope_of(trip: Trip, trouble: Trouble) -> str:
    """Whose allowance is used up."""
    return trip.scopes[_PLACES[trouble.kind]]


def throttled(limits: Limits, scope: str, regain: float | None = None) -> None:
    """As long as Meta says; of many refusals that were under way together only the first counts."""
    if limits.held(scope) is None:
        limits.refused(scope, THROTTLED, regain)


def held(limits: Limits, trip: Trip) -> Cut | None:
    """Whether nobody may ask in its name now."""
    if (pause := limits.held(*trip.scopes)) is None:
        return None
    return Cut(BLOCKED if pause.reason == BLOCKED else THROTTLED, held_until=pause.until)
