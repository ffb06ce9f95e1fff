"""Pictures over HTTP: what is drawn of which figures, and how calm it stays."""

import asyncio
import os
import signal
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.pictures.crossings import Crossings
from lahmadaemon.pictures.curve import Curve
from lahmadaemon.pictures.drawing import Picture
from lahmadaemon.pictures.heat import Heat
from lahmadaemon.pictures.look import Form, Head, Look, Size, Theme
from lahmadaemon.pictures.rates import Rates
from lahmadaemon.pictures.shows import Shows
from lahmadaemon.web.pictures import studio as studios
from lahmadaemon.web.pictures.studio import Studio
from lahmadaemon.web.problems import Refusal
from tests.fakes.clock import until
from tests.fakes.window import house_doors, window_app
from tests.radio.builders import connection
from tests.window.seeded import Seeded, heard, seeded_house


class Easel:
    """Draws nothing, and remembers what it was given."""

    def __init__(self) -> None:
        self.drawn: list[tuple[Any, Look]] = []
        self.done = asyncio.Event()
        self.done.set()
        self.trouble: Exception | None = None
        self.size = 10

    async def do(self, _: Callable[..., bytes], picture: Picture, look: Look, cache: Path | None) -> bytes:
        self.drawn.append((picture, look))
        await self.done.wait()
        if self.trouble:
            raise self.trouble
        return bytes(self.size)


def studio() -> tuple[Studio, Easel]:
    made, easel = Studio(), Easel()
    made._easel = easel  # type: ignore[assignment]
    return made, easel


def curve(title: str = "rigo") -> Curve:
    return Curve(Head(title), [1.0, 2.0], "listeners")


LOOK = Look(Form.SVG)


async def test_a_picture_is_drawn_once_for_all_who_ask_and_kept_while_it_is_the_same() -> None:
    made, easel = studio()

    await asyncio.gather(*(made.drawn(curve(), LOOK) for _ in range(5)))
    await made.drawn(curve(), LOOK)
    assert len(easel.drawn) == 1

    await made.drawn(curve(), Look(Form.SVG, Theme.DARK))
    await made.drawn(curve("other"), LOOK)
    assert len(easel.drawn) == 3


async def test_the_queue_is_short() -> None:
    made, easel = studio()
    easel.done.clear()
    async with asyncio.TaskGroup() as group:
        for number in range(studios.MOST_WAITING):
            group.create_task(made.drawn(curve(f"{number}"), LOOK))
        await until(lambda: easel.drawn)

        with pytest.raises(Refusal) as refused:
            await made.drawn(curve("one more"), LOOK)
        easel.done.set()

    assert (refused.value.status_code, refused.value.headers) == (503, {"Retry-After": "5"})
    await made.drawn(curve("one more"), LOOK)


async def test_only_so_much_is_kept_and_what_nobody_asked_for_longest_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studios, "MOST_KEPT", 25)
    made, easel = studio()
    for title in ("first", "second", "first", "third", "first", "second"):
        await made.drawn(curve(title), LOOK)

    assert [picture.head.title for picture, _ in easel.drawn] == ["first", "second", "third", "second"]


async def test_who_goes_away_while_it_is_drawn_leaves_it_to_the_next() -> None:
    made, easel = studio()
    easel.done.clear()
    first = asyncio.ensure_future(made.drawn(curve(), LOOK))
    await until(lambda: easel.drawn)
    second = asyncio.ensure_future(made.drawn(curve(), LOOK))
    first.cancel()
    await until(lambda: len(easel.drawn) == 2)
    easel.done.set()

    assert await second == bytes(10)
    assert first.cancelled()


async def test_a_death_is_a_503_and_nothing_is_kept_of_it() -> None:
    made, easel = studio()
    easel.trouble = UpstreamError("pictures: the process that does it died; is there enough memory?")
    with capture_logs() as logs, pytest.raises(Refusal) as refused:
        await made.drawn(curve(), LOOK)
    assert (refused.value.status_code, refused.value.error, refused.value.headers) == (
        503, "no_picture", {"Retry-After": "5"},
    )  # fmt: skip
    assert [(line["event"], line["kind"]) for line in logs] == [("web.picture_failed", "Curve")]

    easel.trouble = None
    assert await made.drawn(curve(), LOOK) == bytes(10)


