"""Meta's logins, once a day: a new long-lived token where its time has come, and what Meta says of the one that is used."""

import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog
from pydantic import SecretStr

from lahmadaemon.clock import HOUR, Clock, Instant
from lahmadaemon.errors import Refused
from lahmadaemon.social.connections import Checked, Connection, Pair, Provider, Standing
from lahmadaemon.social.store.connections import ConnectionStore

log = structlog.get_logger()

Exchange = Callable[[SecretStr], Awaitable[tuple[SecretStr, Instant | None]]]
"""A long-lived user token for another one, and when that ends. Raises Refused where the old one is dead."""
Debug = Callable[[SecretStr], Awaitable[Checked]]
"""What Meta says of a token. Both raise UpstreamError for what passes, HopelessError where the app itself is refused."""

CHECK_AFTER = 22 * HOUR
"""Once a day, however long a day's checks take."""


def renewal_at(held: Standing) -> Instant | None:
    """Somewhere between half and four fifths of the token's life: for each another place, so that not all come at once."""
    if held.access_until is None:
        return None
    share = 0.5 + 0.3 * zlib.crc32(f"{held.creator_id}/{held.issued_at}".encode()) / 2**32
    return Instant(held.issued_at + round((held.access_until - held.issued_at) * share))


class MetaRenewal:
    """Whether an exchange makes a login last longer Meta does not say; people are warned by what is known of its end."""

    def __init__(self, store: ConnectionStore, clock: Clock, exchange: Exchange, debug: Debug) -> None:
        self._store = store
        self._clock = clock
        self._exchange, self._debug = exchange, debug

    async def look_after(self, standing: Standing) -> None:
        """Raises UpstreamError, HopelessError; then it is done at the next look."""
        now = self._clock.now()
        if abs(now - (standing.checked_at or 0)) < CHECK_AFTER:  # longer ahead: it was noted while the clock was wrong
            return
        held = await self._store.load(standing.creator_id, Provider.META)
        if held is None or not held.ok:
            return
        if (renewal := renewal_at(held)) is not None and renewal <= now < (held.access_until or now):
            held = await self._renewed(held, now)
        said = await self._debug(await self._used(held))
        if said.problem is None:
            await self._store.checked(held, now, said)
        elif await self._store.reauth(held.creator_id, Provider.META, said.problem, now, generation=held.generation):
            log.warning("social.login_lost", creator=held.creator_id, provider="meta", reason=said.problem)

    async def _renewed(self, held: Connection, now: Instant) -> Connection:
        try:
            access, until = await self._exchange(held.access)
        except Refused:  # the page tokens that came with it may live all the same
            log.warning("social.token_not_renewed", creator=held.creator_id, provider="meta", error="refused")
            return held
        pair = Pair(
            access=access, refresh=None, access_until=until, refresh_until=None, scopes=held.scopes, issued_at=now
        )
        await self._store.replace_pair(held, pair)
        log.debug("social.token_renewed", creator=held.creator_id, provider="meta", until_at=until)
        return replace(held, access=access, generation=held.generation + 1)

    async def _used(self, held: Connection) -> SecretStr:
        """The token with which posts are collected: a page's, which has no end of its own, else the creator's."""
        accounts = await self._store.accounts([held.creator_id], chosen_only=True)
        return next((each.token for each in accounts if each.token is not None), held.access)
