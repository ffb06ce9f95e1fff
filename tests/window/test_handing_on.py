"""Questions that go over a line and answers that come back: both sides of it on one loop, with no process between them."""

import asyncio
import logging
import pickle
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from lahmadaemon.clock import MINUTE
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.social.connections import KEY_LOST, Provider
from lahmadaemon.social.settings import LegacySettings
from lahmadaemon.social.store.reading import Kept, PostReader, Wish
from lahmadaemon.web.reading import room as rooms
from lahmadaemon.web.reading import there
from lahmadaemon.web.reading.messages import Logged
from lahmadaemon.web.reading.questions import is_question
from lahmadaemon.web.reading.room import ReadingRoom
from tests.fakes.clock import START, FakeClock, until
from tests.fakes.window import house_doors
from tests.radio_rollups.builders import came
from tests.social.web.room import FILE, room, seed
from tests.window.handing_on import OnOurLoop, Opened, handing_on
from tests.window.world import house, listened, poll, setup_of


@pytest.fixture
async def on_our_loop(monkeypatch: pytest.MonkeyPatch) -> list[OnOurLoop]:
    """All that were begun."""
    begun, loop = list[OnOurLoop](), asyncio.get_running_loop()

    def hired() -> tuple[OnOurLoop, socket.socket]:
        ours, theirs = socket.socketpair()
        begun.append(OnOurLoop(loop, theirs))
        return begun[-1], ours

    monkeypatch.setattr(rooms, "_hired", hired)
    monkeypatch.setattr(there, "_log_to", lambda writer: None)  # our own log is where it is
    monkeypatch.setattr("lahmadaemon.web.reading.before.gc.freeze", lambda: None)  # tests' rubbish is looked for
    return begun


@pytest.fixture
async def opened(tmp_path: Path, clock: FakeClock, on_our_loop: list[OnOurLoop]) -> AsyncIterator[Opened]:
    async with house(tmp_path, clock) as doors:
        await listened(doors.store)
        async with handing_on(doors, setup_of(doors, tmp_path / "house.db"), idle=60.0) as found:
            yield found


async def test_who_may_not_come_in_is_refused_before_anything_is_handed_on(tmp_path: Path) -> None:
    async with (
        house(tmp_path) as doors,
        handing_on(doors, setup_of(doors, tmp_path / "house.db"), "open sesame") as opened,
    ):
        program = await opened.client.get("/api/v1/radio")
        browser = await opened.client.get("/radio?week=2026-W40", headers={"Accept": "text/html"})
        guesses = [
            (await opened.client.get("/", headers={"Authorization": f"Bearer {number}"})).status_code
            for number in range(21)
        ]

    assert (program.status_code, program.json()["error"]) == (401, "token_missing")
    assert (browser.status_code, browser.headers["location"]) == (303, "/login?next=/radio%3Fweek%3D2026-W40")
    assert guesses == [401] * 20 + [429]
    assert opened.room.pid is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/social/refresh"), ("HEAD", "/radio"), ("GET", "/connect/tiktok/callback"), ("GET", "/house"),
        ("GET", "/api/user/valid"), ("GET", "/api/metrics/posts/refresh/all"), ("GET", "/socials"),
        ("GET", "/api/v1/social/runs/20261129"), ("GET", "/api/v1/social/runs.csv"), ("GET", "/api/v1/social/sync"),
    ],
)  # fmt: skip
def test_what_changes_something_or_is_of_the_daemon_itself_is_not_handed_on(method: str, path: str) -> None:
    assert not is_question(method, path)