@pytest.mark.slow
async def test_the_process_is_another_one_after_a_death_and_none_after_a_rest(tmp_path: Path) -> None:
    made = Studio(tmp_path)
    assert (await made.drawn(curve(), LOOK)).startswith(b"<svg")
    first = made._easel.pid
    assert first
    os.kill(first, signal.SIGKILL)

    with pytest.raises(Refusal):
        await made.drawn(curve("next"), LOOK)
    assert (await made.drawn(curve("next"), LOOK)).startswith(b"<svg")
    second = made._easel.pid
    assert second not in {first, None}
    await made.rest()
    assert not Path(f"/proc/{second}").exists()


@asynccontextmanager
async def window(seeded: Seeded, easel: Any = None) -> AsyncIterator[httpx.AsyncClient]:
    app = window_app(house=seeded.house, social=seeded.room.doors)
    if easel:
        app.state.studio._easel = easel
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client
    await app.state.studio.rest() if not easel else None


PATHS = {
    "/pictures/radio/rigo/day": Curve,
    "/pictures/radio/rigo/week": Curve,
    "/pictures/radio/rigo/heat": Heat,
    "/pictures/radio/rigo/shows": Shows,
    "/pictures/visitors/lobby/day": Crossings,
    "/pictures/social/101/rates": Rates,
}


async def test_every_picture_is_there_in_every_look_and_answers_304_without_being_drawn(tmp_path: Path) -> None:
    easel = Easel()
    async with seeded_house(tmp_path) as seeded, window(seeded, easel) as client:
        for path, kind in PATHS.items():
            easel.drawn.clear()
            svg = await client.get(f"{path}.svg", params={"theme": "dark", "size": "narrow", "lang": "hu"})
            png = await client.get(f"{path}.png", headers={"accept-language": "hu"})
            assert (svg.status_code, svg.headers["content-type"]) == (200, "image/svg+xml"), (path, svg.text)
            assert (png.status_code, png.headers["content-type"]) == (200, "image/png")
            assert [(type(drawn), look) for drawn, look in easel.drawn] == [
                (kind, Look(Form.SVG, Theme.DARK, Size.NARROW)), (kind, Look()),
            ]  # fmt: skip
            assert easel.drawn[0][0] == easel.drawn[1][0], "the same figures, in Hungarian"
            assert svg.headers["cache-control"] == "private, no-cache"
            assert "Accept-Language" in svg.headers["vary"]

            again = await client.get(
                f"{path}.png", headers={"if-none-match": png.headers["etag"], "accept-language": "hu"}
            )
            assert (again.status_code, again.content) == (304, b"")
            assert len(easel.drawn) == 2


async def test_what_is_drawn_is_what_is_known(tmp_path: Path) -> None:
    easel = Easel()
    async with seeded_house(tmp_path) as seeded, window(seeded, easel) as client:
        for path in PATHS:
            await client.get(f"{path}.svg")
        await client.get("/pictures/radio/rigo/day.svg", params={"date": "2026-10-17"})
        await client.get("/pictures/radio/rigo/day.svg", params={"date": "2026-10-25"})
        await client.get("/pictures/radio/rigo/day.svg", params={"date": "2020-01-01"})
        today, week, heat, shows, lobby, rates, away, to_come, long_ago = (drawn for drawn, _ in easel.drawn)

    assert today.now == pytest.approx(20.0, abs=0.1)
    assert len(today.values) == 20, "of the hour that has just begun there is nothing to see"
    assert today.values[18]
    assert [tick.label for tick in today.ticks] == [f"{hour:02}:00" for hour in (0, 3, 6, 9, 12, 15, 18, 21, 0)]
    assert [band for band in today.bands if band.start < today.now < band.end or band.planned]
    assert all(0 <= band.start < band.end <= 24 for band in today.bands)
    assert week.length == 169, "the clock is set back on its Sunday"
    assert week.edges == [24.0 * day for day in range(7)]
    assert week.ticks[0].label == "Mon 19"
    assert len(heat.cells) == len(week.values) + 1 == 2 * 24 + 21
    assert [cell.value for cell in heat.cells[:-1]] == list(week.values)
    assert max(bar.hours for bar in shows.bars) > 0
    assert sum(hour.ins for hour in lobby.hours) > 0
    assert {line.name for line in rates.lines if line.last is not None} >= {"by views", "by reach"}
    assert None in away.values
    assert away.now is None
    assert (to_come.length, list(to_come.values), to_come.has_any) == (25.0, [], False)
    assert not long_ago.has_any
    assert long_ago.bands == []
    assert today.head.description.startswith("The audience on Wednesday")


