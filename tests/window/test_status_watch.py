"""`lahmadaemon status --watch`: on a terminal, through a pipe, with a daemon that goes away and comes back."""

import asyncio
import json
import os
import signal
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.live import Live

from lahmadaemon import cli
from lahmadaemon.commands.status import Lines, Screen, watch
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.settings import read_settings
from lahmadaemon.supervision.health import HealthBoard, State
from tests.fakes.clock import FakeClock
from tests.fakes.window import house_doors, window_app

AT = "2026-10-21T17:57:00Z"


@pytest.fixture
def board(clock: FakeClock) -> HealthBoard:
    """A web that runs and a radio that begins."""
    made = HealthBoard(clock)
    for name in ("web", "radio"):
        made.enter(name, essential=name == "web")
        made.change(name, State.STARTING)
    made.beat("web")
    return made


def health(board: HealthBoard) -> dict[str, Any]:
    return {"version": "1"} | board.report().as_json() | {"alarms": []}


def test_through_a_pipe_there_is_a_line_per_change(board: HealthBoard) -> None:
    lines: list[str] = []
    view = Lines(lines.append)
    view.show(health(board), "", AT)
    view.show(health(board), "", AT)
    board.beat("radio")
    view.show(health(board), "", AT)
    board.change("radio", State.DEGRADED, error="no answer")
    view.show(health(board), "", AT)
    for _ in range(2):
        view.show(None, "no lahmadaemon answers", AT)
    board.change("radio", State.RUNNING)
    view.show(health(board), "", AT)

    assert [line.removeprefix(f"{AT} ") for line in lines] == [
        "ok: 2 services well",
        "radio: starting -> running",
        "unwell: unwell: radio degraded",
        "radio: running -> degraded: no answer",
        "gone: no lahmadaemon answers",
        "ok: 2 services well",
        "radio: degraded -> running",
    ]


def test_as_json_each_change_is_a_line_for_programs(board: HealthBoard) -> None:
    lines: list[str] = []
    view = Lines(lines.append, as_json=True)
    view.show(health(board), "", AT)
    view.show(health(board), "", AT)
    view.show(None, "gone away", AT)

    first, second = map(json.loads, lines)
    assert first["health"]["services"]["web"]["state"] == "running"
    assert second == {"at": AT, "trouble": "gone away", "health": None}


def test_on_a_terminal_what_was_known_stays_in_sight(board: HealthBoard) -> None:
    screen = Console(file=StringIO(), force_terminal=True, width=100)
    with Live(console=screen, auto_refresh=False) as live:
        view = Screen(live, 2.0)
        view.show(None, "no lahmadaemon answers", AT)
        view.show(health(board), "", AT)
        view.show(None, "no lahmadaemon answers", AT)
        last = screen.render_lines(live.get_renderable())

    text = "\n".join("".join(part.text for part in line) for line in last)
    assert "no lahmadaemon answers" in text
    assert "radio" in text
    assert "every 2 s; Ctrl-C ends" in text


async def test_a_daemon_that_goes_away_and_comes_back_is_watched_on(
    tmp_path: Path, clock: FakeClock, board: HealthBoard
) -> None:
    loaded = await asyncio.to_thread(read_settings, None, {"LAHMA_STATE_FOLDER": str(tmp_path), "LAHMA_WEB__PORT": "0"})
    lines: list[str] = []
    app, noted = window_app(house=house_doors(board, clock=clock)), tmp_path / "window.url"
    for there in (False, True, False, True):
        noted.write_text("http://127.0.0.1:1")
        if there:
            async with standing_in(app) as url:
                noted.write_text(url)
                await _look(loaded.settings, clock, lines)
        else:
            await _look(loaded.settings, clock, lines)

    told = [line.partition(" ")[2] for line in lines]
    assert [line.partition(":")[0] for line in told] == ["gone", "ok", "gone", "ok"]


_views: dict[int, Lines] = {}


async def _look(settings: Any, clock: FakeClock, lines: list[str]) -> None:
    await watch(settings, clock, _views.setdefault(id(lines), Lines(lines.append)), 2.0, looks=1)


async def test_it_looks_at_its_pace(tmp_path: Path, clock: FakeClock) -> None:
    loaded = await asyncio.to_thread(read_settings, None, {"LAHMA_STATE_FOLDER": str(tmp_path), "LAHMA_WEB__PORT": "1"})
    seen: list[str] = []

    class Noting:
        def show(self, health: object, trouble: str, at: str) -> None:
            seen.append(at[-3:-1])

    watching = asyncio.create_task(watch(loaded.settings, clock, Noting(), 5.0, looks=3))
    while not watching.done():
        await asyncio.sleep(0.01)
        if len(seen) and not watching.done():
            await clock.advance(5)

    assert seen == ["00", "05", "10"]


@pytest.mark.parametrize("every", ["0", "-1", "nan", "1e9"])
def test_the_pace_has_limits(every: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["status", "--watch", "--every", every]) == 2


@pytest.mark.slow
async def test_ctrl_c_ends_it_well(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "lahmadaemon", "status", "--watch", "--every", "0.2", cwd=tmp_path,
        env={**os.environ, "LAHMA_WEB__PORT": "1", "LAHMA_STATE_FOLDER": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores it
    )  # fmt: skip
    assert process.stdout is not None
    first = await process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()

    assert b"gone: no lahmadaemon answers" in first
    assert (process.returncode, out, err) == (0, b"", b"")
