"""The daemon itself over HTTP: how services are, which rooms are on, how large the store is."""

from pathlib import Path

from lahmadaemon import __version__
from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.store.migrating import head
from lahmadaemon.supervision.health import HealthBoard, State
from tests.fakes.clock import FakeClock
from tests.window.world import asking, house


async def test_services_with_their_state_restarts_last_error_and_last_beat(tmp_path: Path) -> None:
    clock = FakeClock()
    board = HealthBoard(clock)
    for name in ("radio.snapshots.main", "web"):
        board.enter(name, essential=name == "web")
        board.change(name, State.STARTING)
        board.beat(name)
    board.waits("web", Instant(clock.now() + 60 * SECOND))
    await clock.advance(40)
    board.change(
        "radio.snapshots.main", State.BACKING_OFF, error="it fell over", restarted=True, restart_at=clock.now()
    )
    async with house(tmp_path, clock, board=board) as doors, asking(doors) as client:
        told = (await client.get("/services")).json()
        one = (await client.get("/services/radio.snapshots.main")).json()
        missing = await client.get("/services/nobody")
        table = (await client.get("/services?format=csv")).text

    assert (told["status"], told["ready"]) == ("unwell", True)
    assert [(each["name"], each["room"], each["well"]) for each in told["services"]] == [
        ("radio.snapshots.main", "radio", False), ("web", "web", True),
    ]  # fmt: skip
    assert one == told["services"][0]
    assert (one["state"], one["restarts"], one["last_error"]) == ("backing off", 1, "it fell over")
    assert (one["last_beat_age_seconds"], one["restart_at"]) == (40, "2026-10-21T17:57:40Z")
    assert [each["next_turn"] for each in told["services"]] == [None, "2026-10-21T17:58:00Z"]
    assert (missing.status_code, missing.json()["error"]) == (404, "service_not_found")
    assert len(table.splitlines()) == 3


async def test_the_house_says_its_version_rooms_and_store(tmp_path: Path) -> None:
    clock = FakeClock()
    board = HealthBoard(clock)
    board.enter("alerts.sender", essential=False)
    await clock.advance(90)
    async with house(tmp_path, clock, board=board) as doors, asking(doors) as client:
        told = (await client.get("/house")).json()

    assert (told["version"], told["uptime_seconds"], told["open_alarms"]) == (__version__, 90, 0)
    assert told["rooms"] == {"radio": True, "visitors": True, "social": False, "telegram": True}
    assert (told["store"]["kind"], told["store"]["schema_revision"]) == ("sqlite", head())
    assert told["store"]["size_bytes"] > 100_000
