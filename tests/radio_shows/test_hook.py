"""What is on air is written down in the turn of the snapshot that saw it, and the filling is kept alive as any service."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.shows.log.filling import OnAirFilling, on_air_filling
from lahmadaemon.radio.shows.log.log import OnAirLog
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.snapshot import Key, OnAir, Snapshot, Totals
from lahmadaemon.radio.snapshots import Snapshots
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.store.database import Store
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import START, FakeClock
from tests.fakes.house import keeping
from tests.radio.builders import connection, snapshot
from tests.radio_shows.test_filling import ROCKET, WORKSHOP, Archive, ago

TITLE = OnAir(online=True, title="Valami")


class Studio:
    """A server with one listener; tells what is put on air, or fails."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.on_air: OnAir | None = None
        self.down = False

    async def snapshot(self, known: Collection[Key]) -> Snapshot:
        if self.down:
            raise UpstreamError("down")
        seen = snapshot(self._clock.now() / SECOND, [connection("anna", START / SECOND)])
        return replace(seen, totals=Totals(1, 1), on_air=self.on_air)


async def test_every_snapshot_writes_what_it_saw_and_a_failed_one_leaves_a_gap(store: Store, clock: FakeClock) -> None:
    studio, kept = Studio(clock), OnAirStore(store, "lahma")
    snapshots = Snapshots(
        RadioStore(store, "lahma"), studio, clock, 30.0, FakeAlarms(), timezone="Europe/Budapest",
        on_air=OnAirLog(kept, 30.0),
    )  # fmt: skip
    first = replace(ROCKET, played_at=Instant(START + 55_000))
    story = [WORKSHOP, WORKSHOP, first, TITLE, None, None, TITLE]
    for number, on_air in enumerate(story):
        studio.on_air, studio.down = on_air, number == 5
        if studio.down:
            with pytest.raises(UpstreamError):
                await snapshots.turn()
        else:
            await snapshots.turn()
        await clock.advance(30)

    entries = await kept.between(0, clock.now() + 1)
    assert [((e.since - START) / 1000, (e.until - START) / 1000, e.on_air) for e in entries] == [
        (0, 50, WORKSHOP), (50, 75, ROCKET), (75, 105, TITLE), (165, 195, TITLE),
    ]  # fmt: skip


async def test_the_filling_looks_at_once_and_then_hourly(store: Store, on_air: OnAirStore, clock: FakeClock) -> None:
    archive, begun = Archive(), ago(clock, 60)

    async def since() -> Instant | None:
        return begun

    service = OnAirFilling(on_air, archive, clock, since)
    async with keeping(clock, service) as house:
        await clock.advance(2 * 3600 + 60)
        assert house.state("radio.on_air.lahma") == "running"

    assert len(archive.asked) == 3


async def test_a_source_that_remembers_nothing_has_no_filling(store: Store, clock: FakeClock) -> None:
    assert on_air_filling(store, "lahma", Studio(clock), clock) == []
    assert [service.name for service in on_air_filling(store, "lahma", Archive(), clock)] == ["radio.on_air.lahma"]
