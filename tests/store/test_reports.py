"""From stored rows to figures, on either engine: an audience small enough to count by hand, and invented ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant, instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.coverage import covered
from lahmadaemon.radio.figures import Figures, Rules, figures, net
from lahmadaemon.radio.folding import Closing
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.sessions import Listening, Session
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.snapshot import Connection
from lahmadaemon.radio.store import Poll, RadioStore
from lahmadaemon.store.database import Store
from tests.radio.builders import classed, connection, digest, listening

BUDAPEST = ZoneInfo("Europe/Budapest")
GAP = 120 * SECOND


def at(text: str) -> Instant:
    """By the clock on the wall in Budapest in October 2026: `14 00:30`, `14 00:30:20`."""
    return instant(datetime.fromisoformat(f"2026-10-{text}").replace(tzinfo=BUDAPEST))


def poll(moment: int, outcome: str = "valid", every: int = HOUR) -> Poll:
    return Poll(Instant(moment + 100), Instant(moment), every, outcome, 1, 1, 1, 20, -100)


async def came(radio: RadioStore, name: str, start: str, end: str | None, *, is_bot: bool = False) -> None:
    """Somebody's connection, as two polls would have found it; without an end it is open."""
    one = replace(connection(name, at(start) / SECOND), is_bot=is_bot)
    now = poll(at(start), "told beside")
    await radio.record(now, [one], [] if end is None else [Closing(one.key, at(end), at(end), at(end))])


NOW = at("15 12:10")
DAYS = {number: periods.day(date(2026, 10, number), BUDAPEST) for number in range(10, 17)}
WEEK = periods.week(date(2026, 10, 14), BUDAPEST)
MONTH = periods.month(date(2026, 10, 14), BUDAPEST)


@pytest.fixture
async def reporter(store: Store) -> Reporter:
    """Measured from Sunday noon to Thursday noon, without an answer on Tuesday from 6 to 9."""
    radio, other = RadioStore(store, "lahma"), RadioStore(store, "other")
    for moment in range(at("11 12:00"), at("15 12:00") + 1, HOUR):
        silent = at("13 06:00") <= moment < at("13 09:00")
        await radio.record(poll(moment, "unreachable" if silent else "valid"))
    for start, end in [
        ("12 22:00", "13 10:00"), ("13 10:01:40", "13 20:00"), ("13 20:02", "13 23:59"), ("14 00:00:30", "14 01:00"),
    ]:  # fmt: skip
        await came(radio, "anna", start, end)
    await came(radio, "béla", "14 00:30", "14 00:30:30")
    await came(radio, "béla", "14 00:31:30", "14 00:32:10")
    await came(radio, "cili", "14 12:00", "14 12:00:59")
    await came(radio, "robot", "14 08:00", "14 09:00", is_bot=True)
    await came(radio, "emil", "15 11:00", None)
    await came(radio, "gréta", "11 11:00", "11 13:00")
    await other.record(poll(at("10 00:00")))
    for name in ("anna", "feri"):
        await came(other, name, "13 23:00", "14 23:00")
    return Reporter(radio, RadioSettings(), BUDAPEST)


def counts(found: Figures) -> tuple[int, ...]:
    return (
        found.cume, found.ss, found.active, found.peak, found.long_listeners, found.short_listeners, found.connections
    )  # fmt: skip


async def test_a_day_counts_what_lies_in_it_of_sessions_that_began_before(reporter: Reporter) -> None:
    found = await reporter.report(DAYS[14], NOW)

    anna, bela = 3570, 30 + 40
    assert counts(found.net) == (2, 1, 2, 2, 1, 1, 4)
    assert found.net.tlh == pytest.approx((anna + bela) / 3600)
    assert found.net.aas == pytest.approx((anna + bela) / 3600 / 24)
    assert found.net.atsl == found.net.tsl == pytest.approx((anna + bela) / 3600 / 2)
    assert counts(found.gross) == (3, 2, 3, 2, 2, 1, 5)
    assert found.gross.tlh == pytest.approx((anna + bela + 3600) / 3600)
    assert (found.coverage, found.flags) == (1.0, ())


async def test_a_session_of_three_days_is_one_however_often_it_reconnects(reporter: Reporter) -> None:
    for number, listened, begun in [(12, 7200, 1), (13, 36_000 + 35_900 + 14_220, 0), (14, 3570 + 70, 1)]:
        found = (await reporter.report(DAYS[number], NOW)).net
        assert found.ss == begun, number
        assert found.tlh == pytest.approx(listened / 3600), number

    for period in (DAYS[12], DAYS[13], DAYS[14], WEEK):
        [anna] = [session for session in await reporter.sessions(period) if session.identity == digest("anna")]
        assert (anna.started_at, anna.ended_at, len(anna.connections)) == (at("12 22:00"), at("14 01:00"), 4)


async def test_a_week_counts_a_session_over_midnights_once(reporter: Reporter) -> None:
    found = await reporter.report(WEEK, NOW)

    listened = 7200 + 86_120 + 3570 + 70 + 3600
    assert counts(found.net) == (3, 3, 3, 2, 2, 1, 8)
    assert found.net.tlh == pytest.approx(listened / 3600)
    assert found.net.aas == pytest.approx(listened / 3600 / 168)
    assert counts(found.gross) == (4, 4, 4, 2, 3, 1, 9)
    assert found.coverage == pytest.approx((85 - 3) / 168)
    assert found.flags == ("in_progress",)


