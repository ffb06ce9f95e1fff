"""Three polls of a 2.4.4, with a restart of the server between the last two, over HTTP into a real SQLite file."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.icecast.door import Door
from lahmadaemon.radio.icecast.source import Icecast
from lahmadaemon.radio.snapshots import Snapshots
from lahmadaemon.radio.store import RadioStore, connections, polls
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import FakeClock
from tests.fakes.scripted_azuracast import Reply
from tests.fakes.stores import new_store
from tests.radio_icecast.stand_in import MP3, NAMES, STATS, STATUS, StandIn, asking, reply
from tests.samples import told

EXPECTED = told("icecast/series_expected.json")
AT = [poll["server_epoch"] for poll in EXPECTED["polls"]]
POLLS = [
    {STATS: reply("stats_2.4.4.xml"), MP3: reply("series_1.xml")},
    {STATS: reply("stats_2.4.4.xml"), MP3: reply("series_2.xml")},
    {STATS: reply("stats_2.4.4_restarted.xml"), MP3: reply("series_3_after_restart.xml")},
]
WITHOUT_EPOCH = [
    poll | {STATS: reply("error_401_kh.txt"), STATUS: reply("error_404_kh.txt")} for poll in POLLS
]  # as a KH tells a source's own user


@asynccontextmanager
async def measuring(
    folder: Path, **settings: Any
) -> AsyncIterator[tuple[Snapshots, Icecast, StandIn, RadioStore, FakeClock]]:
    clock = FakeClock(Instant(AT[0] * SECOND))
    async with new_store(folder / "radio.db") as store, asking(clock, {}, **settings) as (source, server):
        radio = RadioStore(store, "main")
        yield (
            Snapshots(radio, source, clock, 30.0, FakeAlarms(), timezone="Europe/Budapest"),
            source,
            server,
            radio,
            clock,
        )


async def measured(
    folder: Path, series: Sequence[dict[str, Reply]], *, our_restarts: bool = False, **settings: Any
) -> tuple[list[Any], list[Any]]:
    """The connections and the polls that are kept after the series."""
    async with measuring(folder, mounts=("/radio.mp3",), **settings) as (service, source, server, radio, clock):
        for replies, now in zip(series, AT, strict=True):
            await clock.advance((now * SECOND - clock.now()) / SECOND)
            server.replies = replies
            await service.turn()
            if our_restarts:  # a new process knows only what is stored
                source._door = Door(NAMES)
                service = Snapshots(radio, source, clock, 30.0, FakeAlarms(), timezone="Europe/Budapest")
        async with radio._store.read() as connection:
            kept = list(await connection.execute(select(connections).order_by(connections.c.started_at)))
            return kept, list(await connection.execute(select(polls).order_by(polls.c.polled_at)))


@pytest.mark.parametrize("our_restarts", [False, True])
@pytest.mark.parametrize("series", [POLLS, WITHOUT_EPOCH], ids=["with an epoch", "without"])
async def test_the_series_gives_exactly_the_connections_of_the_truth(
    tmp_path: Path, series: list[dict[str, Reply]], our_restarts: bool
) -> None:
    kept, recorded = await measured(tmp_path, series, our_restarts=our_restarts)

    truth = sorted(EXPECTED["connections"], key=lambda each: each["start"])
    assert [row.started_at for row in kept] == [each["start"] * SECOND for each in truth]
    for row, each in zip(kept, truth, strict=True):
        assert row.first_seen_at == AT[each["seen"][0] - 1] * SECOND
        if each["ended_between"] is None:
            assert row.ended_at is None
        else:
            last, missed = (moment * SECOND for moment in each["ended_between"])
            assert (row.last_seen_at, row.missed_at) == (last, missed)
            assert last <= row.ended_at <= missed
    assert [(poll.outcome, poll.rows, poll.at // SECOND) for poll in recorded] == [
        ("valid", 9, AT[0]), ("valid", 9, AT[1]), ("valid", 2, AT[2]),
    ]  # fmt: skip


async def test_who_came_back_after_the_server_s_restart_is_the_same_listener(tmp_path: Path) -> None:
    kept, _ = await measured(tmp_path, POLLS)
    still_open = [row for row in kept if row.ended_at is None]

    assert len(still_open) == 2
    for row in still_open:
        assert [each.identity for each in kept].count(row.identity) == 2


async def test_a_server_whose_encoder_left_is_believed_at_the_second_poll(tmp_path: Path) -> None:
    silent = {STATS: reply("stats_2.4.4_no_source.xml")}
    kept, recorded = await measured(tmp_path, [POLLS[0], silent, silent])

    assert [poll.outcome for poll in recorded] == ["valid", "empty", "valid"]
    assert len(kept) == 9
    assert all(row.ended_at is not None for row in kept)
