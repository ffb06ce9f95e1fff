"""Whose clock a snapshot is told by: the server's, as its rows or its `Date` tell it, else ours."""

from collections import UserDict
from collections.abc import ItemsView

import pytest

from lahmadaemon.clock import SECOND
from tests.fakes.clock import START, FakeClock
from tests.fakes.scripted_azuracast import Reply
from tests.radio.azuracast_sources import LISTENERS, server, source_at
from tests.radio.raw_server import saying
from tests.samples import sample


def dated(body: bytes, date: str) -> Reply:
    return Reply(body, 200, {"Date": date})


async def test_the_time_is_the_server_s_as_its_rows_tell_it(clock: FakeClock) -> None:
    async with (
        saying(server(dated(LISTENERS.body, "Wed, 21 Oct 2026 11:11:11 GMT"))) as url,
        source_at(url, clock) as source,
    ):
        snapshot = await source.snapshot()

    assert (snapshot.at, snapshot.skew) == (1792605423 * SECOND, 3 * SECOND)


async def test_before_0_12_3_the_rows_tell_it_by_their_length(clock: FakeClock) -> None:
    body = sample("azuracast/listeners/live_0.11.2.json")
    async with saying(server(dated(body, "Wed, 21 Oct 2026 11:11:11 GMT"))) as url, source_at(url, clock) as source:
        snapshot = await source.snapshot()

    assert snapshot.at == 1607541307 * SECOND


async def test_without_rows_the_date_header_tells_the_time(clock: FakeClock) -> None:
    async with saying(server(dated(b"[]", "Wed, 21 Oct 2026 17:56:50 GMT"))) as url, source_at(url, clock) as source:
        snapshot = await source.snapshot()

    assert (snapshot.at, snapshot.skew) == (START - 10 * SECOND, -10 * SECOND)


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}], ids=["no date", "no real date"])
async def test_without_either_it_is_our_clock(clock: FakeClock, headers: dict[str, str]) -> None:
    async with saying(server(Reply(b"[]", 200, headers))) as url, source_at(url, clock) as source:
        snapshot = await source.snapshot()

    assert (snapshot.at, snapshot.skew) == (START, None)


async def test_without_either_our_clock_is_set_by_what_the_server_told_before(clock: FakeClock) -> None:
    replies = server(LISTENERS)
    async with saying(replies) as url, source_at(url, clock) as source:
        await source.snapshot()
        replies["/listeners"] = Reply(b"[]")
        await clock.advance(30)
        snapshot = await source.snapshot()

    assert (snapshot.at, snapshot.skew) == (START + 33 * SECOND, None)


async def test_an_answer_that_is_long_on_its_way_is_no_sign_of_a_clock_behind(clock: FakeClock) -> None:
    """Story: the fastest demo raised an alarm about the station's clock whenever this machine was busy for a moment."""

    class Slow(UserDict[str, Reply]):
        def items(self) -> ItemsView[str, Reply]:
            clock._elapsed += 8.0
            return super().items()

    replies = Slow(server(dated(b"[]", "Wed, 21 Oct 2026 17:57:00 GMT")))
    async with saying(replies) as url, source_at(url, clock) as source:
        on_time = await source.snapshot()
        replies["/listeners"] = dated(b"[]", "Wed, 21 Oct 2026 17:57:06 GMT")
        behind = await source.snapshot()

    assert (on_time.at, on_time.skew) == (START, 0)
    # asked 16 s later (its now-playing took as long), answered 24 s later, and dated 6 s later
    assert (behind.at, behind.skew) == (START + 6 * SECOND, -10 * SECOND)


async def test_what_others_learn_of_the_clock_meanwhile_moves_no_snapshot(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """History was asked for, hourly, while a snapshot waited for now-playing: both kept what they had learnt of the
    server's clock in one place, and the snapshot was dated by the other's. Fifty kills in a row found it."""
    async with saying(server(LISTENERS)) as url, source_at(url, clock) as source:
        playing = source._now_playing

        async def meanwhile(deadline: float) -> object:
            source._skew = 30 * SECOND
            return await playing(deadline)

        monkeypatch.setattr(source, "_now_playing", meanwhile)
        snapshot = await source.snapshot()

    assert (snapshot.at, snapshot.skew) == (1792605423 * SECOND, 3 * SECOND)
