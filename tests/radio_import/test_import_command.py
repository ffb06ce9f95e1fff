"""`lahmadaemon import` on a real store, and what reports make of it."""

import gc
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lahmadaemon.cli import main

SAMPLE = Path(__file__).parent.parent / "samples/legacy/lahma_2022-09-14_2200.csv"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LAHMA_STATE_FOLDER", str(tmp_path / "state"))
    return tmp_path


def run(*arguments: object) -> int:
    return main([str(each) for each in arguments])


def stored(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "state/lahmadaemon.db")) as database:
        return database.execute("select * from radio_connections order by digest").fetchall()


def test_a_file_becomes_a_day_of_history(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", SAMPLE, "--station", "lahmacun") == 0
    assert "29 sessions of 17 listeners" in capsys.readouterr().out

    assert run("report", "day", "--date", "2022-09-14", "--json") == 0
    day = json.loads(capsys.readouterr().out)["days"]["2022-09-14"]

    assert day["gross"]["cume"] == 13, "by hand: those with a session of a minute or more"
    assert 0.91 < day["coverage"] < 0.92, "22 of 24 hours: the file ends at 22:00"


def test_importing_again_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("import", SAMPLE, "--station", "lahmacun")
    once = stored(folder)

    assert run("import", SAMPLE, SAMPLE, "--station", "lahmacun") == 0

    assert stored(folder) == once
    assert len(once) == 29
    assert "0 sessions of 17 listeners, 29 known already" in capsys.readouterr().out


def test_no_address_is_kept(folder: Path) -> None:
    run("import", SAMPLE, "--station", "lahmacun")

    assert b"203.0.113.11" not in (folder / "state/lahmadaemon.db").read_bytes()


def test_a_file_with_a_wrong_line_keeps_the_others_and_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torn = folder / SAMPLE.name
    shutil.copy(SAMPLE, torn)
    torn.write_text(torn.read_text("utf-8").replace("datetime.timedelta(seconds=388)", "exit(1)"), "utf-8")

    assert run("import", torn, folder / "nothing.csv", "--station", "lahmacun") == 1

    said = capsys.readouterr().out
    assert "28 sessions of 16 listeners; 1 lines left out, the first is line 5" in said
    assert "nothing.csv: not imported: [Errno 2]" in said


def test_without_a_station_it_asks_whose_they_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", SAMPLE) == 2
    assert "whose listeners were these? Say it with --station NAME" in capsys.readouterr().err


def test_more_than_a_day_in_a_file_is_refused(folder: Path) -> None:
    assert run("import", SAMPLE, "--station", "lahmacun", "--hours", 48) == 2


def test_a_report_leaves_the_garbage_collector_as_it_was(folder: Path) -> None:
    """One that switched it off for good let every later test of the process keep its cancelled connections."""
    assert run("report", "day") == 2

    assert gc.isenabled()
