"""What may be said about Telegram, and the answers to what may not."""

from typing import Any

import pytest
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from lahmadaemon.alerts.telegram import settings as module
from lahmadaemon.alerts.telegram.settings import Proxy, TelegramSettings
from lahmadaemon.configuration import Given, load
from lahmadaemon.errors import ConfigurationError
from tests.alerts_telegram.conftest import ACCOUNT, BOT, TOKEN


class House(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=True)

    telegram: TelegramSettings = Field(default_factory=TelegramSettings)


def read(values: dict[str, Any]) -> TelegramSettings:
    return load(
        House, {f"LAHMA_TELEGRAM__{k.upper()}": Given(str(v), "environment") for k, v in values.items()}
    ).telegram


def complaint(values: dict[str, Any]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(values)
    return str(caught.value)


def test_without_anything_there_is_no_telegram() -> None:
    assert not read({}).configured


def test_a_bot_and_whom_it_tells() -> None:
    settings = read(BOT | {"recipients": "@anna, 12345, -55, -1001234567890"})

    assert settings.configured
    assert settings.bot_id == 123456789
    assert settings.recipients == ("@anna", "12345", "-55", "-1001234567890")


def test_an_account_may_tell_itself() -> None:
    settings = read(ACCOUNT | {"phone": "+36 (30) 123-45.67"})

    assert settings.phone
    assert settings.phone.get_secret_value() == "+36301234567"
    assert settings.bot_id is None


def test_whoever_is_told_by_number_may_send_commands() -> None:
    assert read(BOT | {"recipients": "@anna,12345,-55"}).allowed == {12345}
    assert read(BOT | {"recipients": "12345", "operators": "777,888"}).allowed == {777, 888}


def test_somebody_told_twice_is_told_once() -> None:
    assert read(BOT | {"recipients": "@anna,5,@anna"}).recipients == ("@anna", "5")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            BOT | {"recipients": "anna"},
            "LAHMA_TELEGRAM__RECIPIENTS='anna' (environment): 'anna' is nobody: write @name",
        ),
        (BOT | {"recipients": "https://t.me/anna"}, "write @name"),
        (BOT | {"recipients": "+36301234567"}, "write @name"),
        (BOT | {"recipients": "0"}, "write @name"),
        (BOT | {"recipients": "９９"}, "write @name"),
        (BOT | {"recipients": "9" * 17}, "write @name"),
        (BOT | {"recipients": "me"}, "a bot cannot write to itself"),
        (BOT | {"phone": "+36301234567"}, "set __BOT_TOKEN or __PHONE, not both"),
        (BOT | {"operators": "@anna"}, "ask @userinfobot"),
        (BOT | {"operators": "-5"}, "ask @userinfobot"),
        (BOT | {"api_id": "x"}, "LAHMA_TELEGRAM__API_ID='x'"),
        (BOT | {"api_id": "0"}, "greater than 0"),
        (BOT | {"api_hash": "xyz"}, "LAHMA_TELEGRAM__API_HASH=**** (environment): write the 32 characters"),
        (BOT | {"bot_token": "12345"}, "LAHMA_TELEGRAM__BOT_TOKEN=**** (environment): write the token as @BotFather"),
        (
            ACCOUNT | {"phone": "06301234567"},
            "LAHMA_TELEGRAM__PHONE=**** (environment): write the number with its country",
        ),
        (BOT | {"session": "1abc"}, "LAHMA_TELEGRAM__SESSION=**** (environment): write a Telethon StringSession"),
        ({"bot_token": TOKEN}, "LAHMA_TELEGRAM: also set __API_ID, __API_HASH, __RECIPIENTS"),
        ({"api_id": "1", "api_hash": "0" * 32, "bot_token": TOKEN}, "also set __RECIPIENTS"),
        (BOT | {"proxy": "host:1080"}, "LAHMA_TELEGRAM__PROXY=**** (environment): write socks5://host:1080"),
        (BOT | {"proxy": "socks5://host:99999"}, "write socks5://"),
        (BOT | {"proxy": "https://host"}, "write socks5://"),
        (BOT | {"proxy": "mtproxy://host:443"}, "with a secret of 32 characters"),
        (BOT | {"proxy": f"mtproxy://ee{'0' * 32}676f@host:443"}, "with a secret of 32 characters"),
    ],
)
def test_a_wrong_value_is_answered_with_its_name_and_what_would_be_right(values: dict[str, Any], said: str) -> None:
    told = complaint(values)

    assert said in told
    assert TOKEN not in told


def test_no_secret_shows_in_the_settings() -> None:
    settings = read(ACCOUNT | {"session": "1" + "A" * 351 + "="})

    assert not any(
        word in f"{settings!r} {settings.model_dump_json()}" for word in ("A" * 20, "36301234567", "0123456789abcdef")
    )


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("socks5://me:p%40ss@proxy.example:1081", Proxy("socks5", "proxy.example", 1081, "me", "p@ss")),
        ("socks5://10.0.0.1", Proxy("socks5", "10.0.0.1", 1080, None, None)),
        ("http://proxy.example/", Proxy("http", "proxy.example", 3128, None, None)),
        (f"mtproxy://dd{'0a' * 16}@proxy.example", Proxy("mtproxy", "proxy.example", 443, "dd" + "0a" * 16, None)),
    ],
)
def test_a_way_around(text: str, parsed: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: object())

    assert read(BOT | {"proxy": text}).way == parsed


def test_a_proxy_without_its_library_is_refused_and_never_left_away_silently(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)

    assert "pip install 'lahmadaemon[proxy]'" in complaint(BOT | {"proxy": "socks5://user:secret@host:1080"})
    assert "secret" not in complaint(BOT | {"proxy": "socks5://user:secret@host:1080"})
