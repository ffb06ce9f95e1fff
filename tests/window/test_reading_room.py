"""The process that reads: it answers as the daemon would, and nothing that becomes of it is more than an answer that is missing."""

import asyncio
import os
import re
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from subprocess import Popen

import httpx
import pytest
import structlog

from lahmadaemon.elsewhere import started
from lahmadaemon.errors import UpstreamError
from lahmadaemon.web.reading import room as rooms
from lahmadaemon.web.reading.room import ReadingRoom
from tests.fakes.clock import FakeClock, until
from tests.fakes.window import window_app
from tests.window.handing_on import Opened, handing_on
from tests.window.seeded import seeded_house
from tests.window.world import house, listened, setup_of

pytestmark = pytest.mark.slow

OURS = {"Authorization": "Bearer open sesame"}
OVER = (
    "/radio?week=2026-W42", "/radio/days/2026-10-18", "/radio/nobody", "/api/v1/radio/rigo/shows?week=2026-10-14",
    "/visitors/nowhere", "/api/v1/radio/rigo/days?from=2026-10-15&to=2026-10-18&format=csv", "/api/v1/radio/rigo/days?form=csv",
)  # fmt: skip
OF_CAMPAIGNS = (
    "/social", "/social/campaigns/101", "/social/posts/instagram/17900000000000001", "/social/campaigns/404",
    "/api/v1/social/campaigns", "/api/v1/social/campaigns/101/posts?limit=2", "/api/v1/social/creators/11/months",
    "/api/v1/social/creators.csv", "/api/v1/social/logins", "/api/v1/social/campaigns/101/posts.csv",
    "/api/v1/social/campaigns/101/days", "/api/metrics/post?campaign_id=101", "/api/metrics/post?campaign_id=none",
    "/api/metrics/profile?id=11",
)  # fmt: skip
RUNNING = ("/", "/radio", "/visitors", "/?lang=hu", "/api/v1/radio/rigo/now", "/api/v1/visitors/now")
"""Of these figures change while they are read."""


@pytest.fixture
async def opened(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Opened]:
    async with house(tmp_path, clock) as doors:
        await listened(doors.store)
        async with handing_on(doors, setup_of(doors, tmp_path / "house.db"), idle=60.0) as found:
            yield found


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Popen[bytes]]:
    """Every process from now on."""
    found = list[Popen[bytes]]()

    def noted(module: str, line: int) -> Popen[bytes]:
        found.append(started(module, line))
        return found[-1]

    monkeypatch.setattr("lahmadaemon.web.reading.room.started", noted)
    return found


@pytest.fixture
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "REST", 0.0)


def told(answer: httpx.Response, *, running: bool) -> tuple[object, ...]:
    """All of it, but for the stamp, which is of the moment; `running`: and but for digits."""
    content = re.sub(rb'data-stamp="[^"]*"', b"", answer.content)
    headers = answer.headers.multi_items()
    if running:
        content = re.sub(rb"[0-9]+", b"0", content)
        headers = [each for each in headers if each[0] not in {"etag", "content-length"}]
    return answer.status_code, headers, content


async def test_it_answers_to_the_letter_as_the_daemon_itself_would(tmp_path: Path) -> None:
    async with seeded_house(tmp_path) as seeded:
        file, own = Path(seeded.room.store._reader.url.database or ""), seeded.room.doors
        setup = setup_of(seeded.house, file, locked=True, social=(own.settings, own.zone))
        headers = OURS | {"Accept": "text/html", "Accept-Language": "en"}
        app = await asyncio.to_thread(lambda: window_app(house=seeded.house, social=own, token="open sesame"))
        async with (
            handing_on(seeded.house, setup, "open sesame", own) as opened,
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as here,
        ):
            for path in (*OVER, *OF_CAMPAIGNS, *RUNNING):
                ours, there = await here.get(path, headers=headers), await opened.client.get(path, headers=headers)
                assert told(there, running=path in RUNNING) == told(ours, running=path in RUNNING), path
            pid = opened.room.pid
            known = await opened.client.get("/api/v1/radio", headers=headers)
            again = await opened.client.get("/api/v1/radio", headers=headers | {"If-None-Match": known.headers["etag"]})

    assert again.status_code == 304
    assert pid not in {None, os.getpid()}


