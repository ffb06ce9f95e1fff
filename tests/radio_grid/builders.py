"""The station of the samples: its shows, its two exceptional pages, its week."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant, instant
from lahmadaemon.radio.shows.grid import Grid, Planned, Show, Slot
from lahmadaemon.radio.shows.slug import slug

BUDAPEST = ZoneInfo("Europe/Budapest")


def at(wall: str, zone: ZoneInfo = BUDAPEST) -> Instant:
    """`2026-10-21 20:00` by the station's clock; with an offset, by that."""
    moment = datetime.fromisoformat(wall)
    return instant(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def slot(weekday: int, begins: str, ends: str, name: str = "Dub Kert") -> Slot:
    return Slot(weekday, time.fromisoformat(begins), time.fromisoformat(ends), slug(name), name)


def grid(*slots: Slot) -> Grid:
    """A weekly grid of these, each of a show of its own name."""
    names = dict.fromkeys(each.name for each in slots)
    return Grid(tuple(Show(slug(name), name) for name in names), slots)


def shown(airings: list[Planned], zone: ZoneInfo = BUDAPEST) -> list[str]:
    """`Sun 01:00+02:00 – 04:00+01:00 Hajnali Rádió`, as people read it."""
    return [
        f"{datetime.fromtimestamp(each.start / 1000, zone):%a %H:%M%z} – "
        f"{datetime.fromtimestamp(each.end / 1000, zone):%H:%M%z} {each.name}"
        for each in airings
    ]
