"""What the store needs of a vault, so that reading a list does not load a cryptographic library."""

from typing import Protocol

from pydantic import SecretStr


class Sealing(Protocol):
    """As `lahmadaemon.social.vault.Vault`."""

    def seal(self, text: str) -> bytes: ...

    def open(self, sealed: bytes) -> SecretStr:
        """Raises HopelessError when no key opens it."""
        ...

    def reseal(self, sealed: bytes) -> bytes | None:
        """None where the first key has sealed it. Raises as `open` does."""
        ...
