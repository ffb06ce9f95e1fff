"""What a driver of walks is given, and what it gives back: the same for every platform."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pydantic import SecretStr

from lahmadaemon.clock import Instant
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.walk import Page, Walk


class Result(StrEnum):
    """How one account's part of a run ended."""

    OK = "ok"
    PARTIAL = "partial"
    """Some of it is kept, `reason` says what is missing."""
    SKIPPED = "skipped"
    """Nothing was asked, or nothing came."""


@dataclass(frozen=True, eq=False)
class Errand:
    """One account's walk. `token`: the page token it is walked with; TikTok's are looked up, since they change on the way."""

    creator_id: int
    platform: Platform
    account_id: str
    walk: Walk
    token: SecretStr | None = None
    generation: int | None = None
    """Of the login behind it: should the token be dead, a newer login is not."""

    @property
    def name(self) -> str:
        """For logs."""
        return f"{self.platform}:{self.creator_id}"


@dataclass(frozen=True)
class Ended:
    """How an errand ended; `complete`: everything since its horizon was seen. `asks`: requests the platform counted."""

    result: Result
    complete: bool = False
    reason: str | None = None
    posts: int = 0
    asks: int = 0
    held_until: Instant | None = None
    """Before then this account is not to be asked again."""
    reauth: str | None = None
    """The token is dead, and why: only the creator can help."""


class Keeper(Protocol):
    """Who keeps what drivers bring."""

    async def keep(self, pages: Sequence[tuple[Errand, Page]]) -> None:
        """In one transaction; when it returns, they are durable."""
        ...

    async def ended(self, ended: Sequence[tuple[Errand, Ended]]) -> None:
        """Each errand exactly once."""
        ...


class Driver(Protocol):
    """Drives errands of one provider side by side, within its limits. One errand's trouble is nobody else's."""

    async def drive(self, errands: Sequence[Errand], keeper: Keeper, stopping: Callable[[], bool]) -> None:
        """Until every errand has ended; those not begun when `stopping` becomes true end as skipped, `stopped`.

        What the keeper raises goes on to the caller.
        """
        ...
