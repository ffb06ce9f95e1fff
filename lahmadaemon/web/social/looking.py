"""The doors of the social room, for who only looks: nothing behind them takes a token, a key or the daemon."""

from collections.abc import Callable, Collection
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from lahmadaemon.clock import Clock
from lahmadaemon.errors import HopelessError
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
from lahmadaemon.store.database import Store
from lahmadaemon.web.social.doors import SocialDoors


class Closed:
    """Opens no token, so that none can be shown, and no key is needed to look. As `lahmadaemon.social.vault.Vault`."""

    def seal(self, text: str) -> bytes:  # noqa: ARG002
        raise HopelessError("nothing is sealed here")

    def open(self, sealed: bytes) -> SecretStr:  # noqa: ARG002
        raise HopelessError("nothing is opened here")

    def reseal(self, sealed: bytes) -> bytes | None:  # noqa: ARG002
        raise HopelessError("nothing is sealed here")


def doors_to_look_through(
    store: Store,
    settings: SocialSettings,
    zone: ZoneInfo,
    clock: Clock,
    lost: Callable[[], Collection[tuple[int, Provider]]] = frozenset,
) -> SocialDoors:
    """`zone`: that of the campaigns' days; `lost`: logins that no key opens."""
    closed = Closed()
    return SocialDoors(
        settings=settings, zone=zone, clock=clock, creators=CreatorStore(store),
        campaigns=CampaignStore(store, settings, zone), connections=ConnectionStore(store, closed), links=LinkStore(store),
        posts=PostStore(store, sticky=settings.sticky), reader=PostReader(store), sums=Sums(store, zone),
        runs=RunStore(store), syncs=SyncStore(store),
        joining=Joining(store, closed, settings, clock, graph=None, tokens=None),
        refresh=_nobody_collects, sync=_nobody_syncs, lost=lost,
    )  # fmt: skip


async def _nobody_collects(creators: frozenset[int] | None = None, campaign_id: int | None = None) -> Run:  # noqa: ARG001
    raise HopelessError("only the daemon collects")


async def _nobody_syncs() -> None:
    raise HopelessError("only the daemon reads the Creators app")
