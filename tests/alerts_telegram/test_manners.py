"""What Telegram must not cost or leave behind: memory where it is not used, tasks, sockets, secrets, a wrong alphabet."""

import asyncio
import gc
import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from telethon.tl import functions

from lahmadaemon.alerts.telegram.channel import TelegramChannel
from lahmadaemon.alerts.telegram.opening import telegram_channel
from lahmadaemon.alerts.telegram.settings import TelegramSettings
from lahmadaemon.errors import LahmaError, UpstreamError
from tests.alerts_telegram.conftest import BOT, Stage, disconnected
from tests.fakes.clock import settled
from tests.fakes.telegram_server import CODE, Trouble

ROOT = Path(__file__).parents[2]


def run(program: str, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT, env={**os.environ, **environ}, capture_output=True, encoding="utf-8", timeout=50, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_whoever_does_not_use_telegram_does_not_import_it() -> None:
    program = """
import sys
import lahmadaemon.settings, lahmadaemon.daemon
import lahmadaemon.alerts.telegram.settings, lahmadaemon.alerts.telegram.session, lahmadaemon.alerts.telegram.opening
print([name for name in sys.modules if name.split(".")[0] in {"telethon", "rsa", "pyaes", "python_socks"}])
"""
    done = run(program)

    assert (done.stdout.strip(), done.stderr) == ("[]", "")


async def test_the_door_makes_the_channel(stage: Stage) -> None:
    settings = TelegramSettings.model_validate(BOT | {"session": stage.server.session_for(stage.bot)})

    channel = await telegram_channel(settings, stage.folder)
    try:
        await channel.open()
        await channel.send("@anna", "through the door", 1)
    finally:
        await channel.close()

    assert stage.texts == ["through the door"]


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["C", "POSIX"])
async def test_any_alphabet_passes_on_a_machine_that_knows_only_one(stage: Stage, locale: str) -> None:
    """Fault 84: a service manager starts daemons with LC_ALL=C; the text of an alarm is Chinese all the same."""
    program = """
import asyncio, json, sys
from pathlib import Path
from lahmadaemon.alerts.telegram.opening import telegram_channel
from lahmadaemon.alerts.telegram.settings import TelegramSettings

async def main():
    given = json.loads(sys.argv[1])
    channel = await telegram_channel(TelegramSettings.model_validate(given), Path(sys.argv[2]))
    try:
        await channel.open()
        await channel.send("@anna", json.loads(sys.argv[3]) + Path(sys.argv[2]).name, 1)
    finally:
        await channel.close()

asyncio.run(main())
"""
    folder = stage.folder / "摄像头"
    folder.mkdir()
    given = json.dumps(BOT | {"session": stage.server.session_for(stage.bot)})
    environ = {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    done = await asyncio.to_thread(run, program, given, str(folder), json.dumps("警报 árvíztűrő "), **environ)

    assert done.stderr == ""
    (text,) = stage.texts
    assert text == "警报 árvíztűrő 摄像头"


async def test_nothing_is_left_open_after_every_kind_of_end(stage: Stage) -> None:
    stage.logged_in()
    threads = set(threading.enumerate())
    before = asyncio.all_tasks()
    for trouble in [None, Trouble.LOST_AND_HUNG_UP, Trouble.LOST_AND_SILENT, Trouble.DONE_AND_HUNG_UP]:
        channel = stage.channel(send_deadline=1.5)
        await channel.open()
        if trouble:
            stage.server.will(functions.messages.SendMessageRequest, trouble)
            with pytest.raises(UpstreamError):
                await channel.send("@anna", "x", 1)
        await channel.close()
    stage.channels.clear()
    await settled()

    gc.collect()  # a socket or a future that nobody closed complains now, and a complaint is a red test
    assert asyncio.all_tasks() - before <= stage.server._tasks
    started = set(threading.enumerate()) - threads
    assert all(thread.name.startswith("asyncio_") for thread in started)  # the loop's own, which read the session


async def test_no_secret_is_logged_by_us_or_by_telethon(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    channel = stage.channel(send_deadline=1.5)
    with capture_logs() as logs:
        await channel.open()
        troubles: list[Trouble | str] = ["SESSION_REVOKED", *Trouble, "INTERNAL_CANARY"]
        for trouble in troubles:
            stage.server.will(functions.messages.SendMessageRequest, trouble)
            try:
                await channel.open()
                await channel.send("@anna", "x", 1)
            except LahmaError as error:
                logging.getLogger("test").warning("%r %r", error, error.__cause__)
        await channel.close()
        stage.server.tokens.clear()
        stage.session_path.unlink(missing_ok=True)
        with pytest.raises(LahmaError) as caught:
            await channel.open()

    told = f"{caplog.text} {logs} {caught.value!r} {caught.value.__cause__!r}"
    assert "telethon" not in caplog.text
    assert not any(word in told for word in ("canaryC", "0123456789abcdef", CODE))


async def test_a_lost_connection_is_told_by_us_alone(
    stage: Stage, open_channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    """Telethon calls every lost connection an error in the log; a night without network would fill it."""
    await stage.server.stop()
    await disconnected(open_channel)
    for _ in range(3):
        with pytest.raises(UpstreamError):
            await open_channel.open()

    assert caplog.records == []
