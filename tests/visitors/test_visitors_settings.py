"""Which folders are watched: what may be written, and how it is answered where it may not."""

from pathlib import Path

import pytest

from lahmadaemon.errors import ConfigurationError
from lahmadaemon.settings import read_settings
from lahmadaemon.visitors.settings import VisitorsSettings, camera_of

DOOR = {"LAHMA_VISITORS__FOLDERS__DOOR__PATH": "/srv/door"}


def visitors(**more: str) -> VisitorsSettings:
    return read_settings(
        None, DOOR | {f"LAHMA_VISITORS__{name}": value for name, value in more.items()}
    ).settings.visitors


def complaint(**more: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        visitors(**more)
    return str(caught.value)


def test_without_folders_nothing_is_watched() -> None:
    assert read_settings(None, {}).settings.visitors.folders == {}


def test_one_setting_makes_a_camera() -> None:
    settings = visitors()
    door = settings.folders["door"]

    assert (door.path, door.camera, door.archive, door.timezone, str(door.hours)) == (
        Path("/srv/door"),
        None,
        None,
        None,
        "",
    )
    assert (door.quiet_after, door.empty_after) == (300.0, 86400.0)
    assert (settings.scan_every, settings.incomplete_after, settings.max_file_size) == (10.0, 60.0, 8 << 20)
    assert settings.max_age == 400 * 86400.0
    assert camera_of("door", door) == "door"


def test_a_camera_may_have_another_name_than_its_folder() -> None:
    door = visitors(FOLDERS__DOOR__CAMERA="entrance").folders["door"]

    assert camera_of("door", door) == "entrance"


def test_paths_are_made_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    door = visitors(FOLDERS__DOOR__PATH="~/in", FOLDERS__DOOR__ARCHIVE="done").folders["door"]

    assert (door.path, door.archive) == (tmp_path / "in", tmp_path / "done")


def test_hours_and_zone_are_the_camera_s_own() -> None:
    door = visitors(FOLDERS__DOOR__HOURS="mon-fri 08:00-20:00", FOLDERS__DOOR__TIMEZONE="Asia/Taipei").folders["door"]

    assert (len(door.hours.spans), str(door.timezone)) == (5, "Asia/Taipei")


def test_two_folders_of_one_camera_are_refused() -> None:
    said = complaint(FOLDERS__BACK__PATH="/srv/back", FOLDERS__BACK__CAMERA="door")

    assert "two folders have the same CAMERA, door; give each its own" in said


def test_two_cameras_in_one_folder_are_refused_however_it_is_written() -> None:
    said = complaint(FOLDERS__BACK__PATH="/srv//door/")

    assert "two folders have the same PATH, /srv/door; give each its own" in said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FOLDERS__DOOR__HOURS", "always", "'always' cannot be read; write opening hours such as mon-fri 08:00-20:00"),
        ("FOLDERS__DOOR__TIMEZONE", "Europe/Nowhere", "Europe/Nowhere"),
        ("FOLDERS__DOOR__QUIET_AFTER", "0", "greater than 0"),
        ("FOLDERS__DOOR__EMPTY_AFTER", "-1", "write a duration with its unit"),
        ("SCAN_EVERY", "0", "greater than 0"),
        ("INCOMPLETE_AFTER", "-5", "write a duration with its unit"),
        ("MAX_AGE", "-1", "write a duration with its unit"),
        ("MAX_FILE_SIZE", "0", "greater than 0"),
        ("FOLDERS__DOOR__CAMERAS", "door", "CAMERAS"),
    ],
)
def test_a_wrong_value_is_answered_with_its_name_and_what_to_do(name: str, value: str, said: str) -> None:
    answer = complaint(**{name: value})

    assert f"LAHMA_VISITORS__{name}" in answer
    assert said in answer


def test_a_camera_without_a_folder_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="LAHMA_VISITORS__FOLDERS__DOOR__PATH is missing"):
        read_settings(None, {"LAHMA_VISITORS__FOLDERS__DOOR__CAMERA": "door"})
