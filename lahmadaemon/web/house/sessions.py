"""Sessions of people who have logged in: a signed cookie. Only those that were ended early are kept here."""

import secrets
from collections import OrderedDict
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from lahmadaemon.clock import DAY, SECOND, Clock

COOKIE = "lahma_session"
LASTS = 14 * DAY
LONGEST = 512
"""Signs; nothing longer was made here."""
MOST_ENDED = 4096
"""In memory; those that were ended first are forgotten first."""


class Sessions:
    """Keyed by the window's token (HMAC with SHA-256, under a name of its own), so that only who knows it can make one.

    A new token ends all of them, for ever; a logout ends one, until the daemon starts anew: what reads only keeps no list.
    """

    def __init__(self, token: str, clock: Clock) -> None:
        self._clock = clock
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._signer = URLSafeSerializer(
            token,
            salt="lahmadaemon window session 2",
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )

    def begun(self) -> str:
        """The cookie of a new one."""
        return str(self._signer.dumps([self._clock.now() + LASTS, secrets.token_urlsafe(12)]))

    def holds(self, cookie: str | None) -> bool:
        """Whether it was made here with this token, and is not over. Compared in constant time."""
        found = self._read(cookie)
        return found is not None and found not in self._ended

    def end(self, cookie: str | None) -> None:
        """Whoever else has it is out, too."""
        if (found := self._read(cookie)) is not None:
            self._ended[found] = None
            while len(self._ended) > MOST_ENDED:
                self._ended.popitem(last=False)

    def _read(self, cookie: str | None) -> str | None:
        """Its name, if it is one of ours that is not over by itself."""
        if not cookie or len(cookie) > LONGEST:
            return None
        try:
            until, name = self._signer.loads(cookie)
        except (BadData, TypeError, ValueError):
            return None
        right = isinstance(until, int) and isinstance(name, str) and 0 < until - self._clock.now() <= LASTS
        return name if right else None

    @property
    def seconds(self) -> int:
        """How long the browser keeps it."""
        return LASTS // SECOND
