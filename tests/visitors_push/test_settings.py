"""A target's settings, as somebody would write them, right and wrong."""

from typing import Any

import pytest
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from lahmadaemon.configuration import Given, Group, load, settings_of
from lahmadaemon.visitors.push.settings import PushSettings

URL = "http://192.0.2.7:8080/reportParkPeopleFlow"


class Visitors(Group):
    pushes: dict[str, PushSettings] = Field(default_factory=dict)


class House(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    visitors: Visitors = Visitors()


def given(**settings: str) -> PushSettings:
    names = {f"LAHMA_VISITORS__PUSHES__PARK__{name.upper()}": value for name, value in settings.items()}
    return load(House, {name: Given(value, "environment") for name, value in names.items()}).visitors.pushes["park"]


def test_an_address_is_all_that_must_be_given() -> None:
    settings = given(url=URL)

    assert (settings.ssid, settings.every_ms, settings.chosen, settings.settle) == ("SS-007", 300_000, None, 20.0)
    assert (settings.count_type, settings.count_id) == ("Count", "901")
    assert (settings.in_type, settings.in_id) == ("CountAccuIn", "902")
    assert (settings.out_type, settings.out_id) == ("CountAccuOut", "903")
    assert (settings.accepted, settings.when_unsure, settings.catch_up) == ((), "resend", "all")
    assert (settings.keep_trying, settings.token) == (72 * 3600.0, None)


def test_all_may_be_written_into_a_file() -> None:
    settings = given(
        url=f"{URL}?key=1", cameras="north, south", count_id="A1", accepted="Success,OK", every="15m", settle="0",
        token="Bearer abc", when_unsure="skip", catch_up="latest", keep_trying="7d",
    )  # fmt: skip

    assert (settings.chosen, settings.count_id, settings.accepted) == (("north", "south"), "A1", ("Success", "OK"))
    assert settings.token == SecretStr("abc")
    assert settings.every == 900.0


@pytest.mark.parametrize(
    ("wrong", "help_"),
    [
        ({"url": "partner.example/report"}, "such as https://partner.example/report"),
        ({"url": "ftp://partner.example/report"}, "such as https"),
        ({"url": "https://me:secret@partner.example/"}, "without user or password"),
        ({"url": "https://partner.example/a b"}, "such as https"),
        ({"url": "https://partner.example:0/"}, "such as https"),
        ({"url": "https://partner.example:port/"}, "port"),
        ({"url": "http://[::1"}, "such as https://"),
        # none of these can be asked: they passed `check` and crashed every turn
        ({"url": "http://例..example/"}, "such as https"),
        ({"url": "http://ü..de/"}, "such as https"),
        ({"url": "http://partner.example/\x7f"}, "such as https"),
        ({"url": "http://192.0.2.700/"}, "such as https"),
        ({"url": "http://xn--a/"}, "such as https"),
        ({"every": 7 * 60.0}, "divides a day"),
        ({"every": 10.0005}, "divides a day"),
        ({"every": 5.0}, "greater than or equal to 10"),
        ({"cameras": ("all", "north")}, "all alone"),
        ({"cameras": ()}, "at least 1"),
        ({"token": "schlüssel"}, "plain characters"),
        ({"token": "Bearer "}, "plain characters"),
        ({"settle": 3601.0}, "less than or equal"),
        ({"keep_trying": 0.0}, "greater than 0"),
        ({"ssid": ""}, "at least 1"),
        ({"when_unsure": "guess"}, "'resend' or 'skip'"),
    ],
)
def test_what_is_wrong_is_refused_with_help(wrong: dict[str, Any], help_: str) -> None:
    with pytest.raises(ValidationError, match=help_):
        PushSettings(**{"url": URL} | wrong)


@pytest.mark.parametrize("every", [10.0, 45 * 60.0, 90 * 60.0, 86_400.0])
def test_any_length_that_divides_a_day_will_do(every: float) -> None:
    assert PushSettings(url=URL, every=every).every == every


@pytest.mark.parametrize("url", ["http://例.example/上傳", "https://[2001:db8::7]:8443/a?b=c", "http://a_b.example./"])
def test_an_unusual_address_is_one_too(url: str) -> None:
    assert PushSettings(url=url).url == url


def test_every_setting_says_in_a_line_what_it_is() -> None:
    assert all(0 < len(setting.description) <= 100 for setting in settings_of(PushSettings))
    assert [setting.name for setting in settings_of(PushSettings) if setting.secret] == ["LAHMA_TOKEN"]
