"""A week's shows and airings as files: one row a show, or an airing, for net and one for gross."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lahmadaemon.clock import local
from lahmadaemon.radio.files import Table
from lahmadaemon.radio.shows.airing import OFF_AIR, UNKNOWN
from lahmadaemon.radio.shows.matching import bucket
from lahmadaemon.radio.shows.report import AiringLine, Line, ShowReport

_FIGURES: dict[str, type] = {
    "tlh": float, "listeners": int, "long_listeners": int, "aas": float, "peak": int, "sessions": int, "atsl": float,
    "tune_ins": int, "tune_outs": int, "carried_in": int, "completion_50": float, "completion_90": float,
}  # fmt: skip
SHOW_COLUMNS: dict[str, type] = {
    "station": str, "period": str, "show": str, "name": str, "type": str, "kind": str, "airings": int, "hours": float,
    **_FIGURES, "coverage": float, "heard": float, "reason": str, "flags": str,
}  # fmt: skip
AIRING_COLUMNS: dict[str, type] = {
    "station": str, "period": str, "show": str, "name": str, "type": str, "episode": str, "kind": str,
    "start": datetime, "end": datetime, "planned_start": datetime, "planned_end": datetime,
    "late_minutes": float, "overrun_minutes": float, "repeat": bool, "hours": float,
    **_FIGURES, "coverage": float, "heard": float, "reason": str, "flags": str,
}  # fmt: skip
NOT_AIRED = "not aired"


def shows_table(station: str, report: ShowReport) -> Table:
    """Every show, unmatched name, and what was on air besides; no total, so that a column can be added up."""
    head = {"station": station, "period": report.period.label}
    rows = [head | row for line in (*report.shows, *report.rest) for row in _both(line, report.flags)]
    return Table(SHOW_COLUMNS, [{name: row[name] for name in SHOW_COLUMNS} for row in rows])


def airings_table(station: str, report: ShowReport, zone: ZoneInfo) -> Table:
    """Every airing in order of time, then what was planned and not aired (without figures). Times are local."""
    head = {"station": station, "period": report.period.label}
    rows = [head | row for each in report.airings for row in _airing(each, zone)]
    rows += [
        head
        | {
            "show": bucket(each.slug, each.name), "name": each.name, "type": NOT_AIRED,
            "planned_start": local(each.start, zone), "planned_end": local(each.end, zone), "repeat": each.repeat,
        }
        for each in report.not_aired
    ]  # fmt: skip
    return Table(AIRING_COLUMNS, [{name: row.get(name) for name in AIRING_COLUMNS} for row in rows])


def _airing(each: AiringLine, zone: ZoneInfo) -> list[dict[str, Any]]:
    airing, plan = each.airing, each.airing.planned
    told = {
        "episode": airing.episode, "start": local(airing.start, zone), "end": local(airing.end, zone),
        "planned_start": local(plan.start, zone) if plan else None,
        "planned_end": local(plan.end, zone) if plan else None,
        "late_minutes": airing.late, "overrun_minutes": airing.overrun, "repeat": plan.repeat if plan else None,
    }  # fmt: skip
    return [told | row for row in _both(each.line)]


def _both(line: Line, flags: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    told = {
        "show": line.key, "name": line.name, "type": _type(line), "airings": line.airings, "hours": round(line.hours, 6),
        "coverage": round(line.coverage, 6), "heard": round(line.heard, 6),
        "reason": line.reasons[0][0].value if line.reasons else "",
        "flags": " ".join(dict.fromkeys((*flags, *line.flags))),
    }  # fmt: skip
    return [told | {"kind": kind} | figures.as_json() for kind, figures in (("net", line.net), ("gross", line.gross))]


def _type(line: Line) -> str:
    if line.key in {OFF_AIR, UNKNOWN}:
        return line.key
    return "show" if line.is_matched else "unmatched"