async def test_a_table_that_breaks_off_is_not_told_as_a_whole_one(
    tmp_path: Path, on_our_loop: list[OnOurLoop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its beginning was sent with a 200 already when the store failed; a proxy would have known by the broken line."""
    whole, asked = PostReader.of_campaign, list[int]()

    async def failing(reader: PostReader, campaign_id: int, wish: Wish) -> list[Kept]:
        asked.append(campaign_id)
        if len(asked) > 1:
            raise UpstreamError("the store does not answer: disk I/O error", outcome="store")
        return await whole(reader, campaign_id, wish)

    monkeypatch.setattr(PostReader, "of_campaign", failing)
    monkeypatch.setattr("lahmadaemon.web.social.sheet.AT_ONCE", 1)
    async with room(tmp_path) as creators:
        await seed(creators)
        doors, own = house_doors(store=creators.store, clock=creators.clock), creators.doors
        setup = setup_of(doors, tmp_path / FILE, social=(own.settings, own.zone))
        async with handing_on(doors, setup, social=own) as opened:
            answer = await opened.client.get("/api/v1/social/campaigns/101/posts.csv")

    assert (answer.status_code, answer.json()["error"], len(asked)) == (503, "no_answer", 2)
    assert len(on_our_loop) == 1


@pytest.mark.parametrize(("is_open", "status", "error"), [(False, 401, "unauthorized"), (True, 503, "unavailable")])
async def test_the_older_routes_have_their_own_rule_of_who_may_come_in_and_their_own_refusals(
    tmp_path: Path, on_our_loop: list[OnOurLoop], is_open: bool, status: int, error: str
) -> None:
    async with room(tmp_path, legacy=LegacySettings(open=is_open)) as creators:
        await seed(creators)
        doors, own = house_doors(store=creators.store, clock=creators.clock), creators.doors
        setup = setup_of(doors, tmp_path / FILE, social=(own.settings, own.zone))
        async with handing_on(doors, setup, "open sesame", own) as opened:
            asked = "/api/metrics/post?campaign_id=101"
            let_in = await opened.client.get(asked, headers={"Authorization": "Bearer open sesame"})
            stranger = await opened.client.get(asked)
            opened.room._open = False
            await opened.room.rest()
            none = await opened.client.get(asked)

    assert len(let_in.json()["posts"]) == 3
    assert stranger.status_code == (200 if is_open else 401)
    assert (none.status_code, none.json()["error"]) == (status, error)
    assert none.headers.get("retry-after") == ("5" if is_open else None)
    assert len(on_our_loop) == 1


async def test_a_creator_s_login_that_no_key_opens_is_told_there_as_well(
    tmp_path: Path, on_our_loop: list[OnOurLoop]
) -> None:
    async with room(tmp_path, lost=frozenset({(11, Provider.META)})) as creators:
        await seed(creators)
        doors, own = house_doors(store=creators.store, clock=creators.clock), creators.doors
        setup = setup_of(doors, tmp_path / FILE, social=(own.settings, own.zone))
        async with handing_on(doors, setup, social=own) as opened:
            answer = await opened.client.get("/api/v1/social/creators/11")

    assert [each["reason"] for each in answer.json()["connections"] if each["provider"] == "meta"] == [KEY_LOST]
    assert len(on_our_loop) == 1


async def test_a_room_that_takes_its_time_is_not_ended(opened: Opened) -> None:
    await opened.now()
    pid = opened.room.pid
    opened.room._within = 0.0
    slow = await opened.now()
    opened.room._within = 60.0

    assert (slow.status_code, (await opened.now()).status_code) == (503, 200)
    assert opened.room.pid == pid


async def test_it_gives_its_memory_back_when_nobody_asks_for_long(opened: Opened, clock: FakeClock) -> None:
    await opened.now()
    await clock.advance(59)
    await opened.room.rest(unless_asked=True)
    soon = opened.room.pid
    await clock.advance(1)
    await opened.room.rest(unless_asked=True)

    assert soon
    assert opened.room.pid is None
    assert (await opened.now()).status_code == 200


async def test_too_many_who_wait_are_told_to_come_again(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MOST_WAITING", 2)
    answers = await asyncio.gather(*(opened.now() for _ in range(4)))

    assert sorted(each.status_code for each in answers) == [200, 200, 503, 503]


async def test_where_the_window_is_closed_no_process_begins_and_none_that_was_beginning_stays(opened: Opened) -> None:
    room = ReadingRoom(opened.doors, opened.room._setup)
    with pytest.raises(UpstreamError, match="closed"):
        await room.make_ahead()
    async with room.opened():
        beginning = asyncio.create_task(room.make_ahead())
        await until(lambda: room._beginning.locked())
    with pytest.raises(UpstreamError):
        await beginning

    assert room.pid is None


async def test_who_gives_up_waiting_for_its_end_ends_nothing_for_others(opened: Opened) -> None:
    await opened.now()
    line = opened.room._line
    assert line
    under_way = asyncio.create_task(opened.now())
    await until(lambda: opened.room._waiting)
    impatient = asyncio.create_task(line.end())
    await asyncio.sleep(0)
    impatient.cancel()

    assert (await under_way).status_code == 503
    assert line.over


async def test_people_are_told_in_words_where_there_is_no_answer(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "MOST_WAITING", 0)
    page = await opened.client.get("/radio", headers={"Accept": "text/html"})
    figures = await opened.client.get("/api/v1/radio", headers={"Accept": "text/html"})

    assert (page.status_code, page.headers["refresh"], page.headers["retry-after"]) == (503, "5", "5")
    assert "One moment, please" in page.text
    assert 'href="/static/style.css"' in page.text
    assert figures.json()["error"] == "no_answer"


async def test_what_is_no_question_is_not_handed_on(opened: Opened) -> None:
    assert (await opened.client.get("/health/live/")).status_code == 404
    assert opened.room.pid is None


async def test_what_was_made_ahead_is_told_in_the_house_s_seconds_and_kept_where_it_was_dear(
    opened: Opened, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "QUICK", 0.0)
    dear = asyncio.create_task(opened.room.make_ahead())
    await until(lambda: opened.room._waiting)
    await clock.advance(20)
    took = await dear
    await opened.room.rest(unless_asked=True)
    kept = opened.room.pid
    monkeypatch.setattr(rooms, "QUICK", 60.0)
    opened.room._asked = float("-inf")
    quick = await opened.room.make_ahead()
    await opened.room.rest(unless_asked=True)

    assert (took, quick) == (20.0, 0.0)
    assert kept
    assert opened.room.pid is None


async def test_pages_and_figures_come_back_with_all_that_was_said_of_them(opened: Opened) -> None:
    page = await opened.client.get("/?lang=hu", headers={"Accept": "text/html"})
    known = await opened.client.get("/api/v1/radio")
    again = await opened.client.get("/api/v1/radio", headers={"If-None-Match": known.headers["etag"]})
    nobody = await opened.client.get("/api/v1/radio/nobody/now")

    assert (page.status_code, page.headers["content-language"]) == (200, "hu")
    assert page.headers["set-cookie"].startswith("lahma_language=hu;")
    assert page.headers["x-frame-options"] == "DENY"
    assert (known.status_code, again.status_code, again.content) == (200, 304, b"")
    assert (nobody.status_code, nobody.json()["error"]) == (404, "station_not_found")


async def test_what_was_made_anew_after_the_old_was_told_is_known_to_open_pages(
    opened: Opened, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lahmadaemon.web.memory.DEAR", 0.0)  # this little house's figures are not
    radio = RadioStore(opened.doors.store, "main")
    before = (await opened.now()).json()["today"]["net"]["cume"]
    await came(radio, "cili", START - 20 * MINUTE, START)
    await clock.advance(30)
    await radio.record(poll(START + 30_000, 2))
    meanwhile = (await opened.now()).json()["today"]["net"]["cume"]
    await until(lambda: opened.room.renewed)

    assert (before, meanwhile, (await opened.now()).json()["today"]["net"]["cume"]) == (2, 2, 3)


async def test_a_mistake_of_ours_is_an_answer_as_well_and_stands_in_the_log(opened: Opened, tmp_path: Path) -> None:
    await opened.now()
    with closing(sqlite3.connect(tmp_path / "house.db")) as connection:
        connection.execute("drop table radio_polls")
    with structlog.testing.capture_logs() as logged:
        with pytest.raises(UpstreamError, match="could not do it"):
            await opened.room.make_ahead()
        lost = await opened.now()

    assert (lost.status_code, lost.json()["error"]) == (500, "broken")
    assert [(each["event"], each["path"]) for each in logged] == [
        ("web.broken", "ahead"),
        ("web.broken", "/api/v1/radio/main/now"),
    ]


async def test_whatever_is_logged_there_comes_over_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    said, handlers, known = list[Logged](), list[logging.Handler](), structlog.get_config()
    monkeypatch.setattr(logging, "basicConfig", lambda **given: handlers.extend(given["handlers"]))
    monkeypatch.setattr(logging, "captureWarnings", lambda **_: None)

    class Line:
        def write(self, message: bytes) -> None:
            said.append(pickle.loads(message[8:]))

    log = structlog.get_logger()
    try:
        there._log_to(Line())  # type: ignore[arg-type]
        log.warning("web.picture_failed", kind=Path("day"), tries=2)
        log.error("web.broken", path="/", exc_info=ZeroDivisionError("by our mistake"))
        record = logging.LogRecord("matplotlib", logging.WARNING, "", 1, "no font %s", ("Noto",), None)
        await asyncio.to_thread(handlers[0].handle, record)
        await until(lambda: len(said) == 3)
    finally:
        structlog.configure(**known)

    assert [each.level for each in said] == ["warning", "error", "warning"]
    assert said[0].event == {"event": "web.picture_failed", "kind": "day", "tries": 2}
    assert "by our mistake" in str(said[1].event["exception"])
    assert said[2].event == {"event": "library.spoke", "logger": "matplotlib", "message": "no font Noto"}
