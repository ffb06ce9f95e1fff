"""`lahmadaemon check` as people and machines see it."""

import argparse
import json
from pathlib import Path

import pytest

from lahmadaemon.commands.check import check
from tests.checking.settings import STATION, loaded


def checked(folder: Path, settings: dict[str, str], **options: bool) -> int:
    given = {"offline": False, "quiet": False, "json": False} | options
    return check(loaded(folder, **settings), argparse.Namespace(**given))


def test_what_is_broken_ends_with_1_and_what_is_only_doubtful_with_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(tmp_path, STATION) == 1
    assert "radio one: http://127.0.0.1:1" in capsys.readouterr().out
    (tmp_path / "secret.key").touch(mode=0o644)
    (tmp_path / "secret.key").chmod(0o644)
    assert checked(tmp_path, STATION, offline=True) == 0
    assert "chmod go=" in capsys.readouterr().out


def test_quiet_is_silent_about_what_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checked(tmp_path, STATION, quiet=True)

    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith(("warning", "broken", "         →")) for line in lines)


def test_machines_get_settings_with_their_origin_secrets_as_stars_and_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checked(tmp_path, STATION, offline=True, json=True)

    text = capsys.readouterr().out
    said = json.loads(text)
    assert said["settings"]["LAHMA_RADIO__STATIONS__ONE__API_KEY"] == {"value": "****", "from": "environment"}
    assert said["settings"]["LAHMA_TIMEZONE"] == {"value": "Europe/Budapest", "from": "default"}
    assert said["well"] is True
    assert {"level", "about", "said", "todo"} == said["findings"][0].keys()
    assert "0123456789abcdef:one" not in text