@pytest.mark.usefixtures("in_haste")
async def test_killed_it_costs_the_answers_under_way_and_the_next_question_begins_another(opened: Opened) -> None:
    assert (await opened.now()).status_code == 200
    pid = opened.room.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    under_way = asyncio.create_task(opened.now())
    await until(lambda: opened.room._waiting)
    with structlog.testing.capture_logs() as logged:
        os.kill(pid, signal.SIGKILL)
        lost = await under_way
        await until(lambda: logged)
    after = await opened.now()

    assert (lost.status_code, lost.json()["error"], lost.headers["retry-after"]) == (503, "no_answer", "5")
    assert [(each["event"], each["exit_code"]) for each in logged] == [("web.reading_room_died", -signal.SIGKILL)]
    assert after.status_code == 200
    assert opened.room.pid not in {None, pid}


@pytest.mark.usefixtures("in_haste")
async def test_one_that_hangs_is_ended(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "PONG_WITHIN", 0.1)
    await opened.now()
    opened.room._within = 0.1
    pid = opened.room.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    hung = await opened.now()
    opened.room._within = 60.0
    after = await opened.now()

    assert (hung.status_code, after.status_code) == (503, 200)
    assert not Path(f"/proc/{pid}").exists()


async def test_one_that_cannot_live_is_not_begun_for_every_question(
    opened: Opened, begun: list[Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "MODULE", "lahmadaemon.no_such_module")
    answers = [(await opened.now()).status_code for _ in range(3)]

    assert answers == [503] * 3
    assert len(begun) == 1


async def test_what_it_has_to_say_stands_in_the_daemon_s_log(opened: Opened, tmp_path: Path) -> None:
    await opened.now()
    with closing(sqlite3.connect(tmp_path / "house.db")) as connection:
        connection.execute("drop table radio_polls")
    with structlog.testing.capture_logs() as logged:
        with pytest.raises(UpstreamError):
            await opened.room.make_ahead()
        lost = await opened.now()
        await until(lambda: len(logged) > 1)

    assert lost.status_code == 500
    assert [(each["event"], each["log_level"], each["path"]) for each in logged] == [
        ("web.broken", "error", "ahead"),
        ("web.broken", "error", "/api/v1/radio/main/now"),
    ]
    assert all("no such table: radio_polls" in each["exception"] for each in logged)


async def test_who_gives_up_while_it_begins_leaves_no_process_behind(opened: Opened, begun: list[Popen[bytes]]) -> None:
    asking = asyncio.create_task(opened.room.make_ahead())
    await until(lambda: opened.room._beginning.locked())
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking

    assert [each.returncode for each in begun] == [-signal.SIGKILL]


async def test_it_goes_when_the_daemon_does(opened: Opened) -> None:
    await opened.now()
    line = opened.room._line
    assert line
    line._ending = True  # so that nothing is said of it
    line._writer.close()  # as the kernel does for who is gone
    await line._listening

    assert line.process.returncode is not None


async def test_where_there_is_no_store_there_is_no_room(opened: Opened) -> None:
    room = ReadingRoom(opened.doors, setup_of(opened.doors, Path("/nowhere/house.db")))
    async with room.opened():
        with structlog.testing.capture_logs() as logged:
            with pytest.raises(UpstreamError, match="died"):
                await room.make_ahead()
            await until(lambda: len(logged) > 1)

    assert [(each["event"], each.get("exit_code")) for each in logged] == [
        ("web.reading_room_shut", None),
        ("web.reading_room_died", 1),
    ]
    assert "no data yet at /nowhere/house.db" in logged[0]["error"]
