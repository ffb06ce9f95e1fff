"""How a creator leaves a provider, or is forgotten: there as far as it answers, here in any case."""

from dataclasses import dataclass

import structlog

from lahmadaemon.errors import HopelessError, Refused, UpstreamError
from lahmadaemon.social.connections import NOT_CONNECTED, LoginLost, Provider
from lahmadaemon.social.meta import connecting as meta
from lahmadaemon.social.meta.graph import Graph
from lahmadaemon.social.not_joined import NotConfigured
from lahmadaemon.social.store import leaving
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.store.creators import CreatorStore
from lahmadaemon.social.store.posts import PostStore
from lahmadaemon.social.store.runs import RunStore
from lahmadaemon.social.tiktok.tokens import TikTokTokens
from lahmadaemon.store.database import Store

log = structlog.get_logger()

UNREACHABLE, REFUSED, TOKEN_DEAD = "provider_unreachable", "refused", "token_dead"
"""Reasons for which a login was not revoked."""


@dataclass(frozen=True)
class Left:
    """A connection is gone from here. `revoked`: at the provider too; otherwise `reason` says why not."""

    provider: Provider
    revoked: bool
    reason: str | None = None


class Leaving:
    """Every way out. `graph`, `tokens`: None where that provider is not configured."""

    def __init__(
        self, store: Store, connections: ConnectionStore, creators: CreatorStore, graph: Graph | None,
        tokens: TikTokTokens | None,
    ) -> None:  # fmt: skip
        self._store = store
        self._connections, self._creators = connections, creators
        self._graph, self._tokens = graph, tokens

    async def leave(self, creator_id: int, provider: Provider | None = None) -> list[Left]:
        """End a creator's connections, or the one: there as far as the provider answers, here in any case. Posts stay."""
        left = []
        for each in Provider if provider is None else (provider,):
            reason = await self._revoked(creator_id, each)
            if await leaving.disconnect(self._store, creator_id, each):
                left.append(Left(each, revoked=reason is None, reason=reason))
                log.info("social.creator_left", creator=creator_id, provider=each.value, not_revoked=reason)
        return left

    async def forget(self, creator_id: int) -> list[Left]:
        """Remove everything of a creator's, from all stores, and end their connections. Once more does no harm."""
        known = await self._creators.by_id(creator_id)
        left = await self._left(creator_id)
        await self._creators.forget(creator_id)  # first: what a run under way still brings is not kept from now on
        await PostStore(self._store).forget(creator_id)
        await RunStore(self._store).forget(creator_id)
        await self._connections.forget(creator_id)
        if known or left:
            not_revoked = [each.provider.value for each in left if not each.revoked]
            log.info("social.creator_forgotten", creator=creator_id, not_revoked=not_revoked)
        return left

    async def _left(self, creator_id: int) -> list[Left]:
        """Revoked as far as it goes; the rows are still there."""
        held = await self._connections.standings([creator_id])
        reasons = {each.provider: await self._revoked(creator_id, each.provider) for each in held}
        return [Left(each, revoked=reason is None, reason=reason) for each, reason in reasons.items()]

    async def _revoked(self, creator_id: int, provider: Provider) -> str | None:
        """None: revoked. Otherwise why not."""
        try:
            return await (
                self._meta_revoked(creator_id) if provider is Provider.META else self._tiktok_revoked(creator_id)
            )
        except LoginLost as lost:
            return lost.reason
        except UpstreamError:
            return UNREACHABLE
        except HopelessError as error:
            return error.outcome
        except Refused:
            return REFUSED

    async def _tiktok_revoked(self, creator_id: int) -> str | None:
        if self._tokens is None:
            return NotConfigured.reason
        async with self._tokens.lent(creator_id) as token:
            await self._tokens.revoke(token)
        return None

    async def _meta_revoked(self, creator_id: int) -> str | None:
        held = await self._connections.load(creator_id, Provider.META)
        if held is None:
            return NOT_CONNECTED
        if self._graph is None:
            return NotConfigured.reason
        return None if await meta.revoke(self._graph, held.user_id, held.access) else held.reason or TOKEN_DEAD
