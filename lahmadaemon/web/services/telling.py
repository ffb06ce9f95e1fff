"""What can be told of the daemon itself."""

import platform

from lahmadaemon import __version__
from lahmadaemon.clock import SECOND, Instant, iso
from lahmadaemon.store.standing import standing
from lahmadaemon.supervision.health import ServiceHealth
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.routing import missing
from lahmadaemon.web.services import shapes
from lahmadaemon.web.shapes import moment

STORE_LOOKED_AT = 10.0
"""Seconds between two looks at its size."""


async def services(house: HouseDoors) -> shapes.Services:
    """All, in the order in which they were built."""
    report, now = house.report(), house.clock.now()
    return shapes.Services(
        at=moment(now), status="ok" if report.well else "unwell", headline=report.headline, ready=report.ready,
        services=[_service(each, now) for each in report.services],
    )  # fmt: skip


async def service(house: HouseDoors, name: str) -> shapes.ServiceTold:
    """Raises Refusal where there is none such."""
    for each in house.report().services:
        if each.name == name:
            return _service(each, house.clock.now())
    raise missing("service")


def _service(of: ServiceHealth, now: Instant) -> shapes.ServiceTold:
    return shapes.ServiceTold(
        name=of.name, room=of.name.partition(".")[0], essential=of.essential, state=of.state, well=of.well,
        since=moment(of.since), beaten=of.beaten, last_beat=iso(of.last_beat),
        last_beat_age_seconds=None if of.last_beat is None else max(0, now - of.last_beat) // SECOND,
        restarts=of.restarts, last_error=of.last_error, restart_at=iso(of.restart_at),
        next_turn=iso(of.next_turn) if of.next_turn and of.next_turn > now else None,
    )  # fmt: skip


async def house(house: HouseDoors) -> shapes.HouseTold:
    """Version, rooms, store."""
    report, now = house.report(), house.clock.now()
    store = await house.memory.kept("services.store", STORE_LOOKED_AT, lambda: standing(house.store))
    names = [each.name for each in report.services]
    social = any(name.startswith("social.") for name in names)
    return shapes.HouseTold(
        version=__version__, python=platform.python_version(), started_at=moment(report.started_at),
        uptime_seconds=max(0, now - report.started_at) // SECOND, status="ok" if report.well else "unwell",
        headline=report.headline, ready=report.ready,
        loop_lag=shapes.Lag(last=round(report.lag.last, 4), worst=round(report.lag.worst, 4)), timezone=house.zone.key,
        rooms={
            "radio": bool(house.radio.stations), "visitors": bool(house.visitors.folders), "social": social,
            "telegram": "alerts.sender" in names,
        },
        open_alarms=len(house.desk.open_incidents()),
        store=shapes.StoreTold(
            kind="postgresql" if store.kind == "postgresql" else "sqlite", size_bytes=store.size,
            schema_revision=store.revision,
        ),
    )  # fmt: skip
