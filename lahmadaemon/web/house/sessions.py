"""Sessions of people who have logged in: a signed cookie, nothing kept here. A new token ends all of them."""

from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from lahmadaemon.clock import DAY, SECOND, Clock

COOKIE = "lahma_session"
LASTS = 14 * DAY
LONGEST = 512
"""Signs; nothing longer was made here."""


class Sessions:
    """Keyed by the window's token (HMAC with SHA-256, under a name of its own), so that only who knows it can make one."""

    def __init__(self, token: str, clock: Clock) -> None:
        self._clock = clock
        self._signer = URLSafeSerializer(
            token,
            salt="lahmadaemon window session 1",
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )

    def begun(self) -> str:
        """The cookie of a new one."""
        return str(self._signer.dumps(self._clock.now() + LASTS))

    def holds(self, cookie: str | None) -> bool:
        """Whether it was made here with this token, and is not over. Compared in constant time."""
        if not cookie or len(cookie) > LONGEST:
            return False
        try:
            until = self._signer.loads(cookie)
        except BadData:
            return False
        return isinstance(until, int) and 0 < until - self._clock.now() <= LASTS

    @property
    def seconds(self) -> int:
        """How long the browser keeps it."""
        return LASTS // SECOND
