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
    said = complaint(FOLDERS__BACK__PATH="/srv//door/../door/")

    assert (
        "FOLDERS__DOOR__PATH=/srv/door and FOLDERS__BACK__PATH=/srv/door/../door are one folder; give each camera its own"
        in said
    )


@pytest.mark.parametrize("archive", ["/srv/back", "/srv/done", "/srv/x/../done"])
def test_an_archive_that_is_another_camera_s_place_is_refused(archive: str) -> None:
    """Story: with one archive for two cameras, a file of one was put back into the folder of the other."""
    said = complaint(
        FOLDERS__BACK__PATH="/srv/back", FOLDERS__BACK__ARCHIVE="/srv/done", FOLDERS__DOOR__ARCHIVE=archive
    )

    assert f"FOLDERS__DOOR__ARCHIVE={archive}" in said
    assert "are one folder; give each camera its own" in said


def test_a_link_to_another_camera_s_folder_is_that_folder(tmp_path: Path) -> None:
    (tmp_path / "door").mkdir()
    (tmp_path / "back").symlink_to("door")

    said = complaint(FOLDERS__DOOR__PATH=str(tmp_path / "door"), FOLDERS__BACK__PATH=str(tmp_path / "back"))

    assert f"FOLDERS__BACK__PATH={tmp_path}/back are one folder" in said


def test_a_folder_behind_a_link_is_watched_where_the_link_leads(tmp_path: Path) -> None:
    (tmp_path / "door").symlink_to("elsewhere")

    assert visitors(FOLDERS__DOOR__PATH=str(tmp_path / "door")).folders["door"].path == tmp_path / "door"


def test_an_archive_may_be_the_folder_itself() -> None:
    assert visitors(FOLDERS__DOOR__ARCHIVE="/srv/door").folders["door"].archive == Path("/srv/door")


def test_a_report_on_no_camera_at_all_is_refused() -> None:
    """Story: `check` said that a report went out every five minutes, and without a folder nothing ever ran."""
    with pytest.raises(
        ConfigurationError, match="PUSHES__MALL has nothing to report; set LAHMA_VISITORS__FOLDERS__<NAME>"
    ):
        read_settings(None, {"LAHMA_VISITORS__PUSHES__MALL__URL": "https://partner.example/report"})


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


def test_crossings_are_kept_as_long_as_they_would_be_accepted() -> None:
    assert visitors().crossings_kept == 400 * 86400.0
    assert visitors(MAX_AGE="0").crossings_kept == 0
    assert visitors(CROSSING_RETENTION="500d").crossings_kept == 500 * 86400.0
    assert visitors(CROSSING_RETENTION="0").crossings_kept == 0


@pytest.mark.parametrize("age", ["0", "400d"])
def test_what_is_forgotten_must_not_be_counted_again(age: str) -> None:
    assert "CROSSING_RETENTION is shorter than MAX_AGE" in complaint(CROSSING_RETENTION="30d", MAX_AGE=age)
