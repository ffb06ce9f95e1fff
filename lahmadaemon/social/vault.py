"""Seals what must not lie open in the store: tokens, under keys derived from the house's secrets."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from lahmadaemon.errors import HopelessError
from lahmadaemon.social.connections import KEY_LOST

_PURPOSE = b"lahmadaemon: tokens of creators, sealed at rest; version 1"
"""HKDF's info (RFC 5869, 3.2): the same secret gives other keys for other purposes. Another text would lose every login."""


class Vault:
    """The first secret seals, all of them open: put a new one in front, and the old ones may go once all is resealed."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        if not secrets:
            raise ValueError("a vault needs a secret")
        keys = [Fernet(_key(secret)) for secret in secrets]
        self._newest, self._any = keys[0], MultiFernet(keys)

    def seal(self, text: str) -> bytes:
        """Never twice the same."""
        return self._newest.encrypt(text.encode())

    def open(self, sealed: bytes) -> SecretStr:
        """What was sealed. Raises HopelessError (outcome `key_lost`) when no key opens it."""
        try:
            return SecretStr(self._any.decrypt(sealed).decode())
        except InvalidToken:
            raise _lost() from None

    def reseal(self, sealed: bytes) -> bytes | None:
        """The same under the first key; None where it is under it already. Raises HopelessError as `open` does."""
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            pass
        else:
            return None
        try:
            return self._any.rotate(sealed)
        except InvalidToken:
            raise _lost() from None


def _key(secret: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret)
    return base64.urlsafe_b64encode(derived)


def _lost() -> HopelessError:
    return HopelessError(
        "a stored login was sealed under another secret key: give LAHMA_SECRET_KEY its old value back (or restore"
        " secret.key in the state folder), or let the creators concerned connect again",
        outcome=KEY_LOST,
    )
