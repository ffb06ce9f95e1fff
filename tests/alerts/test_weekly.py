"""Once a week, over restarts and failures, its picture kept until it is delivered."""

from collections.abc import Sequence
from datetime import date, datetime, time

import pytest

from lahmadaemon.alerts.deliveries import Kind
from lahmadaemon.alerts.sender import Sender
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.tray import Tray
from lahmadaemon.alerts.weekly import Letter, Weekly
from lahmadaemon.clock import DAY, instant
from lahmadaemon.errors import UpstreamError
from tests.alerts.house import BUDAPEST, AlarmHouse
from tests.alerts.recorded import RecordedChannel

MONDAY = instant(datetime(2026, 11, 23, 8, 0, 5, tzinfo=BUDAPEST))
PICTURE = b"\x89PNG picture"


class Writer:
    """Writes a letter, or has nothing to tell, or cannot."""

    def __init__(self) -> None:
        self.asked: list[date] = []
        self.letter: Letter | None = Letter("W47: 812 hours", PICTURE)
        self.trouble: UpstreamError | None = None

    async def __call__(self, day: date) -> Letter | None:
        self.asked.append(day)
        if self.trouble:
            raise self.trouble
        return self.letter


def weekly(house: AlarmHouse, writer: Writer, recipients: Sequence[str] = ("@ann", "@bob")) -> Weekly:
    return Weekly(AlertStore(house.store), house.clock, BUDAPEST, time(8), recipients, Tray(), {"lahmacun": writer})


async def at_monday(house: AlarmHouse) -> None:
    await house.clock.advance((MONDAY - house.clock.now()) / 1000)


async def test_on_monday_everybody_is_owed_the_week_that_ended(house: AlarmHouse) -> None:
    await at_monday(house)
    writer = Writer()

    await weekly(house, writer).turn()

    owed = await AlertStore(house.store).queue()
    assert [(each.recipient, each.kind, each.day, each.text) for each in owed] == [
        ("@ann", Kind.WEEKLY, "2026-W47 lahmacun", "W47: 812 hours"),
        ("@bob", Kind.WEEKLY, "2026-W47 lahmacun", "W47: 812 hours"),
    ]
    assert writer.asked == [date(2026, 11, 22)]


async def test_restarts_write_it_once(house: AlarmHouse) -> None:
    await at_monday(house)
    for _ in range(3):
        await weekly(house, Writer()).turn()

    assert len(await AlertStore(house.store).queue()) == 2


async def test_on_other_days_nothing_is_written(house: AlarmHouse) -> None:
    await at_monday(house)
    writer = Writer()
    service = weekly(house, writer)
    for _ in range(6):
        await house.clock.advance(DAY / 1000)
        await service.turn()

    assert writer.asked == []


async def test_what_cannot_be_written_is_tried_again(house: AlarmHouse) -> None:
    await at_monday(house)
    writer = Writer()
    service, writer.trouble = weekly(house, writer), UpstreamError("the store is busy")
    with pytest.raises(UpstreamError):
        await service.turn()
    writer.trouble = None

    await service.turn()

    assert len(await AlertStore(house.store).queue()) == 2


async def test_nothing_to_tell_is_no_message(house: AlarmHouse) -> None:
    await at_monday(house)
    writer = Writer()
    writer.letter = None
    service = weekly(house, writer)
    await service.turn()
    await service.turn()

    assert await AlertStore(house.store).queue() == []
    assert len(writer.asked) == 1


async def test_the_picture_is_sent_with_the_words(house: AlarmHouse) -> None:
    await at_monday(house)
    await weekly(house, Writer(), ["@ann"]).turn()
    channel = RecordedChannel()

    await Sender(AlertStore(house.store), channel, ["@ann"], house.clock, Tray())._round()

    assert channel.messages() == ["W47: 812 hours"]
    assert channel.pictures == [PICTURE]


async def test_a_picture_is_kept_while_somebody_is_owed_it_and_not_for_ever(house: AlarmHouse) -> None:
    for week in ("2026-W45", "2026-W46"):
        await AlertStore(house.store).add(["@ann"], Kind.WEEKLY, week, MONDAY, week, week.encode())
    assert await AlertStore(house.store).picture("2026-W45") == b"2026-W45"
    await Sender(AlertStore(house.store), RecordedChannel(), ["@ann"], house.clock, Tray())._round()
    await house.clock.advance(60)
    await Sender(AlertStore(house.store), RecordedChannel(), ["@ann"], house.clock, Tray())._round()

    await AlertStore(house.store).add(["@ann"], Kind.WEEKLY, "2026-W47", MONDAY, "2026-W47", b"new")

    assert [await AlertStore(house.store).picture(f"2026-W{week}") for week in (45, 46, 47)] == [None, None, b"new"]
