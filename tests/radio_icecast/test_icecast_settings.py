"""A station that is a plain Icecast, as somebody writes it down."""

import asyncio
from pathlib import Path

import pytest

from lahmadaemon.clock import SystemClock
from lahmadaemon.daemon import open_house
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio.icecast.source import Icecast
from lahmadaemon.radio.snapshots import Snapshots
from lahmadaemon.settings import read_settings
from lahmadaemon.systemd import Notifier

NAME = "LAHMA_RADIO__STATIONS__POGACSA__"
ICECAST = {f"{NAME}KIND": "icecast", f"{NAME}URL": "http://stream.example.org:8000/", f"{NAME}PASSWORD": "secret pw"}
AZURACAST = {f"{NAME}URL": "https://radio.example.org", f"{NAME}API_KEY": "a:b"}


def test_an_address_and_a_password_make_a_station() -> None:
    station = read_settings(None, ICECAST).settings.radio.stations["pogacsa"]

    assert (station.url, station.user, station.secret) == ("http://stream.example.org:8000", "admin", "secret pw")
    assert station.mounts == ()


def test_mounts_are_named_with_commas_and_count_once() -> None:
    named = ICECAST | {f"{NAME}MOUNTS": "/radio.mp3, /radio.ogg,/radio.mp3"}

    assert read_settings(None, named).settings.radio.stations["pogacsa"].mounts == ("/radio.mp3", "/radio.ogg")


@pytest.mark.parametrize(
    ("given", "name", "said"),
    [
        ({f"{NAME}URL": "https://x"}, "API_KEY", "an AzuraCast station needs an API key"),
        ({f"{NAME}URL": "https://x"}, "API_KEY", "KIND=icecast"),
        (ICECAST | {f"{NAME}PASSWORD": ""}, "PASSWORD", "needs the password of its USER"),
        (ICECAST | {f"{NAME}USER": "admin:secret"}, "USER", "goes into PASSWORD"),
        (ICECAST | {f"{NAME}MOUNTS": "radio.mp3"}, "MOUNTS", "/radio.mp3"),
        (AZURACAST | {f"{NAME}MOUNTS": "/radio.mp3"}, "MOUNTS", "leave MOUNTS out, or write KIND=icecast"),
        (ICECAST | {f"{NAME}KIND": "icecats"}, "KIND", "did you mean icecast?"),
    ],
)
def test_what_is_wrong_or_missing_is_said_under_its_name(given: dict[str, str], name: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_settings(None, given)

    [line] = str(error.value).splitlines()
    assert line.startswith(f"{NAME}{name}")
    assert said in line
    assert "secret" not in line.replace("admin:secret", "")


def test_the_password_is_a_secret_and_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from a file\n")
    given = {name: value for name, value in ICECAST.items() if "PASSWORD" not in name}

    loaded = read_settings(None, given | {f"{NAME}PASSWORD_FILE": str(tmp_path / "password")})

    assert loaded.settings.radio.stations["pogacsa"].secret == "from a file"
    assert loaded.secrets == ["from a file"]


async def test_the_house_measures_it(tmp_path: Path) -> None:
    settings = await asyncio.to_thread(read_settings, None, ICECAST | {"LAHMA_STATE_FOLDER": str(tmp_path)})
    async with open_house(settings.settings, SystemClock(), Notifier({})) as house:
        service = house.service("radio.snapshot.pogacsa")

    assert isinstance(service, Snapshots)
    assert isinstance(service._source, Icecast)
