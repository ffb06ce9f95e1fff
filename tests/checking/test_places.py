"""Folders and files: there, ours, closed to others, with room left."""

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from lahmadaemon.checking.places import places
from tests.checking.settings import STATION, amiss, loaded

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    return folder


def test_a_folder_that_is_to_be_made_is_no_trouble(tmp_path: Path) -> None:
    [finding] = places(loaded(tmp_path / "later"))

    assert finding.said.endswith("is made at the first start")


def test_what_is_closed_to_others_is_well(state: Path) -> None:
    assert amiss(places(loaded(state))) == []


@pytest.mark.parametrize("name", ["lahmadaemon.db", "secret.key", "telegram.session"])
def test_what_others_could_read_is_told_with_its_cure(state: Path, name: str) -> None:
    (state / name).touch(mode=0o644)
    (state / name).chmod(0o644)

    [finding] = [each for each in places(loaded(state)) if each.todo]
    assert (finding.level, finding.todo) == ("warning", f"chmod go= {state / name}")


@pytest.mark.parametrize(("free", "told"), [(11, []), (9, ["warning"]), (4, ["broken"])])
def test_a_disk_that_fills_up_is_a_doubt_and_then_a_trouble(
    state: Path, monkeypatch: pytest.MonkeyPatch, free: int, told: list[str]
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100, 100 - free, free))

    assert [level for level, _ in amiss(places(loaded(state)))] == told


def camera(state: Path, path: Path) -> list[tuple[str, str]]:
    return amiss(places(loaded(state, LAHMA_VISITORS__FOLDERS__LOBBY__PATH=str(path))))


def test_a_camera_s_folder_that_can_be_read_and_written_is_well(state: Path, tmp_path: Path) -> None:
    (tmp_path / "1.json").touch()

    assert camera(state, tmp_path) == []


def test_a_camera_s_folder_that_is_not_there_names_the_setting(state: Path, tmp_path: Path) -> None:
    found = places(loaded(state, LAHMA_VISITORS__FOLDERS__LOBBY__PATH=str(tmp_path / "gone")))

    [finding] = [each for each in found if each.about == "camera lobby"]
    assert (finding.level, "LAHMA_VISITORS__FOLDERS__LOBBY__PATH" in finding.todo) == ("broken", True)


def test_a_camera_s_folder_that_is_a_file_is_none(state: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert camera(state, tmp_path / "file") == [("broken", "camera lobby")]


@pytest.mark.parametrize("rights", [os.W_OK, os.R_OK])
def test_a_camera_s_folder_that_cannot_be_used_says_what_cannot_be_done(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rights: int
) -> None:
    """Root may do everything, and so the system's answer is played."""
    lobby = tmp_path / "lobby"
    lobby.mkdir()
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not (path == lobby and mode & rights) and allowed(path, mode))

    assert camera(state, lobby) == [("broken", "camera lobby")]


def test_a_sticky_folder_of_somebody_else_keeps_its_files(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lobby = tmp_path / "lobby"
    lobby.mkdir()
    lobby.chmod(0o1777)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)

    assert ("broken", "camera lobby") in camera(state, lobby)


def test_a_settings_file_with_a_secret_that_everybody_can_read_is_told(state: Path, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("".join(f"{name}={value}\n" for name, value in STATION.items()))
    file.chmod(0o644)

    [finding] = [each for each in places(loaded(state, file)) if each.about == "secrets"]
    assert finding.todo == f"chmod o= {file}"
    assert "LAHMA_RADIO__STATIONS__ONE__API_KEY" in finding.said
    file.chmod(0o640)
    assert amiss(places(loaded(state, file))) == []
