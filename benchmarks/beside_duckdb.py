"""The same question asked of Parquet by DuckDB: sessions by window functions, gross figures; an independent check as well."""

import importlib.util
import sqlite3
from pathlib import Path

from a_busy_year import STATION

from lahmadaemon.clock import DAY, HOUR, MINUTE
from lahmadaemon.radio.periods import Period

QUESTION = """
WITH heard AS (
    SELECT identity, started_at, ended_at, mount LIKE 'HLS%' AS hls FROM read_parquet('{files}')
    WHERE started_at < {end} + {gap} AND ended_at >= {start} - {before}
), chained AS (
    SELECT *, max(ended_at) OVER (
        PARTITION BY identity ORDER BY started_at, ended_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS until FROM heard
), numbered AS (
    SELECT *,
        sum(CASE WHEN until IS NULL OR started_at > until THEN 1 ELSE 0 END) OVER w AS stretch,
        sum(CASE WHEN until IS NULL OR started_at - until > {gap} THEN 1 ELSE 0 END) OVER w AS visit
    FROM chained WINDOW w AS (PARTITION BY identity ORDER BY started_at, ended_at)
), stretches AS (
    SELECT identity, visit, min(started_at) AS start, max(ended_at) AS stop FROM numbered GROUP BY identity, visit, stretch
), visits AS (
    SELECT identity, min(start) AS began, sum(stop - start) AS listened,
        sum(greatest(0, least(stop, {end}) - greatest(start, {start}))) AS inside
    FROM stretches GROUP BY identity, visit
)
SELECT count(DISTINCT CASE WHEN inside > 0 THEN identity END), count(CASE WHEN began >= {start} AND began < {end} THEN 1 END),
    count(CASE WHEN inside > 0 THEN 1 END), sum(inside) FROM visits WHERE listened >= {minute}
"""
GAP, BEFORE = 2 * MINUTE, 10 * DAY
AT_ONCE = 500_000


class Beside:
    """The year's connections, written to Parquet once."""

    def __init__(self, folder: Path, database: Path) -> None:
        self._files = folder / f"{database.stem}.parquet"
        if not self._files.exists():
            self._export(database)
        import duckdb

        self._duck = duckdb.connect()

    @staticmethod
    def possible() -> bool:
        return importlib.util.find_spec("duckdb") is not None

    def _export(self, database: Path) -> None:
        import pyarrow
        import pyarrow.parquet as parquet

        names = ("identity", "started_at", "ended_at", "mount")
        rows = sqlite3.connect(database).execute(
            f"SELECT {', '.join(names)} FROM radio_connections WHERE station = ? ORDER BY started_at", (STATION,)
        )
        kinds = (pyarrow.binary(), pyarrow.int64(), pyarrow.int64(), pyarrow.string())
        schema = pyarrow.schema(list(zip(names, kinds, strict=True)))
        unfinished = self._files.with_suffix(".part")
        with parquet.ParquetWriter(unfinished, schema) as writer:
            while some := rows.fetchmany(AT_ONCE):
                columns = dict(zip(names, zip(*some, strict=True), strict=True))
                writer.write_table(pyarrow.table(columns, schema=schema), row_group_size=100_000)
        unfinished.rename(self._files)

    def figures(self, period: Period) -> tuple[int, int, int, float]:
        """CUME, SS, AS and TLH, gross."""
        values = {"start": period.start, "end": period.end, "gap": GAP, "before": BEFORE, "minute": MINUTE}
        row = self._duck.execute(QUESTION.format(files=self._files, **values)).fetchone()
        assert row is not None
        cume, starts, active, inside = row
        return cume, starts, active, round(inside / HOUR, 3)
