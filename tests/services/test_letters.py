"""A measured week on a real store becomes a letter: its words in the house's language, its picture, and its delivery."""

from collections.abc import AsyncIterator
from datetime import date, time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.sender import Sender
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.tray import Tray
from lahmadaemon.alerts.weekly import Weekly
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import HOUR, Clock
from lahmadaemon.errors import UpstreamError
from lahmadaemon.letters import StationLetters
from lahmadaemon.radio import periods
from lahmadaemon.radio.rollups.curve import AudienceCurve
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.shows.reporter import show_reporter
from lahmadaemon.store.database import Store
from tests.alerts.recorded import RecordedChannel
from tests.fakes.clock import FakeClock
from tests.fakes.stores import new_store
from tests.radio_shows.builders import BUDAPEST, ROCKET, WORKSHOP, at, entry, live, slot
from tests.radio_shows.stored import STATION, aired, listened, measured, planned

SUNDAY = date(2026, 10, 18)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with new_store(tmp_path / "lahmadaemon.db") as opened:
        yield opened


@pytest.fixture
def clock() -> FakeClock:
    """Monday morning, when the week that ended is written about."""
    return FakeClock(at("2026-10-19 08:00:05"))


def letters(store: Store, clock: Clock, cache: Path, language: str = "en") -> StationLetters:
    reporter = show_reporter(store, STATION, BUDAPEST, RadioSettings())
    words = Wording(language, BUDAPEST).language.digest
    return StationLetters(
        STATION, reporter, AudienceCurve(store, STATION, BUDAPEST, RadioSettings()), BUDAPEST, clock, words, cache
    )


async def a_week(store: Store) -> None:
    """Measured from Monday to Friday; two shows on Wednesday, two listeners."""
    await measured(store, "2026-10-12 00:00", "2026-10-17 00:00")
    await listened(store, "anna", "2026-10-14 20:00", "2026-10-14 22:00")
    await listened(store, "bela", "2026-10-14 20:30", "2026-10-14 22:30")
    await aired(
        store,
        entry(at("2026-10-14 20:00"), at("2026-10-14 22:00"), live("Űrhajó Klub")),
        entry(at("2026-10-14 22:00"), at("2026-10-14 23:00"), live("Kőbányai Műhely")),
    )
    await planned(store, slot(3, "20:00", "22:00", ROCKET), slot(3, "22:00", "23:00", WORKSHOP))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            [
                "lahma, week 2026-W42: 4 listened hours, listeners: 2, 71% measured",
                "Űrhajó Klub: 3.5 h, listeners: 2",
                "Kőbányai Műhely: 0.5 h, listeners: 1",
            ],
        ),
        (
            "hu",
            [
                "lahma, 2026-W42. hét: 4 hallgatott óra, 2 hallgató, mérve: 71%",
                "Űrhajó Klub: 3.5 óra, 2 hallgató",
                "Kőbányai Műhely: 0.5 óra, 1 hallgató",
            ],
        ),
    ],
)
async def test_a_week_is_told_in_the_house_s_language_with_a_picture(
    store: Store, clock: FakeClock, tmp_path: Path, language: str, text: list[str]
) -> None:
    await a_week(store)

    letter = await letters(store, clock, tmp_path, language).write(SUNDAY)

    assert letter is not None
    assert letter.text.splitlines() == text
    assert letter.picture is not None
    assert letter.picture.startswith(b"\x89PNG")


async def test_the_picture_has_every_hour_of_the_week_also_of_days_that_are_not_settled_yet(
    store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    """Story: figures are kept for good some four days later; on Monday five days of seven were drawn as not measured."""
    await a_week(store)
    week = periods.week(SUNDAY, BUDAPEST)
    report = await show_reporter(store, STATION, BUDAPEST, RadioSettings()).report(week, clock.now())
    hours = await AudienceCurve(store, STATION, BUDAPEST, RadioSettings()).hours(week, clock.now())

    drawn = letters(store, clock, tmp_path).picture("lahma, week 2026-W42: 4 hours", report, hours)

    assert drawn.curve
    assert (drawn.head.title, drawn.head.subtitle) == ("lahma, week 2026-W42", "4 hours")
    assert [(bar.name, bar.hours, bar.listeners) for bar in drawn.bars] == [
        ("Űrhajó Klub", 3.5, 2), ("Kőbányai Műhely", 0.5, 1),
    ]  # fmt: skip
    averages = drawn.curve.values
    assert averages[5 * 24 :] == [None] * 48, "nobody measured on Saturday and Sunday"
    assert None not in averages[: 5 * 24]
    assert averages[2 * 24 + 19 : 2 * 24 + 24] == [0.0, 1.5, 2.0, 0.5, 0.0]
    assert [(tick.at, tick.label) for tick in drawn.curve.ticks[:3]] == [(12, "10-12"), (36, "10-13"), (60, "10-14")]


async def test_the_week_of_a_clock_change_has_an_hour_more(store: Store, tmp_path: Path) -> None:
    await measured(store, "2026-10-25 00:00", "2026-10-26 00:00")
    week, now = periods.week(date(2026, 10, 25), BUDAPEST), at("2026-10-26 08:00")
    report = await show_reporter(store, STATION, BUDAPEST, RadioSettings()).report(week, now)
    hours = await AudienceCurve(store, STATION, BUDAPEST, RadioSettings()).hours(week, now)

    drawn = letters(store, FakeClock(now), tmp_path).picture("lahma: 0 hours", report, hours)

    assert drawn.curve
    assert drawn.curve.length == (week.end - week.start) / HOUR == 169
    assert drawn.curve.values == [None] * 144 + [0.0] * 25


async def test_a_week_without_measuring_or_without_shows_has_no_letter(
    store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    writer = letters(store, clock, tmp_path)

    assert await writer.write(SUNDAY) is None
    await measured(store, "2026-10-12 00:00", "2026-10-13 00:00")
    assert await writer.write(SUNDAY) is None


@pytest.mark.slow
async def test_on_monday_morning_the_letter_arrives_once_with_its_picture(
    store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    await a_week(store)
    kept, channel, tray = AlertStore(store), RecordedChannel(), Tray()
    writer = letters(store, clock, tmp_path)
    weekly = Weekly(kept, clock, BUDAPEST, time(8), ["@ann"], tray, {STATION: writer.write})

    await weekly.turn()
    await weekly.turn()
    await Sender(kept, channel, ["@ann"], clock, tray)._round()

    [message] = channel.messages()
    assert message.startswith("lahma, week 2026-W42: 4 listened hours")
    assert [picture[:4] for picture in channel.pictures] == [b"\x89PNG"]
    assert await kept.queue() == []


async def test_where_no_picture_can_be_drawn_the_words_go_alone(
    store: Store, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> bytes:
        raise UpstreamError("draw: the process that does it died; is there enough memory?")

    await a_week(store)
    monkeypatch.setattr("lahmadaemon.letters.elsewhere", broken)

    with capture_logs() as logs:
        letter = await letters(store, clock, tmp_path).write(SUNDAY)

    assert letter
    assert letter.picture is None
    assert letter.text.startswith("lahma, week 2026-W42: 4 listened hours")
    assert [line["event"] for line in logs] == ["alert.picture_failed"]
