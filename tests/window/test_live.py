"""The line that says when there is news: what is said on it, to how many, and that it ends."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lahmadaemon.clock import Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.store.database import Store
from lahmadaemon.visitors.store import camera_states
from lahmadaemon.web import live
from lahmadaemon.web.live import LOOK, MOST, SIGN, Live
from tests.fakes.clock import FakeClock, until
from tests.fakes.window import window_app
from tests.window.reading import reading
from tests.window.world import house, poll


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class Listener:
    """Remembers what was said."""

    def __init__(self, line: AsyncIterator[str]) -> None:
        self.heard: list[str] = []
        self.task = asyncio.create_task(self._listen(line))

    async def _listen(self, line: AsyncIterator[str]) -> None:
        async for said in line:
            self.heard.append(said)

    @property
    def news(self) -> int:
        return sum(each.startswith("event: figures\n") for each in self.heard)


async def test_a_poll_is_news_and_silence_has_signs_of_life(tmp_path: Path, clock: FakeClock) -> None:
    async with house(tmp_path, clock) as doors:
        line = Live(doors)
        listener = Listener(line.told())
        await until(lambda: listener.news)
        await clock.advance(2 * LOOK)
        at_first = listener.news
        await RadioStore(doors.store, "main").record(poll(clock.now()))
        await clock.advance(LOOK)
        after_a_poll = listener.news
        await clock.advance(2 * SIGN)
        line.end()
        await listener.task

    assert (at_first, after_a_poll, listener.news) == (1, 2, 2)
    assert ": still here\n\n" in listener.heard
    assert all(each.endswith("\n\n") for each in listener.heard)


async def test_all_who_listen_share_a_look(tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []

    async def counted(store: Store) -> object:
        looked.append(store)
        return await camera_states(store)

    monkeypatch.setattr(live, "camera_states", counted)
    async with house(tmp_path, clock) as doors:
        line = Live(doors)
        listeners = [Listener(line.told()) for _ in range(5)]
        await until(lambda: all(each.news for each in listeners))
        await clock.advance(LOOK)
        line.end()
        await asyncio.gather(*(each.task for each in listeners))

    assert [each.news for each in listeners] == [1] * 5
    assert len(looked) == 2


async def test_a_store_that_is_away_is_no_news(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path, clock) as doors:
        line = Live(doors)
        known = await line.stamp()

        def away() -> None:
            raise UpstreamError("busy")

        monkeypatch.setattr(doors.store, "read", away)
        await clock.advance(60)
        assert await line.stamp() == known


async def test_more_than_can_be_served_are_told_so(tmp_path: Path, clock: FakeClock) -> None:
    async with house(tmp_path, clock) as doors:
        app = window_app(house=doors)
        app.state.live.listeners = MOST
        async with reading(app) as who:
            refused = await who.get("/live")

    assert (refused.status_code, refused.json()["error"]) == (503, "too_many_listeners")
    assert refused.headers["retry-after"] == "60"


async def test_whoever_goes_away_is_not_counted_any_more_and_the_end_lets_everybody_go(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with house(tmp_path, clock) as doors:
        app = window_app(house=doors)
        line: Live = app.state.live
        async with reading(app) as who:
            asking = asyncio.create_task(who.get("/live"))
            await until(lambda: clock._sleepers)  # it has said the first word, and waits
            counted = line.listeners
            line.end()
            answer = await asking

    assert (counted, line.listeners) == (1, 0)
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.startswith("retry: 3000\n\nevent: figures\ndata: ")


async def test_a_page_carries_the_stamp_that_the_line_begins_with(tmp_path: Path, clock: FakeClock) -> None:
    async with house(tmp_path, clock) as doors:
        await RadioStore(doors.store, "main").record(poll(Instant(clock.now() - 1000)))
        app = window_app(house=doors)
        async with reading(app) as who:
            page = (await who.get("/house")).text
            stamp = await app.state.live.stamp()

    assert f'data-stamp="{stamp}"' in page
