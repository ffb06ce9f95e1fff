"""`lahmadaemon radio backfill` against a stand-in: what it adds, what it says, what it refuses."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import URL

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant, SystemClock
from lahmadaemon.commands import UNWELL, WELL, backfill, family
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.azuracast import AzuraCast
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.importing.lahma import Lines
from lahmadaemon.radio.importing.store import ImportStore
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.settings import Loaded, read_settings
from lahmadaemon.store.database import open_beside, open_for_reading, open_store
from tests.fakes.clock import FakeClock

ZONE = ZoneInfo("Europe/Budapest")
KEY = "0123456789abcdef:0123456789abcdef0123456789abcdef"
LIVED = 5 * HOUR
"""So long the server has been remembering."""


def asked(*arguments: str) -> argparse.Namespace:
    whole = argparse.ArgumentParser()
    backfill.add_to(family(whole.add_subparsers(), "radio", "the radio"))
    return whole.parse_args(["radio", "backfill", *arguments])


@dataclass
class House:
    server: AzuraCast
    loaded: Loaded
    folder: Path
    now: Instant

    async def run(self, *arguments: str) -> int:
        return await asyncio.to_thread(lambda: backfill.run(self.loaded, asked(*arguments)))

    async def spans(self) -> list[tuple[Instant, Instant]]:
        async with open_for_reading(self.loaded.settings.store.resolved(self.folder)) as store:
            return await RadioStore(store, "demo").spans(0, 1 << 60)


def settings(folder: Path, url: str, *names: str) -> Loaded:
    stations = {f"LAHMA_RADIO__STATIONS__{name}__{field}": value for name in names or ("DEMO",)
                for field, value in (("URL", url), ("API_KEY", KEY))}  # fmt: skip
    return read_settings(None, {"LAHMA_STATE_FOLDER": str(folder), **stations})


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(backfill, "PAUSE", 0.01)
    now = SystemClock().now()
    clock = FakeClock(now - LIVED)
    server = AzuraCast(clock, Audience(1, ZONE, start=clock.now()), KEY)
    await clock.advance(LIVED / SECOND)
    async with standing_in(server) as url, open_store(URL.create("sqlite", database=str(tmp_path / "lahmadaemon.db"))):
        yield House(server, settings(tmp_path, url), tmp_path, now)  # a daemon has the store open meanwhile


async def test_it_takes_what_the_server_remembers_and_tells_so_day_by_day(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await house.run("--from", "yesterday")
    said = capsys.readouterr().out
    lines = said.splitlines()

    assert code == WELL
    assert any("added" in line and "remembered" in line for line in lines[:2])
    assert " connections added, 0 ends corrected" in said
    [(start, end)] = await house.spans()
    assert start <= house.now - LIVED  # who has been there for days says that its memory is older than itself
    assert house.now - 2 * MINUTE < end <= house.now + MINUTE


@pytest.mark.slow
async def test_a_second_time_it_finds_nothing_to_add(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    await house.run("--from", "yesterday")
    capsys.readouterr()
    house.server._clock = FakeClock(house.now)  # the server's time stands still
    await house.run("--from", "yesterday")

    assert "demo: 0 connections added, 0 ends corrected" in capsys.readouterr().out


async def test_days_beyond_the_server_s_memory_are_named(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.server.faults.counts_only = True
    code = await house.run("--from", "yesterday", "--to", "yesterday")
    said = capsys.readouterr().out

    assert code == UNWELL
    assert "the server remembers nothing" in said
    assert "knows nothing of these days" in said
    assert "history_keep_days" in said


async def test_a_day_that_was_imported_is_not_asked_for_again(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """Its visits have no players: AzuraCast's rows would be other listeners, and the day's hours be counted twice."""
    begun = house.now - house.now % DAY - DAY
    async with open_beside(house.loaded.settings.store.resolved(house.folder)) as store:
        lines = Lines(Instant(begun - DAY), Instant(begun + 2 * DAY), (), (), 0)
        await ImportStore(store, "demo", Pseudonyms(b"secret")).keep(lines, house.now)
    code = await house.run("--from", "yesterday", "--to", "yesterday")
    said = capsys.readouterr().out

    assert code == WELL
    assert "0 added, 0 corrected, not asked for: an import has told of it" in said
    assert "memory" not in said


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--from", "2999-01-01"], "--from 2999-01-01 is still to come"),
        (["--from", "yesterday", "--to", "2999-01-01"], "--to 2999-01-01 is still to come"),
        (["--from", "today", "--to", "yesterday"], "is before --from"),
        (["--from", "last week"], "--from last week: write 2026-10-14"),
        (["--from", "today", "--station", "nobody"], "--station nobody is not in the settings"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        backfill.run(settings(tmp_path, "http://127.0.0.1:9"), asked(*arguments))


def test_with_several_stations_one_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="say --station with one of: one, two"):
        backfill.run(settings(tmp_path, "http://127.0.0.1:9", "ONE", "TWO"), asked("--from", "today"))


def test_without_a_store_there_is_nothing_to_fill(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no data yet"):
        backfill.run(settings(tmp_path, "http://127.0.0.1:9"), asked("--from", "today"))
