"""From the room's reports to shapes: the same names and numbers, and null where nobody knows. Pure."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from lahmadaemon.clock import HOUR, SECOND, Instant, local
from lahmadaemon.radio.coverage import Stretch
from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.radio.rollups.hours import Audience, Hour
from lahmadaemon.radio.shows.grid import Planned
from lahmadaemon.radio.shows.log.entries import Entry
from lahmadaemon.radio.shows.report import ShowReport
from lahmadaemon.web.radio import shapes
from lahmadaemon.web.shapes import moment

_NOBODY_KNOWS = shapes.Figures.model_validate(
    dict.fromkeys(field.alias or name for name, field in shapes.Figures.model_fields.items())
)
NOTHING = shapes.PeriodFigures(
    net=_NOBODY_KNOWS, gross=_NOBODY_KNOWS, coverage=0.0, connections_per_listener=None, flags=["no_data"],
    anomalies=[], counts=None, excluded={}, mounts={},
)  # fmt: skip
"""A period of which nothing is known."""


def period(report: PeriodReport) -> shapes.PeriodFigures:
    """As `report day --json` has it; of a period that nobody vouches for, nulls instead of noughts."""
    told = report.as_json()
    if not report.is_known:
        told |= {"net": _NOBODY_KNOWS, "gross": _NOBODY_KNOWS, "excluded": {}}
    return shapes.PeriodFigures.model_validate(told)


def hour(of: Hour, zone: ZoneInfo, now: Instant) -> shapes.RadioHour:
    """`now`: the hour that runs is told as far as it is over."""
    over = max(1, min(of.length, now - of.start))
    known = of.covered > 0 or of.gross.listened > 0
    on_the_wall = local(of.start, zone)
    return shapes.RadioHour(
        start=moment(of.start), local=on_the_wall.isoformat(timespec="minutes"), weekday=on_the_wall.isoweekday(),
        hour=on_the_wall.hour, coverage=round(min(1.0, of.covered / over), 6),
        net=_audience(of.net, over, known=known), gross=_audience(of.gross, over, known=known),
    )  # fmt: skip


def _audience(of: Audience, over: int, *, known: bool) -> shapes.HourAudience:
    if not known:
        return shapes.HourAudience(average=None, peak=None, listeners=None, starts=None, tlh=None)
    return shapes.HourAudience(
        average=round(of.listened / over, 4), peak=of.peak, listeners=of.listeners, starts=of.starts,
        tlh=round(of.listened / HOUR, 6),
    )  # fmt: skip


def shows(station: str, report: ShowReport, *, airings: bool) -> shapes.RadioShows:
    """As `report shows --json` has it; of what nobody vouches for, nulls instead of noughts."""
    told = report.document(airings=airings)
    label = report.period.label
    lines = [told["total"][label], *told["shows"][label].values(), *told["rest"][label].values()]
    for line in [*lines, *told.get("airings", {}).get(label, ())]:
        looked_for = line["hours"] or "no_data" in report.flags
        if looked_for and not line["coverage"] and not line["gross"]["tlh"]:
            line["net"] = line["gross"] = dict.fromkeys(line["net"])
    return shapes.RadioShows.model_validate({"airings": None} | told | {"station": station, "period": label})


def classes(station: str, days: Mapping[str, shapes.PeriodFigures]) -> shapes.RadioClasses:
    """What each class took out of net, day by day."""
    found = {label: _classed(day) for label, day in days.items()}
    hours: dict[str, float] = {}
    for each in found.values():
        parts = {"net": each.net, "gross": each.gross, **each.classes}
        for name, part in parts.items():
            hours[name] = hours.get(name, 0.0) + (part.tlh if part else 0.0)
    known = any(each.gross for each in found.values())
    tlh = {name: round(length, 6) for name, length in hours.items()} if known else {}
    return shapes.RadioClasses(station=station, days=found, tlh=tlh)


def _classed(day: shapes.PeriodFigures) -> shapes.ClassedDay:
    return shapes.ClassedDay(
        net=_part(day.net), gross=_part(day.gross), classes=day.excluded, coverage=day.coverage, flags=day.flags
    )


def _part(of: shapes.Figures) -> shapes.Part | None:
    if of.cume is None or of.active is None or of.tlh is None:
        return None
    return shapes.Part(listeners=of.cume, sessions=of.active, tlh=of.tlh)


def gaps(found: Sequence[Stretch]) -> list[shapes.Gap]:
    """In order of time."""
    return [
        shapes.Gap(start=moment(start), end=moment(end), seconds=round((end - start) / SECOND)) for start, end in found
    ]


def on_air(entry: Entry) -> shapes.OnAirNow:
    """What the newest entry of the log says."""
    of = entry.on_air
    return shapes.OnAirNow(
        since=moment(entry.since), seen_at=moment(entry.seen_at), online=of.online, live=of.live, streamer=of.streamer,
        artist=of.artist, title=of.title, playlist=of.playlist,
    )  # fmt: skip


def planned(found: Planned) -> shapes.PlannedNow:
    return shapes.PlannedNow(
        show=found.slug or found.name, name=found.name, start=moment(found.start), end=moment(found.end),
        repeat=found.repeat,
    )  # fmt: skip
