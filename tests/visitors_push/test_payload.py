"""The bytes a partner gets, held to the invented samples."""

import json
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import Instant
from lahmadaemon.visitors.push.payload import Totals, body
from lahmadaemon.visitors.push.settings import PushSettings
from tests.samples import sample, told
from tests.visitors_push.builders import ZONE, at

SETTINGS = PushSettings(url="https://partner.example/report")


def totals(ins: int, outs: int, first: str, last: str, zone: ZoneInfo = ZONE) -> Totals:
    return Totals(ins, outs, at(first, zone), at(last, zone))


SAMPLES = [
    (totals(13, 6, "2026-03-18T00:00:00", "2026-03-18T10:14:55"), told("visitors/expected_push.json")),
    (totals(2, 0, "2026-03-18T00:00:00", "2026-03-18T00:00:02"), told("visitors/expected.json")["pushes"][1]["body"]),
    (totals(1, 2, "2026-03-19T07:00:00", "2026-03-19T07:00:05"), told("visitors/expected.json")["pushes"][2]["body"]),
]


@pytest.mark.parametrize(("counted", "expected"), SAMPLES, ids=["whole day", "just after midnight", "more out than in"])
def test_the_body_is_what_the_samples_say(counted: Totals, expected: Any) -> None:
    content = body(counted, SETTINGS, ZONE)

    assert json.loads(content) == expected
    assert [list(each) for each in json.loads(content)] == [list(each) for each in expected]


def test_only_white_space_differs_from_the_sample() -> None:
    content = body(SAMPLES[0][0], SETTINGS, ZONE)

    assert b"".join(sample("visitors/expected_push.json").split()) == content


@pytest.mark.parametrize(
    ("zone", "first", "last", "expected"),
    [
        (ZONE, "2026-03-29T01:59:59", "2026-03-29T03:00:00", ("20260329015959", "20260329030000")),
        (ZONE, "2026-10-25T02:30:00", "2026-10-25T02:10:00 again", ("20261025023000", "20261025021000")),
        (ZoneInfo("Africa/Cairo"), "2025-04-25T01:00:00", "2025-04-25T23:59:59", ("20250425010000", "20250425235959")),
        (ZoneInfo("Asia/Taipei"), "2026-03-18T00:00:00", "2026-03-18T23:59:59", ("20260318000000", "20260318235959")),
    ],
    ids=["23 hours", "25 hours", "no midnight", "no summer time"],
)
def test_times_are_what_a_local_clock_showed(zone: ZoneInfo, first: str, last: str, expected: tuple[str, str]) -> None:
    report = json.loads(body(totals(1, 0, first, last, zone), SETTINGS, zone))

    assert {(each["StartTime"], each["EndTime"]) for each in report} == {expected}


def test_one_moment_is_another_wall_time_elsewhere() -> None:
    counted = Totals(1, 0, Instant(1_773_824_400_000), Instant(1_773_824_400_000))

    taipei = json.loads(body(counted, SETTINGS, ZoneInfo("Asia/Taipei")))[0]["StartTime"]

    assert (taipei, json.loads(body(counted, SETTINGS, ZONE))[0]["StartTime"]) == ("20260318170000", "20260318100000")


def test_names_and_numbers_of_the_tags_are_the_partner_s_to_choose() -> None:
    wanted = SETTINGS.model_copy(update={"ssid": "停車場-1", "count_type": "Stay", "in_id": "A2", "out_type": "Gone"})
    content = body(SAMPLES[0][0], wanted, ZONE)
    report = json.loads(content)

    assert [(each["SSID"], each["TagType"], each["TagID"]) for each in report] == [
        ("停車場-1", "Stay", "901"), ("停車場-1", "CountAccuIn", "A2"), ("停車場-1", "Gone", "903"),
    ]  # fmt: skip
    assert "停車場-1".encode() in content


def test_the_same_totals_are_the_same_bytes() -> None:
    assert body(replace(SAMPLES[0][0]), SETTINGS, ZONE) == body(SAMPLES[0][0], SETTINGS, ZONE)
