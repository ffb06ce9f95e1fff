"""Files people take away: one row per session and a second file of totals, as CSV or Parquet, never half-written."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lahmadaemon.clock import HOUR, SECOND, local
from lahmadaemon.radio.classes import NAMES
from lahmadaemon.radio.figures import Rules
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.radio.sessions import Session

SESSION_COLUMNS: dict[str, type] = {
    "station": str, "listener": str, "started_at": datetime, "ended_at": datetime, "seconds_listened": float,
    "hours_inside": float, "connections": int, "valid": bool, "classes": str, "still_listening": bool, "country": str,
    "city": str, "mount": str, "user_agent": str,
}  # fmt: skip
EXCLUDED_COLUMNS: dict[str, type] = {"listeners": int, "sessions": int, "tlh": float}
"""Of each class."""
TOTAL_COLUMNS: dict[str, type] = {
    "station": str, "period": str, "kind": str,
    "cume": int, "ss": int, "as": int, "tlh": float, "aas": float, "atsl": float, "tsl": float, "peak": int,
    "long_listeners": int, "short_listeners": int, "networks": int, "unknown_locations": int, "connections": int,
    "connections_per_listener": float, "coverage": float, "flags": str,
    **{f"excluded_{name}_{what}": kind for name in NAMES for what, kind in EXCLUDED_COLUMNS.items()},
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Rows with named, typed columns; the types hold also where there is no row."""

    columns: dict[str, type]
    rows: list[dict[str, Any]]


def sessions_table(station: str, period: Period, sessions: Sequence[Session], rules: Rules, zone: ZoneInfo) -> Table:
    """One row per session that touches the period. Times are local; `hours_inside` is the part inside the period.

    Never an IP address: files live longer than any retention.
    """
    rows = []
    for session in sorted(sessions, key=lambda session: (session.started_at, session.identity)):
        first = session.connections[0]
        rows.append(
            {
                "station": station,
                "listener": session.identity.hex(),
                "started_at": local(session.started_at, zone),
                "ended_at": local(session.ended_at, zone),
                "seconds_listened": session.listened / SECOND,
                "hours_inside": round(session.within(period.start, period.end) / HOUR, 6),
                "connections": len(session.connections),
                "valid": session.listened >= rules.minimum,
                "classes": " ".join(sorted(session.classes)),
                "still_listening": any(connection.is_open for connection in session.connections),
                **{name: getattr(first, name) for name in ("country", "city", "mount", "user_agent")},
            }
        )
    return Table(SESSION_COLUMNS, rows)


def totals_table(station: str, reports: Sequence[PeriodReport]) -> Table:
    """Two rows a period, net and gross, with coverage, flags and what each class took out of net."""
    rows: list[dict[str, Any]] = [
        {"station": station, "period": report.period.label, "kind": kind}
        | report.told(kind)
        | {
            "connections_per_listener": report.connections_per_listener,
            "coverage": round(report.coverage, 6),
            "flags": " ".join(report.flags),
        }
        | {
            f"excluded_{name}_{what}": value
            for name, part in report.as_json()["excluded"].items()
            for what, value in part.items()
        }
        for report in reports
        for kind in ("net", "gross")
    ]
    return Table(TOTAL_COLUMNS, rows)


def as_csv(table: Table) -> bytes:
    """RFC 4180 with a header line, UTF-8; moments in ISO 8601."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(table.columns))
    writer.writeheader()
    writer.writerows({key: _plain(value) for key, value in row.items()} for row in table.rows)
    return text.getvalue().encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    # Spreadsheets run text that begins like a formula, and a User-Agent is whatever a stranger sent us.
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def as_parquet(table: Table) -> bytes:
    """Typed columns, for pandas, DuckDB and friends; moments in UTC."""
    import pyarrow as pa  # 30 MB: only whoever writes Parquet pays for it
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    types = {
        str: pa.string(),
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
        datetime: pa.timestamp("ms", tz="UTC"),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in table.columns.items()])
    pq.write_table(pa.Table.from_pylist(table.rows, schema=schema), sink, compression="zstd")
    return bytes(sink.getvalue())
