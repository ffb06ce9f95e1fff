"""arcsi and the two WordPress pages, in good days and bad."""

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.http import open_client
from lahmadaemon.radio.shows import arcsi_payload as payload
from lahmadaemon.radio.shows.arcsi import Arcsi
from lahmadaemon.radio.shows.grid import Grid
from lahmadaemon.radio.shows.settings import ShowsSettings
from tests.fakes.scripted_azuracast import Reply
from tests.radio.raw_server import saying
from tests.radio_grid.builders import BUDAPEST, at
from tests.radio_grid.web import Web
from tests.samples import sample, told

SHOWS, RARE, SPECIAL = "/arcsi/show/schedule", "/wp-json/wp/v2/pages/3721", "/wp-json/wp/v2/pages/3679"
TOKEN = "token-of-the-daemon"
NOW = at("2026-10-21 19:57")


@pytest.fixture
def web() -> Web:
    made = Web()
    made.says(SHOWS, "arcsi/show_schedule.json")
    made.says(RARE, "arcsi/cms_page_3721.json")
    made.says(SPECIAL, "arcsi/cms_page_3679.json")
    return made


@pytest.fixture
async def client(web: Web) -> AsyncIterator[httpx.AsyncClient]:
    async with web.client() as opened:
        yield opened


@pytest.fixture
def arcsi(client: httpx.AsyncClient) -> Arcsi:
    return Arcsi(settings(), client, BUDAPEST)


def settings(**more: Any) -> ShowsSettings:
    given = {"url": "https://arcsi.example.org/arcsi", "cms_url": "https://cms.example.org/wp-json/wp/v2"} | more
    return ShowsSettings(kind="arcsi", token=SecretStr(TOKEN), **given)


async def read(arcsi: Arcsi, minutes: int = 0) -> Grid:
    now = Instant(NOW + minutes * MINUTE)
    return await arcsi.read(now, now)


def names(grid: Grid) -> set[str]:
    return {each.name for each in grid.weekly}


async def test_the_token_goes_to_arcsi_and_nowhere_else(arcsi: Arcsi, web: Web) -> None:
    await read(arcsi)

    assert [(request.url.path, request.headers.get("authentication-token")) for request in web.asked] == [
        (SHOWS, TOKEN), (RARE, None), (SPECIAL, None),
    ]  # fmt: skip
    assert not any(TOKEN in str(request.url) for request in web.asked)


async def test_only_the_active_rare_show_has_the_shared_slot(arcsi: Arcsi) -> None:
    grid = await read(arcsi)

    assert {"Tükörfúró", "Pincemagazin"} <= names(grid)
    assert not {"Hangerdő", "Sötét Őrség"} & names(grid)
    assert "hangerdo" in {show.slug for show in grid.shows}  # it may be on air all the same


async def test_where_no_rare_show_is_active_nobody_has_the_slot(arcsi: Arcsi, web: Web) -> None:
    web.says(RARE, "arcsi/cms_page_3721_none_active.json")

    assert not {"Hangerdő", "Tükörfúró", "Pincemagazin", "Sötét Őrség"} & names(await read(arcsi))


@pytest.mark.parametrize(
    "acf", [[], False, None, {}, {"rare_thursday": False}, {"rare_thursday": [3], "rare_friday": {}}]
)
async def test_what_wordpress_leaves_out_is_empty(arcsi: Arcsi, web: Web, acf: object) -> None:
    web.says(RARE, {"id": 3721, "acf": acf})
    web.says(SPECIAL, {"id": 3679, "acf": acf})

    grid = await read(arcsi)

    assert grid.days == {}
    assert "Tükörfúró" not in names(grid)


@pytest.mark.parametrize(
    ("active", "on"), [(True, True), ("1", True), (1, True), ("0", False), ("false", False), (None, False)]
)
def test_wordpress_writes_a_yes_in_several_ways(active: object, on: bool) -> None:
    rare = {"rare_thursday": [{"active": active, "archive_lahmastore_base_url": "hangerdo"}]}

    found = payload.rare_shows(json.dumps({"id": 3721, "acf": rare}).encode())

    assert found["ritka csut"] == (frozenset({"hangerdo"}) if on else frozenset())


async def test_without_a_wordpress_all_rare_shows_share_their_slots(client: httpx.AsyncClient, web: Web) -> None:
    grid = await Arcsi(settings(cms_url=None), client, BUDAPEST).read(NOW, NOW)

    assert {"Hangerdő", "Tükörfúró"} <= names(grid)
    assert web.paths() == [SHOWS]


async def test_the_off_air_pseudo_show_and_inactive_shows_are_no_shows(arcsi: Arcsi, web: Web) -> None:
    web.says(SHOWS, "arcsi/show_all_without_items.json")

    grid = await read(arcsi)

    assert not {"off-air", "szunetjel"} & {show.slug for show in grid.shows}
    assert len(grid.shows) == 18


async def test_a_special_day_is_of_the_week_in_which_it_was_read(arcsi: Arcsi) -> None:
    grid = await read(arcsi)

    assert list(grid.days) == [date(2026, 10, 24)]
    assert [each.slug for each in grid.days[date(2026, 10, 24)]] == [None, "dub-kert", None]


async def test_a_page_down_into_the_next_week_makes_no_special_day_of_it(arcsi: Arcsi, web: Web) -> None:
    await read(arcsi)
    web.says(SPECIAL, b"<h1>Bad Gateway</h1>", 502)

    grid = await read(arcsi, minutes=7 * 24 * 60)

    assert list(grid.days) == [date(2026, 10, 24)]


async def test_an_inactive_special_day_is_none(arcsi: Arcsi, web: Web) -> None:
    web.says(SPECIAL, "arcsi/cms_page_3679_inactive.json")

    assert (await read(arcsi)).days == {}


