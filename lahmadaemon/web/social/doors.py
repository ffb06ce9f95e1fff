"""What the routes of the social room are given."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Annotated, Protocol
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from lahmadaemon.clock import Clock
from lahmadaemon.social.connections import Provider
from lahmadaemon.social.joining import Joining
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.campaigns import CampaignStore
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.store.creators import CreatorStore
from lahmadaemon.social.store.links import LinkStore
from lahmadaemon.social.store.posts import PostStore
from lahmadaemon.social.store.reading import PostReader
from lahmadaemon.social.store.runs import Run, RunStore
from lahmadaemon.social.store.syncs import SyncStore
from lahmadaemon.social.sums import Sums


class Refresh(Protocol):
    """As `Collect.refresh`: comes back at once, with the run that will have done it."""

    async def __call__(self, creators: frozenset[int] | None = None, campaign_id: int | None = None) -> Run: ...


@dataclass(frozen=True)
class SocialDoors:
    """Stores, and the few things that can be asked for. `zone`: that of the campaigns' days and of months."""

    settings: SocialSettings
    zone: ZoneInfo
    clock: Clock
    creators: CreatorStore
    campaigns: CampaignStore
    connections: ConnectionStore
    links: LinkStore
    posts: PostStore
    reader: PostReader
    sums: Sums
    runs: RunStore
    syncs: SyncStore
    joining: Joining
    refresh: Refresh
    sync: Callable[[], Awaitable[None]]
    """Asks for a sync with the Creators app; comes back at once."""
    lost: Callable[[], Collection[tuple[int, Provider]]] = field(default=frozenset)
    """Connections whose tokens no key opens."""


async def _doors(request: Request) -> SocialDoors:
    found = request.app.state.social
    assert isinstance(found, SocialDoors)  # noqa: S101 - these routes are there only where it is
    return found


Doors = Annotated[SocialDoors, Depends(_doors)]
