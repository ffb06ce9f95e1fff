"""AzuraCast's own plan."""

from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import httpx
import pytest
from pydantic import SecretStr

from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.settings import StationSettings
from lahmadaemon.radio.shows.azuracast import Schedule
from lahmadaemon.radio.shows.grid import SCHEDULE, Grid, Show
from lahmadaemon.radio.shows.matching import OFF_AIR
from tests.radio_grid.builders import BUDAPEST, at, shown
from tests.radio_grid.web import Web
from tests.samples import sample, told

PATH = "/api/station/1/schedule"
MONDAY = at("2026-10-19 00:00")
NOW = at("2026-10-21 19:57")
KEY = "0123456789abcdef:0123456789abcdef0123456789abcdef"


@pytest.fixture
def web() -> Web:
    made = Web()
    made.says(PATH, "azuracast/schedule/range_dst_end.json")
    return made


@pytest.fixture
async def schedule(web: Web) -> AsyncIterator[Schedule]:
    async with web.client() as client:
        yield of(client)


def of(client: httpx.AsyncClient, off_air: tuple[str, ...] = OFF_AIR) -> Schedule:
    station = StationSettings(url="https://radio.example.org", api_key=SecretStr(KEY))
    return Schedule("lahma", station, client, BUDAPEST, off_air)


def item(name: str, start: int, end: int, kind: str = "playlist") -> dict[str, object]:
    return {"id": 1, "type": kind, "name": name, "start_timestamp": start // 1000, "end_timestamp": end // 1000}


async def test_the_timestamps_are_trusted_also_on_the_night_of_the_change(schedule: Schedule) -> None:
    grid = await schedule.read(NOW, MONDAY)

    assert shown(sorted(grid.dated, key=lambda each: each.start)) == [
        "Sat 16:00+0200 – 18:00+0200 Dub Kert",
        "Sat 23:00+0200 – 01:00+0200 Ejfeli Vonat",
        "Sun 01:00+0200 – 04:00+0100 Hajnali Radio",
        "Sun 12:00+0100 – 13:00+0100 Vasárnapi Déli Harang",
        "Sun 23:00+0100 – 01:00+0100 Hetfo Hajnal",
    ]
    assert {each.source for each in grid.dated} == {SCHEDULE}


async def test_playlists_and_streamers_become_shows(schedule: Schedule) -> None:
    shows = {show.slug: show for show in (await schedule.read(NOW, MONDAY)).shows}

    assert shows["hajnali-radio"] == Show("hajnali-radio", "Hajnali Radio", "Hajnali Radio")
    assert shows["vasarnapi-deli-harang"] == Show("vasarnapi-deli-harang", "Vasárnapi Déli Harang", "")


async def test_a_streamer_and_a_playlist_of_one_name_are_one_show_called_as_people_write_it(
    schedule: Schedule, web: Web
) -> None:
    slots = [(at("2026-10-21 19:00"), at("2026-10-21 20:00")), (at("2026-10-22 19:00"), at("2026-10-22 20:00"))]
    both = [item("Ejfeli Vonat", *slots[0]), item("Éjféli Vonat", *slots[1], kind="streamer")]
    for told_first in (both, both[::-1]):
        web.says(PATH, told_first)

        assert (await schedule.read(NOW, MONDAY)).shows == (Show("ejfeli-vonat", "Éjféli Vonat", "Ejfeli Vonat"),)


async def test_whole_weeks_are_asked_for_with_a_day_to_spare_and_the_key_as_a_header(
    schedule: Schedule, web: Web
) -> None:
    await schedule.read(NOW, MONDAY)

    [request] = web.asked
    assert dict(request.url.params) == {"start": "2026-10-18", "end": "2026-11-02"}
    assert request.headers["x-api-key"] == KEY


async def test_the_plan_changes_with_the_week_not_with_the_day(schedule: Schedule, web: Web) -> None:
    web.says(PATH, [item("Dub Kert", at(f"2026-10-{day} 16:00"), at(f"2026-10-{day} 18:00")) for day in range(17, 32)])

    plans = [await schedule.read(at(f"2026-10-{day} 12:00"), MONDAY) for day in (19, 22, 25)]

    assert plans[0] == plans[1] == plans[2]
    assert min(each.start for each in plans[0].dated) == at("2026-10-19 16:00")


@pytest.mark.parametrize("off_air", OFF_AIR)
async def test_off_air_playlists_are_not_planned(schedule: Schedule, web: Web, off_air: str) -> None:
    web.says(PATH, [item(off_air.upper(), at("2026-10-21 00:00"), at("2026-10-22 00:00"))])

    assert await schedule.read(NOW, MONDAY) == Grid()


async def test_items_without_length_without_name_or_told_twice_are_no_airings(schedule: Schedule, web: Web) -> None:
    good = item("Dub Kert", at("2026-10-21 16:00"), at("2026-10-21 18:00"))
    backwards = item("Dub Kert", at("2026-10-22 18:00"), at("2026-10-22 16:00"))
    nameless = item("!", at("2026-10-22 18:00"), at("2026-10-22 19:00"))
    web.says(PATH, [good, good | {"id": 2}, backwards, nameless])

    assert len((await schedule.read(NOW, MONDAY)).dated) == 1


async def test_an_empty_schedule_is_an_empty_plan(schedule: Schedule, web: Web) -> None:
    web.says(PATH, "azuracast/schedule/empty.json")

    assert await schedule.read(NOW, MONDAY) == Grid()


@pytest.mark.parametrize(
    "body", [b"", b"null", b"{}", b"<html>", b'[{"name": "X"}]', b'[{"name":"X","start_timestamp":-1}]']
)
async def test_an_answer_that_is_no_schedule_changes_nothing(schedule: Schedule, web: Web, body: bytes) -> None:
    web.says(PATH, body)

    with pytest.raises(UpstreamError, match="not a schedule"):
        await schedule.read(NOW, MONDAY)


async def test_a_refusal_names_the_settings_to_look_at_and_tells_no_query(schedule: Schedule, web: Web) -> None:
    web.says(PATH, "azuracast/errors/404_station.json", 404)

    with pytest.raises(UpstreamError, match="LAHMA_RADIO__STATIONS__LAHMA__URL and __STATION") as caught:
        await schedule.read(NOW, MONDAY)

    assert "?" not in str(caught.value)


async def test_the_upcoming_ones_are_read_alike(schedule: Schedule, web: Web) -> None:
    web.says(PATH, sample("azuracast/schedule/upcoming.json"))

    grid = await schedule.read(NOW, MONDAY)

    assert len(grid.dated) == len(told("azuracast/schedule/upcoming.json")) == 5


async def test_weeks_are_the_stations_own(web: Web) -> None:
    web.says(PATH, [])
    async with web.client() as client:
        station = StationSettings(url="https://radio.example.org", api_key=SecretStr(KEY))
        tokyo = Schedule("lahma", station, client, ZoneInfo("Asia/Tokyo"), OFF_AIR)
        await tokyo.read(at("2026-10-25 23:00"), MONDAY)

    assert web.asked[-1].url.params["end"] == "2026-11-09"
