"""The daemon as a process: what systemd hears, what signals do, which exit code comes back."""

import asyncio
import signal
import socket
from pathlib import Path

import httpx
import pytest

from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.serving import bind
from tests.fakes.scripted_azuracast import Poll, Reply, ScriptedStation
from tests.system.process import ear_of_systemd, environment, started

KEY = "0123456789abcdef:secret"
NOW_PLAYING = Reply(b'{"listeners": {"total": 0, "unique": 0}}')


def station(url: str, **more: str) -> dict[str, str]:
    return {"LAHMA_RADIO__STATIONS__TEST__URL": url, "LAHMA_RADIO__STATIONS__TEST__API_KEY": KEY} | more


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_signal_ends_it_well_with_exit_code_0(tmp_path: Path, number: signal.Signals) -> None:
    async with started(environment(tmp_path), folder=tmp_path) as daemon:
        await daemon.heard("daemon.ready")

        daemon.send(number)

        assert await daemon.ended() == 0
    assert daemon.names()[-2:] == ["daemon.stopping", "daemon.stopped"]
    assert daemon.words == []


async def test_systemd_hears_ready_status_watchdog_and_stopping(tmp_path: Path) -> None:
    with ear_of_systemd(tmp_path / "notify") as ear:
        environ = environment(tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="400000")
        async with started(environ, folder=tmp_path) as daemon:
            heard = await told(ear, "READY=1") + await told(ear, "WATCHDOG=1", times=3)
            assert heard.count("READY=1") == 1
            assert any(line.startswith("STATUS=") and "well" in line for line in heard)

            daemon.send(signal.SIGTERM)

            assert "STOPPING=1" in await told(ear, "STOPPING=1")
            assert await daemon.ended() == 0


async def told(ear: socket.socket, wanted: str, times: int = 1) -> list[str]:
    """Lines sent to systemd, until the wanted one has come so many times."""
    lines: list[str] = []
    async with asyncio.timeout(60):
        while lines.count(wanted) < times:
            message = await asyncio.get_running_loop().sock_recv(ear, 4096)
            lines += message.decode().splitlines()
    return lines


async def test_ready_is_a_fact_the_window_answers_when_it_is_said(tmp_path: Path) -> None:
    async with started(environment(tmp_path), folder=tmp_path) as daemon, httpx.AsyncClient(timeout=60) as client:
        await daemon.heard("daemon.ready")
        url = await daemon.address()

        live, health = await client.get(f"{url}/health/live"), await client.get(f"{url}/health")

        assert live.json() == {"status": "live"}
        assert health.status_code == 200
        upkeep = {"house.disk", "house.retention", "house.backup"}
        assert health.json()["services"].keys() == {"alerts.desk", "web", "loop", "systemd", "settings"} | upkeep


