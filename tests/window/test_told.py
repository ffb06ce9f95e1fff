"""What the reading room knows of the daemon's time and troubles."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import Instant
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.supervision.health import LoopLag, Report
from lahmadaemon.web.reading.messages import Moment, heard, packed
from lahmadaemon.web.reading.room import without_what_opens
from lahmadaemon.web.reading.told import ToldClock, ToldDesk
from tests.fakes.window import ZONE, house_doors
from tests.window.world import setup_of

RADIO = RadioSettings.model_validate(
    {"stations": {"main": {"url": "https://radio.example", "api_key": "a key of the house"}}}
)

NOTHING = Report((), LoopLag(), Instant(0), stopping=False)


def test_its_clock_goes_on_from_what_it_was_told_last() -> None:
    clock = ToldClock()
    clock.tell(Moment(Instant(5_000_000), 70.0, NOTHING, ()))

    assert 5_000_000 <= clock.now() < 5_060_000
    assert 70.0 <= clock.monotonic() < 130.0


def test_monotonic_time_never_goes_back_whatever_it_is_told() -> None:
    clock = ToldClock()
    clock.tell(Moment(Instant(0), 70.0, NOTHING, ()))
    before = clock.monotonic()
    clock.tell(Moment(Instant(0), 69.0, NOTHING, ()))

    assert clock.monotonic() >= before


def test_its_desk_knows_of_the_incidents_that_were_told() -> None:
    clock = ToldClock()
    desk = ToldDesk(AlertStore(house_doors().store), clock, Wording("en", ZONE))
    before = desk.open_incidents()
    clock.tell(Moment(Instant(0), 0.0, NOTHING, ("one", "two")))  # type: ignore[arg-type]

    after: list[object] = [*desk.open_incidents()]
    assert (before, after) == ([], ["one", "two"])


async def test_messages_come_whole_however_the_line_cuts_them() -> None:
    line, told = asyncio.StreamReader(), packed({"a": b"x" * 70_000}) + packed("b")
    for at in range(0, len(told), 4096):
        line.feed_data(told[at : at + 4096])

    assert (await heard(line), await heard(line)) == ({"a": b"x" * 70_000}, "b")


def test_secrets_of_the_settings_do_not_go_over_the_line() -> None:
    doors = house_doors(radio=RADIO)
    told = packed(setup_of(doors, Path("/nowhere/house.db")))

    assert RADIO.stations["main"].api_key == SecretStr("a key of the house")
    assert b"radio.example" in told
    assert b"a key of the house" not in told


@pytest.mark.parametrize(
    ("cookie", "kept"),
    [
        (b"lang=hu; lahma_session=abc; b=c", b"lang=hu; b=c"),
        (b"lahma_session=abc", b""),
        (b"a=lahma_session=; lahma_session_too=1", b"a=lahma_session=; lahma_session_too=1"),
    ],
)
def test_what_somebody_was_let_in_by_goes_no_further(cookie: bytes, kept: bytes) -> None:
    given = [(b"host", b"localhost"), (b"authorization", b"Bearer open sesame"), (b"cookie", cookie)]

    assert without_what_opens(given) == [(b"host", b"localhost"), (b"cookie", kept)]
