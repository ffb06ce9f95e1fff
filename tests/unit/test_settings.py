"""What the settings accept and how they answer what they do not."""

import io
import runpy
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from lahmadaemon.errors import ConfigurationError
from lahmadaemon.settings import example, read_settings

STATION = {
    "LAHMA_RADIO__STATIONS__LAHMACUN__URL": "https://radio.example.org/",
    "LAHMA_RADIO__STATIONS__LAHMACUN__API_KEY": "0123456789abcdef:secret",
}


def test_nothing_has_to_be_set() -> None:
    settings = read_settings(None, {}).settings

    assert settings.timezone.key == "Europe/Budapest"
    assert settings.radio.stations == {}


def test_two_settings_make_a_station() -> None:
    station = read_settings(None, STATION).settings.radio.stations["lahmacun"]

    assert (station.kind, station.url, station.station, station.timezone) == (
        "azuracast",
        "https://radio.example.org",
        "1",
        None,
    )


@pytest.mark.parametrize(
    "url", ["https://radio.example.org/api/", "https://radio.example.org/api", "https://radio.example.org"]
)
def test_the_address_may_be_copied_from_anywhere(url: str) -> None:
    settings = read_settings(None, STATION | {"LAHMA_RADIO__STATIONS__LAHMACUN__URL": url}).settings

    assert settings.radio.stations["lahmacun"].url == "https://radio.example.org"


def test_the_older_script_s_key_with_the_word_bearer_is_understood() -> None:
    settings = read_settings(None, STATION | {"LAHMA_RADIO__STATIONS__LAHMACUN__API_KEY": "Bearer a:b"}).settings

    assert settings.radio.stations["lahmacun"].secret == "a:b"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LAHMA_RADIO__STATIONS__LAHMACUN__URL", "radio.example.org", "such as https://radio.example.org"),
        ("LAHMA_RADIO__STATIONS__LAHMACUN__URL", "https://me:pw@radio.example.org", "without user"),
        ("LAHMA_RADIO__STATIONS__LAHMACUN__URL", "http://[::1", "such as https://"),
        ("LAHMA_RADIO__STATIONS__LAHMACUN__URL", "https://", "such as https://"),
        ("LAHMA_RADIO__STATIONS__LAHMACUN__URL", "http://radio example", "such as https://"),
        ("LAHMA_RADIO__STATIONS__LAHMACUN__URL", "http://radio.example.org:99999", "such as https://"),
        ("LAHMA_RADIO__STATIONS__LAHMACUN__URL", "https://radio.example.org/?key=1", "without user, password or query"),
        ("LAHMA_RADIO__STATIONS__LAHMACUN__STATION", "1/../2", "number or its short name"),
        ("LAHMA_RADIO__STATIONS__LAHMACUN__API_KEY", "Bearer ", "as AzuraCast showed it"),
        ("LAHMA_RADIO__STATIONS__LAHMACUN__TIMEZONE", "Europe/Budapst", "IANA time zone"),
        ("LAHMA_RADIO__STATIONS__LAHMACUN__KIND", "azurcast", "azuracast"),
        ("LAHMA_RADIO__EXPORT_FORMATS", "csv,xls", "'xls' is not one of csv, parquet, legacy"),
        ("LAHMA_RADIO__SNAPSHOT_EVERY", "0s", "greater than 0"),
        ("LAHMA_STORE__URL", "mysql://x/y", "sqlite:///"),
        ("LAHMA_STORE__URL", "nonsense", "sqlite:///"),
        ("LAHMA_SECRET_KEY", "short", "at least 16"),
        ("LAHMA_WEB__PORT", "70000", "less than or equal to 65535"),
    ],
)
def test_a_wrong_value_is_answered_with_its_name_and_what_would_be_right(name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_settings(None, STATION | {name: value})

    assert str(error.value).startswith(name)
    assert said in str(error.value)
    assert "pw@" not in str(error.value)


NORTH = {
    "LAHMA_VISITORS__FOLDERS__NORTH__PATH": "/north",
    "LAHMA_VISITORS__FOLDERS__NORTH__CAMERA": "gate",
    "LAHMA_VISITORS__FOLDERS__NORTH__TIMEZONE": "Asia/Hong_Kong",
    "LAHMA_VISITORS__FOLDERS__SOUTH__PATH": "/south",
}
PARK = {"LAHMA_VISITORS__PUSHES__PARK__URL": "https://partner.example/"}


@pytest.mark.parametrize("cameras", ["all", "gate", "south,gate"])
def test_a_camera_with_days_of_its_own_cannot_be_in_a_report(cameras: str) -> None:
    """Its running totals are of its own days: what is sent in time and what is made up for would differ."""
    with pytest.raises(ConfigurationError) as error:
        read_settings(None, NORTH | PARK | {"LAHMA_VISITORS__PUSHES__PARK__CAMERAS": cameras})

    for part in ("FOLDERS__NORTH__TIMEZONE", "Asia/Hong_Kong", "LAHMA_TIMEZONE", "Europe/Budapest", "PUSHES__PARK"):
        assert part in str(error.value)


@pytest.mark.parametrize(
    "given",
    [
        NORTH,
        NORTH | PARK | {"LAHMA_VISITORS__PUSHES__PARK__CAMERAS": "south"},
        NORTH | PARK | {"LAHMA_TIMEZONE": "Asia/Hong_Kong"},
        NORTH | PARK | {"LAHMA_VISITORS__FOLDERS__NORTH__TIMEZONE": "Europe/Budapest"},
    ],
)
def test_a_time_zone_of_its_own_is_fine_where_no_report_counts_the_camera_or_it_is_the_house_s(
    given: dict[str, str],
) -> None:
    assert read_settings(None, given).settings.visitors.folders["north"].timezone


def test_a_wrong_time_zone_of_the_house_is_the_only_complaint() -> None:
    with pytest.raises(ConfigurationError) as error:
        read_settings(None, NORTH | PARK | {"LAHMA_TIMEZONE": "Europe/Budapst"})

    assert str(error.value).startswith("LAHMA_TIMEZONE=")
    assert len(str(error.value).splitlines()) == 1


def test_a_settings_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no settings file"):
        read_settings(tmp_path / "mine.env", {})


def test_every_secret_is_known_to_the_log_s_redactor() -> None:
    given = STATION | {"LAHMA_WEB__TOKEN": "open sesame", "LAHMA_SECRET_KEY": "0123456789abcdef!"}

    assert set(read_settings(None, given).secrets) == {"0123456789abcdef:secret", "open sesame", "0123456789abcdef!"}


def test_the_example_file_can_be_used_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("\n".join(example()))

    assert read_settings(path, {}).given == {}


def test_the_module_prints_the_example_file() -> None:
    out = io.StringIO()
    with redirect_stdout(out), pytest.warns(RuntimeWarning, match="sys.modules"):
        runpy.run_module("lahmadaemon.settings", run_name="__main__")

    assert out.getvalue().splitlines() == list(example())
