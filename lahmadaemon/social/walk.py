"""How a platform is asked for a creator's posts without touching the network: a walk says what it wants to know next,
is given the answers, and hands on what it found. Whoever drives it has the tokens, the limits and the connections."""

from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lahmadaemon.clock import Instant
from lahmadaemon.social.posts import Found, Platform, Post, Profile


@dataclass(frozen=True)
class Ask:
    """One request, without host, version and token: `path` such as `17841400000000011/media` or `video/list/`."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    """Sent as JSON."""


@dataclass(frozen=True)
class Asks:
    """Several requests that do not depend on one another; answered by a list in the same order."""

    asks: tuple[Ask, ...]


@dataclass(frozen=True)
class Page:
    """What was found so far and must be kept before the walk goes on; answered by None."""

    found: tuple[Found, ...] = ()
    profile: Profile | None = None
    missing: tuple[str, ...] = ()
    """Platform ids of tracked posts that a complete look did not find."""


@dataclass(frozen=True)
class Outcome:
    """How a walk ended. `complete`: everything since the horizon was seen, so what is missing is missing."""

    complete: bool
    reasons: tuple[str, ...] = ()
    """Short names of what was left out and why, such as `insights_forbidden`."""


@dataclass(frozen=True)
class Task:
    """What a walk is to do for one account of one creator."""

    creator_id: int
    platform: Platform
    account_id: str
    """Instagram user, Facebook page, or TikTok open id."""
    horizon: Instant
    """How far back to look."""
    now: Instant
    wanted: Callable[[Post], bool]
    """Whether the post belongs to a campaign: only such posts are worth requests of their own."""
    tracked: Mapping[str, Instant] = field(default_factory=dict)
    """Posts known to belong to a campaign and published since the horizon, live until now: platform id to published at."""
    known: Collection[str] = frozenset()
    """Every post of this account we have, since the horizon."""
    scopes: frozenset[str] = frozenset()
    """What the creator has granted."""
    with_profile: bool = True


Step = Ask | Asks | Page
Walk = Generator[Step, Any, Outcome]
"""Sent an `Answer` for an Ask, a `list[Answer]` for Asks, None for a Page. Whoever drives it keeps for himself the answers
that are about the token, a limit, a block or passing trouble: a walk that cannot go on because of them is closed."""
