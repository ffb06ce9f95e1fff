"""What was strange stands beside the figures: for people with its times, for programs by stable names."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant
from lahmadaemon.radio import files
from lahmadaemon.radio.figures import Rules, figures
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport, Reporter
from lahmadaemon.radio.rollups.keeping import frozen, margin_of, rules_of
from lahmadaemon.radio.rollups.store import Kept, RollupStore
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.truth.anomalies.counting import counted
from lahmadaemon.terminal import report_table
from tests.fakes.clock import START
from tests.radio.measuring import OFFLINE, ZONE, measured

AN_HOUR = Period("an hour", Instant(0), Instant(HOUR))
EVERY = 30 * SECOND
NOBODY = figures([], AN_HOUR, Rules())
NOTHING = PeriodReport(AN_HOUR, NOBODY, NOBODY, 1.0, ())


def shown(*reports: PeriodReport) -> str:
    console = Console(width=120, file=StringIO())
    with console.capture() as said:
        console.print(report_table("test", reports, ZONE))
    return said.get()


def test_a_count_holds_until_the_next_and_not_over_a_gap() -> None:
    polls = [(Instant(0), EVERY, 10), (Instant(30_000), EVERY, 20), (Instant(10 * MINUTE), EVERY, 5)]
    found = counted(polls, AN_HOUR)

    assert found is not None
    assert found.tlh * HOUR == pytest.approx((10 + 20 + 5) * EVERY)
    assert found.aas == pytest.approx(found.tlh)
    assert found.peak == 20
    assert found.coverage == pytest.approx(1.5 / 60)
    assert counted([], AN_HOUR) is None


def test_only_what_is_inside_the_period_is_counted() -> None:
    found = counted([(Instant(-20_000), EVERY, 6), (Instant(HOUR - 10_000), EVERY, 3)], AN_HOUR)

    assert found is not None
    assert found.tlh * HOUR == pytest.approx(6 * 10_000 + 3 * 10_000)


async def test_people_read_what_happened_and_when(tmp_path: Path) -> None:
    async with measured(tmp_path, ["anna", "béla", "cili"]) as station:
        await station.poll(4)
        station.server.begin_anew()
        await station.poll(4)
        station.server.on_air = OFFLINE
        await station.poll(6)
        report = await station.report(START, START + HOUR)

    said = shown(report)
    assert "everybody reconnected 19:58–19:59" in said
    assert "off air 20:01–" in said
    assert "Strange" in said
    assert "Strange" not in shown(NOTHING)


@pytest.mark.slow
async def test_of_counts_alone_people_and_files_are_told_what_is_known_and_no_more(tmp_path: Path) -> None:
    async with measured(tmp_path) as station:
        station.server.total, station.server.unique = 12, 0
        await station.poll(120)
        report = await station.report(START, START + HOUR)

    said = shown(report)
    assert "12:00:00" in said
    assert "–" in said
    assert "not who" in said
    net, _ = files.totals_table("test", [report]).rows
    assert (net["cume"], net["tlh"], net["flags"]) == (None, 12, "counts_only suspicious_empty")
    assert b",12,12," in files.as_csv(files.totals_table("test", [report])).replace(b".0,", b",")
    assert files.as_parquet(files.totals_table("test", [report]))


@pytest.mark.slow
async def test_a_day_that_was_counted_only_in_part_keeps_the_figures_of_its_listeners(tmp_path: Path) -> None:
    async with measured(tmp_path, ["anna", "béla"]) as station:
        await station.poll(60)
        station.server.leave()
        station.server.total, station.server.unique = 12, 0
        await station.poll(60)
        report = await station.report(START, START + HOUR)

    assert report.as_json()["net"]["cume"] == 2
    assert report.counts is not None
    assert report.counts.tlh == pytest.approx(2 * 0.5 + 12 * 0.5, rel=0.01)
    assert {"counts_only", "gaps"} <= set(report.flags)


@pytest.mark.slow
async def test_counts_are_kept_when_the_polls_that_told_them_are_gone(tmp_path: Path) -> None:
    """A station that tells no more than counts had no figures at all any more, once its polls had had their time."""
    async with measured(tmp_path) as station:
        station.server.total, station.server.unique = 12, 0
        await station.poll(120)
        period, later = Period("an hour", START, Instant(START + HOUR)), Instant(START + 30 * DAY)
        reporter = Reporter(station.radio, RadioSettings(), ZONE)
        report = await reporter.lasting(period, later)
        rollups = RollupStore(station.radio.beside, station.radio.station)
        found = await rollups.find(period.start, period.end, margin_of(RadioSettings()), ["day"])
        await rollups.keep("day", period, Kept(rules_of(RadioSettings()), found.stamp, later, frozen(report)))
        await rollups.forget_polls(later, 0, 1000)

        kept = await reporter.report(period, later)

    assert (kept.told("net")["tlh"], kept.told("net")["cume"], kept.counts_only) == (12, None, True)
    assert "no_data" not in kept.flags
