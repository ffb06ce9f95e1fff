"""Figures as tables, with the columns of `lahmadaemon report … --csv`; but empty where nobody knows."""

from collections.abc import Iterator, Mapping

from starlette.responses import Response

from lahmadaemon.radio.files import TOTAL_COLUMNS
from lahmadaemon.radio.shows.airing import OFF_AIR, UNKNOWN
from lahmadaemon.radio.shows.tables import AIRING_COLUMNS, NOT_AIRED, SHOW_COLUMNS
from lahmadaemon.web.radio import shapes
from lahmadaemon.web.sheets import sheet

Row = dict[str, object]

HOUR_COLUMNS = (
    "station", "start", "local", "weekday", "hour", "coverage",
    *(f"{kind}_{name}" for kind in ("net", "gross") for name in shapes.HourAudience.model_fields),
)  # fmt: skip
CLASS_COLUMNS = ("station", "day", "class", *shapes.Part.model_fields, "coverage", "flags")
COVERAGE_COLUMNS = ("station", "day", "coverage", "flags", "gap_start", "gap_end", "gap_seconds")


def periods(kind: str, station: str, found: Mapping[str, shapes.PeriodFigures]) -> Response:
    """Two rows a period: net and gross."""

    def rows() -> Iterator[Row]:
        for label, of in found.items():
            more = {
                f"excluded_{name}_{what}": value
                for name, part in of.excluded.items()
                for what, value in dict(part).items()
            }
            told = {
                "station": station, "period": label, "connections_per_listener": of.connections_per_listener,
                "coverage": of.coverage, "flags": of.flags,
            }  # fmt: skip
            for name, figures in (("net", of.net), ("gross", of.gross)):
                yield told | {"kind": name} | figures.model_dump(by_alias=True) | more

    return sheet(f"{station}-{kind}", list(TOTAL_COLUMNS), rows())


def hours(found: shapes.RadioHours) -> Response:
    """A row an hour."""
    rows = (
        {"station": found.station}
        | dict(each)
        | {f"net_{name}": value for name, value in each.net}
        | {f"gross_{name}": value for name, value in each.gross}
        for each in found.hours
    )
    return sheet(f"{found.station}-hours", HOUR_COLUMNS, rows)


def shows(found: shapes.RadioShows) -> Response:
    """Shows, or airings where they were asked for: two rows for each; no total, so that a column can be added up."""
    head = {"station": found.station, "period": found.period}
    if found.airings is not None:
        listed = (head | row for each in found.airings[found.period] for row in _both(each.show, each))
        missed = (
            head
            | {"show": each.show, "name": each.name, "type": NOT_AIRED, "planned_start": each.start}
            | {"planned_end": each.end}
            for each in found.not_aired[found.period]
        )
        return sheet(f"{found.station}-{found.period}-airings", list(AIRING_COLUMNS), [*listed, *missed])
    lines = {**found.shows[found.period], **found.rest[found.period]}
    rows = (head | row for key, line in lines.items() for row in _both(key, line))
    return sheet(f"{found.station}-{found.period}-shows", list(SHOW_COLUMNS), rows)


def _both(key: str, line: shapes.Show) -> Iterator[Row]:
    matched = "unmatched" if key.startswith("unmatched:") else "show"
    told = dict(line) | {
        "show": key, "type": key if key in {OFF_AIR, UNKNOWN} else matched, "reason": next(iter(line.reasons), "")
    }  # fmt: skip
    for kind, figures in (("net", line.net), ("gross", line.gross)):
        yield told | {"kind": kind} | dict(figures)


def classes(found: shapes.RadioClasses) -> Response:
    """A row for each day and class, and for net and gross."""

    def rows() -> Iterator[Row]:
        for label, day in found.days.items():
            told = {"station": found.station, "day": label, "coverage": day.coverage, "flags": day.flags}
            for name, part in {"net": day.net, "gross": day.gross, **day.classes}.items():
                yield told | {"class": name} | (dict(part) if part else {})

    return sheet(f"{found.station}-classes", CLASS_COLUMNS, rows())


def coverage(found: shapes.RadioCoverage) -> Response:
    """A row for each gap; one for a day without any."""

    def rows() -> Iterator[Row]:
        for label, day in found.days.items():
            told = {"station": found.station, "day": label, "coverage": day.coverage, "flags": day.flags}
            gaps: list[Row] = [{f"gap_{name}": value for name, value in gap} for gap in day.gaps]
            for gap in gaps or [{}]:
                yield told | gap

    return sheet(f"{found.station}-coverage", COVERAGE_COLUMNS, rows())
