"""The log is written with the snapshots, and filled from the server's history where we were away."""

from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from lahmadaemon.clock import HOUR, MINUTE, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.shows.log.entries import HEARD_LATER, Play
from lahmadaemon.radio.shows.log.filling import OnAirFilling
from lahmadaemon.radio.shows.log.log import OnAirLog
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.snapshot import OnAir
from tests.fakes.clock import FakeClock

WORKSHOP = OnAir(online=True, artist="Kőbányai Műhely", playlist="Kobanyai Muhely", play=90400)
ROCKET = OnAir(online=True, live=True, streamer="Űrhajó Klub", play=90402)


class Archive:
    """A server that remembers plays, and what it was asked; it may be down."""

    def __init__(self, plays: Sequence[Play] = ()) -> None:
        self.plays_known = list(plays)
        self.asked: list[tuple[int, int]] = []
        self.down = False

    async def plays(self, start: Instant, end: Instant) -> list[Play]:
        self.asked.append((start, end))
        if self.down:
            raise UpstreamError("down")
        return [play for play in self.plays_known if start <= play.began < end]


def ago(clock: FakeClock, minutes: float) -> Instant:
    return Instant(round(clock.now() - minutes * MINUTE))


def service(store: OnAirStore, archive: Archive, clock: FakeClock, since: float | None) -> OnAirFilling:
    begun = None if since is None else ago(clock, since)

    async def known_since() -> Instant | None:
        return begun

    return OnAirFilling(store, archive, clock, known_since)


async def heard(store: OnAirStore, clock: FakeClock) -> list[tuple[float, float, str]]:
    """The log as minutes ago, from the first to the last, with who was on air."""
    entries = await store.between(0, clock.now() + HOUR)
    return [
        ((e.since - clock.now()) / MINUTE, (e.until - clock.now()) / MINUTE, e.on_air.streamer or e.on_air.artist)
        for e in entries
    ]


async def test_the_log_goes_on_after_a_restart_where_it_was(on_air: OnAirStore, clock: FakeClock) -> None:
    begun = Instant(ago(clock, 60) + HEARD_LATER)
    first = OnAir(online=True, artist="Kőbányai Műhely", play=90400, played_at=begun)
    await OnAirLog(on_air, 30.0).note(ago(clock, 30), first)

    await OnAirLog(on_air, 30.0).note(ago(clock, 10), first)
    await OnAirLog(on_air, 30.0).note(ago(clock, 9.5), None)

    assert await heard(on_air, clock) == [(-60, -9.75, "Kőbányai Műhely")]


async def test_an_outage_is_filled_from_what_the_server_remembers(on_air: OnAirStore, clock: FakeClock) -> None:
    log = OnAirLog(on_air, 30.0)
    await log.note(ago(clock, 120), WORKSHOP)
    await log.note(ago(clock, 6), ROCKET)
    await log.note(ago(clock, 5.5), ROCKET)
    archive = Archive([Play(WORKSHOP, ago(clock, 120), 0), Play(ROCKET, ago(clock, 60), 0)])

    with capture_logs() as logs:
        await service(on_air, archive, clock, since=120).turn()

    assert await heard(on_air, clock) == [
        (-120, -119.75, "Kőbányai Műhely"),
        (-119.75, -60, "Kőbányai Műhely"),
        (-60, -6.25, "Űrhajó Klub"),
        (-6.25, -5.25, "Űrhajó Klub"),
    ]
    assert [(line["event"], line["plays"], line["filled_minutes"]) for line in logs] == [
        ("radio.on_air_filled", 2, 113.5)
    ]


async def test_a_play_is_found_again_after_a_part_of_it_was_filled_in(on_air: OnAirStore, clock: FakeClock) -> None:
    """The demo found it: asked from where the filled part began, the server left out the play, which had begun before."""
    await OnAirLog(on_air, 30.0).note(ago(clock, 200), WORKSHOP)
    archive = Archive([Play(WORKSHOP, ago(clock, 201), 0)])
    filling = service(on_air, archive, clock, since=200)
    await filling.fill(ago(clock, 200), ago(clock, 100))
    await OnAirLog(on_air, 30.0).note(ago(clock, 50), ROCKET)

    await filling.fill(ago(clock, 200), ago(clock, 50))

    assert [(since, until) for since, until, _ in await heard(on_air, clock)][:3] == [
        (-200, -199.75), (-199.75, -100), (-100, -50.25),
    ]  # fmt: skip


async def test_a_gap_that_the_server_cannot_fill_is_asked_for_once(on_air: OnAirStore, clock: FakeClock) -> None:
    await OnAirLog(on_air, 30.0).note(ago(clock, 60), WORKSHOP)
    await OnAirLog(on_air, 30.0).note(ago(clock, 5), ROCKET)
    archive = Archive()
    filling = service(on_air, archive, clock, since=60)

    await filling.turn()
    await filling.turn()

    assert archive.asked == [(ago(clock, 59.75 + 12 * 60), ago(clock, 5.25))]


async def test_a_server_that_is_down_is_asked_again(on_air: OnAirStore, clock: FakeClock) -> None:
    archive = Archive([Play(ROCKET, ago(clock, 60), 0)])
    filling = service(on_air, archive, clock, since=30)
    archive.down = True
    with pytest.raises(UpstreamError):
        await filling.turn()
    archive.down = False

    await filling.turn()
    await filling.turn()

    assert await heard(on_air, clock) == [(-30, -5, "Űrhajó Klub")]
    assert len(archive.asked) == 2


async def test_nothing_is_asked_of_a_station_that_was_never_measured(on_air: OnAirStore, clock: FakeClock) -> None:
    archive = Archive()

    await service(on_air, archive, clock, since=None).turn()

    assert archive.asked == []


async def test_a_whole_silent_log_is_asked_for_in_slices_of_a_week(on_air: OnAirStore, clock: FakeClock) -> None:
    archive = Archive([Play(ROCKET, ago(clock, 70 * 24 * 60), 0)])

    await service(on_air, archive, clock, since=90 * 24 * 60).turn()

    assert len(archive.asked) == 9
    assert archive.asked[0][1] - archive.asked[0][0] <= 8 * 24 * HOUR
