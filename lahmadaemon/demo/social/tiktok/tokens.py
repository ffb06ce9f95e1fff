"""Access and refresh tokens: their lifetimes, their rotation, and who used one that had been rotated away."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

from lahmadaemon.clock import SECOND, Clock, Instant

SCOPES = ("user.info.basic", "user.info.profile", "user.info.stats", "video.list")
"""All that the app may ask for."""


@dataclass(eq=False)
class Pair:
    """What one answer of the token endpoint gave. `used`: somebody has shown one of the two since."""

    creator_id: int
    open_id: str
    scopes: tuple[str, ...]
    access: str
    refresh: str
    access_until: Instant
    refresh_until: Instant
    used: bool = False
    heir: "Pair | None" = None
    """The pair a refresh gave in its place."""


class Tokens:
    """Of each creator's pairs the newest lives, and with `grace` the one before it until the newest is first used.

    Lifetimes in seconds. `rotates=False` is how TikTok was before November 2026: a refresh gives the same refresh token.
    """

    def __init__(self, clock: Clock, access_life: float, refresh_life: float, *, grace: bool) -> None:
        self.access_life, self.refresh_life = access_life, refresh_life
        self.grace = grace
        self.rotates = True
        self.refreshes = 0
        self.used_after_rotation = 0
        self._clock = clock
        self._serial = count(1)
        self._by_access: dict[str, Pair] = {}
        self._by_refresh: dict[str, Pair] = {}
        self._of: defaultdict[int, list[Pair]] = defaultdict(list)

    def issue(self, creator_id: int, open_id: str, scopes: Iterable[str], refresh: str | None = None) -> Pair:
        """A new pair; `refresh`: the refresh token to keep."""
        now, serial = self._clock.now(), next(self._serial)
        pair = Pair(
            creator_id, open_id, tuple(scopes),
            f"act.example{creator_id}access{serial:06}", refresh or f"rft.example{creator_id}refresh{serial:06}",
            Instant(now + round(self.access_life * SECOND)), Instant(now + round(self.refresh_life * SECOND)),
        )  # fmt: skip
        self._by_access[pair.access] = self._by_refresh[pair.refresh] = pair
        self._of[creator_id].append(pair)
        return pair

    def owner(self, token: str) -> int | None:
        """Whose token it is or was."""
        pair = self._by_access.get(token) or self._by_refresh.get(token)
        return pair.creator_id if pair else None

    def bearer(self, access: str) -> Pair | None:
        """The pair of a living access token, which is used with this."""
        pair = self._by_access.get(access)
        if pair is None or not self._lives(pair) or pair.access_until <= self._clock.now():
            return None
        pair.used = True
        return pair

    def refresh(self, refresh: str) -> Pair | None:
        """The new pair for a living refresh token; within the grace the same one again."""
        pair = self._by_refresh.get(refresh)
        if pair is None or not self._lives(pair) or pair.refresh_until <= self._clock.now():
            return None
        if pair.heir:
            return pair.heir
        pair.used = True
        self.refreshes += 1
        made = self.issue(pair.creator_id, pair.open_id, pair.scopes, None if self.rotates else pair.refresh)
        if self.rotates:
            pair.heir = made
        return made

    def kill(self, creator_id: int, *, refresh: bool = True) -> None:
        """The creator has taken the app off, or with `refresh=False` only the access token died before its time."""
        now = self._clock.now()
        for pair in self._of[creator_id]:
            pair.access_until = min(pair.access_until, now)
            if refresh:
                pair.refresh_until = min(pair.refresh_until, now)

    def told(self, pair: Pair) -> dict[str, Any]:
        """As the token endpoint answers; lifetimes are what is left of them."""
        now = self._clock.now()
        return {
            "access_token": pair.access,
            "expires_in": max(0, (pair.access_until - now) // SECOND),
            "open_id": pair.open_id,
            "refresh_expires_in": max(0, (pair.refresh_until - now) // SECOND),
            "refresh_token": pair.refresh,
            "scope": ",".join(pair.scopes),
            "token_type": "Bearer",
        }

    def _lives(self, pair: Pair) -> bool:
        if pair.heir is None or (self.grace and not pair.heir.used):
            return True
        self.used_after_rotation += 1
        return False