async def test_sighup_has_settings_read_anew_while_everything_else_goes_on(tmp_path: Path) -> None:
    """A camera is added: its file is counted. Then a mistake is made: it is named, and nothing happens."""
    (tmp_path / "lobby").mkdir()
    file, environ = tmp_path / ".env", environment(tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify"))
    file.write_text("LAHMA_HEARTBEAT__EVERY=5m\n")
    with ear_of_systemd(tmp_path / "notify") as ear:
        async with started(environ, folder=tmp_path) as daemon:
            await told(ear, "READY=1")

            file.write_text(f"LAHMA_VISITORS__FOLDERS__LOBBY__PATH={tmp_path}/lobby\n")
            daemon.send(signal.SIGHUP)
            lines = await told(ear, "READY=1")
            assert lines.index("RELOADING=1") < lines.index("READY=1")
            assert (await daemon.heard("daemon.reloaded"))["started"] == [
                "visitors.intake.lobby", "visitors.hints", "web",
            ]  # fmt: skip
            await daemon.heard("visitors.folder_scanned", camera="lobby")

            file.write_text("LAHMA_VISITORS__FOLDER__LOBBY__PATH=/nowhere\n")
            daemon.send(signal.SIGHUP)
            [problem] = (await daemon.heard("daemon.reload_refused"))["problems"]
            assert problem.endswith("did you mean LAHMA_VISITORS__FOLDERS__LOBBY__PATH?")
            await told(ear, "READY=1")
            daemon.send(signal.SIGTERM)
            assert await daemon.ended() == 0
    assert daemon.names().count("daemon.ready") == 1


async def test_a_second_signal_insists_where_the_first_waits_for_a_turn(tmp_path: Path) -> None:
    release = asyncio.Event()

    async def slow(scope: object, receive: object, send: object) -> None:
        await release.wait()

    async with standing_in(slow) as url:
        async with started(environment(tmp_path, **station(url)), folder=tmp_path) as daemon:
            await daemon.heard("daemon.ready")
            daemon.send(signal.SIGTERM)
            await daemon.heard("daemon.stopping")

            daemon.send(signal.SIGTERM)

            assert await daemon.ended(within=6) == 0
            assert (await daemon.heard("daemon.insisting"))["services"][0] == "radio.snapshot.test"
        release.set()


STUBBORN = """
import asyncio
from lahmadaemon import daemon, logs
from lahmadaemon.clock import SystemClock
from lahmadaemon.commands import house
from lahmadaemon.doorbell import Doorbell
from lahmadaemon.settings import read_settings
from lahmadaemon.supervision.service import Service

class Stubborn(Service):
    name = "stubborn"

    async def run(self, lifeline):
        lifeline.beat()
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                pass

async def main():
    loaded = read_settings(None)
    logs.configure(loaded.settings.log)
    return house.left(await daemon.run(loaded.settings, SystemClock(), Doorbell(), lambda _: [Stubborn()]))

raise SystemExit(asyncio.run(main()))
"""


async def test_a_service_that_swallows_cancellation_is_named_and_does_not_hang_the_exit(tmp_path: Path) -> None:
    environ = environment(tmp_path)
    async with started(environ, program=("-c", STUBBORN), folder=tmp_path) as daemon:
        await daemon.heard("daemon.ready")
        daemon.send(signal.SIGTERM)
        await daemon.heard("daemon.stopping")
        daemon.send(signal.SIGTERM)

        assert await daemon.ended(within=10) == 0
    straggler = await daemon.heard("service.straggling")
    assert straggler["service"] == "stubborn"
    assert "line 17, in run" in straggler["stack"]
    assert daemon.names()[-1] == "daemon.stopped", "the store and the lock were closed all the same"


async def test_a_stop_asked_during_the_start_is_not_lost(tmp_path: Path) -> None:
    async with started(environment(tmp_path), folder=tmp_path) as daemon:
        await daemon.heard("daemon.started")

        daemon.send(signal.SIGTERM)

        assert await daemon.ended() == 0


async def test_a_wrong_setting_ends_it_with_2_and_names_field_value_and_the_nearest_right_name(tmp_path: Path) -> None:
    environ = environment(tmp_path, LAHMA_LOG__LEVEL="inof", LAHMA_RADIO__SNAPSHOT_EVERY="30")
    async with started(environ, folder=tmp_path) as daemon:
        assert await daemon.ended() == 2

    assert "LAHMA_LOG__LEVEL='inof'" in daemon.words[0]
    assert "did you mean info?" in daemon.words[0]
    assert "LAHMA_RADIO__SNAPSHOT_EVERY='30'" in daemon.words[1]


async def test_an_unknown_setting_ends_it_with_2(tmp_path: Path) -> None:
    async with started(environment(tmp_path, LAHMA_RADIO__SNAPSHOT_EVRY="30s"), folder=tmp_path) as daemon:
        assert await daemon.ended() == 2

    assert "LAHMA_RADIO__SNAPSHOT_EVRY is not a setting; did you mean LAHMA_RADIO__SNAPSHOT_EVERY?" in daemon.words[0]


async def test_a_taken_port_is_said_at_once_and_ends_it_with_1(tmp_path: Path) -> None:
    with bind("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        async with started(environment(tmp_path, LAHMA_WEB__PORT=port), folder=tmp_path) as daemon:
            assert await daemon.ended() == 1

    failed = await daemon.heard("service.failed", service="web")
    assert f"port {port}" in failed["reason"]
    assert "LAHMA_WEB__PORT" in failed["reason"]


async def test_a_window_beyond_this_machine_without_a_token_is_refused(tmp_path: Path) -> None:
    async with started(environment(tmp_path, LAHMA_WEB__HOST="0.0.0.0"), folder=tmp_path) as daemon:
        assert await daemon.ended() == 2

    assert "LAHMA_WEB__TOKEN" in daemon.words[0]


async def test_a_wrong_key_fails_the_station_with_the_fix_and_leaves_the_house_standing(tmp_path: Path) -> None:
    refusal = Reply(b'{"code": 403, "type": "NotLoggedInException", "message": "nem", "success": false}', 403)
    async with (
        standing_in(ScriptedStation([Poll(refusal, NOW_PLAYING)])) as url,
        started(environment(tmp_path, **station(url)), folder=tmp_path) as daemon,
        httpx.AsyncClient(timeout=60) as client,
    ):
        failed = await daemon.heard("service.failed", service="radio.snapshot.test")
        await daemon.heard("daemon.ready")

        health = await client.get(f"{await daemon.address()}/health")

        assert "LAHMA_RADIO__STATIONS__TEST__API_KEY" in failed["reason"]
        assert health.status_code == 503
        assert health.json()["services"]["radio.snapshot.test"]["state"] == "failed"
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0
    assert KEY not in str(daemon.events)


async def test_an_unreachable_server_is_a_stumble_told_once(tmp_path: Path) -> None:
    with bind("127.0.0.1", 0) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    async with started(
        environment(tmp_path, **station(url, LAHMA_RADIO__SNAPSHOT_EVERY="500ms")), folder=tmp_path
    ) as daemon:
        stumbled = await daemon.heard("service.stumbled", service="radio.snapshot.test")
        await asyncio.sleep(1.5)
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0

    assert "unreachable" in stumbled["error"]
    assert daemon.names().count("service.stumbled") == 1
    assert "service.crashed" not in daemon.names()


async def test_a_second_daemon_on_the_same_store_is_refused_with_the_owner_s_pid(tmp_path: Path) -> None:
    async with started(environment(tmp_path), folder=tmp_path) as first:
        pid = (await first.heard("daemon.started"))["pid"]
        await first.heard("daemon.ready")
        async with started(environment(tmp_path), folder=tmp_path) as second:
            assert await second.ended() == 2

    assert f"process {pid}" in second.words[0]


async def test_what_it_keeps_is_the_owner_s_alone(tmp_path: Path) -> None:
    async with (
        standing_in(ScriptedStation([Poll(Reply(b"[]"), NOW_PLAYING)])) as url,
        started(environment(tmp_path, **station(url)), folder=tmp_path) as daemon,
    ):
        await daemon.heard("daemon.ready")
        daemon.send(signal.SIGTERM)
        await daemon.ended()

    modes = {
        path.name: oct(path.stat().st_mode & 0o777) for path in [tmp_path / "state", *(tmp_path / "state").iterdir()]
    }
    assert modes["state"] == "0o700"
    assert modes["secret.key"] == modes["lahmadaemon.db"] == "0o600"