async def test_nothing_before_the_first_poll_counts(reporter: Reporter) -> None:
    found = await reporter.report(DAYS[11], NOW)

    assert counts(found.net) == (1, 0, 1, 1, 1, 0, 1)
    assert found.net.tlh == pytest.approx(1)
    assert found.coverage == pytest.approx(0.5)
    assert found.flags == ("measuring_began",)


async def test_a_month_has_the_hours_it_has(reporter: Reporter) -> None:
    found = await reporter.report(MONTH, NOW)

    assert counts(found.net) == (4, 3, 4, 2, 3, 1, 9)
    assert found.net.aas == pytest.approx(found.net.tlh / 745)  # 31 days, one of them of 25 hours
    assert found.coverage == pytest.approx((97 - 3) / 745)
    assert found.flags == ("measuring_began", "in_progress")


async def test_an_open_connection_has_lasted_until_the_last_valid_poll(reporter: Reporter) -> None:
    found = await reporter.report(DAYS[15], NOW)

    assert counts(found.net) == (1, 1, 1, 1, 1, 0, 1)
    assert found.net.tlh == pytest.approx(1)
    assert found.coverage == pytest.approx(13 / 24)
    assert found.flags == ("in_progress",)


async def test_flags_say_how_far_a_day_can_be_trusted(reporter: Reporter) -> None:
    for number, coverage, flags in [
        (10, 0, ("no_data",)), (12, 1, ()), (13, 21 / 24, ("gaps",)), (14, 1, ()), (16, 0, ("no_data",)),
    ]:  # fmt: skip
        found = await reporter.report(DAYS[number], NOW)
        assert found.coverage == pytest.approx(coverage), number
        assert found.flags == flags, number


async def test_a_station_is_asked_about_its_own_listeners_only(store: Store, reporter: Reporter) -> None:
    other = await Reporter(RadioStore(store, "other"), RadioSettings(), BUDAPEST).report(DAYS[14], NOW)

    assert other.net.cume == 2
    assert other.net.tlh == pytest.approx(46)


async def test_a_station_that_was_never_polled_has_no_data(store: Store) -> None:
    found = await Reporter(RadioStore(store, "nobody"), RadioSettings(), BUDAPEST).report(DAYS[14], NOW)

    assert counts(found.gross) == (0,) * 7
    assert (found.coverage, found.flags) == (0, ("no_data",))


def invented(chance: Random) -> tuple[list[Connection], list[Listening], list[Poll]]:
    """Ten days of a few people who reconnect around the longest gap a session bears, and of polls with holes."""
    begin, every = DAYS[10].start, 4 * HOUR
    moments = range(begin + chance.randrange(DAY), begin + 10 * DAY, every)
    measured = [poll(moment, every=every) for moment in moments if chance.random() < 0.9]
    last = measured[-1].at
    seen: list[Connection] = []
    heard: list[Listening] = []
    for name in ("anna", "béla", "cili", "robot"):
        moment = begin + chance.randrange(DAY)
        while moment < last:
            end = moment + chance.choice([30 * SECOND, 10 * MINUTE, 20 * HOUR]) * chance.random()
            is_open = end > last
            told = listening(
                moment / SECOND, min(end, last) / SECOND, name, is_bot=name == "robot", is_open=is_open, ip=None
            )
            heard.append(told)
            seen.append(
                replace(
                    connection(name, moment / SECOND), digest=digest(str(len(seen))), is_bot=told.is_bot
                )
            )  # fmt: skip
            moment = round(end + chance.choice([-HOUR, GAP - 1, GAP, GAP, GAP + 1, GAP, DAY * chance.random()]))
            moment = max(moment, told.started_at + 1)
    return seen, heard, measured


async def keep(radio: RadioStore, seen: Sequence[Connection], heard: Sequence[Listening], told: Sequence[Poll]) -> None:
    for each in told:
        await radio.record(each)
    ends = [
        Closing(each.key, listened.ended_at, listened.ended_at, listened.ended_at)
        for each, listened in zip(seen, heard, strict=True)
        if not listened.is_open
    ]
    await radio.record(poll(told[0].at, "told beside"), seen, ends)


def touching(sessions: Sequence[Session], period: Period) -> list[Session]:
    return [each for each in sessions if each.touches(period.start, period.end)]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.slow
async def test_the_figures_of_the_store_are_those_of_the_whole_data_in_memory(store: Store, seed: int) -> None:
    seen, heard, told = invented(Random(seed))
    radio = RadioStore(store, "lahma")
    await keep(radio, seen, heard, told)
    await keep(RadioStore(store, "another"), *invented(Random(seed + 100)))
    reporter, sessions = Reporter(radio, RadioSettings(), BUDAPEST), classed(heard, GAP, told[-1].at)
    valid = [(each.at, each.every) for each in told]

    for period in [*(periods.day(date(2026, 10, 9) + timedelta(n), BUDAPEST) for n in range(12)), WEEK, MONTH]:
        inside = touching(sessions, period)
        assert await reporter.sessions(period) == inside, period.label
        found = await reporter.report(period, NOW)
        assert found.gross == figures(inside, period, Rules(), told[0].at), period.label
        assert found.net == figures(net(inside), period, Rules(), told[0].at), period.label
        assert found.coverage == pytest.approx(covered(valid, period)), period.label
