"""A day is classed as if all that was ever heard were known, though little more than the day is read."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.sessions import Listening
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.store import RadioStore
from tests.radio.builders import classed, digest
from tests.radio.invented_listeners import BUDAPEST, heard
from tests.store.listened import keep

MONDAY = periods.midnight(date(2026, 10, 12), BUDAPEST)
DAYS = 6
END = Instant(MONDAY + DAYS * DAY - 5 * HOUR)


@pytest.fixture(scope="module")
def audience() -> list[Listening]:
    return heard(1, MONDAY, DAYS - 5 / 24, size=12)


@pytest.fixture
async def reporter(radio: RadioStore, audience: list[Listening]) -> Reporter:
    await keep(radio, audience, MONDAY, END)
    return Reporter(radio, RadioSettings(), BUDAPEST)


@pytest.mark.slow
async def test_each_day_alone_has_the_classes_that_all_days_together_give(
    reporter: Reporter, audience: list[Listening]
) -> None:
    everything = classed(audience, until=END)
    whole = [periods.week(date(2026, 10, 12), BUDAPEST), periods.month(date(2026, 10, 12), BUDAPEST)]

    assert {name for session in everything for name in session.classes} == {"bot", "relay", "probe", "always_on"}
    for period in [*(periods.day(date(2026, 10, 12) + timedelta(n), BUDAPEST) for n in range(DAYS)), *whole]:
        expected = [session for session in everything if session.touches(period.start, period.end)]
        assert await reporter.sessions(period) == expected, period.label


@pytest.mark.slow
async def test_net_and_what_every_class_took_out_are_gross(reporter: Reporter) -> None:
    found = await reporter.report(periods.day(date(2026, 10, 14), BUDAPEST), END)

    parts = found.excluded
    assert [name for name, part in parts.items() if part.sessions] == ["bot", "relay", "probe", "always_on"]
    assert parts["probe"].listeners == 4
    assert 60 < parts["probe"].sessions < 100
    # the relay, which loses half a minute a day, is always on too: in either part, and in the whole once
    assert parts["always_on"].tlh == pytest.approx(24 + parts["relay"].tlh)
    assert 23.9 < parts["relay"].tlh < 24
    alone = sum(parts[name].tlh for name in ("bot", "probe", "always_on"))
    assert found.gross.tlh - found.net.tlh == pytest.approx(alone)
    assert found.gross.cume - found.net.cume == 4 + 1 + 1 + parts["bot"].listeners
    relay = {"listeners": 1, "sessions": 1, "tlh": round(parts["relay"].tlh, 6)}
    assert found.as_json()["excluded"]["relay"] == relay


@pytest.mark.slow
async def test_mounts_divide_the_net_listening(reporter: Reporter) -> None:
    found = await reporter.report(periods.day(date(2026, 10, 14), BUDAPEST), END)

    mounts = found.as_json()["mounts"]
    assert mounts.keys() == {"1", "2"}
    assert sum(mount["tlh"] for mount in mounts.values()) >= found.net.tlh
    assert max(mount["cume"] for mount in mounts.values()) < found.net.cume
    assert list(mounts) == sorted(mounts, key=lambda name: -mounts[name]["tlh"])


@pytest.mark.slow
async def test_a_station_behind_a_proxy_does_not_read_nought_and_is_told_so(
    radio: RadioStore, audience: list[Listening]
) -> None:
    behind = [replace(each, internal=True, network=digest("proxy")) for each in audience]
    await keep(radio, behind, MONDAY, END)
    found = await Reporter(radio, RadioSettings(), BUDAPEST).report(periods.day(date(2026, 10, 14), BUDAPEST), END)

    assert found.net.cume > 50
    assert "proxy_suspected" in found.flags
    assert not found.excluded["internal"].sessions


@pytest.mark.slow
async def test_without_a_proxy_nobody_suspects_one(reporter: Reporter) -> None:
    assert (await reporter.report(periods.day(date(2026, 10, 14), BUDAPEST), END)).flags == ()


async def test_habits_are_settings(radio: RadioStore, audience: list[Listening]) -> None:
    await keep(radio, audience, MONDAY, END)
    settings = RadioSettings(probe_sessions=2000, always_on_days=7)
    found = await Reporter(radio, settings, BUDAPEST).report(periods.day(date(2026, 10, 14), BUDAPEST), END)

    assert [name for name, part in found.excluded.items() if part.sessions] == ["bot", "relay"]
