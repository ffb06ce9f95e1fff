"""Creators who were sent to a provider to log in and are expected back, each once."""

import hashlib
import secrets
from dataclasses import dataclass

from pydantic import SecretStr
from sqlalchemy import delete, insert

from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.social.connections import Provider
from lahmadaemon.social.store.sealing import Sealing
from lahmadaemon.social.store.tables import logins
from lahmadaemon.store.database import Store

LASTING = 15 * MINUTE


@dataclass(frozen=True)
class Login:
    """Who is back. `verifier`: of PKCE, where one was made; `back`: where to send them afterwards."""

    provider: Provider
    creator_id: int
    verifier: SecretStr | None
    back: str | None


class LoginStore:
    """Keeps no state as it is, only its hash: whoever reads the store cannot finish somebody's login."""

    def __init__(self, store: Store, vault: Sealing) -> None:
        self._store = store
        self._vault = vault

    async def begin_login(
        self,
        provider: Provider,
        creator_id: int,
        now: Instant,
        *,
        verifier: SecretStr | None = None,
        back: str | None = None,
    ) -> SecretStr:
        """The state to send along (RFC 6749, 10.12): good once, for a quarter of an hour."""
        state = secrets.token_urlsafe(32)
        sealed = None if verifier is None else self._vault.seal(verifier.get_secret_value())
        row = {
            "state": _hash(state), "provider": provider.value, "creator_id": creator_id, "verifier": sealed,
            "back": back, "until": Instant(now + LASTING),
        }  # fmt: skip
        async with self._store.write() as connection:
            await connection.execute(delete(logins).where(logins.c.until <= now))
            await connection.execute(insert(logins).values(row))
        return SecretStr(state)

    async def finish_login(self, provider: Provider, state: str, now: Instant) -> Login | None:
        """Whose state it is; None where it was used before, is too old, of another provider, or nobody's."""
        mine = logins.c.state == _hash(state), logins.c.provider == provider.value
        async with self._store.write() as connection:
            row = (await connection.execute(delete(logins).where(*mine).returning(logins))).first()
        if row is None or row.until <= now:
            return None
        verifier = None if row.verifier is None else self._vault.open(row.verifier)
        return Login(provider, row.creator_id, verifier, row.back)


def _hash(state: str) -> bytes:
    return hashlib.sha256(state.encode()).digest()
