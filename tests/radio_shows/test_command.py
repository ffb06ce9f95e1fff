"""`report shows` and `export --week` as somebody types them."""

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from lahmadaemon.cli import main
from lahmadaemon.store.database import open_store
from tests.radio_shows.builders import ROCKET, WORKSHOP, at, entry, live, slot
from tests.radio_shows.stored import aired, listened, measured, planned


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with a measured evening in it."""
    made = tmp_path_factory.mktemp("state")

    async def fill() -> None:
        async with open_store(URL.create("sqlite", database=str(made / "lahmadaemon.db"))) as store:
            await measured(store, "2026-10-19 00:00", "2026-10-26 00:00")
            await listened(store, "anna", "2026-10-21 19:30", "2026-10-21 21:00")
            await aired(store, entry(at("2026-10-21 20:00"), at("2026-10-21 22:00"), live("Űrhajó Klub", "Hetedik")))
            await planned(store, slot(3, "19:00", "20:00", WORKSHOP), slot(3, "20:00", "22:00", ROCKET))

    asyncio.run(fill())
    return made


@pytest.fixture(autouse=True)
def _here(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LAHMA_STATE_FOLDER", str(folder))
    # This process goes on to other tests, which listen to the log as it was.
    monkeypatch.setattr("lahmadaemon.logs.configure", lambda *_, **__: None)


def test_the_week_s_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "shows", "--week", "2026-W43"]) == 0

    out = capsys.readouterr().out
    assert "lahma  2026-W43, Mon 19 Oct to Sun 25 Oct 2026" in out
    assert [line.split()[:2] for line in out.splitlines() if "1x" in line] == [
        ["Űrhajó", "Klub"],
        ["Kőbányai", "Műhely"],
    ]


def test_for_programs_by_week_and_slug(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "shows", "--week", "2026-10-21", "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    shows = document["shows"]["2026-W43"]
    assert (shows["urhajo-klub"]["net"]["tlh"], shows["urhajo-klub"]["net"]["listeners"]) == (1.0, 1)
    assert "airings" not in document


def test_every_airing_of_a_month_for_spreadsheets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "shows", "--month", "2026-10", "--airings", "--csv"]) == 0

    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["period"], row["show"], row["episode"]) for row in rows if row["kind"] == "net"][:2] == [
        ("2026-10", "kobanyai-muhely", ""),
        ("2026-10", "urhajo-klub", "Hetedik"),
    ]


def test_a_week_s_files_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["export", "--week", "2026-W43", "--folder", str(tmp_path), "--format", "csv"]) == 0

    paths = [Path(line) for line in capsys.readouterr().out.splitlines() if line.startswith("/")]
    assert [path.name for path in paths] == ["lahma_2026-W43_shows.csv", "lahma_2026-W43_airings.csv"]
    assert all(path.is_file() for path in paths)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["report", "shows", "--week", "43"], "--week 43: write 2026-W42 or 2026-10-14"),
        (["report", "shows", "--month", "2026-W43"], "--month 2026-W43: write 2026-10"),
        (["report", "shows", "--to", "2026-W44"], "--to: shows are told of one week or month at a time"),
        (["report", "shows", "--mounts"], "--mounts"),
        (["report", "day", "--week", "2026-W43"], "--week is for `report shows`; for a day write --date"),
        (["report", "week", "--airings"], "--airings is for `report shows`"),
        (["report", "shows", "--station", "other"], "--station other was never measured"),
        (["export", "--week", "2026-W43", "--format", "legacy"], "the older script knew no shows"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_write(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed) == 2

    assert said in capsys.readouterr().err
