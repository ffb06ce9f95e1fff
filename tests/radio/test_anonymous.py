"""A table for publishing says how the radio is listened to, and of nobody who they are."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lahmadaemon.radio.anonymous import anonymous
from lahmadaemon.radio.files import SESSION_COLUMNS, Table

BUDAPEST = ZoneInfo("Europe/Budapest")
EVENING = datetime(2026, 10, 21, 19, 57, 31, 250_000, tzinfo=BUDAPEST)


def row(listener: str, country: str | None = "HU", minutes: float = 30, **more: Any) -> dict[str, Any]:
    return {
        "station": "lahmacun", "listener": listener, "started_at": EVENING,
        "ended_at": EVENING + timedelta(minutes=minutes), "seconds_listened": minutes * 60 + 0.4,
        "hours_inside": minutes / 60, "connections": 1, "valid": True, "classes": "", "still_listening": False,
        "country": country, "city": "Budapest", "mount": "/radio.mp3", "user_agent": "CarRadio/3.2 of Anna",
    } | more  # fmt: skip


def published(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return anonymous(Table(SESSION_COLUMNS, list(rows))).rows


def test_pseudonyms_players_and_cities_are_not_in_it() -> None:
    cells = [str(value) for each in published(row("c0ffee"), row("c0ffee"), row("decaf")) for value in each.values()]

    assert not any(word in cell for word in ("c0ffee", "decaf", "Anna", "Budapest") for cell in cells)


def test_one_listener_s_sessions_still_belong_together() -> None:
    first, second, other = (each["listener"] for each in published(row("a"), row("a", minutes=10), row("b")))

    assert len({first, second, other}) == 2


def test_a_country_few_listen_from_is_not_told() -> None:
    rows = [row(str(number)) for number in range(5)] + [row("5", "IS"), row("6", "IS"), row("7", None)]

    assert [each["country"] for each in sorted(published(*rows), key=lambda each: each["country"])] == [
        *["HU"] * 5,
        *["others"] * 3,
    ]


def test_moments_are_told_to_the_quarter_hour_and_lengths_to_the_minute() -> None:
    (told,) = published(row("a", minutes=31))

    assert told["started_at"] == datetime(2026, 10, 21, 19, 45, tzinfo=BUDAPEST)
    assert told["ended_at"] == datetime(2026, 10, 21, 20, 15, tzinfo=BUDAPEST)
    assert told["seconds_listened"] == 31 * 60
    assert told["hours_inside"] == 0.52
