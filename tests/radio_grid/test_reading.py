"""The service that reads the programme, through good and bad times."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy.engine import URL
from structlog.testing import capture_logs

from lahmadaemon.clock import Instant
from lahmadaemon.errors import HopelessError, LahmaError, UpstreamError
from lahmadaemon.radio.settings import RadioSettings, StationSettings
from lahmadaemon.radio.shows.arcsi import Arcsi
from lahmadaemon.radio.shows.azuracast import Schedule
from lahmadaemon.radio.shows.file import ProgrammeFile
from lahmadaemon.radio.shows.grid import Grid
from lahmadaemon.radio.shows.reading import ProgrammeReading, programme, readings
from lahmadaemon.radio.shows.settings import ShowsSettings
from lahmadaemon.radio.shows.store import GridStore
from lahmadaemon.store.database import open_store
from lahmadaemon.supervision.health import State
from tests.fakes.clock import START, FakeClock
from tests.fakes.house import keeping
from tests.radio_grid.builders import BUDAPEST, at, grid, slot
from tests.radio_grid.web import Web

NAME = "radio.programme.lahma"
FIRST, SECOND = grid(slot(3, "20:00", "21:00")), grid(slot(4, "20:00", "21:00"))
STATION = StationSettings(url="https://radio.example.org", api_key=SecretStr("0123456789abcdef:0123456789abcdef"))


class ToldProgramme:
    """Tells one answer after the other, the last one again and again; remembers since when it was asked."""

    def __init__(self, *answers: Grid | LahmaError) -> None:
        self.asked: list[Instant] = []
        self._answers: Sequence[Grid | LahmaError] = answers

    async def read(self, now: Instant, since: Instant) -> Grid:
        self.asked.append(since)
        answer = self._answers[min(len(self.asked), len(self._answers)) - 1]
        if isinstance(answer, LahmaError):
            raise answer
        return answer


@pytest.fixture
async def lahma(sqlite_url: URL) -> AsyncIterator[GridStore]:
    async with open_store(sqlite_url) as store:
        yield GridStore(store, "lahma", BUDAPEST)


def service(store: GridStore, told: ToldProgramme, clock: FakeClock) -> ProgrammeReading:
    return ProgrammeReading(store, told, clock, BUDAPEST, 600.0)


async def test_the_programme_is_read_at_once_and_then_every_ten_minutes(lahma: GridStore, clock: FakeClock) -> None:
    told = ToldProgramme(FIRST)

    async with keeping(clock, service(lahma, told, clock)) as house:
        await clock.advance(1800)

        assert len(told.asked) == 4
        assert house.state(NAME) is State.RUNNING
    assert len(await lahma.versions(0, START + 10**9)) == 1


async def test_a_change_is_kept_and_told_once(lahma: GridStore, clock: FakeClock) -> None:
    with capture_logs() as logs:
        async with keeping(clock, service(lahma, ToldProgramme(FIRST, FIRST, SECOND), clock)):
            await clock.advance(1800)

    assert [line["shows"] for line in logs if line["event"] == "radio.programme_changed"] == [1, 1]
    assert len(await lahma.versions(0, START + 10**9)) == 2


async def test_trouble_keeps_the_old_programme_and_is_seen_on_the_board(lahma: GridStore, clock: FakeClock) -> None:
    told = ToldProgramme(FIRST, UpstreamError("arcsi sleeps"), SECOND)

    async with keeping(clock, service(lahma, told, clock)) as house:
        await clock.advance(600)
        assert house.state(NAME) is State.DEGRADED
        newest = await lahma.newest()
        assert newest is not None
        assert newest.grid.weekly == FIRST.weekly

        await clock.advance(600)
        assert house.state(NAME) is State.RUNNING


async def test_a_refused_token_ends_the_service_and_leaves_the_programme(lahma: GridStore, clock: FakeClock) -> None:
    told = ToldProgramme(FIRST, HopelessError("LAHMA_RADIO__SHOWS__TOKEN"))

    async with keeping(clock, service(lahma, told, clock)) as house:
        await clock.advance(1200)

        assert house.state(NAME) is State.FAILED
    assert await lahma.newest() is not None


async def test_the_first_reading_goes_back_as_far_as_listeners_are_remembered(
    lahma: GridStore, clock: FakeClock
) -> None:
    told = ToldProgramme(FIRST)
    reading = service(lahma, told, clock)

    await reading.turn()
    await reading.turn()

    assert told.asked == [at("2026-08-17 00:00"), at("2026-10-19 00:00")]


async def test_a_file_that_breaks_stops_nothing_and_one_that_is_put_right_is_in_force(
    lahma: GridStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = tmp_path / "programme.toml"
    text = '[[shows]]\nname = "Dub Kert"\nslots = [{ days = "Sat", begins = "16:00", ends = "18:00" }]'
    path.write_text(text)
    reading = ProgrammeReading(lahma, ProgrammeFile(path, BUDAPEST), clock, BUDAPEST, 600.0)

    await reading.turn()
    path.write_text(text.replace("Sat", "Satruday"))
    with pytest.raises(UpstreamError, match="did you mean Saturday"):
        await reading.turn()
    assert len(await lahma.planned(at("2026-10-19 00:00"), at("2026-10-26 00:00"))) == 1
    path.write_text(text.replace("Sat", "daily"))
    await reading.turn()

    assert len(await lahma.planned(at("2026-10-26 00:00"), at("2026-11-02 00:00"))) == 7


async def test_arcsi_to_the_week_of_the_samples_through_the_store(lahma: GridStore, clock: FakeClock) -> None:
    web = Web()
    for path, body in (
        ("show/schedule", "show_schedule.json"),
        ("pages/3721", "cms_page_3721.json"),
        ("pages/3679", "cms_page_3679.json"),
    ):
        web.says(f"/{path}", f"arcsi/{body}")
    settings = ShowsSettings(
        kind="arcsi", url="https://a.example", cms_url="https://c.example", token=SecretStr("token")
    )
    async with web.client() as client:
        await ProgrammeReading(lahma, Arcsi(settings, client, BUDAPEST), clock, BUDAPEST, 300.0).turn()
        web.says("/pages/3679", "arcsi/cms_page_3679_inactive.json")
        await clock.advance(6 * 86400)
        await ProgrammeReading(lahma, Arcsi(settings, client, BUDAPEST), clock, BUDAPEST, 300.0).turn()

    week = [
        each
        for each in await lahma.planned(at("2026-10-19 00:00"), at("2026-10-26 00:00"))
        if each.start >= at("2026-10-19 00:00")
    ]
    assert len(week) == 18
    assert [each.name for each in week if each.source == "special_day"] == [
        "Születésnapi Maraton",
        "Dub Kert",
        "Éjszakai Tánc",
    ]
    next_saturday = await lahma.planned(at("2026-10-31 00:00"), at("2026-11-01 00:00"))
    assert [each.source for each in next_saturday] == ["grid"]


async def test_who_tells_the_programme_is_a_setting(lahma: GridStore, clock: FakeClock, tmp_path: Path) -> None:
    kinds = {
        Arcsi: {"kind": "arcsi", "url": "https://a.example", "token": "token"},
        Schedule: {"kind": "azuracast"},
        ProgrammeFile: {"kind": "file", "file": str(tmp_path / "p.toml")},
        type(None): {},
    }
    async with httpx.AsyncClient() as client:
        for expected, given in kinds.items():
            radio = RadioSettings.model_validate({"stations": {"lahma": STATION}, "shows": given})
            assert type(programme("lahma", STATION, radio, client, BUDAPEST)) is expected
            found = readings([lahma], radio, client, clock)
            assert [each.name for each in found] == ([NAME] if given else [])


async def test_a_programme_may_be_some_stations_only(clock: FakeClock, tmp_path: Path) -> None:
    shows = {"kind": "azuracast", "stations": "LAHMA"}
    radio = RadioSettings.model_validate({"stations": {"lahma": STATION, "other": STATION}, "shows": shows})

    async with httpx.AsyncClient() as client:
        assert programme("lahma", STATION, radio, client, BUDAPEST) is not None
        assert programme("other", STATION, radio, client, BUDAPEST) is None
