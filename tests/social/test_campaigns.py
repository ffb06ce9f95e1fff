"""Campaigns: what the Creators app says, as windows of time, tags and kinds; why one is skipped; where it is in its life."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.clock import DAY, HOUR, Instant, iso, local
from lahmadaemon.social.campaigns import Campaign, Rules, State, ended_at, read, rules_for, state
from lahmadaemon.social.posts import Kind
from lahmadaemon.social.settings import CampaignSettings, SocialSettings
from tests.samples import told

PRAGUE = ZoneInfo("Europe/Prague")
ROWS = {row["id"]: row for row in told("social/creators_app/campaigns.json")["campaigns"]}
EXPECTED = told("social/creators_app/campaigns.expected.json")["campaigns"]


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def from_row(row: dict[str, Any], rules: Rules | None = None) -> Campaign:
    return read(
        row["id"], row["name"], row["hashtags"], day(row["publishing_start_date"]), day(row["publishing_end_date"]),
        [platform["id"] for platform in row["platforms"]], PRAGUE, rules or Rules(),
    )  # fmt: skip


def campaign(
    tags: str = "jaro, léto",
    platforms: tuple[int, ...] = (1, 3),
    rules: Rules | None = None,
    first: date = date(2026, 9, 1),
    last: date = date(2026, 9, 30),
    zone: ZoneInfo = PRAGUE,
) -> Campaign:
    return read(7, "Roční doby", tags, first, last, platforms, zone, rules or Rules())


@pytest.mark.parametrize("expected", EXPECTED, ids=[str(each["id"]) for each in EXPECTED])
def test_the_campaigns_of_the_creators_app_are_read_as_they_are_meant(expected: dict[str, Any]) -> None:
    found = from_row(ROWS[expected["id"]])

    assert found.skipped == expected.get("skipped")
    if "tags" in expected:
        assert sorted(found.tags) == expected["tags"]
        assert found.kinds == set(expected["kinds"])
    if "publishing" in expected:
        assert [iso(found.publishing_from), iso(found.publishing_until)] == expected["publishing"]
        assert iso(found.metrics_until) == expected["metrics_until"]
    warned = {108: ["99 is unknown"], 112: ["hold 5"], 113: ["no platform: nothing to collect"]}.get(expected["id"], [])
    assert len(found.warnings) == len(warned)
    assert all(part in warning for part, warning in zip(warned, found.warnings, strict=True))


def test_every_campaign_of_the_creators_app_has_its_reading() -> None:
    assert ROWS.keys() == {each["id"] for each in EXPECTED}


def test_numbers_are_collected_for_fourteen_calendar_days_and_not_for_336_hours() -> None:
    autumn = from_row(ROWS[117])

    assert autumn.metrics_until is not None
    assert autumn.publishing_until is not None
    assert autumn.metrics_until - autumn.publishing_until == 14 * DAY + HOUR


def test_a_day_without_midnight_begins_with_its_first_moment() -> None:
    spring = campaign(first=date(2026, 9, 6), zone=ZoneInfo("America/Santiago"))

    assert iso(spring.publishing_from) == "2026-09-06T04:00:00Z"


def test_a_campaign_of_one_day_lasts_that_day() -> None:
    one = campaign(first=date(2026, 9, 1), last=date(2026, 9, 1))

    assert [iso(one.publishing_from), iso(one.publishing_until)] == ["2026-08-31T22:00:00Z", "2026-09-01T22:00:00Z"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Prague"])
def test_a_campaign_for_ever_is_no_trouble(zone: str) -> None:
    ever = campaign(first=date.min, last=date.max, zone=ZoneInfo(zone))

    assert ever.metrics_until is not None
    assert iso(ever.publishing_from) is not None
    assert local(ever.metrics_until, ZoneInfo("Pacific/Kiritimati")).year == 9999
    assert state(ever, Instant(0)) is State.RUNNING


def test_what_is_skipped_has_no_window_and_is_warned_of_nothing_it_cannot_help() -> None:
    found = campaign(tags="", rules=Rules(match="min_k", min_k=3))

    assert (found.publishing_from, found.publishing_until, found.metrics_until) == (None, None, None)
    assert found.warnings == ()
    assert state(found, Instant(0)) is State.SKIPPED


def test_more_tags_than_a_caption_holds_are_warned_of_where_all_must_be_there() -> None:
    six = "a,b,c,d,e,f"

    assert len(campaign(six).warnings) == 1
    assert campaign("a,b,c,d,e").warnings == ()
    assert campaign(six, rules=Rules(match="any")).warnings == ()
    assert campaign(six, rules=Rules(match="min_k", min_k=5)).warnings == ()
    assert len(campaign(six, rules=Rules(match="min_k", min_k=6)).warnings) == 1
    assert campaign(six, platforms=(4, 5)).warnings == ()
    assert len(campaign(six, platforms=(2,)).warnings) == 1
    assert campaign(six, platforms=(2,), rules=Rules(story_match="window")).warnings == ()


def test_asking_for_more_tags_than_there_are_is_warned_of() -> None:
    (warning,) = campaign("a,b", rules=Rules(match="min_k", min_k=3)).warnings

    assert warning == "asks for 3 of 2 tags: can never match"


def test_each_unknown_platform_is_named_once() -> None:
    found = campaign(platforms=(99, 1, 0, 99))

    assert found.kinds == {Kind.POST, Kind.FACEBOOK_POST}
    assert [warning[:11] for warning in found.warnings] == ["platform 0 ", "platform 99"]


def test_a_tag_that_cannot_be_spelled_is_warned_of() -> None:
    (warning,) = campaign("jaro-léto, zima").warnings

    assert warning.startswith("jaro-léto is read as jaro:")


def test_one_campaigns_rules_win_over_the_rooms() -> None:
    settings = SocialSettings(
        match="any", min_k=2, story_match="window", fold_diacritics=True,
        campaigns={"7": CampaignSettings(match="min_k", fold_diacritics=False)},
    )  # fmt: skip

    assert rules_for(settings, 7) == Rules("min_k", 2, "window", fold=False)
    assert rules_for(settings, 8) == Rules("any", 2, "window", fold=True)
    assert campaign("soutěž", rules=rules_for(settings, 8)).tags == {"soutez"}


def test_a_campaign_goes_from_planned_to_ended_at_the_edges_of_its_windows() -> None:
    found = campaign()
    begin, end, settled = found.publishing_from, found.publishing_until, found.metrics_until
    assert begin is not None
    assert end is not None
    assert settled is not None

    assert [state(found, Instant(at + shift)) for at in (begin, end, settled) for shift in (-1, 0)] == [
        State.PLANNED, State.RUNNING, State.RUNNING, State.SETTLING, State.SETTLING, State.ENDED,
    ]  # fmt: skip


def test_the_end_is_noted_once_and_taken_back_when_the_dates_move() -> None:
    found = campaign()
    assert found.metrics_until is not None
    later = Instant(found.metrics_until + 100 * DAY)

    noted = ended_at(found, None, later)

    assert noted == found.metrics_until
    assert ended_at(replace(found, metrics_until=Instant(found.metrics_until + DAY)), noted, later) == noted
    assert ended_at(campaign(last=date(2027, 9, 30)), noted, later) is None
    assert ended_at(found, None, Instant(found.metrics_until - 1)) is None
    assert ended_at(campaign(tags=""), noted, later) is None


@given(st.dates(), st.integers(0, 400), st.sampled_from(["Europe/Prague", "Africa/Cairo", "Pacific/Apia", "UTC"]))
def test_windows_follow_one_another_in_every_zone(first: date, days: int, zone: str) -> None:
    last = date.fromordinal(min(first.toordinal() + days, date.max.toordinal()))
    found = campaign(first=first, last=last, zone=ZoneInfo(zone))

    assert found.publishing_from is not None
    assert found.publishing_until is not None
    assert found.metrics_until is not None
    assert found.publishing_from <= found.publishing_until <= found.metrics_until