async def test_a_special_slot_without_a_slug_is_a_shows_where_it_has_its_name(arcsi: Arcsi, web: Web) -> None:
    row = {"name": "DUB KERT", "start": "10:00:00", "end": "11:00:00", "archive_lahmastore_base_url": None}
    web.says(SPECIAL, {"id": 3679, "acf": {"is_active": "1", "day_number": 6, "schedule": [row]}})

    [slots] = (await read(arcsi)).days.values()

    assert [each.slug for each in slots] == ["dub-kert"]


@pytest.mark.parametrize("down", [RARE, SPECIAL])
async def test_a_page_that_is_down_keeps_its_last_good_answer_and_lets_the_other_change(
    arcsi: Arcsi, web: Web, down: str
) -> None:
    before = await read(arcsi)
    web.says(RARE, "arcsi/cms_page_3721_none_active.json")
    web.says(SPECIAL, "arcsi/cms_page_3679_inactive.json")
    web.says(down, b"<h1>Bad Gateway</h1>", 502)

    with capture_logs() as logs:
        after = [await read(arcsi, minutes) for minutes in (5, 10)][-1]
        web.says(down, "arcsi/cms_page_3721.json" if down == RARE else "arcsi/cms_page_3679.json")
        await read(arcsi, 15)

    assert (after.weekly == before.weekly) is (down == RARE)
    assert (after.days == before.days) is (down == SPECIAL)
    assert [line["event"] for line in logs] == ["radio.programme_page_unread", "radio.programme_page_read_again"]


async def test_a_first_reading_without_a_page_is_no_reading(arcsi: Arcsi, web: Web) -> None:
    """A programme without its exceptions would be kept as a change of the one that is known."""
    web.says(RARE, b"<h1>Not Found</h1>", 404)

    with pytest.raises(UpstreamError, match="LAHMA_RADIO__SHOWS__CMS_URL and __CMS_RARE_PAGE"):
        await read(arcsi)


async def test_the_shows_are_asked_for_less_often_than_the_pages(arcsi: Arcsi, web: Web) -> None:
    for seconds in (0.2, 300.1, 600, 900.1, 1200.2):  # turns are never exactly on time
        now = Instant(NOW + round(seconds * 1000))
        await arcsi.read(now, now)

    assert [web.paths().count(path) for path in (SHOWS, RARE, SPECIAL)] == [3, 5, 5]


@pytest.mark.parametrize(("status", "body"), [(401, "arcsi/error_401.json"), (403, "arcsi/error_403.html")])
async def test_a_token_that_is_refused_is_hopeless_and_names_the_setting(
    arcsi: Arcsi, web: Web, status: int, body: str
) -> None:
    web.says(SHOWS, body, status)

    with pytest.raises(HopelessError, match="LAHMA_RADIO__SHOWS__TOKEN") as caught:
        await read(arcsi)

    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "body", [b"", b"null", b"{}", b"<html>", b"[", b"\xff", b"[]", b'[{"id": 1}]', sample("arcsi/error_401.json")]
)
async def test_an_answer_that_is_no_programme_changes_nothing(arcsi: Arcsi, web: Web, body: bytes) -> None:
    web.says(SHOWS, body)

    with pytest.raises(UpstreamError):
        await read(arcsi)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"<html>", b'{"code":"rest_no_route"}'])
async def test_an_answer_that_is_no_page_is_none(arcsi: Arcsi, web: Web, body: bytes) -> None:
    web.says(RARE, body)

    with pytest.raises(UpstreamError, match="not a WordPress page"):
        await read(arcsi)


async def test_a_server_in_trouble_is_a_stumble_that_waits_as_long_as_it_asks(arcsi: Arcsi, web: Web) -> None:
    web.says(SHOWS, b"", 503)

    with pytest.raises(UpstreamError, match="answered 503") as caught:
        await read(arcsi)

    assert caught.value.outcome == "server_error"


def test_rows_that_are_no_shows_are_counted_and_lose_nobody_else() -> None:
    rows = told("arcsi/show_schedule.json")
    bad = [3, {"id": 1}, rows[1] | {"day": 8}, rows[1] | {"start": "25:00:00"}, rows[1] | {"name": None}]

    found, dropped = payload.shows(json.dumps([*bad, rows[2]]).encode())

    assert [row.name for row in found] == ["Űrhajó Klub"]
    assert dropped == len(bad)


def test_a_special_day_that_cannot_be_read_is_trouble_not_an_empty_day() -> None:
    for fields in ({"day_number": 9}, {"day_number": None}, {"day_number": 6, "schedule": [{"name": "X"}]}):
        with pytest.raises(UpstreamError, match="special day"):
            payload.special_day(json.dumps({"id": 1, "acf": {"is_active": True, **fields}}).encode())


def test_names_are_bounded_and_printable() -> None:
    row = told("arcsi/show_schedule.json")[1] | {"name": "A" * 10_000 + "\u0000", "playlist_name": "a\u0007\nb"}

    [found], _ = payload.shows(json.dumps([row]).encode())

    assert len(found.show.name) == 200
    assert found.show.playlist == "a\ufffd b"


async def test_the_client_of_the_house_reads_it_from_real_servers() -> None:
    paths = {"/show/schedule": "show_schedule", "/pages/3721": "cms_page_3721", "/pages/3679": "cms_page_3679"}
    replies = {path: Reply(sample(f"arcsi/{name}.json")) for path, name in paths.items()}
    async with saying(replies) as url, open_client() as client:
        grid = await Arcsi(settings(url=url, cms_url=url), client, BUDAPEST).read(NOW, NOW)

    assert (len(grid.shows), len(grid.weekly), len(grid.days)) == (18, 16, 1)
