"""Who comes first need not wait, and who comes after a poll is told what is known until the new is made."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lahmadaemon.clock import MINUTE
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.sessions import Session
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.web.ahead import FIRST, Ahead
from lahmadaemon.web.entrance import Entrance
from lahmadaemon.web.live import Live
from lahmadaemon.web.radio import telling
from lahmadaemon.web.settings import WebSettings
from tests.fakes.clock import START, FakeClock, until
from tests.fakes.house import keeping
from tests.radio_rollups.builders import came
from tests.window.world import house, listened, poll


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


async def test_a_quick_house_keeps_the_memory_that_pages_take_and_a_slow_one_has_them_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lahmadaemon.web.ahead.gc.freeze", lambda: None)  # tests' rubbish is looked for
    async with house(tmp_path) as doors:
        await listened(doors.store)
        entrance = Entrance(doors, WebSettings())
        ahead = Ahead(entrance, doors)
        await ahead.turn()
        quick = entrance._whole
        monkeypatch.setattr("lahmadaemon.web.ahead.QUICK", -1.0)
        await ahead.turn()
        slow = entrance._whole

    assert quick is None
    assert slow is not None


async def test_what_pages_tell_first_is_there_before_somebody_asks(tmp_path: Path, reads: Reads) -> None:
    async with house(tmp_path) as doors:
        await listened(doors.store)
        await Ahead(Entrance(doors, WebSettings()), doors).turn()
        made, reads.of = reads.of, []
        await telling.now(doors, "main")
        await telling.days(doors, "main")
        await telling.weeks(doors, "main")
        await telling.hours(doors, "main")
        await telling.shows(doors, "main")

    assert "2026-10-21" in made
    assert reads.of == []


async def test_after_a_poll_the_old_is_told_then_the_new_and_open_pages_hear_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lahmadaemon.web.memory.DEAR", 0.0)  # this little house's are not
    clock = FakeClock()
    board = HealthBoard(clock)
    async with house(tmp_path, clock, board=board) as doors:
        radio = await listened(doors.store)
        live = Live(doors)
        async with keeping(clock, Ahead(Entrance(doors, WebSettings()), doors), board=board):
            await clock.advance(FIRST)
            before = await telling.now(doors, "main")
            await clock.advance(30)
            await came(radio, "cili", START - 20 * MINUTE, START)
            await radio.record(poll(START + 30_000, 2))
            stamp = await live.stamp()
            meanwhile = await telling.now(doors, "main")
            await until(lambda: doors.memory.renewed)
            await clock.advance(5)
            after, heard = await telling.now(doors, "main"), await live.stamp()

    assert [each.today.net.cume for each in (before, meanwhile, after)] == [2, 2, 3]
    assert heard != stamp
