"""The server's own history of what was on air, as it answers: a list, or page by page."""

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from lahmadaemon.clock import HOUR, SECOND, Instant
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.azuracast import songs
from lahmadaemon.radio.shows.log.entries import HEARD_LATER, Play
from tests.fakes.clock import FakeClock
from tests.radio.azuracast_sources import source_at
from tests.samples import sample, told

WHOLE = sample("azuracast/history/songs.json")


class Library:
    """A server's history in pages; remembers what it was asked."""

    def __init__(self, rows: list[Any], per_page: int) -> None:
        self._pages = [rows[i : i + per_page] for i in range(0, len(rows), per_page)] or [[]]
        self.asked: list[dict[str, str]] = []

    async def ask(self, question: dict[str, str]) -> bytes:
        self.asked.append(question)
        number = int(question["page"])
        return json.dumps({"page": number, "total_pages": len(self._pages), "rows": self._pages[number - 1]}).encode()


async def whole() -> list[Play]:
    async def ask(_: dict[str, str]) -> bytes:
        return WHOLE

    return await songs.read(ask, {})


async def test_every_row_is_a_play_and_the_live_ones_are_those_with_a_streamer() -> None:
    plays = await whole()

    assert len(plays) == 8
    assert [play.began for play in plays] == sorted(play.began for play in plays)
    live = [play for play in plays if play.on_air.live]
    assert [(play.on_air.streamer, play.on_air.title, play.length) for play in live] == [("Űrhajó Klub", "Élő adás", 0)]
    [workshop] = [play for play in plays if play.on_air.artist == "Kőbányai Műhely"]
    assert (workshop.on_air.play, workshop.on_air.playlist, workshop.length) == (90400, "Kobanyai Muhely", 3_612_000)


async def test_five_seconds_that_the_server_adds_for_listeners_are_taken_off() -> None:
    [workshop] = [play for play in await whole() if play.on_air.play == 90400]

    assert workshop.began == 1_792_602_008 * SECOND - HEARD_LATER


async def test_pages_are_read_to_the_last_one_and_come_to_the_same() -> None:
    library = Library(told("azuracast/history/songs.json"), 3)

    assert await songs.read(library.ask, {"start": "a"}) == await whole()
    assert [(each["start"], each["page"]) for each in library.asked] == [("a", "1"), ("a", "2"), ("a", "3")]


async def test_a_play_that_stands_on_two_pages_is_one() -> None:
    """A new play while we turn the page moves every row along."""
    rows = told("azuracast/history/songs.json")
    library = Library([*rows[:3], rows[2], *rows[3:]], 3)

    assert await songs.read(library.ask, {}) == await whole()


async def test_the_sample_pages_are_read() -> None:
    first, third = (songs.page(sample(f"azuracast/history/songs_page_{n}.json")) for n in (1, 3))

    assert (first.total_pages, len(first.rows), len(third.rows)) == (3, 3, 2)


@pytest.mark.parametrize("body", [b"<html>", b"null", b"{}", b'{"rows": 3}', b"[[]]", WHOLE[:400]])
async def test_anything_else_is_no_history(body: bytes) -> None:
    with pytest.raises(UpstreamError, match="not a history of plays"):
        songs.page(body)


async def test_a_row_with_next_to_nothing_in_it_is_still_a_play() -> None:
    async def ask(_: dict[str, str]) -> bytes:
        return b'[{"sh_id": 0, "played_at": 1792602008, "song": {"text": "Csak ennyi"}, "playlist": null, "new": []}]'

    [play] = await songs.read(ask, {})
    assert (play.on_air.title, play.on_air.playlist, play.on_air.play) == ("Csak ennyi", "", None)


class Remembering:
    """A server that answers with its whole history and remembers the questions."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(f"{scope['path']}?{scope['query_string'].decode()}")
        await JSONResponse(told("azuracast/history/songs.json"))(scope, receive, send)


async def test_the_server_is_asked_for_the_past_alone_and_in_no_zone_of_its_own(clock: FakeClock) -> None:
    server = Remembering()
    async with standing_in(server) as url, source_at(url, clock) as source:
        source._skew = 0  # as after a snapshot: the real server's clock is not the invented one
        plays = await source.plays(Instant(clock.now() - HOUR), Instant(clock.now() + HOUR))
        nothing = await source.plays(Instant(clock.now() + HOUR), Instant(clock.now() + 2 * HOUR))

    assert (len(plays), nothing) == (8, [])
    [question] = server.asked
    path, _, query = question.partition("?")
    assert path == "/api/station/1/history"
    assert dict(parse_qsl(query)) == {
        "start": "2026-10-21T16:57:00+00:00", "end": "2026-10-21T17:56:59+00:00", "per_page": "500", "page": "1",
    }  # fmt: skip
