"""From a day's totals to the bytes of a report. Pure."""

import json
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant, local
from lahmadaemon.visitors.push.settings import PushSettings


@dataclass(frozen=True)
class Totals:
    """A local day up to some moment, over all cameras that count; there was at least one crossing."""

    ins: int
    outs: int
    first_at: Instant
    """The day's first crossing, in whatever direction, and its last."""
    last_at: Instant


def body(totals: Totals, settings: PushSettings, zone: ZoneInfo) -> bytes:
    """The partner's array of three."""
    span = {"StartTime": _digits(totals.first_at, zone), "EndTime": _digits(totals.last_at, zone)}
    tags = (
        # Cameras miss people: more may have left than came. Only the report hides that, the totals do not.
        (settings.count_type, settings.count_id, max(0, totals.ins - totals.outs)),
        (settings.in_type, settings.in_id, totals.ins),
        (settings.out_type, settings.out_id, totals.outs),
    )
    report = [
        {"SSID": settings.ssid, "TagType": kind, "TagID": number, "TagValue": str(value)} | span
        for kind, number, value in tags
    ]
    return json.dumps(report, ensure_ascii=False, separators=(",", ":")).encode()


def _digits(at: Instant, zone: ZoneInfo) -> str:
    return f"{local(at, zone):%Y%m%d%H%M%S}"
