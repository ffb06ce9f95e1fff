"""Who comes first need not wait, and who comes after a poll is told what is known until the new is made."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog

from lahmadaemon.clock import MINUTE, SECOND, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.sessions import Session
from lahmadaemon.social.store.summing import SumReader
from lahmadaemon.supervision.health import State
from lahmadaemon.web.ahead import EVERY, FIRST, NEXT_DAY, SELDOM, Ahead
from lahmadaemon.web.live import Live
from lahmadaemon.web.pages.rendering import Templates
from lahmadaemon.web.radio import telling
from lahmadaemon.web.reading.before import make_ahead
from lahmadaemon.web.reading.messages import Answer, Asked, Moment, Question, Renewed
from lahmadaemon.web.reading.there import There
from tests.fakes.clock import START, FakeClock, until
from tests.fakes.house import keeping
from tests.fakes.window import house_doors
from tests.radio_rollups.builders import came
from tests.social.web.room import seeded_room
from tests.window.world import house, listened, poll, setup_of

SCOPE: dict[str, Any] = {
    "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "root_path": "",
    "path": "/api/v1/radio/main/now", "raw_path": b"/api/v1/radio/main/now", "query_string": b"", "headers": [],
}  # fmt: skip


@dataclass
class Reads:
    """Which periods' sessions were read."""

    of: list[str] = field(default_factory=list)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    found, read = Reads(), Reporter.sessions

    async def noted(reporter: Reporter, period: Period) -> list[Session]:
        found.of.append(period.label)
        return await read(reporter, period)

    monkeypatch.setattr(Reporter, "sessions", noted)
    return found


@dataclass
class Room:
    """Takes so many seconds."""

    took: float = 0.0
    turns: int = 0
    trouble: bool = False

    async def make_ahead(self) -> float:
        self.turns += 1
        if self.trouble:
            raise UpstreamError("the reading room died", outcome="died")
        return self.took


@pytest.mark.parametrize(("took", "pause"), [(0.0, NEXT_DAY), (0.2, EVERY), (3.0, 300.0), (30.0, SELDOM)])
async def test_a_slow_house_has_it_made_for_a_hundredth_of_the_time_and_a_quick_one_keeps_the_memory(
    clock: FakeClock, took: float, pause: float
) -> None:
    room = Room(took)
    async with keeping(clock, Ahead(room)):  # type: ignore[arg-type]
        await clock.advance(FIRST - 1)
        before = room.turns
        await clock.advance(1)
        first = room.turns
        await clock.advance(pause - 1)
        still = room.turns
        await clock.advance(1)

    assert (before, first, still, room.turns) == (0, 1, 1, 2)


async def test_where_the_room_cannot_it_is_said_once_and_tried_again(clock: FakeClock) -> None:
    room = Room(trouble=True)
    with structlog.testing.capture_logs() as logged:
        async with keeping(clock, Ahead(room)) as house:  # type: ignore[arg-type]
            await clock.advance(FIRST + 2 * SELDOM)
            state = house.board.report().services[0].state

    assert (room.turns, state) == (3, State.DEGRADED)
    assert [each["event"] for each in logged if each["log_level"] == "warning"] == ["service.stumbled"]


async def test_pages_are_compiled_only_where_figures_take_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen, compiled = list[str](), await asyncio.to_thread(Templates)
    monkeypatch.setattr(
        "lahmadaemon.web.reading.before.gc.freeze", lambda: frozen.append("all")
    )  # tests' rubbish is looked for
    monkeypatch.setattr(compiled, "load", lambda: frozen.append("pages"))
    async with house(tmp_path) as doors:
        await listened(doors.store)
        monkeypatch.setattr("lahmadaemon.web.reading.before.QUICK", 600.0)
        await make_ahead(doors, None, compiled)
        quick = list(frozen)
        monkeypatch.setattr("lahmadaemon.web.reading.before.QUICK", -1.0)
        await make_ahead(doors, None, compiled)

    assert (quick, frozen) == ([], ["pages", "all"])


async def test_what_campaigns_add_up_to_is_there_before_somebody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with seeded_room(tmp_path) as room:
        await make_ahead(house_doors(), room.doors, await asyncio.to_thread(Templates))
        monkeypatch.setattr(SumReader, "of_campaign", None)
        sums = await room.doors.sums.of_campaigns([101, 103])

    assert [sums[number].totals.posts for number in (101, 103)] == [3, 0]


async def test_what_pages_tell_first_is_there_before_somebody_asks(tmp_path: Path, reads: Reads) -> None:
    async with house(tmp_path) as doors:
        await listened(doors.store)
        await make_ahead(doors, None, await asyncio.to_thread(Templates))
        made, reads.of = reads.of, []
        await telling.now(doors, "main")
        await telling.days(doors, "main")
        await telling.weeks(doors, "main")
        await telling.hours(doors, "main")
        await telling.shows(doors, "main")

    assert "2026-10-21" in made
    assert reads.of == []


async def test_after_a_poll_the_old_is_told_then_the_new_and_open_pages_hear_of_it(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lahmadaemon.web.memory.DEAR", 0.0)  # this little house's are not
    said = list[Any]()
    async with house(tmp_path, clock) as doors:
        radio = await listened(doors.store)
        there = await asyncio.to_thread(There, setup_of(doors, tmp_path / "house.db"), doors.store)
        renewing = asyncio.create_task(there.renew(lambda message: said.append(message)))

        async def now(at: int) -> int:
            moment = Moment(Instant(START + at * SECOND), float(at), doors.report(), ())
            told = await there.answer(Asked(1, moment, Question(SCOPE, "")))
            assert isinstance(told.what, Answer)
            found: int = json.loads(told.what.body)["today"]["net"]["cume"]
            return found

        before = await now(0)
        await came(radio, "cili", START - 20 * MINUTE, START)
        await radio.record(poll(START + 30_000, 2))
        meanwhile = await now(30)
        await until(lambda: said)
        after = await now(35)
        renewing.cancel()
        heard = await Live(doors, renewed=lambda: 0).stamp()
        await clock.advance(5)
        stamp = await Live(doors, renewed=lambda: 1).stamp()

    assert (before, meanwhile, after) == (2, 2, 3)
    assert said == [Renewed(1)]
    assert heard != stamp
