"""What systemd hears of the house: READY when it is a fact, WATCHDOG while all is alive."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.supervision.herald import Herald
from lahmadaemon.supervision.service import Lifeline, Service, Stop
from lahmadaemon.systemd import Notifier
from tests.fakes.clock import FakeClock
from tests.fakes.house import Systemd, keeping
from tests.fakes.services import Crasher, Stumbler, Ticker, Worker

PING = {"WATCHDOG": "1"}


class Stillborn(Service):
    """Fails for good before its first beat."""

    name = "stillborn"
    essential = True

    async def run(self, lifeline: Lifeline) -> None:
        raise HopelessError("disk gone")


def keys(messages: list[dict[str, str]]) -> set[str]:
    return {key for message in messages for key in message}


def statuses(messages: list[dict[str, str]]) -> list[str]:
    return [message["STATUS"] for message in messages if "STATUS" in message]


@pytest.fixture
def board(clock: FakeClock) -> HealthBoard:
    return HealthBoard(clock)


@pytest.fixture
async def systemd(tmp_path: Path) -> AsyncIterator[Systemd]:
    with Systemd(tmp_path / "notify") as systemd:
        systemd.attend()
        yield systemd


@pytest.fixture
def herald(tmp_path: Path, clock: FakeClock, board: HealthBoard, systemd: Systemd) -> Herald:
    environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000000"}
    return Herald(Notifier(environ), clock, board)


async def test_ready_is_said_once_and_only_when_every_essential_service_has_beaten(
    clock: FakeClock, board: HealthBoard, systemd: Systemd, herald: Herald
) -> None:
    slow = Worker(clock, 20.0, "slow")
    slow.essential = True

    async with keeping(clock, Ticker(essential=True), slow, herald, board=board):
        await clock.advance(19)
        assert "READY" not in keys(systemd.hear())
        await clock.advance(1)
        assert [message["READY"] for message in systemd.hear() if "READY" in message] == ["1"]
        await clock.advance(3600)
        assert "READY" not in keys(systemd.hear())


async def test_ready_does_not_wait_for_the_unessential(
    clock: FakeClock, board: HealthBoard, systemd: Systemd, herald: Herald
) -> None:
    async with keeping(clock, Ticker(essential=True), Worker(clock, 20.0), herald, board=board):
        assert "READY" in keys(systemd.hear())


async def test_the_status_is_said_when_it_changes_and_not_otherwise(
    clock: FakeClock, board: HealthBoard, systemd: Systemd, herald: Herald
) -> None:
    stumbler = Stumbler([None, UpstreamError("no route"), UpstreamError("no route"), None])

    async with keeping(clock, stumbler, herald, board=board):
        await clock.advance(600)

    assert statuses(systemd.hear()) == [
        "2 services well",
        "unwell: stumbler degraded",
        "2 services well",
        "stopping: waiting for stumbler, systemd",
    ]


async def test_the_watchdog_is_fed_twice_in_its_time(
    clock: FakeClock, board: HealthBoard, systemd: Systemd, herald: Herald
) -> None:
    async with keeping(clock, Ticker(period=3600, essential=True), herald, board=board):
        systemd.hear()
        await clock.advance(300)

        assert systemd.hear() == [PING] * 20


async def test_the_watchdog_is_fed_while_an_essential_service_is_being_cared_for(
    clock: FakeClock, board: HealthBoard, systemd: Systemd, herald: Herald
) -> None:
    crasher = Crasher(*[ValueError("broken")] * 8, essential=True)

    async with keeping(clock, crasher, herald, board=board):
        await clock.advance(127 + 30)
        assert board["crasher"].state == State.BACKING_OFF
        systemd.hear()
        await clock.advance(60)

        assert systemd.hear() == [PING] * 4


async def test_the_watchdog_starves_when_an_essential_service_has_failed(
    clock: FakeClock, board: HealthBoard, systemd: Systemd, herald: Herald
) -> None:
    board.enter("radio", essential=True)
    board.enter("export", essential=False)
    board.enter("systemd", essential=False)
    stopping = Stop()
    task = asyncio.create_task(herald.run(Lifeline(herald, clock, board, stopping)))
    await clock.advance(30)

    board.change("export", State.FAILED)
    await clock.advance(30)
    assert PING in systemd.hear()
    board.change("radio", State.FAILED)
    await clock.advance(300)

    assert systemd.hear() == [{"STATUS": "unwell: radio failed, export failed"}]
    stopping.set()
    board.stop()
    await task


async def test_the_stop_is_announced_and_is_the_last_word(
    clock: FakeClock, board: HealthBoard, systemd: Systemd, herald: Herald
) -> None:
    async with keeping(clock, Worker(clock, 4.0), herald, board=board) as house:
        systemd.hear()
        house.supervisor.stop()
        await clock.advance(5)

    assert systemd.hear() == [{"STOPPING": "1", "STATUS": "stopping: waiting for worker, systemd"}]


async def test_an_essential_failure_is_never_announced_as_ready(
    clock: FakeClock, board: HealthBoard, systemd: Systemd, herald: Herald
) -> None:
    async with keeping(clock, Stillborn(), herald, board=board) as house:
        assert await house.running == 1

    assert "READY" not in keys(systemd.hear())


async def test_what_systemd_did_not_hear_is_said_again(
    tmp_path: Path, clock: FakeClock, board: HealthBoard, herald: Herald, systemd: Systemd
) -> None:
    systemd.close()
    (tmp_path / "notify").unlink()
    async with keeping(clock, Ticker(essential=True), herald, board=board):
        with Systemd(tmp_path / "notify") as reborn:
            reborn.attend()
            await clock.advance(1)

            assert reborn.hear() == [{"READY": "1", "STATUS": "2 services well", "WATCHDOG": "1"}]


async def test_without_a_watchdog_the_herald_wakes_for_changes_only(clock: FakeClock, board: HealthBoard) -> None:
    async with keeping(clock, Herald(Notifier({}), clock, board), board=board) as house:
        await clock.advance(24 * 3600)

        assert house.state("systemd") == State.RUNNING
