"""Tokens at rest: sealed, opened by any of the house's secrets, resealed when a new one is put in front."""

import base64
from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet, InvalidToken

from lahmadaemon.errors import HopelessError
from lahmadaemon.social.vault import Vault

OLD, NEW = b"an old secret of the house", b"a new secret of the house"
SEALED = b"gAAAAABqopvAYCTQ2vAc_1Uiqo3hl_a4ePzZYzngOkvObO7avBkvl-0DyPMMVH4Yg0vT43fRFEoOktNf8yzF_j2Kd65PjflWhg=="
"""By the first release, under OLD."""


def test_what_is_sealed_opens_again_and_does_not_show() -> None:
    sealed = Vault([OLD]).seal("act.example")

    assert b"act.example" not in sealed
    opened = Vault([OLD]).open(sealed)
    assert opened.get_secret_value() == "act.example"
    assert "act.example" not in f"{opened} {opened!r}"


def test_what_an_earlier_release_sealed_opens() -> None:
    assert Vault([OLD]).open(SEALED).get_secret_value() == "act.example"


def test_the_same_token_sealed_twice_cannot_be_told_to_be_the_same() -> None:
    vault = Vault([OLD])

    assert vault.seal("same") != vault.seal("same")


def test_a_new_secret_in_front_opens_what_the_old_one_sealed() -> None:
    sealed = Vault([OLD]).seal("token")

    assert Vault([NEW, OLD]).open(sealed).get_secret_value() == "token"


def test_what_is_resealed_no_longer_needs_the_old_secret_and_is_resealed_once() -> None:
    both = Vault([NEW, OLD])
    resealed = both.reseal(Vault([OLD]).seal("token"))

    assert resealed is not None
    assert Vault([NEW]).open(resealed).get_secret_value() == "token"
    assert both.reseal(resealed) is None


@pytest.mark.parametrize("spoil", [lambda sealed: sealed, lambda sealed: sealed[:-4] + b"AAAA", lambda _: b"plain"])
def test_a_token_that_no_secret_opens_says_what_to_do_and_nothing_of_itself(spoil: Callable[[bytes], bytes]) -> None:
    broken = spoil(Vault([OLD]).seal("act.example"))
    vault = Vault([NEW])

    for use in (vault.open, vault.reseal):
        with pytest.raises(HopelessError, match="LAHMA_SECRET_KEY") as refused:
            use(broken)
        assert refused.value.outcome == "key_lost"
        assert "act.example" not in str(refused.value)


def test_the_secret_itself_is_not_the_key() -> None:
    secret = b"0123456789abcdef0123456789abcdef"
    with pytest.raises(InvalidToken):
        Fernet(base64.urlsafe_b64encode(secret)).decrypt(Vault([secret]).seal("token"))


def test_a_vault_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="secret"):
        Vault([])
