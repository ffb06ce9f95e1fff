"""Days, weeks and months as people in one place live them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.clock import HOUR, MINUTE, Instant, instant, local
from lahmadaemon.radio import periods
from lahmadaemon.radio.periods import Period

BUDAPEST = ZoneInfo("Europe/Budapest")
TODAY = date(2026, 10, 14)
dates = st.dates(date(1990, 1, 1), date(2090, 1, 1))
zones = st.sampled_from(
    [
        "Europe/Budapest",
        "UTC",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Pacific/Apia",
    ]
).map(ZoneInfo)


def utc(text: str) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "start", "end", "hours"),
    [
        (date(2026, 10, 14), "2026-10-13 22:00", "2026-10-14 22:00", 24),
        (date(2026, 1, 14), "2026-01-13 23:00", "2026-01-14 23:00", 24),
        (date(2026, 3, 29), "2026-03-28 23:00", "2026-03-29 22:00", 23),
        (date(2026, 10, 25), "2026-10-24 22:00", "2026-10-25 23:00", 25),
        (date(2027, 3, 28), "2027-03-27 23:00", "2027-03-28 22:00", 23),
        (date(2027, 10, 31), "2027-10-30 22:00", "2027-10-31 23:00", 25),
    ],
    ids=str,
)
def test_a_day_begins_and_ends_at_local_midnight(day: date, start: str, end: str, hours: int) -> None:
    period = periods.day(day, BUDAPEST)

    assert period == Period(day.isoformat(), utc(start), utc(end))  # type: ignore[arg-type]
    assert period.hours == hours


@pytest.mark.parametrize(
    ("day", "label", "start", "hours"),
    [
        (date(2026, 10, 14), "2026-W42", "2026-10-11 22:00", 168),
        (date(2026, 10, 12), "2026-W42", "2026-10-11 22:00", 168),
        (date(2026, 10, 18), "2026-W42", "2026-10-11 22:00", 168),
        (date(2026, 3, 29), "2026-W13", "2026-03-22 23:00", 167),
        (date(2026, 10, 25), "2026-W43", "2026-10-18 22:00", 169),
        (date(2026, 12, 31), "2026-W53", "2026-12-27 23:00", 168),
        (date(2027, 1, 3), "2026-W53", "2026-12-27 23:00", 168),
        (date(2027, 1, 4), "2027-W01", "2027-01-03 23:00", 168),
        (date(2024, 12, 30), "2025-W01", "2024-12-29 23:00", 168),
    ],
    ids=str,
)
def test_a_week_is_the_iso_week_from_monday(day: date, label: str, start: str, hours: int) -> None:
    period = periods.week(day, BUDAPEST)

    assert (period.label, period.start, period.hours) == (label, utc(start), hours)


@pytest.mark.parametrize(
    ("day", "label", "start", "hours"),
    [
        (date(2026, 10, 14), "2026-10", "2026-09-30 22:00", 31 * 24 + 1),
        (date(2026, 3, 1), "2026-03", "2026-02-28 23:00", 31 * 24 - 1),
        (date(2026, 12, 31), "2026-12", "2026-11-30 23:00", 31 * 24),
        (date(2028, 2, 29), "2028-02", "2028-01-31 23:00", 29 * 24),
    ],
    ids=str,
)
def test_a_month_is_the_calendar_s(day: date, label: str, start: str, hours: int) -> None:
    period = periods.month(day, BUDAPEST)

    assert (period.label, period.start, period.hours) == (label, utc(start), hours)


@given(dates, zones)
def test_days_weeks_and_months_follow_each_other_without_a_gap(day: date, zone: ZoneInfo) -> None:
    for kind in periods.KINDS.values():
        period = kind(day, zone)
        following = kind(periods.today(period.end, zone), zone)

        assert period.start < period.end == following.start
        assert kind(periods.today(period.start, zone), zone) == period
        assert period.start <= periods.day(day, zone).start < periods.day(day, zone).end <= period.end


@given(st.integers(utc("1990-01-01"), utc("2090-01-01")), zones)
def test_every_instant_is_in_the_local_day_it_belongs_to(now: int, zone: ZoneInfo) -> None:
    day = periods.day(periods.today(now, zone), zone)  # type: ignore[arg-type]

    assert day.start <= now < day.end


@given(dates)
def test_a_day_has_23_24_or_25_hours(day: date) -> None:
    assert periods.day(day, BUDAPEST).hours in {23, 24, 25}


def test_where_the_clock_strikes_midnight_twice_the_day_begins_with_the_first() -> None:
    azores = ZoneInfo("Atlantic/Azores")  # 2026-10-25 01:00 becomes 00:00
    period = periods.day(date(2026, 10, 25), azores)

    assert period.hours == 25
    assert local(period.start, azores).utcoffset() == timedelta(0)


def test_where_there_is_no_midnight_the_day_begins_with_its_first_minute() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # 2026-03-29 00:00 becomes 01:00
    period = periods.day(date(2026, 3, 29), beirut)

    assert period.hours == 23
    assert f"{local(period.start, beirut):%d %H:%M}" == "29 01:00"
    assert f"{local(period.start - MINUTE, beirut):%d %H:%M}" == "28 23:59"


@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        ("2026-10-14", "day", date(2026, 10, 14)),
        ("2026-10-14", "week", date(2026, 10, 14)),
        ("2026-10-14", "month", date(2026, 10, 14)),
        ("2026-W42", "week", date(2026, 10, 12)),
        ("2026-W53", "week", date(2026, 12, 28)),
        ("2027-W01", "week", date(2027, 1, 4)),
        ("2026-10", "month", date(2026, 10, 1)),
        ("today", "day", TODAY),
        ("yesterday", "week", date(2026, 10, 13)),
    ],
)
def test_periods_are_read_as_people_write_them(text: str, kind: str, day: date) -> None:
    assert periods.parse(text, kind, TODAY) == day


@pytest.mark.parametrize("kind", periods.KINDS)
@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "2026-W54", "2027-W53", "2026-W00", "2026-13", "2026-02-30", "14.10.2026", "2026-W4", "2026-1", "2026",
     " today", "2026-10-14T10:00", "20261014", "9999-12-31", "0001-01-01"],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str, kind: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        periods.parse(text, kind, TODAY)


@pytest.mark.parametrize(
    ("text", "kind"), [("2026-W42", "day"), ("2026-10", "day"), ("2026-10", "week"), ("2026-W42", "month")]
)
def test_a_name_of_another_kind_of_period_is_refused_instead_of_guessed(text: str, kind: str) -> None:
    with pytest.raises(ValueError, match=f"names no {kind}"):
        periods.parse(text, kind, TODAY)


@given(st.text(), st.sampled_from(sorted(periods.KINDS)))
def test_any_text_is_a_day_or_refused(text: str, kind: str) -> None:
    try:
        assert isinstance(periods.parse(text, kind, TODAY), date)
    except ValueError:
        return


@given(dates)
def test_a_period_s_own_name_leads_back_to_it(day: date) -> None:
    for name, kind in periods.KINDS.items():
        period = kind(day, BUDAPEST)
        assert kind(periods.parse(period.label, name, TODAY), BUDAPEST) == period


def test_hours_are_hours() -> None:
    assert Period("", Instant(HOUR), Instant(HOUR + 90 * MINUTE)).hours == 1.5
