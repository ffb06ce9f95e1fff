"""The radio room's services over a real SQLite file: what they keep, when, and what they say about it."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from lahmadaemon.clock import DAY, HOUR, SECOND, Instant
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.radio.exporting import Exporter, ExportService
from lahmadaemon.radio.periods import midnight
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.retention import Retention
from lahmadaemon.radio.rollups.store import RollupStore
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.snapshot import Connection, Key, Snapshot, Totals
from lahmadaemon.radio.snapshots import Snapshots
from lahmadaemon.radio.store import Poll, RadioStore, connections
from lahmadaemon.radio.vouched.store import amended
from lahmadaemon.store.database import Store
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import FakeClock
from tests.fakes.house import keeping
from tests.fakes.stores import new_store

ZONE = ZoneInfo("Europe/Budapest")


class Source:
    """A station as a test wants it: who is there now, how its clock goes, what goes wrong next."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.present: dict[Key, Connection] = {}
        self.total: int | None = None
        self.timezone = "Europe/Budapest"
        self.skew = 0
        self.dropped = 0
        self.troubles: list[Exception] = []
        self.asked_at: list[int] = []

    def arrive(self, name: str, ip: str = "198.51.100.7") -> None:
        digest, at = name.encode().ljust(16), Instant(self.clock.now() // SECOND * SECOND)
        self.present[digest, at] = Connection(
            digest, at, digest, "/radio.mp3", "Player", False, False, False, True, "HU", None, ip
        )

    def leave(self) -> None:
        self.present = {}

    async def snapshot(self, known: Collection[Key] = ()) -> Snapshot:
        now = self.clock.now()
        self.asked_at.append(now)
        if self.troubles:
            raise self.troubles.pop(0)
        total = len(self.present) if self.total is None else self.total
        totals = Totals(total, len(self.present), self.timezone)
        return Snapshot(now, Instant(now + self.skew), 12, self.skew, dict(self.present), totals, dropped=self.dropped)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    async with new_store(folder / "radio.db") as store:
        yield store


def service(store: Store, source: Source, name: str = "test", **more: Any) -> Snapshots:
    alarms, zone = FakeAlarms(), "Europe/Budapest"
    return Snapshots(RadioStore(store, name), source, source.clock, 30.0, alarms, timezone=zone, **more)


def named(events: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    return [event for event in events if event["event"] == name]


async def rows(store: Store) -> list[Any]:
    async with store.read() as connection:
        return list(await connection.execute(select(connections)))


async def test_it_asks_on_a_fixed_grid_without_drift(tmp_path: Path, clock: FakeClock) -> None:
    source = Source(clock)
    async with opened(tmp_path) as store, keeping(clock, service(store, source)):
        await clock.advance(300)

    assert [at % 30_000 for at in source.asked_at[1:]] == [0] * len(source.asked_at[1:])
    assert len(source.asked_at) == 11


async def test_one_station_s_trouble_is_not_another_s(tmp_path: Path, clock: FakeClock) -> None:
    ill, well = Source(clock), Source(clock)
    ill.troubles = [HopelessError("the key is wrong", outcome="key_wrong")]
    well.arrive("anna")
    async with opened(tmp_path) as store:
        async with keeping(clock, service(store, ill, "ill"), service(store, well, "well")) as house:
            await clock.advance(90)
            assert (house.state("radio.snapshot.ill"), house.state("radio.snapshot.well")) == ("failed", "running")
        kept = await rows(store)

    assert [row.station for row in kept] == ["well"]
    assert len(well.asked_at) == 4
    assert len(ill.asked_at) == 1


async def test_every_trouble_is_recorded_as_a_poll_and_told_at_its_two_edges(tmp_path: Path, clock: FakeClock) -> None:
    source = Source(clock)
    source.troubles = [UpstreamError("down", outcome="timeout") for _ in range(3)]
    with capture_logs() as events:
        async with opened(tmp_path) as store, keeping(clock, service(store, source)):
            await clock.advance(119)
            last = await RadioStore(store, "test").last_poll()

    assert len(named(events, "service.stumbled")) == len(named(events, "service.recovered")) == 1
    assert last is not None
    assert last.outcome == "valid"


async def test_a_retry_after_is_honoured(tmp_path: Path, clock: FakeClock) -> None:
    source = Source(clock)
    source.troubles = [UpstreamError("too many", retry_after=120, outcome="rate_limited")]
    async with opened(tmp_path) as store, keeping(clock, service(store, source)):
        await clock.advance(180)

    assert source.asked_at[1] - source.asked_at[0] >= 120_000


async def test_a_suspicious_empty_list_closes_nobody_and_is_told_once(tmp_path: Path, clock: FakeClock) -> None:
    source = Source(clock)
    source.arrive("anna")
    with capture_logs() as events:
        async with opened(tmp_path) as store, keeping(clock, service(store, source)):
            await clock.advance(30)
            gone, source.present, source.total = source.present, {}, 5
            await clock.advance(120)
            assert [row.ended_at for row in await rows(store)] == [None]
            source.present, source.total = gone, None
            await clock.advance(30)

    assert [event["why"] for event in named(events, "radio.snapshot_held")] == ["suspicious"]
    assert len(named(events, "radio.snapshot_believed")) == 1


async def test_an_empty_list_is_believed_at_the_second_poll_also_across_a_restart(
    tmp_path: Path, clock: FakeClock
) -> None:
    source = Source(clock)
    source.arrive("anna")
    async with opened(tmp_path) as store:
        first = service(store, source)
        await first.turn()
        await clock.advance(30)
        source.leave()
        await first.turn()
        await clock.advance(30)
        assert [row.ended_at for row in await rows(store)] == [None]
        await service(store, source).turn()
        (row,) = await rows(store)

    assert row.last_seen_at == clock.now() - 60_000
    assert row.ended_at == row.last_seen_at + 15_000


async def test_a_write_that_failed_is_folded_again_from_the_store(tmp_path: Path, clock: FakeClock) -> None:
    source = Source(clock)
    source.arrive("anna")
    async with opened(tmp_path) as store:
        radio = _FailingOnce(store, "test")
        polled = Snapshots(radio, source, clock, 30.0, FakeAlarms(), timezone="Europe/Budapest")
        with pytest.raises(UpstreamError):
            await polled.turn()
        await clock.advance(30)
        await polled.turn()
        kept = await rows(store)

    assert len(kept) == 1


class _FailingOnce(RadioStore):
    failed = False

    async def record(self, poll: Poll, *args: Any, **more: Any) -> None:
        if not self.failed:
            self.failed = True
            raise UpstreamError("the disk is full", outcome="store")
        await super().record(poll, *args, **more)


async def test_clock_skew_zone_and_odd_rows_are_told_at_their_beginning_only(tmp_path: Path, clock: FakeClock) -> None:
    source = Source(clock)
    source.skew, source.timezone, source.dropped = 9000, "Europe/London", 2
    with capture_logs() as events:
        async with opened(tmp_path) as store, keeping(clock, service(store, source)):
            await clock.advance(240)

    began = {event["kind"]: event for event in named(events, "radio.anomaly_began")}
    assert len(named(events, "radio.anomaly_began")) == len(began) == 4, "and a list of unreadable rows is suspicious"
    assert began["clock_skew"]["ahead_seconds"] == 9.0
    assert began["timezone_differs"]["server"] == "Europe/London"
    assert began["rows_dropped"]["count"] == 2


async def test_a_failed_poll_is_stamped_by_the_server_s_clock_as_last_known(tmp_path: Path, clock: FakeClock) -> None:
    source = Source(clock)
    source.skew = 9000
    async with opened(tmp_path) as store:
        polled = service(store, source)
        await polled.turn()
        source.troubles = [UpstreamError("down")]
        await clock.advance(30)
        with pytest.raises(UpstreamError):
            await polled.turn()
        last = await RadioStore(store, "test").last_poll()

    assert last is not None
    assert (last.at - last.polled_at, last.outcome, last.rows) == (9000, "unreachable", None)


@pytest.mark.parametrize(("keep", "kept"), [(False, None), (True, "198.51.100.7")])
async def test_addresses_are_stored_only_where_the_setting_says_so(
    tmp_path: Path, clock: FakeClock, *, keep: bool, kept: str | None
) -> None:
    source = Source(clock)
    source.arrive("anna")
    async with opened(tmp_path) as store:
        await service(store, source, keep_ip=keep).turn()
        (row,) = await rows(store)

    assert row.ip == kept


async def test_addresses_are_forgotten_when_their_time_is_over(tmp_path: Path, clock: FakeClock) -> None:
    source = Source(clock)
    source.arrive("anna")
    async with opened(tmp_path) as store:
        await service(store, source, keep_ip=True).turn()
        async with keeping(clock, Retention([RadioStore(store, "test")], clock, 7 * 86_400.0)):
            await clock.advance(6.9 * 86_400)
            assert [row.ip for row in await rows(store)] == ["198.51.100.7"]
            with capture_logs() as events:
                await clock.advance(0.2 * 86_400)
        (row,) = await rows(store)

    assert row.ip is None
    assert [event["connections"] for event in named(events, "radio.addresses_forgotten")] == [1]


def exporter(store: Store, folder: Path, *formats: str) -> Exporter:
    radio = RadioStore(store, "test")
    return Exporter(radio, Reporter(radio, RadioSettings(), ZONE), ZONE, folder, formats or ("csv",))


async def measured_since(store: Store, clock: FakeClock, days: int) -> None:
    """A poll at the beginning of each of the last days."""
    for back in range(days, -1, -1):
        at = Instant(clock.now() - back * DAY)
        await RadioStore(store, "test").record(Poll(at, at, 30_000, "valid", 0, 0, 0, 1, 0))


async def test_files_are_written_every_n_hours_and_old_days_until_they_have_settled(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with opened(tmp_path) as store:
        await measured_since(store, clock, 2)
        async with keeping(clock, ExportService([exporter(store, tmp_path / "out")], clock, 1.5 * 3600)) as house:
            while house.state("radio.export") != "running":  # noqa: ASYNC110 - what came due while nobody was there is written first
                await asyncio.sleep(0)
            at_start = {path.name[:15] for path in (tmp_path / "out").iterdir()}
            await clock.advance(
                4.7 * 3600
            )  # to 22:39 UTC; the last files are of 22:30, half an hour into the new local day
            first = {path.name for path in (tmp_path / "out").iterdir()}
            due = await exporter(store, tmp_path).due(clock.now())

    assert at_start == {"test_2026-10-19", "test_2026-10-20"}
    assert first == {f"test_2026-10-{day}_{what}.csv" for day in (19, 20, 21, 22) for what in ("sessions", "totals")}
    assert due == [date(2026, 10, 21), date(2026, 10, 22)], "the 21st ended less than an hour before it was written"


async def test_files_of_sessions_outlive_the_sessions(tmp_path: Path, clock: FakeClock) -> None:
    """What was on air may be learnt 60 days later; by then the sessions may be gone, and the new file would list nobody."""
    async with opened(tmp_path) as store:
        await measured_since(store, clock, 9)
        await exporter(store, tmp_path / "out").export_due(clock.now())
        old, young = (Instant(clock.now() - days * DAY) for days in (8, 2))
        hours = [{"station": "test", "hour": at - at % HOUR, "noted_at": clock.now() + SECOND} for at in (old, young)]
        async with store.write() as connection:
            await connection.execute(amended.insert(), hours)
        await RollupStore(store, "test").note_gone("sessions", Instant(clock.now() - 5 * DAY))

        due = await exporter(store, tmp_path / "out").due(clock.now())

    assert due == [date(2026, 10, 19), date(2026, 10, 21)]


async def test_nothing_is_due_before_the_first_poll(tmp_path: Path, clock: FakeClock) -> None:
    async with opened(tmp_path) as store:
        assert await exporter(store, tmp_path).due(clock.now()) == []


async def test_a_folder_that_cannot_be_written_is_a_stumble(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "out").write_text("a file where a folder should be")
    async with opened(tmp_path) as store:
        await measured_since(store, clock, 0)
        with pytest.raises(UpstreamError, match="cannot write into"):
            await exporter(store, tmp_path / "out").export_due(clock.now())
        assert await RadioStore(store, "test").exported() == {}


@pytest.mark.slow
async def test_the_export_logs_the_number_of_valid_listeners(tmp_path: Path, clock: FakeClock) -> None:
    async with opened(tmp_path) as store:
        start = midnight(date(2026, 10, 21), ZONE)
        radio = RadioStore(store, "test")
        for number, seconds in enumerate((59, 60, 600)):
            digest = bytes([number]) * 16
            player = "Icecast 2.4.4" if seconds == 600 else ""
            seen = Connection(digest, start, digest, "/radio.mp3", player, False, False, False, True, "HU", None, "")
            await radio.record(Poll(Instant(start + number), start, 30_000, "valid", 1, 1, 1, 1, 0), [seen])
            ended = connections.update().where(connections.c.digest == digest).values(ended_at=start + seconds * SECOND)
            async with store.write() as connection:
                await connection.execute(ended)
        with capture_logs() as events:
            exported = await exporter(store, tmp_path, "csv", "legacy", "parquet").export(
                date(2026, 10, 21), clock.now()
            )

    (told,) = named(events, "radio.exported")
    assert (told["valid_listeners"], told["net_listeners"], told["long_listeners"], told["sessions"]) == (2, 1, 1, 3)
    assert len(exported.files) == 5
    assert all(path.stat().st_size for path in exported.files)
