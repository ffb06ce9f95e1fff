"""The window: who may look, what it says, and what happens when serving breaks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from lahmadaemon.clock import SystemClock
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.errors import ConfigurationError, UpstreamError
from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.supervision.supervisor import Supervisor
from lahmadaemon.web.asking import ask_health
from lahmadaemon.web.server import ADDRESS_FILE, Window
from lahmadaemon.web.settings import WebSettings
from tests.fakes.clock import FakeClock
from tests.fakes.window import house_doors, window_app


@asynccontextmanager
async def window(board: HealthBoard, token: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    async with standing_in(window_app(board, token)) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        yield client


async def test_health_is_200_while_all_is_well_and_503_otherwise(clock: FakeClock) -> None:
    board = HealthBoard(clock)
    board.enter("radio", essential=False)
    async with window(board) as client:
        well = await client.get("/health")
        board.change("radio", State.FAILED, error="the key is wrong")
        unwell = await client.get("/health")

    assert (well.status_code, well.json()["status"]) == (200, "ok")
    assert (unwell.status_code, unwell.json()["status"]) == (503, "unwell")
    assert unwell.json()["services"]["radio"]["last_error"] == "the key is wrong"
    assert unwell.json()["headline"] == "unwell: radio failed"


async def test_live_says_only_that_the_loop_turns(clock: FakeClock) -> None:
    board = HealthBoard(clock)
    board.enter("radio", essential=True)
    board.change("radio", State.FAILED)
    async with window(board, token="open sesame") as client:
        answer = await client.get("/health/live")

    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


@pytest.mark.parametrize("given", [None, "Bearer wrong", "open sesame!", "Bearer", "Basic b3Blbg=="])
async def test_health_wants_the_token_where_there_is_one(clock: FakeClock, given: str | None) -> None:
    async with window(HealthBoard(clock), token="open sesame") as client:
        refused = await client.get("/health", headers={"Authorization": given} if given else {})
        welcome = await client.get("/health", headers={"Authorization": "Bearer open sesame"})

    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert "services" not in refused.text
    assert welcome.status_code == 200


@pytest.mark.parametrize("path", ["/redoc", "/health/../../etc/passwd", "/static/../app.py"])
async def test_nothing_else_is_there(clock: FakeClock, path: str) -> None:
    async with window(HealthBoard(clock)) as client:
        assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "radio.example.org"])
def test_beyond_this_machine_it_opens_only_with_a_token(host: str) -> None:
    with pytest.raises(ValidationError, match="LAHMA_WEB__TOKEN"):
        WebSettings(host=host)
    assert not WebSettings(host=host, token=SecretStr("open sesame")).is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_on_this_machine_it_opens_without_one(host: str) -> None:
    assert WebSettings(host=host).is_loopback


async def test_the_service_notes_where_it_opened_and_takes_the_note_away(tmp_path: Path) -> None:
    board = HealthBoard(SystemClock())
    supervisor = Supervisor([Window(WebSettings(port=0), house_doors(board), tmp_path)], SystemClock(), board)
    opened = asyncio.Event()
    board.listeners.append(lambda: opened.set() if board["web"].beaten else None)
    running = asyncio.create_task(supervisor.run())
    await opened.wait()

    noted = (tmp_path / ADDRESS_FILE).read_text()
    supervisor.stop()

    assert await running == 0
    assert noted.startswith("http://127.0.0.1:")
    assert not (tmp_path / ADDRESS_FILE).exists()


def test_asking_where_nobody_answers_is_an_upstream_error(tmp_path: Path) -> None:
    with pytest.raises(UpstreamError, match="is it running"):
        ask_health(WebSettings(port=1), tmp_path)


def test_the_note_is_only_believed_where_the_port_was_left_to_chance(tmp_path: Path) -> None:
    (tmp_path / ADDRESS_FILE).write_text("http://127.0.0.1:2")

    with pytest.raises(UpstreamError, match=r"127\.0\.0\.1:2;"):
        ask_health(WebSettings(port=0), tmp_path)
    with pytest.raises(UpstreamError, match=r"127\.0\.0\.1:1;"):
        ask_health(WebSettings(port=1), tmp_path)


async def test_somebody_else_at_the_port_is_told_apart(tmp_path: Path) -> None:
    async def somebody(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"[1]"})  # type: ignore[operator]

    async with standing_in(somebody) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(UpstreamError, match="something else answers"):
            await asyncio.to_thread(ask_health, WebSettings(port=port), tmp_path)


async def test_a_wrong_token_is_a_configuration_error(tmp_path: Path) -> None:
    async with standing_in(window_app(token="open sesame")) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(ConfigurationError, match="LAHMA_WEB__TOKEN"):
            await asyncio.to_thread(ask_health, WebSettings(port=port), tmp_path)
