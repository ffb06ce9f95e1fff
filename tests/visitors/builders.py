"""Invented crossings as a camera writes them, and what is judged by at 10:32 on the day of the samples."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lahmadaemon.clock import DAY, MINUTE, Instant, instant
from lahmadaemon.visitors.intake.parsing import Bounds

ZONE = ZoneInfo("Europe/Budapest")


def at(text: str, zone: ZoneInfo = ZONE) -> Instant:
    """The instant of a local time such as 2026-03-18 10:32."""
    return instant(datetime.fromisoformat(text).replace(tzinfo=zone))


NOW = at("2026-03-18 10:32")
BOUNDS = Bounds(ZONE, Instant(NOW - 400 * DAY), Instant(NOW + 5 * MINUTE))


def record(
    person: Any = 1, direction: Any = 0, time: Any = "20260318103000", frame: Any = 7, **more: Any
) -> dict[str, Any]:
    """One crossing as the camera tells it."""
    return {"ID": person, "inOut": direction, "time": time, "frameNumber": frame, "outputTime": time, **more}


def written(*records: Any) -> bytes:
    """A file of these records."""
    return json.dumps(records).encode()
