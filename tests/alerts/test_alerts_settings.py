"""What may be written for the desk."""

from datetime import time

import pytest
from pydantic import SecretStr, ValidationError

from lahmadaemon.alerts.settings import AlertsSettings, HeartbeatSettings

GOOD = ["https://hooks.example.org/services/T0/B0/x", "http://127.0.0.1:8080/", "https://user:key@example.org/a?b=c"]
BAD = [
    "hooks.example.org",
    "ftp://example.org/x",
    "https://",
    "https://a b/",
    "http://[::1",
    "https://x:0/",
    "https://é.hu/",
]


@pytest.mark.parametrize("address", GOOD)
def test_an_address_is_kept_as_it_is(address: str) -> None:
    assert AlertsSettings(webhook=SecretStr(address)).webhook == SecretStr(address)
    assert HeartbeatSettings(url=SecretStr(address)).url == SecretStr(address)


@pytest.mark.parametrize("address", BAD)
def test_what_is_no_address_is_refused_with_what_to_write(address: str) -> None:
    with pytest.raises(ValidationError, match=r"write a whole address such as https://hooks\.example\.org/abc"):
        AlertsSettings(webhook=SecretStr(address))


@pytest.mark.parametrize(("written", "meant"), [("08:00", time(8)), ("23:59", time(23, 59)), ("off", None), ("", None)])
def test_the_hour_of_the_digest(written: str, meant: time | None) -> None:
    assert AlertsSettings(digest_at=written).digest_time == meant


@pytest.mark.parametrize("written", ["8", "24:00", "8:00", "08:60", "morning", "08:00 "])
def test_what_is_no_hour_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match="write an hour of the day such as 08:00"):
        AlertsSettings(digest_at=written)


def test_without_settings_the_desk_speaks_english_at_eight_and_posts_nowhere() -> None:
    settings = AlertsSettings()

    assert (settings.language, settings.webhook, settings.digest_time) == ("en", None, time(8))
    assert (HeartbeatSettings().url, HeartbeatSettings().every) == (None, 60.0)
