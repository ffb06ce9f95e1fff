"""Runs of the collector, readings of the Creators app, and limits."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from pydantic import Field

from lahmadaemon.clock import Instant, iso
from lahmadaemon.social.driving import Result
from lahmadaemon.social.limits import Pause
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store import runs
from lahmadaemon.social.store.syncs import Part
from lahmadaemon.social.store.syncs import Reading as Asked
from lahmadaemon.web.social.shapes.basics import Moment, Shape, moment


class RunStatus(StrEnum):
    """Where a run is."""

    RUNNING = "running"
    ENDED = "ended"
    BROKEN = "broken"
    """It ended before everybody was asked; `problem` says why."""


class Run(Shape):
    """One run of the collector."""

    id: str
    kind: str = Field(description="collect: by age; stories; refresh: asked for by somebody")
    status: RunStatus
    started_at: Moment
    ended_at: Moment | None
    accounts: int = Field(description="How many there are to ask; 0 until it has begun")
    done: int
    percent: float
    problem: str | None


class Outcome(Shape):
    """How an account fared in a run."""

    creator_id: int
    platform: Platform
    account_id: str
    result: Result
    reason: str | None
    posts: int
    asks: int = Field(description="Requests that the platform counts")
    ended_at: Moment


class RunInFull(Run):
    """With how each account fared so far."""

    results: list[Outcome]


class Synced(Shape):
    """The last reading of a part of the Creators app."""

    part: Part
    asked_at: Moment | None = Field(description="null: never yet")
    good_at: Moment | None = Field(description="That of the data in force")
    problem: str | None


class Sync(Shape):
    """What is known of the Creators app."""

    parts: list[Synced]


class Held(Shape):
    """A limit that is exhausted: nothing is asked within it before `until`."""

    scope: str = Field(description="meta.app, meta.account.<id>, tiktok.<endpoint>")
    until: Moment
    reason: str


class Limits(Shape):
    """Those in force now."""

    items: list[Held]


def status(of: runs.Run) -> RunStatus:
    if of.ended_at is None:
        return RunStatus.RUNNING
    return RunStatus.BROKEN if of.problem else RunStatus.ENDED


def percent(of: runs.Run) -> float:
    """A run in which there was nobody to ask is done when it is over."""
    if of.accounts:
        return round(100 * min(of.done, of.accounts) / of.accounts, 1)
    return 0.0 if of.ended_at is None else 100.0


def run(of: runs.Run) -> Run:
    return Run(
        id=of.run_id, kind=of.kind, status=status(of), started_at=moment(of.started_at), ended_at=iso(of.ended_at),
        accounts=of.accounts, done=of.done, percent=percent(of), problem=of.problem,
    )  # fmt: skip


def run_in_full(of: runs.Run, results: Sequence[runs.Fared]) -> RunInFull:
    told = [
        Outcome(
            creator_id=each.creator_id, platform=each.platform, account_id=each.account_id, result=each.result,
            reason=each.reason, posts=each.posts, asks=each.asks, ended_at=moment(each.ended_at),
        )
        for each in results
    ]  # fmt: skip
    return RunInFull(**run(of).model_dump(), results=told)


def sync(readings: Mapping[Part, Asked]) -> Sync:
    return Sync(parts=[_synced(part, readings.get(part)) for part in Part])


def _synced(part: Part, of: Asked | None) -> Synced:
    if of is None:
        return Synced(part=part, asked_at=None, good_at=None, problem=None)
    return Synced(part=part, asked_at=iso(of.asked_at), good_at=iso(of.good_at), problem=of.problem)


def limits(pauses: Iterable[Pause], now: Instant) -> Limits:
    holding = sorted((each for each in pauses if each.until > now), key=lambda each: each.scope)
    return Limits(items=[Held(scope=each.scope, until=moment(each.until), reason=each.reason) for each in holding])
