"""The audience hour by hour: sums that are the day's own figures, nights with 23 and 25 hours, mounts."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant, local
from lahmadaemon.radio import periods
from lahmadaemon.radio.figures import Rules, figures, net
from lahmadaemon.radio.rollups.hours import ALL_MOUNTS, Audience, Hour, audience, hours_of
from lahmadaemon.radio.sessions import Listening, Session, chain
from tests.radio.builders import listening
from tests.radio_rollups.builders import BUDAPEST

GAP = 120 * SECOND
DAY = periods.day(date(2026, 10, 14), BUDAPEST)


def on(start: float, end: float, name: str = "anna", *, mount: str = "/radio.mp3", is_bot: bool = False) -> Listening:
    """From and to an hour of the day."""
    found = listening(DAY.start / SECOND + start * 3600, DAY.start / SECOND + end * 3600, name, is_bot=is_bot)
    found.mount = mount
    return found


def visits(*connections: Listening) -> list[Session]:
    """Chained, and classed by what the connections say of themselves."""
    return [
        replace(session, classes=frozenset({"bot"} if session.connections[0].is_bot else ()))
        for session in chain(connections, GAP)
    ]


def hours(*connections: Listening, since: int | None = None) -> dict[tuple[int, str], Hour]:
    found = audience(visits(*connections), DAY, Rules(), None if since is None else Instant(since), {DAY.start: HOUR})
    return {((hour.start - DAY.start) // HOUR, hour.mount): hour for hour in found}


def test_every_hour_of_a_day_has_its_row_though_nobody_listens() -> None:
    found = hours()

    assert list(found) == [(number, ALL_MOUNTS) for number in range(24)]
    assert {(hour.net, hour.gross, hour.length) for hour in found.values()} == {(Audience(), Audience(), HOUR)}
    assert [found[0, ALL_MOUNTS].coverage, found[1, ALL_MOUNTS].coverage] == [1.0, 0.0]


def test_a_session_is_cut_where_the_hours_meet_and_starts_once() -> None:
    found = hours(on(1.5, 3.25))

    listened = {key[0]: hour.net for key, hour in found.items() if key[1] == ALL_MOUNTS and hour.net.listened}
    assert listened == {
        1: Audience(30 * MINUTE, 1, 1, 1),
        2: Audience(HOUR, 1, 1, 0),
        3: Audience(15 * MINUTE, 1, 1, 0),
    }
    assert found[2, ALL_MOUNTS].average(found[2, ALL_MOUNTS].net) == 1.0


def test_a_short_session_counts_nowhere_and_a_short_piece_of_a_long_one_does() -> None:
    assert not any(hour.gross.listened or hour.gross.starts for hour in hours(on(1, 1.01)).values())

    found = hours(on(0.999, 2))
    assert (found[0, ALL_MOUNTS].net.starts, found[0, ALL_MOUNTS].net.listeners) == (1, 1)


def test_the_peak_of_an_hour_is_of_one_instant() -> None:
    found = hours(on(1, 1.3, "a"), on(1.3, 1.6, "b"), on(1.5, 1.9, "c"), on(1.55, 1.58, "robot", is_bot=True))

    assert (found[1, ALL_MOUNTS].net.peak, found[1, ALL_MOUNTS].net.listeners) == (2, 3)
    assert (found[1, ALL_MOUNTS].gross.peak, found[1, ALL_MOUNTS].gross.listeners) == (3, 4)


def test_two_mounts_at_once_are_both_there_and_in_the_whole_once() -> None:
    found = hours(on(1, 1.5, mount="/a"), on(1.25, 2, mount="/b"))

    assert {mount: found[1, mount].net.listened for _, mount in [k for k in found if k[0] == 1]} == {
        ALL_MOUNTS: HOUR, "/a": HOUR // 2, "/b": 3 * HOUR // 4,
    }  # fmt: skip
    assert [found[1, mount].net.starts for mount in (ALL_MOUNTS, "/a", "/b")] == [1, 1, 0]


def test_nothing_from_before_measuring_began_counts() -> None:
    found = hours(on(1, 3), since=DAY.start + 2 * HOUR)

    assert (found[1, ALL_MOUNTS].net, found[2, ALL_MOUNTS].net) == (Audience(), Audience(HOUR, 1, 1, 0))


@pytest.mark.parametrize(
    ("day", "count"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 10, 24), 24)]
)
def test_the_nights_of_the_change_have_their_own_number_of_hours(day: date, count: int) -> None:
    period = periods.day(day, BUDAPEST)
    everybody = listening(period.start / SECOND - HOUR, period.end / SECOND + HOUR)

    found = audience(chain([everybody], GAP), period, Rules(), None, {})
    clocks = [local(hour.start, BUDAPEST).hour for hour in found if hour.mount == ALL_MOUNTS]
    assert len(clocks) == count
    assert clocks.count(2) == {23: 0, 24: 1, 25: 2}[count]
    assert sum(hour.net.listened for hour in found if hour.mount == ALL_MOUNTS) == count * HOUR


def test_a_zone_that_changes_by_half_an_hour_has_a_half_hour_at_its_end() -> None:
    lord_howe = periods.day(date(2026, 10, 4), ZoneInfo("Australia/Lord_Howe"))

    lengths = [hour.end - hour.start for hour in hours_of(lord_howe)]
    assert (len(lengths), lengths[-1], sum(lengths)) == (24, HOUR // 2, lord_howe.end - lord_howe.start)


VISITS = st.lists(
    st.tuples(
        st.floats(-5, 25),
        st.floats(0, 6),
        st.sampled_from(["anna", "béla", "cili"]),
        st.sampled_from(["/a", "/b"]),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(VISITS)
def test_the_hours_of_a_day_add_up_to_the_day(some: list[tuple[float, float, str, str, bool]]) -> None:
    sessions = visits(
        *(on(start, start + length, name, mount=mount, is_bot=bot) for start, length, name, mount, bot in some)
    )
    found = audience(sessions, DAY, Rules(), None, {})

    for kind, counted in (("gross", sessions), ("net", net(sessions))):
        day = figures(counted, DAY, Rules())
        whole: list[Audience] = [getattr(hour, kind) for hour in found if hour.mount == ALL_MOUNTS]
        assert sum(hour.listened for hour in whole) == pytest.approx(day.tlh * HOUR)
        assert max(hour.peak for hour in whole) == day.peak
        assert sum(hour.starts for hour in whole) == day.ss
        assert max(hour.listeners for hour in whole) <= day.cume
