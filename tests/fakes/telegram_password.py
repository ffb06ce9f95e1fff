"""Telegram's second factor, the server's half of SRP: the password itself never crosses the wire."""

import os
from typing import Any

from telethon import password as client
from telethon.tl import types

from tests.fakes.mtproto import GENERATOR, PRIME


class Password:
    """What a server keeps of a password, and its side of one proof."""

    def __init__(self, password: str) -> None:
        self._algorithm = types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
            os.urandom(8), os.urandom(16), GENERATOR, PRIME.to_bytes(256, "big")
        )
        self._verifier = pow(GENERATOR, int.from_bytes(client.compute_hash(self._algorithm, password), "big"), PRIME)
        self._secret = int.from_bytes(os.urandom(256), "big")
        self._multiplier = int.from_bytes(client.sha256(_wide(PRIME), _wide(GENERATOR)), "big")
        self._public = (self._multiplier * self._verifier + pow(GENERATOR, self._secret, PRIME)) % PRIME

    def asked(self) -> types.account.Password:
        """account.getPassword."""
        unknown = types.SecurePasswordKdfAlgoUnknown()
        return types.account.Password(
            types.PasswordKdfAlgoUnknown(), unknown, os.urandom(32), has_password=True,
            current_algo=self._algorithm, srp_B=_wide(self._public), srp_id=1,
        )  # fmt: skip

    def is_proved_by(self, proof: Any) -> bool:
        """Whether whoever sent the proof knows the password."""
        theirs = int.from_bytes(proof.A, "big")
        mixed = int.from_bytes(client.sha256(_wide(theirs), _wide(self._public)), "big")
        shared = pow(theirs * pow(self._verifier, mixed, PRIME), self._secret, PRIME)
        expected = client.sha256(
            client.xor(client.sha256(_wide(PRIME)), client.sha256(_wide(GENERATOR))),
            client.sha256(self._algorithm.salt1), client.sha256(self._algorithm.salt2),
            _wide(theirs), _wide(self._public), client.sha256(_wide(shared)),
        )  # fmt: skip
        return bool(expected == proof.M1)


def _wide(value: int) -> bytes:
    return value.to_bytes(256, "big")
