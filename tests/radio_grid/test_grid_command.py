"""`lahmadaemon radio grid`, and what `check` says of the programme."""

import argparse
import asyncio
import json
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from lahmadaemon.clock import Instant
from lahmadaemon.commands import family, grid
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio.shows import arcsi_payload as payload
from lahmadaemon.radio.shows.checking import told as checked
from lahmadaemon.radio.shows.grid import Grid
from lahmadaemon.radio.shows.store import GridStore
from lahmadaemon.settings import Loaded, read_settings
from lahmadaemon.store.database import open_store
from tests.radio_grid.builders import BUDAPEST, at
from tests.samples import sample

NOW = at("2026-10-21 19:57")


def sample_grid() -> Grid:
    special = payload.special_day(sample("arcsi/cms_page_3679.json"))
    assert special is not None
    rows = payload.shows(sample("arcsi/show_schedule.json"))[0]
    return payload.grid(rows, payload.rare_shows(sample("arcsi/cms_page_3721.json")), {date(2026, 10, 24): special})


@pytest.fixture
def house(tmp_path: Path) -> Loaded:
    """A store with nothing in it."""
    loaded = read_settings(None, {"LAHMA_STATE_FOLDER": str(tmp_path)})
    keep(loaded)
    return loaded


def keep(loaded: Loaded, **kept: Grid) -> None:
    async def keeping() -> None:
        async with open_store(loaded.settings.store.resolved(loaded.settings.state_folder)) as store:
            for name, known in kept.items():
                await GridStore(store, name, BUDAPEST).keep(known, Instant(at("2026-10-19 00:00")))

    asyncio.run(keeping())


def asked(loaded: Loaded, *words: str) -> int:
    whole = argparse.ArgumentParser()
    grid.add_to(family(whole.add_subparsers(), "radio", "the radio room"))
    options = whole.parse_args(["radio", "grid", *words])
    return int(options.verb(loaded, options))


def test_the_week_is_shown_as_people_read_it(house: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    keep(house, lahma=sample_grid())

    assert asked(house, "--week", "2026-W43") == 0

    lines = [line.split() for line in capsys.readouterr().out.replace("│", " ").replace("┃", " ").splitlines()]
    assert ["Sun", "25", "Oct", "01:00", "04:00", "4:00", "Hajnali", "Rádió", "hajnali-radio"] in lines
    assert ["22:00", "00:00", "2:00", "Éjszakai", "Tánc", "no", "known", "show", "special", "day"] in lines
    assert sum("Kőbányai" in line for line in lines) == 1


def test_it_fits_eighty_columns(
    house: Loaded, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Story: every row of a schedule said so, and folded over three lines."""
    keep(house, lahma=sample_grid())
    monkeypatch.setattr("lahmadaemon.terminal.console", lambda: Console(width=80, highlight=False))

    asked(house, "--week", "2026-W43")

    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert max(map(len, lines)) <= 80
    assert len(lines) < 40
    assert not any("…" in line[:29] for line in lines), "a long name may be cut, a time may not"


def test_programs_get_the_same_airings_as_json(house: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    keep(house, lahma=sample_grid())

    asked(house, "--week", "2026-10-21", "--json")

    found = json.loads(capsys.readouterr().out)
    assert (found["station"], found["week"], len(found["airings"])) == ("lahma", "2026-W43", 18)
    assert found["airings"][15] == {
        "start": "2026-10-24T23:00:00Z", "end": "2026-10-25T03:00:00Z", "slug": "hajnali-radio", "name": "Hajnali Rádió",
        "repeat": False, "source": "grid", "assumed": False,
    }  # fmt: skip


def test_a_week_before_the_first_reading_says_that_it_is_assumed(
    house: Loaded, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(house, lahma=sample_grid())

    asked(house, "--week", "2026-W30")

    assert "by a later grid" in capsys.readouterr().out


def test_where_no_programme_was_read_the_next_step_is_named(house: Loaded) -> None:
    with pytest.raises(ConfigurationError, match="set LAHMA_RADIO__SHOWS__KIND"):
        asked(house)


def test_of_several_programmes_one_must_be_named(house: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    keep(house, lahma=sample_grid(), other=Grid())

    with pytest.raises(ConfigurationError, match="lahma, other"):
        asked(house)
    asked(house, "--station", "OTHER", "--week", "2026-W43")
    assert capsys.readouterr().out == "other: nothing is planned in 2026-W43\n"


def test_a_week_that_is_none_is_refused_with_an_example(house: Loaded) -> None:
    keep(house, lahma=Grid())

    with pytest.raises(ConfigurationError, match="--week 2026-W60: write 2026-W42"):
        asked(house, "--week", "2026-W60")


def test_check_tells_who_knows_the_programme(tmp_path: Path) -> None:
    path = tmp_path / "programme.toml"
    path.write_text('[[shows]]\nname = "Dub Kert"\nslots = [{ days = "daily", begins = "16:00", ends = "18:00" }]')
    arcsi = {"KIND": "arcsi", "URL": "https://a.example", "TOKEN": "secret", "CMS_URL": "https://c.example"}

    assert said({}) == "programme: off; set LAHMA_RADIO__SHOWS__KIND to see figures of shows"
    assert said(arcsi) == (
        "programme: arcsi at https://a.example, with rare shows and special days of https://c.example; of all stations"
    )
    assert said({"KIND": "azuracast"}) == "programme: AzuraCast's own schedule; of all stations"
    assert (
        said({"KIND": "file", "FILE": str(path)}) == f"programme: {path} with 1 shows, 7 slots a week; of all stations"
    )
    path.write_text("[[shows]]\nname = 3")
    with pytest.raises(ConfigurationError, match=r"LAHMA_RADIO__SHOWS__FILE.*show 1 \(line 1\), name"):
        said({"KIND": "file", "FILE": str(path)})


def said(given: dict[str, str]) -> str:
    named = {f"LAHMA_RADIO__SHOWS__{name}": value for name, value in given.items()}
    return checked(read_settings(None, named).settings.radio, BUDAPEST, NOW)