async def test_machines_are_drawn_where_gross_is_asked_for_and_the_picture_says_so(tmp_path: Path) -> None:
    easel = Easel()
    async with seeded_house(tmp_path) as seeded, window(seeded, easel) as client:
        await heard(
            seeded.house.store,
            Instant(seeded.clock.now() + 1),
            came=[replace(connection("crawler"), is_bot=True, started_at=Instant(seeded.clock.now() - 3 * HOUR))],
        )
        for path in ("day", "week", "heat", "shows"):
            for of in ("net", "gross"):
                await client.get(f"/pictures/radio/rigo/{path}.svg", params={"of": of, "head": "no"})
    assert not any(look.headline for _, look in easel.drawn)
    assert [picture.head.title.endswith("(gross)") for picture, _ in easel.drawn] == [False, True] * 4
    net, gross = easel.drawn[0][0], easel.drawn[1][0]
    assert gross.values[18] == pytest.approx(net.values[18] + 1)
    assert gross.head.description != net.head.description


WRONG = [
    ("/pictures/radio/nobody/day.svg", 404, "station_not_found"),
    ("/pictures/radio/rigo/day.gif", 422, "invalid_request"),
    ("/pictures/radio/rigo/day.svg?date=tomorrow", 422, "invalid_request"),
    ("/pictures/radio/rigo/day.svg?date=0001-01-01", 422, "invalid_span"),
    ("/pictures/radio/rigo/week.svg?week=2026-W99", 422, "invalid_span"),
    ("/pictures/radio/rigo/heat.svg?theme=pink", 422, "invalid_request"),
    ("/pictures/radio/rigo/shows.png?lang=xx", 422, "invalid_request"),
    ("/pictures/radio/rigo/shows.png?width=9", 422, "unknown_parameter"),
    ("/pictures/visitors/nobody/day.svg", 404, "camera_not_found"),
    ("/pictures/visitors/lobby/day.svg?date=9999-12-31", 422, "invalid_span"),
    ("/pictures/social/99999/rates.svg", 404, "campaign_not_found"),
    ("/pictures/social/x/rates.svg", 422, "invalid_request"),
]


async def test_what_cannot_be_asked_is_refused_as_a_problem(tmp_path: Path) -> None:
    async with seeded_house(tmp_path) as seeded, window(seeded, Easel()) as client:
        answers = [await client.get(path) for path, _, _ in WRONG]

    for answer, (path, status, error) in zip(answers, WRONG, strict=True):
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), path
        assert answer.json()["error"] == error, path


@pytest.mark.slow
async def test_they_are_really_drawn(tmp_path: Path) -> None:
    async with seeded_house(tmp_path) as seeded, window(seeded) as client:
        for path in PATHS:
            svg = await client.get(f"{path}.svg")
            assert svg.status_code == 200, (path, svg.text)
            assert len(svg.content) <= 60_000
            assert ET.fromstring(svg.content)[1].text
        assert (await client.get(f"{path}.png")).content.startswith(b"\x89PNG")


async def test_where_the_room_is_off_there_are_no_campaigns() -> None:
    app = window_app(house=house_doors())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        assert (await client.get("/pictures/social/1/rates.svg")).status_code == 404
