"""What was on air in a day, and what is planned for the rest of it, as far as it can be seen in a picture."""

from collections.abc import Sequence

from lahmadaemon.clock import HOUR, MINUTE, Instant
from lahmadaemon.pictures.bands import Band
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.shows.reporter import show_reporter
from lahmadaemon.radio.shows.store import GridStore
from lahmadaemon.web.radio.days import OVER, RUNNING
from lahmadaemon.web.radio.station import Station

SHORTEST = 10 * MINUTE
"""What was shorter has no band."""
HALF = 0.5
"""What was heard for less of its time is drawn as planned."""
_Span = tuple[int, int, str, bool]


async def on_air(station: Station, day: Period) -> list[Band]:
    """In order."""
    over = day.end <= station.now
    return await station.house.memory.kept(
        ("pictures.on_air", station.name, day.label), OVER if over else RUNNING, lambda: _bands(station, day)
    )


async def _bands(station: Station, day: Period) -> list[Band]:
    began, _ = await station.store.observed()
    if began is None or began >= day.end:
        return []
    now = Instant(min(day.end, station.now))
    aired = await show_reporter(station.house.store, station.name, station.zone, station.house.radio).aired(
        Instant(max(day.start, began)), now
    )
    spans: list[_Span] = [(each.start, each.end, each.name, each.heard < HALF) for each in aired.airings]
    planned = await GridStore(station.house.store, station.name, station.zone).planned(now, day.end)
    last = max((end for _, end, _, _ in spans), default=now)
    spans += [(max(each.start, last), each.end, each.name, True) for each in planned]
    return _drawn(spans, day)


def _drawn(spans: Sequence[_Span], day: Period) -> list[Band]:
    clipped = ((max(start, day.start), min(end, day.end), name, planned) for start, end, name, planned in spans)
    return [
        Band((start - day.start) / HOUR, (end - day.start) / HOUR, name, planned=planned)
        for start, end, name, planned in clipped
        if end - start >= SHORTEST
    ]
