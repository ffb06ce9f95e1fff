"""What the daemon sets up for itself: its folder, its key, its doorbell."""

import asyncio
import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from lahmadaemon.building.secret import SECRET_FILE, house_secret
from lahmadaemon.clock import SystemClock
from lahmadaemon.daemon import open_house
from lahmadaemon.doorbell import Doorbell
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.serving import bind, serving
from lahmadaemon.settings import Settings, read_settings, station_zone
from lahmadaemon.systemd import Notifier


def settings_in(folder: Path, **more: str) -> Settings:
    return read_settings(None, {"LAHMA_STATE_FOLDER": str(folder), "LAHMA_WEB__PORT": "0"} | more).settings


def test_the_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    first, second = house_secret(settings_in(tmp_path)), house_secret(settings_in(tmp_path))

    assert first == second
    assert len(first) == 64
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_FILE]
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600


def test_a_key_in_the_settings_comes_first(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, LAHMA_SECRET_KEY="a key of one's own")

    assert settings.secret_key == SecretStr("a key of one's own")
    assert house_secret(settings) == b"a key of one's own"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "short", "\n"])
def test_a_damaged_key_is_never_replaced_for_listeners_would_become_others(tmp_path: Path, content: str) -> None:
    (tmp_path / SECRET_FILE).write_text(content)

    with pytest.raises(ConfigurationError, match="restore it from a backup"):
        house_secret(settings_in(tmp_path))


def test_a_key_that_cannot_be_read_is_a_word_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / SECRET_FILE).mkdir()

    with pytest.raises(ConfigurationError, match="cannot be read or made"):
        house_secret(settings_in(tmp_path))


async def test_a_state_folder_that_cannot_be_made_is_a_word_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    settings = await asyncio.to_thread(settings_in, tmp_path / "file" / "state")
    with pytest.raises(ConfigurationError, match="LAHMA_STATE_FOLDER"):
        async with open_house(settings, SystemClock(), Notifier({})):
            pass


async def test_every_station_has_its_service_and_its_zone(tmp_path: Path) -> None:
    station = {"LAHMA_RADIO__STATIONS__{}__URL": "http://127.0.0.1:1", "LAHMA_RADIO__STATIONS__{}__API_KEY": "a:b"}
    named = {name.format(station_name): value for station_name in ("ONE", "TWO") for name, value in station.items()}
    named["LAHMA_RADIO__STATIONS__TWO__TIMEZONE"] = "Europe/London"
    settings = await asyncio.to_thread(settings_in, tmp_path, **named)
    async with open_house(settings, SystemClock(), Notifier({})) as house:
        names = [service.name for service in house.services]

    of_stations = [f"radio.{what}.{name}" for name in ("one", "two") for what in ("snapshot", "reconcile", "on_air")]
    assert names[:9] == [*of_stations, "radio.export", "radio.rollups", "radio.retention"]
    assert (station_zone(settings, "one").key, station_zone(settings, "two").key) == (
        "Europe/Budapest",
        "Europe/London",
    )


def test_rings_before_anybody_can_answer_are_not_lost() -> None:
    doorbell, heard = Doorbell(), list[str]()
    doorbell.ring()
    doorbell.ring()
    doorbell.answered_by(lambda: heard.append("stop"))
    doorbell.ring()

    assert heard == ["stop"] * 3


@pytest.mark.parametrize(("hangup_rings", "rings"), [(False, 0), (True, 1)])
def test_a_daemon_outlives_its_terminal_and_a_demo_does_not(*, hangup_rings: bool, rings: int) -> None:
    doorbell, heard = Doorbell(hangup_rings=hangup_rings), list[str]()
    doorbell.answered_by(lambda: heard.append("stop"))

    doorbell.hang_up()

    assert len(heard) == rings


async def test_where_serving_broke_the_address_is_free_for_the_next_try() -> None:
    """Story: uvicorn died, its socket stayed, and the restarted window found its own port taken."""

    class BrokenError(Exception):
        pass

    async def app(scope: object, receive: object, send: object) -> None:
        return

    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    with pytest.raises(BrokenError):
        async with serving(app, listener):
            raise BrokenError
    with bind("127.0.0.1", port) as again:
        assert again.family is socket.AF_INET
