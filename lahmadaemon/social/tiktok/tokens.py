"""TikTok's tokens, which rotate: one refresh of a creator's at a time, and a new pair is kept before anybody uses it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import structlog
from pydantic import SecretStr

from lahmadaemon.clock import MINUTE, Clock, Instant
from lahmadaemon.errors import Refused, UpstreamError
from lahmadaemon.social.connections import NOT_CONNECTED, Account, Connection, LoginLost, Pair, Provider, Standing
from lahmadaemon.social.finishing import to_the_end
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.settings import TikTokSettings
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.tiktok.oauth import NOT_SENT, REFUSED, OAuth, until
from lahmadaemon.social.tiktok.payload import Grant

log = structlog.get_logger()

ANSWER_LOST, REFRESH_REFUSED = "refresh_answer_lost", "refresh_refused"
REJECTED, NO_REFRESH = "access_token_rejected", "no_refresh_token"
"""Reasons for which a creator must come back."""
SHORTEST_MARGIN = 5 * MINUTE
"""Before a token's end, for clocks that differ and requests that take their time; or a tenth of its life, if that is longer."""
REST = 60.0
"""Seconds without a refresh after TikTok did not want one, where it does not say how long."""


def due(held: Connection, now: Instant) -> bool:
    """Whether the access token is to be renewed before it is used again."""
    if held.access_until is None:
        return False
    life = max(0, held.access_until - held.issued_at)
    margin = min(max(SHORTEST_MARGIN, life // 10), life // 2)
    return now >= held.access_until - margin


def half_gone(held: Standing, now: Instant) -> bool:
    """Whether so much of the refresh token's life is over that a refresh should not wait for somebody to need it."""
    return held.refresh_until is not None and now >= (held.issued_at + held.refresh_until) // 2


class TikTokTokens:
    """The only one who asks TikTok for tokens. What it holds in memory is who is busy, and pairs the store did not take yet."""

    def __init__(
        self, store: ConnectionStore, settings: TikTokSettings, client: httpx.AsyncClient, clock: Clock
    ) -> None:
        self._store = store
        self._oauth = OAuth(settings, client, clock)
        self._clock = clock
        self._busy: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._unkept: dict[int, tuple[Connection, Pair]] = {}
        self._resting_until = clock.monotonic()

    @asynccontextmanager
    async def lent(self, creator_id: int, rejected: SecretStr | None = None) -> AsyncIterator[SecretStr]:
        """An access token that lives; nobody replaces it before the block ends. `rejected`: TikTok did not want that one.

        Raises LoginLost, UpstreamError (try later; nothing is lost), HopelessError (settings, key).
        """
        async with self._busy[creator_id]:
            held = await self._held(creator_id)
            # Where the answer of a refresh was lost, this pair may be worth nothing any more, though it looks well.
            doubtful = held.refreshing_at is not None
            if doubtful or due(held, self._clock.now()) or held.access == rejected:
                held = await self._renewed(held)
                if due(held, self._clock.now()):  # the pair of an answer that was lost long ago, given once more
                    held = await self._renewed(held)
            yield held.access

    async def fresh(self, creator_id: int, rejected: SecretStr | None = None) -> SecretStr:
        """As `lent`, where it does not matter that somebody else may renew it meanwhile."""
        async with self.lent(creator_id, rejected) as token:
            return token

    async def look_after(self, creator_id: int) -> bool:
        """Renew a pair that nobody has needed for half its life; whether that was done. Raises as `lent`."""
        async with self._busy[creator_id]:
            held = await self._held(creator_id)
            if not half_gone(held, self._clock.now()):
                return False
            await self._renewed(held)
            return True

    async def rejected_twice(self, creator_id: int, token: SecretStr) -> LoginLost:
        """TikTok does not want a token that it has just given: told as a dead login, unless there is another by now."""
        async with self._busy[creator_id]:
            held = await self._held(creator_id)
            return await self._lose(held, REJECTED) if held.access == token else LoginLost(REJECTED)

    async def connect(
        self, creator_id: int, code: str, redirect_uri: str, verifier: SecretStr | None = None
    ) -> Connection:
        """The creator is back with a code, which is good once: it becomes a connection, and that is kept.

        Raises Refused where TikTok does not take the code, UpstreamError, HopelessError.
        """
        async with self._busy[creator_id]:
            await self._oauth.turn()
            return await to_the_end(self._connected(creator_id, code, redirect_uri, verifier))

    async def exchange_code(self, code: str, redirect_uri: str, verifier: SecretStr | None = None) -> Grant:
        """The tokens alone; nothing is kept. Raises as `connect`."""
        return await self._oauth.exchange(code, redirect_uri, verifier)

    async def revoke(self, token: SecretStr) -> None:
        """Tell TikTok that the app has no more business with this creator. Raises UpstreamError, HopelessError."""
        await self._oauth.revoke(token)

    async def _connected(self, creator_id: int, code: str, redirect_uri: str, verifier: SecretStr | None) -> Connection:
        granted = await self._oauth.exchange(code, redirect_uri, verifier)
        now = self._clock.now()
        made = Connection(
            creator_id=creator_id, provider=Provider.TIKTOK, user_id=granted.open_id, scopes=granted.scopes,
            access=granted.access_token, refresh=granted.refresh_token, access_until=until(now, granted.expires_in),
            refresh_until=until(now, granted.refresh_expires_in), issued_at=now, state_since=now,
        )  # fmt: skip
        account = Account(creator_id=creator_id, platform=Platform.TIKTOK, account_id=granted.open_id)
        await self._store.connect(made, [account])
        self._unkept.pop(creator_id, None)
        log.info("social.creator_connected", creator=creator_id, provider="tiktok", scopes=sorted(granted.scopes))
        return made

    async def _held(self, creator_id: int) -> Connection:
        """What is kept, after what could not be kept before is."""
        if unkept := self._unkept.get(creator_id):
            await to_the_end(self._keep(*unkept))
        held = await self._store.load(creator_id, Provider.TIKTOK)
        if held is None:
            raise LoginLost(NOT_CONNECTED)
        if not held.ok:
            raise LoginLost(held.reason or REFRESH_REFUSED)
        return held

    async def _renewed(self, held: Connection) -> Connection:
        if held.refresh is None:
            raise await self._lose(held, NO_REFRESH)
        if (rest := self._resting_until - self._clock.monotonic()) > 0:
            raise UpstreamError("TikTok gives no tokens at the moment", retry_after=rest, outcome=REFUSED)
        await self._oauth.turn()
        await to_the_end(self._refresh(held, held.refresh))
        return await self._held(held.creator_id)

    async def _refresh(self, held: Connection, token: SecretStr) -> None:
        """Marked before it leaves; what comes back is kept. Where the pair is another by now, nothing is done."""
        if not await self._store.begin_refresh(held, self._clock.now()):
            return
        unsure = held.refreshing_at is not None
        try:
            try:
                granted = await self._oauth.refresh(token)
            except UpstreamError as trouble:
                if trouble.outcome in NOT_SENT:
                    raise
                # The same token once more: TikTok may not have seen it, or gives the same pair again.
                unsure = True
                log.warning("social.token_answer_lost", creator=held.creator_id, error=str(trouble))
                granted = await self._oauth.refresh(token)
        except Refused:
            raise await self._lose(held, ANSWER_LOST if unsure else REFRESH_REFUSED) from None
        except UpstreamError as trouble:
            if trouble.outcome == REFUSED:
                trouble.retry_after = trouble.retry_after or REST
                self._resting_until = self._clock.monotonic() + trouble.retry_after
            if not unsure:
                await self._store.end_refresh(held)
            raise
        await self._keep(held, _pair(held, granted, self._clock.now()))

    async def _keep(self, held: Connection, pair: Pair) -> None:
        """Should the store fail now, the pair is in memory until it does not: the old one is worth nothing any more."""
        self._unkept[held.creator_id] = held, pair
        replaced = await self._store.replace_pair(held, pair)
        del self._unkept[held.creator_id]
        if replaced:
            log.debug("social.token_renewed", creator=held.creator_id, provider="tiktok", until_at=pair.access_until)

    async def _lose(self, held: Connection, reason: str) -> LoginLost:
        now = self._clock.now()
        if await self._store.reauth(held.creator_id, Provider.TIKTOK, reason, now, generation=held.generation):
            log.warning("social.login_lost", creator=held.creator_id, provider="tiktok", reason=reason)
        return LoginLost(reason)


def _pair(held: Connection, granted: Grant, now: Instant) -> Pair:
    """What the answer leaves out stays as it was (RFC 6749, 6), but for the access token's life, which nobody then knows."""
    kept = granted.refresh_token is None
    return Pair(
        access=granted.access_token,
        refresh=held.refresh if kept else granted.refresh_token,
        access_until=until(now, granted.expires_in),
        refresh_until=held.refresh_until if kept else until(now, granted.refresh_expires_in),
        scopes=granted.scopes or held.scopes,
        issued_at=now,
    )
