"""A real daemon, a real folder, and a Telegram of our own over a real socket: told once, also over a death; told when over."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.fakes.telegram_server import TelegramServer
from tests.system.process import environment, started

TOKEN = "123456789:canaryCanaryCanaryCanaryCanaryCanar"
ANNA = 777
PATIENCE = 120.0
GATHERING = 20.0
"""Seconds; a notice waits so long for its neighbours, so what is repeated shows only after them."""


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    server = TelegramServer()
    await server.start()
    yield server
    await server.stop()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - a server in this very loop, and no event for it
            await asyncio.sleep(0.05)


async def bring(folder: Path, condition: Callable[[], object]) -> None:
    """A camera that works again: a file every second, until the condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            now = f"{datetime.now(ZoneInfo('Europe/Budapest')):%Y%m%d%H%M%S}"
            half = folder / ".half"
            half.write_text(f'[{{"ID": 1, "inOut": 0, "time": "{now}", "frameNumber": 1, "outputTime": "{now}"}}]')
            half.rename(folder / f"{now}.json")
            await asyncio.sleep(1)


@pytest.mark.timeout(600)
async def test_a_silent_camera_is_told_once_and_told_when_it_is_over(telegram: TelegramServer, tmp_path: Path) -> None:
    """Story: it once waited five seconds after the restart, and any third message would do; it could not fail."""
    bot, anna = telegram.bot(TOKEN), telegram.person("Anna", ANNA)
    folder = tmp_path / "lobby"
    folder.mkdir()
    environ = environment(
        tmp_path,
        LAHMA_VISITORS__FOLDERS__LOBBY__PATH=str(folder),
        LAHMA_VISITORS__FOLDERS__LOBBY__QUIET_AFTER="5s",
        LAHMA_VISITORS__SCAN_EVERY="1s",
        LAHMA_TELEGRAM__API_ID="1",
        LAHMA_TELEGRAM__API_HASH="0123456789abcdef0123456789abcdef",
        LAHMA_TELEGRAM__BOT_TOKEN=TOKEN,
        LAHMA_TELEGRAM__SESSION=telegram.session_for(bot),
        LAHMA_TELEGRAM__RECIPIENTS=str(ANNA),
        LAHMA_ALERTS__LANGUAGE="zh",
    )
    texts: list[str] = []

    def told() -> list[str]:
        texts[:] = [message.text for message in telegram.messages]
        return texts

    async with started(environ, folder=tmp_path) as daemon:
        await until(told)
        assert "沒有資料了，快去查看一下吧" in texts[0]
        assert "lobby" in texts[0]
        await telegram.wrote(anna, "/cameras", to=bot)
        await until(lambda: len(told()) == 2)
        assert texts[1] == "lobby: nothing yet"
        daemon.send(signal.SIGKILL)
        await daemon.ended()

    async with started(environ, folder=tmp_path) as daemon:
        await daemon.heard("daemon.ready")
        await asyncio.sleep(GATHERING + 6)
        assert len(told()) == 2, "a restart repeats nothing"
        await bring(folder, lambda: len(told()) > 2)
        assert "已恢復" in texts[2]
        assert "攝影機 lobby 沒有資料" in texts[2]
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0
    assert len(told()) == 3, "its end is told once"
    assert TOKEN not in str(daemon.events)
    assert len({message.random_id for message in telegram.messages}) == len(telegram.messages)
