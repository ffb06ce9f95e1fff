"""Once a day, over restarts and clock changes, and not hours late."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.deliveries import WEBHOOK
from lahmadaemon.alerts.digest import Digest, span_of
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.timed import due
from lahmadaemon.alerts.tray import Tray
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import HOUR, Instant, instant, local
from lahmadaemon.errors import UpstreamError
from lahmadaemon.supervision.health import HealthBoard, State
from tests.alerts.house import BUDAPEST, AlarmHouse

EIGHT = time(8)
YESTERDAY = date(2026, 10, 21)


def when(*moment: int) -> Instant:
    return instant(datetime(*moment, tzinfo=BUDAPEST))  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (when(2026, 10, 22, 7, 59, 59), None),
        (when(2026, 10, 22, 8), YESTERDAY),
        (when(2026, 10, 22, 14), YESTERDAY),
        (when(2026, 10, 22, 14, 0, 1), None),
    ],
)
def test_it_is_due_from_its_hour_on_for_six_hours(now: Instant, day: date | None) -> None:
    assert due(now, EIGHT, BUDAPEST) == day


def test_an_hour_late_in_the_evening_is_still_due_after_midnight() -> None:
    assert due(when(2026, 10, 22, 2), time(23), BUDAPEST) == date(2026, 10, 20)


@pytest.mark.parametrize("at", [time(2, 30), time(8), time(0), time(23, 59)])
@pytest.mark.parametrize("zone", ["Europe/Budapest", "America/Sao_Paulo", "Asia/Taipei", "Australia/Lord_Howe"])
def test_every_day_of_a_year_has_one_whatever_the_clocks_do(at: time, zone: str) -> None:
    named = ZoneInfo(zone)
    moment, days = datetime(2018, 1, 1, tzinfo=UTC), []
    while moment.year < 2019:
        days.append(due(instant(moment), at, named))
        moment += timedelta(minutes=30)

    seen = list(dict.fromkeys(day for day in days if day))
    assert seen == [seen[0] + timedelta(days=number) for number in range(len(seen))]
    assert len(seen) in {364, 365, 366}


def test_a_day_is_as_long_as_its_clocks_say() -> None:
    assert [
        (end - start) // HOUR
        for start, end in (span_of(date(2026, *day), BUDAPEST) for day in ((3, 29), (10, 25), (10, 21)))
    ] == [23, 25, 24]


class Sections:
    """A room that tells of a day, or cannot."""

    def __init__(self) -> None:
        self.asked: list[date] = []
        self.trouble: UpstreamError | None = None

    async def __call__(self, day: date) -> list[str]:
        self.asked.append(day)
        if self.trouble:
            raise self.trouble
        return ["lobby: 12 in, 11 out"]


def digest(house: AlarmHouse, sections: Sections, recipients: Sequence[str] = ("@ann", "@bob")) -> Digest:
    board = HealthBoard(house.clock)
    board.enter("radio", essential=False)
    board.change("radio", State.BACKING_OFF, restarted=True)
    alerts = AlertStore(house.store)
    words = Wording(house.language, BUDAPEST)
    return Digest(alerts, house.clock, words, BUDAPEST, EIGHT, recipients, Tray(), board.report, [sections])


async def until_the_morning(house: AlarmHouse) -> None:
    await house.clock.advance((when(2026, 10, 22, 8) - house.clock.now()) / 1000)


async def test_it_tells_of_the_day_before_once_also_after_a_restart(house: AlarmHouse) -> None:
    async with house.started() as desk:
        desk.raise_alarm(Condition.NO_FILES, "visitors.lobby")
        desk.raise_alarm(Condition.NO_FILES, "visitors.garden")
        await house.pass_time(600)
        desk.clear_alarm(Condition.NO_FILES, "visitors.lobby")
        await house.pass_time(60)
    sections = Sections()
    service = digest(house, sections)
    await service.turn()
    await until_the_morning(house)
    for again in (service, service, digest(house, sections)):
        await again.turn()

    alerts = AlertStore(house.store)
    queue = await alerts.queue()
    assert sections.asked == [YESTERDAY]
    assert [(each.recipient, each.day) for each in queue] == [("@ann", "2026-10-21"), ("@bob", "2026-10-21")]
    assert queue[0].text.splitlines() == [
        "lahmadaemon, 2026-10-21",
        "lobby: 12 in, 11 out",
        "Still so: no files from camera garden, since 2026-10-21 19:57",
        "It was so for a while: no files from camera lobby, 2026-10-21 19:57–20:07 (10 min)",
        "Restarts of services since the daemon started: 1",
    ]


async def test_a_part_that_cannot_be_had_is_named_and_what_waits_is_counted(house: AlarmHouse) -> None:
    house.channel.down = True
    async with house.started() as desk:
        desk.raise_alarm(Condition.NO_FILES, "visitors.lobby")
        await house.pass_time(60)
    sections = Sections()
    sections.trouble = UpstreamError("the store does not answer")
    text = await digest(house, sections).text(date(2026, 1, 1))

    assert text.splitlines() == [
        "lahmadaemon, 2026-01-01",
        "A part of this digest is missing: the store does not answer",
        "No incidents.",
        "Restarts of services since the daemon started: 1",
        "Messages not delivered: 1, the oldest from 19:57",
    ]


async def test_nobody_gets_one_through_the_webhook(house: AlarmHouse) -> None:
    await until_the_morning(house)
    await digest(house, Sections(), [WEBHOOK]).turn()

    assert await AlertStore(house.store).queue() == []


async def test_the_next_day_has_its_own(house: AlarmHouse) -> None:
    sections = Sections()
    service = digest(house, sections)
    await until_the_morning(house)
    await service.turn()
    await house.clock.advance(24 * 3600)
    await service.turn()

    assert sections.asked == [YESTERDAY, date(2026, 10, 22)]
    assert local(house.clock.now(), BUDAPEST).hour == 8
